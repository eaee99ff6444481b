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
        return try PrunePlan(
            index: index, used: used, present: try await repository.list(.packs), unusedPercent: options.unusedPercent)
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
                await trees.prefetch([id] + waiting.suffix(8))
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

    /// Does what the plan says, under the exclusive lock under which it was made.
    /// - Returns: the digest over the names of the index files that there are now.
    func execute(_ plan: PrunePlan) async throws -> String? {
        if !options.leavesPacks { try await deleteAll(plan.unreferencedPacks) }
        guard !plan.unusedPacks.isEmpty || !plan.repackedPacks.isEmpty || plan.missingPacks > 0 else {
            return plan.index.digest
        }
        let repacker = Repacker(repository: repository, options: options, plan: plan)
        let newPacks = try await repacker.run()
        let files = plan.indexFiles(adding: newPacks)
        var written = Set<String>()
        for file in files { written.insert(try await repository.storeUnpacked(file.encoded(), as: .index)) }
        try await repository.expectIndexFiles(plan.index.files)
        try await deleteAll(plan.index.files.filter { !written.contains($0) })
        // An old index that came back after a power cut would promise blobs of packs that are gone.
        try await repository.stored(await repository.store.synchronizeDeletions(prefix: ObjectNames.Kind.index.prefix))
        repository.loadedIndex.withLock { $0 = nil }
        if !options.leavesPacks { try await deleteAll(plan.unusedPacks + plan.repackedPacks) }
        return BlobIndex.digest(Array(written))
    }

    private func deleteAll(_ names: [String]) async throws {
        for name in names { try await repository.stored(await repository.store.delete(name)) }
    }
}
