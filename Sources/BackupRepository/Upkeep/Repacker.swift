import Concurrency
import ResticFormat

/// Moves the needed blobs of packs to new packs. Each is authenticated and compared with its ID;
/// its stored form is kept as it is.
struct Repacker: Sendable {
    let repository: Repository
    let options: PruneOptions
    let plan: PrunePlan

    /// Returns the new packs, which are durable.
    func run() async throws -> [StoredPack] {
        let writer = PackWriter(repository: repository, width: options.width, packSizeBytes: options.packSizeBytes)
        let groups = groupsByPack()
        let next = WorkCounter(limit: groups.count)
        let stored = Gathered<StoredPack>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<min(options.width, groups.count) {
                group.addTask {
                    while let number = next.take() {
                        try Task.checkCancellation()
                        let packs = try await move(plan.moved[groups[number]], to: writer)
                        stored.add(packs)
                    }
                }
            }
            try await group.waitForAll()
        }
        let last = try await writer.flush()
        return stored.all + last
    }

    /// The ranges of `plan.moved` that lie in one pack each.
    private func groupsByPack() -> [Range<Int>] {
        var groups: [Range<Int>] = []
        var start = 0
        for position in plan.moved.indices
        where position == plan.moved.count - 1 || pack(position) != pack(position + 1) {
            groups.append(start..<(position + 1))
            start = position + 1
        }
        return groups
    }

    private func pack(_ position: Int) -> UInt32 {
        plan.index.table[Int(plan.moved[position])].location.pack
    }

    private func move(_ records: ArraySlice<UInt32>, to writer: PackWriter) async throws -> [StoredPack] {
        let entries = records.map { plan.index.table[Int($0)] }
        guard let first = entries.first, let last = entries.last else { return [] }
        let name = ObjectNames.pack(plan.index.packs[Int(first.location.pack)])
        let start = UInt64(first.location.offset)
        let bytes = try await repository.readPack(
            name, range: start..<(UInt64(last.location.offset) + UInt64(last.location.length)))
        let codec = repository.codecs.take()
        defer { repository.codecs.giveBack(codec) }
        var stored: [StoredPack] = []
        for (number, entry) in zip(records, entries) {
            let offset = Int(UInt64(entry.location.offset) - start)
            let sealed = Array(bytes[offset..<(offset + Int(entry.location.length))])
            try unsafe sealed.withUnsafeBytes { unsafe try codec.open($0, entry, in: name) { _ in } }
            let blob = PackWriter.Blob(
                id: entry.id, isTree: entry.isTree, record: number,
                uncompressedLength: entry.location.uncompressedLength)
            stored += try await writer.add(blob, sealed)
        }
        return stored
    }
}
