import Concurrency
public import FileTree

/// How an archive run uses the machine.
public struct ArchiveOptions: Sendable, Hashable {
    /// Threads that read, hash, compress and seal; also the number of packs that
    /// are written at once.
    public var width: Int
    /// A pack is closed when its blobs reach this many bytes. 4 MiB to 128 MiB.
    public var packSizeBytes: Int
    /// The level of zstd, -7 to 19; nil stores blobs as they are (trees are always
    /// compressed). At 2 repositories are as small as those of restic's default, at 1 five to
    /// seven percent larger (docs/performance.md).
    public var compressionLevel: Int32?
    /// Whether every blob is opened again and compared with its ID before its pack is stored.
    public var verifiesBlobs: Bool
    /// How often a file that changes while it is read is read again before it is taken as it
    /// was read last, marked.
    public var rereadsOfChangingFiles: Int
    /// Files that claim to be longer, in bytes, are not opened and count as unread: a sparse file
    /// of any length costs its owner nothing.
    public var maximumFileBytes: UInt64
    /// Entries of one folder that are in memory at once: each takes kilobytes until it is text, and
    /// a folder may have a million.
    public var entriesAtOnce: Int
    /// From this number of files and folders on, a run keeps what it saw of them beside the
    /// repository; of fewer, reading the trees again is cheaper. On this machine it keeps all.
    public var entriesRemembered: UInt64
    /// The age, in seconds, from which on the list of index files is read once more before a snapshot
    /// is stored. A program that heeds our lock removes none; this is for those that do not, and for
    /// a run that slept. 0 looks always.
    public var indexTrustSeconds = 0.0

    /// Makes options; the defaults suit a server with a few cores.
    public init(
        width: Int = ArchiveOptions.defaultWidth, packSizeBytes: Int = 16 << 20, compressionLevel: Int32? = 2,
        verifiesBlobs: Bool = false, rereadsOfChangingFiles: Int = 2, maximumFileBytes: UInt64 = 4 << 40,
        entriesAtOnce: Int = 10_000, entriesRemembered: UInt64 = 1000
    ) {
        precondition(
            width > 0 && packSizeBytes >= 1 << 16 && entriesAtOnce > 0,
            "an archiver needs a thread and packs of a sensible size")
        self.width = width
        self.packSizeBytes = packSizeBytes
        self.compressionLevel = compressionLevel
        self.verifiesBlobs = verifiesBlobs
        self.rereadsOfChangingFiles = rereadsOfChangingFiles
        self.maximumFileBytes = maximumFileBytes
        self.entriesAtOnce = entriesAtOnce
        self.entriesRemembered = entriesRemembered
    }

    /// The number of processors, at most 8: each thread holds buffers of about 16 MiB.
    public static let defaultWidth = WorkerPool.processors(atMost: 8)
}

/// What to archive under which description.
public struct ArchiveRequest: Sendable, Hashable {
    /// Constant per service or tenant; restic groups snapshots by it.
    public var hostname: String
    /// Constant per drive, for example the drive's id; the snapshot's path is `/` and this label.
    public var label: String
    /// Free words without commas.
    public var tags: [String]
    /// The time that the snapshot bears.
    public var time: Timestamp
    /// The snapshot to compare with; files that equal it are not opened. nil reads everything.
    public var parent: String?
    /// When the source was last found to equal the parent, where that was later than its time. What
    /// cannot be read now is kept as of then.
    public var parentCheckedTime: Timestamp?
    /// Whether to write a snapshot when the tree equals the parent's.
    public var storesUnchanged: Bool
    /// What the repository is known to hold, with the parent as its snapshot; nil asks it.
    public var known: RepositoryView?

    public init(
        hostname: String, label: String, tags: [String] = [], time: Timestamp, parent: String? = nil,
        parentCheckedTime: Timestamp? = nil,
        storesUnchanged: Bool = false
    ) {
        self.hostname = hostname
        self.label = label
        self.tags = tags
        self.time = time
        self.parent = parent
        self.parentCheckedTime = parentCheckedTime
        self.storesUnchanged = storesUnchanged
    }
}

/// How far a run is. Reported now and then from any thread.
public struct ArchiveProgress: Sendable, Hashable {
    /// Files finished, unmodified ones included.
    public var files: UInt64
    public var folders: UInt64
    /// Content bytes of the finished files.
    public var bytes: UInt64
    /// Items that could not be read.
    public var failures: Int
}

/// What came of an archive run.
public struct ArchiveOutcome: Sendable {
    /// Whether there is a new snapshot.
    public enum Result: Sendable, Hashable {
        /// A new snapshot with this ID.
        case snapshot(id: String)
        /// The tree equals the parent's; no snapshot was written.
        case unchanged(parent: String)
    }

    /// Whether there is a new snapshot.
    public var result: Result
    /// The ID of the root tree.
    public var tree: String
    public var statistics: ArchiveStatistics
    /// Items that could not be read, in order of their paths. The snapshot keeps them as they were
    /// last read, or only names them.
    public var failures: [UnreadItem]
    /// What changed against the parent, and what of that speaks of damage.
    public var figures: ChangeFigures
    /// What the repository is known to hold now; nil where an index file is damaged.
    public var view: RepositoryView?
    /// The digest over the names of the index files, each of which tells what is there; nil where one
    /// does not, or none was looked at.
    public var indexDigest: String?
    /// Packs that index files of others name and that are not there.
    public var missingPacks = 0

    /// The snapshot that shows the state: the new one, or the equal parent.
    public var snapshotID: String {
        switch result {
        case .snapshot(let id): id
        case .unchanged(let parent): parent
        }
    }
}
