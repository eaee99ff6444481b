import Concurrency
public import FileTree
public import ObjectStorage

/// Writes the present state of a tree into a repository as a snapshot.
///
/// Incremental: a file whose size, times of modification and change, and inode number equal the
/// parent snapshot's is not opened, and a folder that equals the parent's is not written. Memory is
/// bounded by `ArchiveOptions`, whatever the size of files and drives.
public struct Archiver: Sendable {
    /// The word among a snapshot's tags that says: something could not be read. Their
    /// nodes tell which items.
    public static let unreadTag = "holdfast-unread"

    private let repository: Repository
    private let options: ArchiveOptions
    private let cache: FolderCache?

    /// - Parameter cache: a store outside of the repository where it keeps, for one source, what it
    ///   saw of its folders, so that the next run reads only the trees of folders that look
    ///   otherwise. nil reads the trees of all.
    /// - Parameter local: a place on this machine that is asked before `cache`.
    public init(
        repository: Repository, options: ArchiveOptions = ArchiveOptions(), cache: (any ObjectStore)? = nil,
        local: CacheEntry? = nil
    ) {
        self.repository = repository
        self.options = options
        self.cache = cache.map { FolderCache(store: $0, local: local, repository: repository) }
    }

    /// Takes a snapshot of `source`.
    ///
    /// A lock is taken before anything is stored, or read to be compared; a run that finds every
    /// folder as the last one saw it takes none.
    ///
    /// Packs, then index files, then the snapshot are stored, each durable before the next, so
    /// that an interrupted run leaves the repository as it was, plus packs that a later run or
    /// prune makes use of or removes. An item that cannot be read is recorded in the outcome
    /// and keeps the node of the parent snapshot, marked; without one the snapshot names it.
    /// The rest goes on.
    /// - Parameter announcing: called with the IDs of the new snapshot and of its root tree when all that
    ///   it refers to is durable, just before it is stored itself;
    ///   what it throws ends the run without a snapshot. Not called where nothing changed.
    /// - Parameter progress: called now and then, from any thread.
    /// - Throws: `RepositoryError`: `treeUnavailable` where the source is gone as a whole,
    ///   `outOfSpace`, `storage`, `locked`, `snapshotNotFound` for the parent, `damaged`,
    ///   `viewOutdated` where the repository is not what `ArchiveRequest.known` says; then no
    ///   snapshot is written, and none of ours is lost.
    public func archive(
        _ source: any ReadableTree, request: ArchiveRequest,
        announcing: @escaping @Sendable (_ id: String, _ tree: String) async throws -> Void = { _, _ in },
        progress: @escaping @Sendable (ArchiveProgress) -> Void = { _ in }
    ) async throws -> ArchiveOutcome {
        try await WorkerPool.withThreads(options.width) {
            try await repository.withLockWhenNeeded {
                try await ArchiveJob(
                    repository: repository, options: options, request: request, cache: cache, announce: announcing
                ).run(source, progress)
            }
        }
    }
}
