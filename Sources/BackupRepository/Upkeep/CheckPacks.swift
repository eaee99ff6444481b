import Concurrency
import ObjectStorage
import ResticFormat

extension CheckRun {
    /// Compares the packs that are there with those that the index names. Returns those to be read.
    func checkPacks(_ index: BlobIndex) async throws -> [ObjectInfo] {
        let present = try await repository.list(.packs)
        let contents = index.packContents()
        var indexed: [String: Int] = [:]
        for (number, id) in index.packs.enumerated() { indexed[ObjectNames.pack(id)] = number }
        for object in present {
            guard let number = indexed.removeValue(forKey: object.name) else {
                add(CheckProblem(.note, object: object.name, message: "the pack is in no index; prune would remove it"))
                continue
            }
            let expected = index.expectedSize(of: contents[number])
            if expected != object.sizeBytes {
                add(
                    CheckProblem(
                        .error, object: object.name,
                        message: "the pack has \(object.sizeBytes) bytes, the index says \(expected)"))
            }
            for fault in index.layoutFaults(of: contents[number]) {
                add(CheckProblem(.error, object: object.name, message: fault))
            }
        }
        for name in indexed.keys {
            add(CheckProblem(.error, object: name, message: "the pack is missing; what it held cannot be restored"))
        }
        return present
    }

    /// Reads and verifies every pack.
    func readPacks(_ packs: [ObjectInfo], _ index: BlobIndex) async throws {
        update { $0.packsTotal = UInt64(packs.count) }
        let contents = index.packContents()
        var numbers: [String: Int] = [:]
        for (number, id) in index.packs.enumerated() { numbers[ObjectNames.pack(id)] = number }
        let known = numbers
        let next = WorkCounter(limit: packs.count)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<min(width, packs.count) {
                group.addTask {
                    var buffer: [UInt8] = []
                    while let position = next.take() {
                        try Task.checkCancellation()
                        let pack = packs[position]
                        _ = try await self.noting(pack.name) {
                            try await self.readPack(
                                pack, indexed: known[pack.name].map { contents[$0] }, index, &buffer)
                        }
                        self.update { $0.report.packs += 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Reads one pack and verifies its hash, its header, the index's view of it, and every blob.
    private func readPack(
        _ pack: ObjectInfo, indexed: [UInt32]?, _ index: BlobIndex, _ bytes: inout [UInt8]
    ) async throws {
        try await repository.stored(await repository.store.read(pack.name, range: nil, into: &bytes))
        let count = UInt64(bytes.count)
        update { $0.report.bytesRead += count }
        try Repository.expectName(pack.name, bytes)
        let entries = try repository.decoded(
            pack.name, PackHeader.decode(tail: bytes, packByteCount: bytes.count, sealer: repository.sealer))
        if let indexed, indexed.map(index.entry) != entries {
            add(
                CheckProblem(
                    .error, object: pack.name, message: "the pack's header and the index do not agree on its blobs"))
        }
        let codec = repository.codecs.take()
        defer { repository.codecs.giveBack(codec) }
        for entry in entries {
            _ = try await noting(pack.name) { try codec.verify(entry, in: bytes, of: pack.name) }
        }
        if Set(entries.map(\.type)).count > 1 {
            add(CheckProblem(.note, object: pack.name, message: "the pack holds data and trees; prune would part them"))
        }
    }
}
