public import Concurrency

/// Verifies a repository, stricter than restic: also names, order and sizes in trees.
public struct Checker: Sendable {
    let repository: Repository
    let width: Int

    /// Makes a checker that uses `width` threads.
    public init(repository: Repository, width: Int = WorkerPool.processors(atMost: 8)) {
        precondition(width > 0, "a checker needs a thread")
        self.repository = repository
        self.width = width
    }

    /// Checks index, packs, snapshots and trees; with `readsData` also every byte of every pack.
    ///
    /// Problems are the result, not errors. Holds a non-exclusive lock: archiving may go on
    /// meanwhile, pruning may not.
    /// - Throws: `RepositoryError` only where the store fails or a lock forbids it.
    public func check(
        readsData: Bool, progress: @escaping @Sendable (CheckProgress) -> Void = { _ in }
    ) async throws -> CheckReport {
        try await WorkerPool.withThreads(width) {
            try await repository.withLock(exclusive: false) {
                try await CheckRun(repository: repository, width: width, report: progress).run(readsData: readsData)
            }
        }
    }
}
