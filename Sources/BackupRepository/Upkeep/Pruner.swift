public import Concurrency

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
    /// call goes on where the first was interrupted.
    /// - Returns: the plan that was executed.
    public func prune() async throws -> PrunePlan {
        try await onPool {
            try await repository.withLock(exclusive: true) {
                let plan = try await makePlan()
                try await execute(plan)
                return plan
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

    public init(width: Int = WorkerPool.processors(atMost: 4), unusedPercent: Int = 5, packSizeBytes: Int = 16 << 20) {
        precondition(
            width > 0 && unusedPercent >= 0 && packSizeBytes >= 1 << 16,
            "a pruner needs a thread and packs of a sensible size")
        self.width = width
        self.unusedPercent = unusedPercent
        self.packSizeBytes = packSizeBytes
    }
}
