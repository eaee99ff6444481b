import Concurrency
import FileTree
import ObjectStorage
import ResticFormat
import Synchronization

/// One run of the archiver: what its tasks share.
///
/// Work is forked where a thread is free and done in place where not, so that the number
/// of folders and files in hand is bounded by the width of the run and the depth of the
/// tree, whatever their number.
final class ArchiveRun: Sendable {
    struct Counts {
        var statistics = ArchiveStatistics()
        var folders: UInt64 = 0
        /// Those of them with files in them.
        var filledFolders: UInt64 = 0
        var unread: [UnreadItem] = []

        var entries: UInt64 { folders + statistics.totalFiles }
    }

    let source: any ReadableTree
    let options: ArchiveOptions
    let chunker: Chunker
    /// The time of the snapshot.
    let time: NodeTime
    /// When everything that the parent snapshot has was last found as it has it.
    let parentTime: NodeTime?
    let buffers = ChunkBuffers()
    /// Whether the run keeps what it sees of the folders.
    let remembersFolders: Bool
    /// What the last run saw of the folders.
    let lastSeen: FolderRecords?
    /// What the changes say of damage; nil where there is no earlier snapshot to compare with.
    let evidence: EvidenceGatherer?
    private let opening: LazyTarget
    private let forks: AsyncSemaphore?
    private let counts = Mutex(Counts())
    private let report: @Sendable (ArchiveProgress) -> Void

    init(
        source: any ReadableTree, options: ArchiveOptions, opening: LazyTarget, chunker: Chunker, time: NodeTime,
        parentTime: NodeTime?,
        remembersFolders: Bool, lastSeen: FolderRecords?, report: @escaping @Sendable (ArchiveProgress) -> Void
    ) {
        self.source = source
        self.options = options
        self.opening = opening
        self.chunker = chunker
        self.time = time
        self.parentTime = parentTime
        self.remembersFolders = remembersFolders
        self.lastSeen = lastSeen
        evidence = parentTime == nil ? nil : EvidenceGatherer()
        self.report = report
        forks = options.width > 1 ? AsyncSemaphore(permits: options.width - 1) : nil
    }

    /// Where blobs go to and trees come from; made when it is needed first.
    func target() async throws -> ArchiveTarget { try await opening.target() }

    /// The counts so far, without those of the blobs.
    var result: Counts { counts.withLock { $0 } }

    func count(_ change: (inout Counts) -> Void) {
        let progress = counts.withLock { counts in
            change(&counts)
            return ArchiveProgress(
                files: counts.statistics.totalFiles, folders: counts.folders, bytes: counts.statistics.totalBytes,
                failures: counts.unread.count)
        }
        report(progress)
    }

    /// Runs `body` in a child task where a thread is free, and otherwise at once in this one.
    func fork<Value: Sendable>(
        in group: inout ThrowingTaskGroup<Value, any Error>, inline results: inout [Value],
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws {
        try Task.checkCancellation()
        if let forks, forks.tryAcquire() {
            group.addTask {
                defer { forks.release() }
                return try await body()
            }
        } else {
            results.append(try await body())
        }
    }

    /// Records that an item could not be read.
    func record(_ item: UnreadItem) {
        count { $0.unread.append(item) }
    }
}

extension RepositoryError {
    init(treeUnavailable error: TreeError) {
        self.init(
            .treeUnavailable,
            "the source is gone as a whole ('\(error.path)': \(error.message)); no snapshot was written", cause: error,
            isRetryable: error.isTransient)
    }
}
