import FileTree
import ResticFormat

extension ArchiveRun {
    /// Archives small files, links and special items.
    func archiveBatch(_ batch: [Candidate]) async throws -> [NumberedEntry] {
        var entries: [NumberedEntry] = []
        entries.reserveCapacity(batch.count)
        for candidate in batch {
            try Task.checkCancellation()
            entries.append((candidate.number, try await archived(candidate) { try await self.smallNode(candidate) }))
        }
        return entries
    }

    /// Archives a file that may have more than one chunk.
    func archiveLargeFile(_ candidate: Candidate) async throws -> ArchivedEntry {
        try await archived(candidate) { try await self.fileNode(candidate, read: self.readChunks) }
    }

    /// Makes an entry of what `body` returns, or of what is kept of an item that cannot be read.
    private func archived(_ candidate: Candidate, _ body: () async throws -> ReadNode) async throws -> ArchivedEntry {
        do {
            let (node, changed) = try await body()
            if node.type == .file { countFile(node, candidate) }
            if let item = node.unreadItem(at: candidate.path) { record(item) }
            return ArchivedEntry(node: node, isSame: node == candidate.previous, changed: changed)
        } catch let error as TreeError {
            return try await missed(candidate, error)
        } catch let failure as ItemFailure {
            return try await missed(candidate, failure, kind: candidate.kind)
        }
    }

    private func countFile(_ node: Node, _ candidate: Candidate) {
        count { counts in
            if candidate.previous?.type == .file {
                counts.statistics.filesChanged += 1
            } else {
                counts.statistics.filesNew += 1
            }
            counts.statistics.totalBytes += node.size
            counts.statistics.readBytes += node.size
        }
    }

    /// The node of an item, and of a file what its content says.
    private typealias ReadNode = (node: Node, changed: ChangedFile?)

    private func smallNode(_ candidate: Candidate) async throws -> ReadNode {
        switch candidate.item.attributes.kind {
        case .file: return try await fileNode(candidate, read: readWhole)
        case .symbolicLink:
            var node = try makeNode(candidate)
            node.linkTarget = try source.linkTarget(of: candidate.path)
            return (node, nil)
        case .fifo, .socket, .blockDevice, .characterDevice, .folder: return (try makeNode(candidate), nil)
        }
    }

    /// What was read of a file: never more than its stated size.
    private struct ReadContent {
        var blobs: [ObjectID] = []
        var length: UInt64 = 0
        /// Whether there was more.
        var isCut = false
        var evidence = ReadEvidence()

        mutating func count(_ saved: BlobSaver.Saved, bytes: Int) {
            if let stored = saved.storedBytes { evidence.count(bytes: bytes, stored: stored) }
        }
    }

    /// Reads a file so that its node and content belong together: what was there before and after
    /// reading is the same. A file that changes each time is kept as it was read last, and marked.
    private func fileNode(
        _ candidate: Candidate, read: (any ReadableFile, ItemAttributes) async throws -> ReadContent
    ) async throws -> ReadNode {
        var expected = candidate.item.attributes
        for readingsLeft in (0...options.rereadsOfChangingFiles).reversed() {
            guard expected.size <= options.maximumFileBytes else {
                throw ItemFailure(
                    path: candidate.path, code: "tooLarge",
                    message:
                        """
                        the file says that it has \(expected.size) bytes; at most \(options.maximumFileBytes) are \
                        backed up (work.largest-file)
                        """
                )
            }
            let file = try source.open(candidate.path)
            let content = try await read(file, expected)
            let attributes = try file.attributes()
            let isWhole = content.length == expected.size && !content.isCut && attributes.isSameContent(as: expected)
            if isWhole || readingsLeft == 0 {
                var node = try makeNode(
                    candidate, isWhole ? attributes : expected, extended: file.extendedAttributes())
                node.content = content.blobs
                node.size = content.length
                if !isWhole { markAsChanging(&node, candidate) }
                return (node, try await changedFile(node, content, candidate))
            }
            expected = attributes
        }
        preconditionFailure("the last reading of a file gives a node")
    }

    /// What the content of a new or changed file says of damage; nil where nothing is compared.
    private func changedFile(
        _ node: Node, _ content: ReadContent, _ candidate: Candidate
    ) async throws -> ChangedFile? {
        guard evidence != nil else { return nil }
        let previous = candidate.previous.flatMap { $0.type == .file ? $0 : nil }
        // Only times or rights differ.
        if let previous, previous.content == node.content { return .touched }
        var compression: Double?
        if let previous, content.evidence.comparesCompression {
            compression = try await target().saver.compression(of: previous)
        }
        return ChangedFile(
            named: node.name, content.evidence, sizeBefore: previous?.size, compressionBefore: compression,
            blobs: node.content ?? [])
    }

    private func markAsChanging(_ node: inout Node, _ candidate: Candidate) {
        let failure = ItemFailure(
            path: candidate.path, code: "changedWhileRead",
            message:
                """
                the file changed each time it was read; it is kept as it was read last, of which parts may be \
                older than others
                """
        )
        node.setMark(
            UnreadMark(failure, kind: .file, since: time).following(candidate.previous?.mark), lastReading: time)
    }

    /// Reads a file of at most one chunk.
    private func readWhole(_ file: any ReadableFile, _ attributes: ItemAttributes) async throws -> ReadContent {
        guard attributes.size > 0 else { return ReadContent() }
        guard attributes.size <= UInt64(Chunker.minimumLength) else { return try await readChunks(file, attributes) }
        let saver = try await target().saver
        let codec = saver.repository.codecs.take()
        defer { saver.repository.codecs.giveBack(codec) }
        var content = ReadContent()
        let prepared = try prepareWhole(
            file, size: Int(attributes.size), saver: saver, codec: codec, sample: &content.evidence.sample)
        guard let (blob, length) = prepared else { return content }
        let saved = try await saver.finish(blob, codec)
        (content.blobs, content.length) = ([saved.id], UInt64(length))
        content.count(saved, bytes: length)
        return content
    }

    /// nil for a file that is empty by now.
    private func prepareWhole(
        _ file: any ReadableFile, size: Int, saver: BlobSaver, codec: BlobCodec, sample: inout ContentSample
    ) throws -> (BlobSaver.Prepared, length: Int)? {
        // In bounds: the caller has compared the size with that of the smallest chunk, which is
        // that of the codec's buffer.
        let buffer = unsafe UnsafeMutableRawBufferPointer(rebasing: codec.input[..<size])
        let length = try unsafe file.read(into: buffer, at: 0)
        guard length > 0 else { return nil }
        // In bounds: a file reads at most what the buffer holds.
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<length])
        if evidence != nil { unsafe sample.add(bytes) }
        return (unsafe try saver.prepare(bytes, isTree: false, codec), length)
    }

    /// Reads a file chunk by chunk; chunks are saved by other threads where some are free.
    private func readChunks(_ file: any ReadableFile, _ attributes: ItemAttributes) async throws -> ReadContent {
        let saver = try await target().saver
        return try await withThrowingTaskGroup(of: SavedChunk.self) { group in
            var saved: [SavedChunk] = []
            var reader = ChunkReader(file: file, chunker: chunker, buffers: buffers)
            defer { reader.finish() }
            var number = 0
            var content = ReadContent()
            while !content.isCut, let chunk = try reader.next() {
                // A file that grows as fast as it is read has no end: it is read up to the length
                // that it had.
                let room = attributes.size - content.length
                if chunk.bytes.count > room {
                    content.isCut = true
                    chunk.bytes.removeSubrange(Int(room)...)
                }
                let length = chunk.bytes.count
                guard length > 0 else {
                    buffers.giveBack(chunk)
                    break
                }
                content.length += UInt64(length)
                if evidence != nil { unsafe chunk.bytes.withUnsafeBytes { unsafe content.evidence.sample.add($0) } }
                let index = number
                try await fork(in: &group, inline: &saved) {
                    defer { self.buffers.giveBack(chunk) }
                    return SavedChunk(number: index, length: length, blob: try await saver.saveData(chunk.bytes))
                }
                number += 1
            }
            for try await chunk in group { saved.append(chunk) }
            saved.sort { $0.number < $1.number }
            content.blobs = saved.map(\.blob.id)
            for chunk in saved { content.count(chunk.blob, bytes: chunk.length) }
            return content
        }
    }

    private struct SavedChunk: Sendable {
        var number: Int
        var length: Int
        var blob: BlobSaver.Saved
    }

    /// The node of an item without content: attributes, names of its owner, extended attributes.
    func makeNode(_ candidate: Candidate) throws(TreeError) -> Node {
        try makeNode(candidate, candidate.item.attributes, extended: source.extendedAttributes(of: candidate.path))
    }

    /// A node without content. Where the extended attributes cannot be read it has those of the
    /// parent snapshot, and is marked.
    private func makeNode(
        _ candidate: Candidate, _ attributes: ItemAttributes,
        extended: @autoclosure () throws(TreeError) -> [ExtendedAttribute]
    ) throws(TreeError) -> Node {
        let owner = source.ownerNames(userID: attributes.userID, groupID: attributes.groupID)
        let name = candidate.item.name
        do throws(TreeError) {
            return Node(
                name: name, attributes: attributes, user: owner.user, group: owner.group, extended: try extended())
        } catch {
            if error.code == .treeUnavailable || error.code == .notFound { throw error }
            let previous = candidate.previous.flatMap { $0.type.kind == attributes.kind ? $0 : nil }
            var node = Node(
                name: name, attributes: attributes, user: owner.user, group: owner.group,
                extended: previous?.extended ?? [])
            var mark = UnreadMark(ItemFailure(error), kind: UnreadKind(attributes.kind), since: time).following(
                previous?.mark)
            mark.lacksAttributes = true
            node.setMark(mark, lastReading: lastReading(of: previous))
            return node
        }
    }
}

extension ItemAttributes {
    /// Whether nothing that comes with content differs between two looks at one file.
    func isSameContent(as other: ItemAttributes) -> Bool {
        size == other.size && modified == other.modified && changed == other.changed && inode == other.inode
            && kind == other.kind
    }
}
