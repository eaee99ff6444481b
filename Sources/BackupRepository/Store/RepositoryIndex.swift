import ObjectStorage
import ResticFormat
import Synchronization

extension Repository {
    /// The blobs that are stored, from all index files. They are listed at each call, but once only
    /// under one lock, and read where they are not those that were read last.
    /// - Parameter skippingDamaged: whether files that cannot be used are passed over: right for
    ///   archiving, which then stores again what they told, and for restoring what the others tell;
    ///   wrong for pruning, which takes what no index names for waste.
    func index(skippingDamaged: Bool = false) async throws -> BlobIndex {
        let lock = RepositoryLock.ofTask(self)
        if let lock, lock.hasListedIndex, let loaded = loadedIndex.withLock({ $0 }) { return loaded }
        let names = try await list(.index).map(\.name)
        if let loaded = loadedIndex.withLock({ $0 }), Set(loaded.files) == Set(names) {
            lock?.hasListedIndex = true
            return loaded
        }
        let known = knownIndexDigest
        let packs = try await packSizes(unless: known == nil || known == BlobIndex.digest(names))
        var index = BlobIndex()
        // In the order of their names, whichever is read first: numbers of packs stay the same.
        try await withAhead(names) { name -> IndexFile? in
            // An index file that vanishes meanwhile was replaced by a prune, which the lock
            // forbids; so it is damage.
            do {
                return try await self.indexFile(name)
            } catch let error as RepositoryError where skippingDamaged && error.code == .damaged {
                return nil
            }
        } then: { name, file in
            if let file { index.add(file, name: name, present: packs) } else { index.isWhole = false }
        }
        if packs != nil, let digest = index.digest { knownIndexDigest = digest }
        loadedIndex.withLock { $0 = index }
        lock?.hasListedIndex = index.isWhole
        return index
    }

    /// The sizes of the packs that are there; nil where nobody asks.
    private func packSizes(unless areTrusted: Bool) async throws -> [ObjectID: UInt64]? {
        if areTrusted { return nil }
        let packs = try await list(.packs).compactMap { object in
            ObjectNames.id(of: object.name).map { ($0, object.sizeBytes) }
        }
        return Dictionary(packs) { first, _ in first }
    }

    /// Makes sure that no index file went away since an index was read: with it went packs, in a prune
    /// that heeded no lock of ours, or that began while this process slept. Otherwise it throws
    /// `overtaken`, and the run begins again.
    func expectIndexFiles(_ files: [String]) async throws {
        let present = Set(try await list(.index).map(\.name))
        guard let gone = files.first(where: { !present.contains($0) }) else { return }
        throw RepositoryError(
            .overtaken, "'\(gone)' was removed while this run relied on it: another program pruned the repository",
            isRetryable: true)
    }

    func indexFile(_ name: String) async throws -> IndexFile {
        let json = try await readUnpacked(name)
        return try decoded(name, IndexFile(decoding: json))
    }
}

extension BlobIndex {
    /// Adds the packs of an index file that are not known yet.
    /// - Parameter present: the sizes of the packs that are there; nil where that is not asked.
    mutating func add(_ file: IndexFile, name: String, present: [ObjectID: UInt64]? = nil) {
        for pack in file.packs where knownPacks.insert(pack.id).inserted {
            if let present, present[pack.id] != UInt64(PackHeader.packByteCount(of: pack.blobs)) {
                missingPacks.append(pack.id)
                continue
            }
            let number = UInt32(packs.count)
            packs.append(pack.id)
            var end: UInt32 = 0
            for blob in pack.blobs {
                let location = BlobLocation(
                    pack: number, offset: blob.offset, length: blob.length, uncompressedLength: blob.uncompressedLength)
                table.add(BlobTable.Record(id: blob.id, location: location, isTree: blob.type == .tree))
                // The parser made sure that the sum fits.
                end = max(end, blob.offset + blob.length)
            }
            packEnds.append(end)
        }
        files.append(name)
    }

    /// Enters a pack whose blobs were reserved, and tells their records where they are.
    /// - Returns: the pack's number.
    mutating func addPack(_ pack: StoredPack) -> UInt32 {
        let number = UInt32(packs.count)
        packs.append(pack.id)
        knownPacks.insert(pack.id)
        packEnds.append(pack.end)
        for blob in pack.blobs {
            let location = BlobLocation(
                pack: number, offset: blob.entry.offset, length: blob.entry.length,
                uncompressedLength: blob.entry.uncompressedLength)
            table.setLocation(location, of: Int(blob.record))
        }
        return number
    }

    /// The entry of a record as headers and index files have it.
    func entry(_ number: UInt32) -> PackEntry {
        let record = table[Int(number)]
        let location = record.location
        return PackEntry(
            type: record.isTree ? .tree : .data, id: record.id, offset: location.offset, length: location.length,
            uncompressedLength: location.uncompressedLength)
    }

    /// The numbers of the records in each pack, in order of their offsets.
    func packContents() -> [[UInt32]] {
        var contents = Array(repeating: [UInt32](), count: packs.count)
        for number in 0..<table.count { contents[Int(table[number].location.pack)].append(UInt32(number)) }
        for pack in contents.indices {
            contents[pack].sort { table[Int($0)].location.offset < table[Int($1)].location.offset }
        }
        return contents
    }

    /// The size a pack must have with these records.
    func expectedSize(of records: [UInt32]) -> UInt64 {
        UInt64(PackHeader.packByteCount(of: records.map(entry)))
    }

    /// Gaps and overlaps between the blobs of a pack.
    func layoutFaults(of records: [UInt32]) -> [String] {
        var end: UInt64 = 0
        for number in records {
            let location = table[Int(number)].location
            if UInt64(location.offset) != end {
                return ["the index has a gap or an overlap at byte \(location.offset)"]
            }
            end += UInt64(location.length)
        }
        return []
    }
}

extension Array where Element == PackIndex {
    /// Index files of at most 50,000 blobs each, as restic makes them.
    func indexFiles() -> [IndexFile] {
        var files: [IndexFile] = []
        var current: [PackIndex] = []
        var blobs = 0
        for pack in self {
            current.append(pack)
            blobs += pack.blobs.count
            if blobs >= 50_000 {
                files.append(IndexFile(packs: current))
                current = []
                blobs = 0
            }
        }
        if !current.isEmpty { files.append(IndexFile(packs: current)) }
        return files
    }
}
