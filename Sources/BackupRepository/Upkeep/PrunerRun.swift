import FileTree
import ObjectStorage
import ResticFormat
import Synchronization

extension Pruner {
    /// Finds out what is needed and what is not. Changes nothing.
    func makePlan(forgetting forgotten: Set<String> = []) async throws -> PrunePlan {
        let snapshots = try await repository.list(.snapshots).filter { object in
            ObjectNames.id(of: object.name).map { !forgotten.contains($0.hex) } ?? true
        }
        let index = try await repository.index()
        let used = try await usedRecords(snapshots, index)
        let present = try await repository.list(.packs)
        var sizes: [String: UInt64] = [:]
        for object in present { sizes[object.name] = object.sizeBytes }
        var plan = PrunePlan()
        plan.index = index
        let known = Set(index.packs.map(ObjectNames.pack))
        for object in present where !known.contains(object.name) {
            plan.unreferencedPacks.append(object.name)
            plan.freedBytes += object.sizeBytes
        }
        try classify(used, sizes, into: &plan)
        return plan
    }

    /// For every record of the index whether a snapshot needs it. Of several copies of a
    /// blob the first counts.
    /// - Throws: `damaged` where something needed is not in the index; then nothing may be deleted.
    private func usedRecords(_ snapshots: [ObjectInfo], _ index: BlobIndex) async throws -> [Bool] {
        let trees = TreeReader(repository: repository, index: index)
        var used = [Bool](repeating: false, count: index.table.count)
        for object in snapshots {
            var waiting = [try await repository.readSnapshot(object.name).tree]
            while let id = waiting.popLast() {
                guard let number = index.table.firstRecord(id, isTree: true) else {
                    throw RepositoryError.damaged(
                        object.name, "tree \(id.hex), which it needs, is in no index; nothing was deleted, run a check")
                }
                if used[number] { continue }
                used[number] = true
                for node in try await trees.read(id).nodes {
                    if let subtree = node.subtree { waiting.append(subtree) }
                    for id in node.content ?? [] {
                        guard let number = index.table.firstRecord(id, isTree: false) else {
                            throw RepositoryError.damaged(
                                object.name,
                                "blob \(id.hex), which it needs, is in no index; nothing was deleted, run a check")
                        }
                        used[number] = true
                    }
                }
            }
        }
        return used
    }

    private struct Candidate {
        var pack: Int
        var usedBytes: UInt64
        var unusedBytes: UInt64
        var mustMove: Bool
    }

    private func classify(_ used: [Bool], _ sizes: [String: UInt64], into plan: inout PrunePlan) throws {
        let contents = plan.index.packContents()
        var candidates: [Candidate] = []
        var usedTotal: UInt64 = 0
        for (number, records) in contents.enumerated() {
            let name = ObjectNames.pack(plan.index.packs[number])
            let candidate = weigh(number, records, used: used, in: plan.index)
            usedTotal += candidate.usedBytes
            if candidate.usedBytes == 0 {
                plan.unusedPacks.append(name)
                plan.freedBytes += sizes[name] ?? 0
                continue
            }
            let expected = plan.index.expectedSize(of: records)
            guard sizes[name] == expected else {
                throw RepositoryError.damaged(
                    name,
                    """
                    a pack that a snapshot needs is missing or has not \(expected) bytes; nothing was deleted, run \
                    a check
                    """
                )
            }
            if candidate.unusedBytes == 0, !candidate.mustMove {
                plan.keep(number)
            } else {
                candidates.append(candidate)
            }
        }
        choose(candidates, usedTotal: usedTotal, contents, used, into: &plan)
    }

    private func weigh(_ number: Int, _ records: [UInt32], used: [Bool], in index: BlobIndex) -> Candidate {
        var candidate = Candidate(pack: number, usedBytes: 0, unusedBytes: 0, mustMove: false)
        var hasTrees = false
        var hasData = false
        for record in records {
            let entry = index.table[Int(record)]
            if entry.isTree { hasTrees = true } else { hasData = true }
            if used[Int(record)] {
                candidate.usedBytes += UInt64(entry.location.length)
            } else {
                candidate.unusedBytes += UInt64(entry.location.length)
            }
        }
        // Trees are small and read first by every command, so their packs stay dense; mixed
        // packs are put right.
        candidate.mustMove = hasTrees && (hasData || candidate.unusedBytes > 0)
        return candidate
    }

    /// Repacks what must be, then the most wasteful, until the rest of the waste
    /// is below the limit.
    private func choose(
        _ candidates: [Candidate], usedTotal: UInt64, _ contents: [[UInt32]], _ used: [Bool], into plan: inout PrunePlan
    ) {
        var unused = candidates.reduce(UInt64(0)) { $0 + $1.unusedBytes }
        let limit = usedTotal / 100 * UInt64(options.unusedPercent)
        let ordered = candidates.sorted { left, right in
            if left.mustMove != right.mustMove { return left.mustMove }
            return left.unusedBytes * right.usedBytes > right.unusedBytes * left.usedBytes
        }
        for candidate in ordered {
            if candidate.mustMove || unused > limit {
                plan.repackedPacks.append(ObjectNames.pack(plan.index.packs[candidate.pack]))
                plan.moved += contents[candidate.pack].filter { used[Int($0)] }
                plan.repackedBytes += candidate.usedBytes
                plan.freedBytes += candidate.usedBytes + candidate.unusedBytes
                unused -= candidate.unusedBytes
            } else {
                plan.keep(candidate.pack)
            }
        }
        plan.keptUnusedBytes = unused
    }

    /// Does what the plan says, under the exclusive lock under which it was made.
    func execute(_ plan: PrunePlan) async throws {
        for name in plan.unreferencedPacks { try await delete(name) }
        guard !plan.unusedPacks.isEmpty || !plan.repackedPacks.isEmpty else { return }
        let repacker = Repacker(repository: repository, options: options, plan: plan)
        let newPacks = try await repacker.run()
        let files = plan.indexFiles(adding: newPacks)
        var written = Set<String>()
        for file in files { written.insert(try await repository.storeUnpacked(file.encoded(), as: .index)) }
        for name in plan.index.files where !written.contains(name) { try await delete(name) }
        // An old index that came back after a power cut would promise blobs of packs that are gone.
        try await repository.stored(await repository.store.synchronizeDeletions(prefix: ObjectNames.Kind.index.prefix))
        repository.loadedIndex.withLock { $0 = nil }
        for name in plan.unusedPacks + plan.repackedPacks { try await delete(name) }
    }

    private func delete(_ name: String) async throws {
        try await repository.stored(await repository.store.delete(name))
    }
}

extension PrunePlan {
    mutating func keep(_ number: Int) {
        kept.append(UInt32(number))
        keptPacks += 1
    }
}
