import Concurrency
public import FileTree

/// Brings a snapshot back: first a plan that compares it with what is there, then the work.
public struct Restorer: Sendable {
    let repository: Repository
    let options: RestoreOptions
    let redo: RedoRecords?

    /// - Parameter redo: the records under which big files are restored where they stand;
    ///   nil restores each as a whole. They belong to one destination, so a restore to
    ///   another place has none.
    public init(repository: Repository, options: RestoreOptions = RestoreOptions(), redo: RedoRecords? = nil) {
        self.repository = repository
        self.options = options
        self.redo = redo
    }

    /// Compares a snapshot with the present state of `destination`, without changing anything.
    ///
    /// Files whose size, times and inode number are as the snapshot recorded them are not
    /// opened. A file of the right size with other times is read and compared with the
    /// snapshot chunk by chunk.
    /// - Parameter snapshot: the snapshot's ID.
    /// - Parameter folder: the folder of the snapshot that becomes the root of the destination.
    /// - Throws: `RepositoryError`: `snapshotNotFound`, `damaged`, `storage`,
    ///   `treeUnavailable` for the destination.
    public func plan(
        snapshot: String, folder: TreePath = .root, onto destination: any WritableTree, mode: RestoreMode
    ) async throws -> RestorePlan {
        try await WorkerPool.withThreads(options.width) {
            try await repository.withLock(exclusive: false) {
                try await makePlan(of: snapshot, onto: destination, PlanRequest(folder: folder, mode: mode))
            }
        }
    }

    /// Does what the plan says. After a crash, plan again: what is already right
    /// is then left alone.
    ///
    /// An item that cannot be restored is recorded in the outcome; the rest goes on. Every blob is
    /// authenticated and compared with its hash before it is written, and a file gets its name only
    /// when its content is complete. A plan made by `plan(snapshot:_:onto:mode:knowing:)` leaves alone
    /// what was changed since: such an item is a failure with the code `outdated`.
    /// - Parameter progress: called now and then, from any thread.
    /// - Throws: `RepositoryError`: `outOfSpace` and `treeUnavailable` for
    ///   the destination, `locked`, `storage`.
    public func execute(
        _ plan: RestorePlan, progress: @escaping @Sendable (RestoreProgress) -> Void = { _ in }
    ) async throws -> RestoreOutcome {
        try await WorkerPool.withThreads(options.width) {
            try await repository.withLock(exclusive: false) {
                try await run(plan, progress)
            }
        }
    }
}
