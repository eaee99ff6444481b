import FileTree
import ResticFormat

extension ArchiveRun {
    /// Archives small files, links and special items.
    func archiveBatch(_ batch: [Candidate]) async throws -> [Entry] {
        var entries: [Entry] = []
        entries.reserveCapacity(batch.count)
        for candidate in batch {
            try Task.checkCancellation()
            entries.append(try await archived(candidate) { try await self.smallNode(candidate) })
        }
        return entries
    }

    /// Archives a file that may have more than one chunk.
    func archiveLargeFile(_ candidate: Candidate) async throws -> Entry {
        try await archived(candidate) { try await self.fileNode(candidate, read: self.readChunks) }
    }

    /// Makes an entry of what `body` returns; a failure of the source becomes a record.
    private func archived(_ candidate: Candidate, _ body: () async throws -> Node) async throws -> Entry {
        do {
            let node = try await body()
            if node.type == .file { countFile(node, candidate) }
            return Entry(number: candidate.number, node: node)
        } catch let error as TreeError {
            try record(error)
        } catch let failure as ItemFailure {
            record(failure)
        }
        return Entry(number: candidate.number)
    }

    private func countFile(_ node: Node, _ candidate: Candidate) {
        count { counts in
            if candidate.previous?.type == .file { counts.statistics.filesChanged += 1 } else { counts.statistics.filesNew += 1 }
            counts.statistics.totalBytes += node.size
            counts.statistics.readBytes += node.size
        }
    }

    private func smallNode(_ candidate: Candidate) async throws -> Node {
        switch candidate.item.attributes.kind {
        case .file: return try await fileNode(candidate, read: readWhole)
        case .symbolicLink:
            var node = try makeNode(candidate)
            node.linkTarget = try source.linkTarget(of: candidate.path)
            return node
        case .fifo, .socket, .blockDevice, .characterDevice, .folder: return try makeNode(candidate)
        }
    }

    /// Reads a file so that its node and content belong together: what was there before and after reading is the same.
    private func fileNode(
        _ candidate: Candidate, read: (any ReadableFile, ItemAttributes) async throws -> [ObjectID]?
    ) async throws -> Node {
        var expected = candidate.item.attributes
        guard expected.size <= options.fileBytesMost else {
            throw ItemFailure(
                path: candidate.path, code: "tooLarge",
                message: "the file says that it has \(expected.size) bytes; at most \(options.fileBytesMost) are backed up, so it is not in the snapshot")
        }
        for _ in 0...options.rereadsOfChangingFiles {
            let file = try source.open(candidate.path)
            let content = try await read(file, expected)
            let attributes = try file.attributes()
            if let content, attributes.isSameContent(as: expected) {
                var node = makeNode(candidate, attributes, extended: try file.extendedAttributes())
                node.content = content
                return node
            }
            expected = attributes
        }
        throw ItemFailure(
            path: candidate.path, code: "changedWhileRead",
            message: "the file changed each time it was read; it is not in the snapshot, archive again when its writer has finished")
    }

    /// Reads a file of at most one chunk. nil where it is not of the expected length.
    private func readWhole(_ file: any ReadableFile, _ attributes: ItemAttributes) async throws -> [ObjectID]? {
        guard attributes.size > 0 else { return [] }
        guard attributes.size <= UInt64(Chunker.minimumLength) else { return try await readChunks(file, attributes) }
        let saver = try await target().saver
        let codec = saver.repository.codecs.take()
        defer { saver.repository.codecs.giveBack(codec) }
        guard let prepared = try prepareWhole(file, Int(attributes.size), saver, codec) else { return nil }
        return [try await saver.finish(prepared, codec)]
    }

    private func prepareWhole(_ file: any ReadableFile, _ size: Int, _ saver: BlobSaver, _ codec: BlobCodec) throws -> BlobSaver.Prepared? {
        // In bounds: the caller has compared the size with that of the smallest chunk, which is that of the codec's buffer.
        let buffer = unsafe UnsafeMutableRawBufferPointer(rebasing: codec.input[..<size])
        guard try unsafe file.read(into: buffer, at: 0) == size else { return nil }
        return unsafe try saver.prepare(UnsafeRawBufferPointer(buffer), isTree: false, codec)
    }

    /// Reads a file chunk by chunk; chunks are saved by other threads where some are free. nil where the file has another length than expected.
    private func readChunks(_ file: any ReadableFile, _ attributes: ItemAttributes) async throws -> [ObjectID]? {
        let saver = try await target().saver
        return try await withThrowingTaskGroup(of: SavedChunk.self) { group in
            var saved: [SavedChunk] = []
            var reader = ChunkReader(file: file, chunker: chunker, buffers: buffers)
            defer { reader.finish() }
            var number = 0
            var read: UInt64 = 0
            while let chunk = try reader.next() {
                // A file that somebody appends to as fast as it is read has no end: once it is longer than it was, it is read again or told.
                let length = chunk.bytes.count
                read += UInt64(length)
                guard read <= attributes.size else {
                    group.cancelAll()
                    return nil
                }
                let index = number
                try await fork(in: &group, inline: &saved) {
                    defer { self.buffers.giveBack(chunk) }
                    return SavedChunk(number: index, id: try await saver.saveData(chunk.bytes), length: length)
                }
                number += 1
            }
            for try await chunk in group { saved.append(chunk) }
            guard saved.reduce(0, { $0 + UInt64($1.length) }) == attributes.size else { return nil }
            return saved.sorted { $0.number < $1.number }.map(\.id)
        }
    }

    private struct SavedChunk: Sendable {
        var number: Int
        var id: ObjectID
        var length: Int
    }

    /// The node of an item without content: attributes, names of its owner, extended attributes.
    func makeNode(_ candidate: Candidate) throws(TreeError) -> Node {
        makeNode(candidate, candidate.item.attributes, extended: try source.extendedAttributes(of: candidate.path))
    }

    private func makeNode(_ candidate: Candidate, _ attributes: ItemAttributes, extended: [ExtendedAttribute]) -> Node {
        let owner = source.ownerNames(userID: attributes.userID, groupID: attributes.groupID)
        return Node(name: candidate.item.name, attributes: attributes, user: owner.user, group: owner.group, extended: extended)
    }
}

extension ItemAttributes {
    /// Whether nothing that comes with content differs between two looks at one file.
    func isSameContent(as other: ItemAttributes) -> Bool {
        size == other.size && modified == other.modified && changed == other.changed && inode == other.inode && kind == other.kind
    }
}
