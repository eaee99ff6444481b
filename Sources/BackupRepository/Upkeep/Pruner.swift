public import Concurrency
import ObjectStorage

/// Frees the space of what no snapshot needs. See `PrunePlan` for what is done.
public struct Pruner: Sendable {
    let repository: Repository
    let options: PruneOptions

    public init(repository: Repository, options: PruneOptions = PruneOptions()) {
        self.repository = repository
        self.options = options
    }

    /// What pruning would do now, without changing anything.
    /// - Parameter forgotten: IDs of snapshots that count as deleted already.
    /// - Throws: `RepositoryError.Code.damaged` where something that a snapshot needs is missing;
    ///   nothing may be pruned then.
    public func plan(forgetting forgotten: Set<String> = []) async throws -> PrunePlan {
        try await onPool {
            try await repository.withLock(exclusive: false) { try await makePlan(forgetting: forgotten) }
        }
    }

    /// Plans under an exclusive lock and does it: new packs, new index, old index away, old packs
    /// away, in this order, so that an interruption anywhere leaves everything readable. A second
    /// call goes on where the first was interrupted. With `leavesPacks` the old packs stay.
    /// - Returns: the plan that was executed.
    public func prune() async throws -> PrunePlan {
        try await onPool {
            try await repository.withLock(exclusive: true) {
                var plan = try await makePlan()
                plan.indexDigest = try await execute(plan)
                return plan
            }
        }
    }

    /// Deletes packs that an earlier prune left behind, under an exclusive lock, except those that an
    /// index file names by now.
    /// - Parameter names: objects that `PrunePlan.unneededPacks` named.
    /// - Returns: how many were deleted.
    /// - Throws: `damaged` where an index file cannot be read; nothing is deleted then.
    public func sweep(_ names: [String]) async throws -> Int {
        try await onPool {
            try await repository.withLock(exclusive: true) {
                let named = Set(try await repository.index().packs.map(ObjectNames.pack))
                let gone = names.filter { name in
                    ObjectNames.id(of: name).map(ObjectNames.pack) == name && !named.contains(name)
                }
                try await repository.stored(await repository.store.deleteAll(gone))
                return gone.count
            }
        }
    }

    private func onPool<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        try await WorkerPool.withThreads(options.width, body)
    }
}

/// How a prune run weighs space against work.
public struct PruneOptions: Sendable, Hashable {
    public var width: Int
    /// Unused bytes that may stay, in percent of the used bytes.
    public var unusedPercent: Int
    /// The size of new packs in bytes.
    public var packSizeBytes: Int
    /// Whether packs that nothing needs any more stay for a later `sweep`: where several processes
    /// use the repository, one that slept may rely on them, and needs time to find out.
    public var leavesPacks = false

    public init(width: Int = WorkerPool.processors(atMost: 4), unusedPercent: Int = 5, packSizeBytes: Int = 16 << 20) {
        precondition(
            width > 0 && unusedPercent >= 0 && packSizeBytes >= 1 << 16,
            "a pruner needs a thread and packs of a sensible size")
        self.width = width
        self.unusedPercent = unusedPercent
        self.packSizeBytes = packSizeBytes
    }
}
