public import Concurrency
public import ObjectStorage

/// Makes a damaged repository whole again: the index follows from the packs that are there, what
/// opens is kept, and snapshots that lost something are rewritten without it, so that stock
/// restic finds no fault.
public struct Repairer: Sendable {
    /// The word among a snapshot's tags that says: a repair wrote it without what was lost.
    public static let mendedTag = "holdfast-incomplete"

    let repository: Repository
    let width: Int

    /// Makes a repairer that uses `width` threads, each of which holds a whole pack.
    public init(repository: Repository, width: Int = WorkerPool.processors(atMost: 4)) {
        precondition(width > 0, "a repairer needs a thread")
        self.repository = repository
        self.width = width
    }

    /// What a repair would do now, without changing anything. Reads every byte of every pack.
    /// - Parameter pace: called after each pack with its bytes; may wait, so that other work
    ///   gets the disk too.
    /// - Throws: `RepositoryError` where the store fails or a lock forbids it.
    public func plan(pace: @escaping @Sendable (UInt64) async throws -> Void = { _ in }) async throws -> RepairPlan {
        try await onPool {
            do {
                return try await repository.withLock(exclusive: false) {
                    try await RepairScan(repository: repository, width: width, pace: pace).run()
                }
            } catch let error as RepositoryError where error.code == .damaged {
                // An unreadable lock is part of the damage. Planning changes nothing, so it goes on
                // without one.
                return try await RepairScan(repository: repository, width: width, pace: pace).run()
            }
        }
    }

    /// Reads every byte of every pack without holding a lock, so that pruning need not wait, and
    /// tells what is wrong with them.
    ///
    /// What it finds is worth a `plan`, which looks at everything under a lock.
    /// - Parameter position: from where an interrupted reading goes on: the last name that `soundUpTo` was
    ///   given. The packs before it are not read.
    /// - Parameter pace: as for `plan`.
    /// - Parameter soundUpTo: called with the name of a pack when it and all before it were found whole;
    ///   not any more after the first that is not.
    public func suspectPacks(
        after position: String? = nil, pace: @escaping @Sendable (UInt64) async throws -> Void,
        soundUpTo: @Sendable (String) -> Void = { _ in }
    ) async throws -> [CheckProblem] {
        try await onPool {
            try await RepairScan(repository: repository, width: 1, pace: pace).suspects(
                after: position ?? "", soundUpTo: soundUpTo)
        }
    }

    /// Plans under an exclusive lock and does it.
    ///
    /// New packs, new index, old index away, new snapshots, old snapshots away, damaged packs away,
    /// in this order, so that an interruption anywhere leaves everything readable that was; a
    /// second call goes on.
    /// - Parameter keepsSnapshots: whether snapshots stay as they are, also those that lost something, so
    ///   that what the source still has can be stored again before they are rewritten.
    /// - Parameter password: for a new key file, where none is left that can be used.
    /// - Parameter quarantine: a store that gets a copy of every object before it is removed.
    /// - Parameter announcing: called with the plan and the IDs of new snapshots before the first snapshot
    ///   is stored or removed.
    public func repair(
        keepsSnapshots: Bool = false, password: String, quarantine: any ObjectStore,
        announcing: @escaping @Sendable (RepairPlan, [String]) async throws -> Void = { _, _ in }
    ) async throws -> RepairOutcome {
        try repository.expectWritable()
        return try await onPool {
            try await removeUnreadableLocks(to: quarantine)
            return try await repository.withLock(exclusive: true) {
                let plan = try await RepairScan(repository: repository, width: width, pace: { _ in }).run()
                return try await RepairRun(
                    repository: repository, width: width, plan: plan, quarantine: quarantine, announce: announcing
                ).run(password: password, keepsSnapshots: keepsSnapshots)
            }
        }
    }

    private func removeUnreadableLocks(to quarantine: any ObjectStore) async throws {
        for object in try await repository.list(.locks) where object.sizeBytes > 0 {
            do {
                _ = try await RepositoryLock.read(object.name, in: repository)
            } catch let error as RepositoryError where error.code == .damaged {
                try await repository.moveAway(object.name, to: quarantine)
            }
        }
    }

    private func onPool<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        try await WorkerPool.withThreads(width, body)
    }
}

extension Repository {
    /// Copies an object to another store, then removes it. One that cannot be read is
    /// removed without a copy.
    func moveAway(_ name: String, to quarantine: any ObjectStore) async throws {
        if let bytes = try? await readIfPresent(name) {
            try await stored(await quarantine.write(name, bytes))
        }
        try await stored(await store.delete(name))
    }
}
