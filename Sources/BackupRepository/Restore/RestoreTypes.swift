public import Concurrency
public import FileTree

/// How a restore run uses the machine and which attributes it sets.
public struct RestoreOptions: Sendable, Hashable {
    /// Threads that read packs, open blobs and write files.
    public var width: Int
    /// Reads of packs that are on their way at once, as far as they have 64 MiB together; nil for as
    /// many as threads. A store far away takes as long for thirty as for one.
    public var readsAtOnce: Int?
    /// The largest range read from a pack at once, in bytes.
    public var readSizeBytes: Int
    /// Neighbouring ranges are read together over gaps of at most this many bytes.
    public var gapBytes: Int
    /// The most files that are open at once while their content comes from several packs.
    public var openFiles: Int
    /// Whether owners and groups are set.
    public var setsOwners: Bool
    /// The shortest file that is changed where it stands, in bytes. Each waits for the disk four times.
    public var patchedFileBytes: UInt64

    /// Makes options; the defaults suit a server with a few cores.
    public init(
        width: Int = WorkerPool.processors(atMost: 8), readsAtOnce: Int? = nil, readSizeBytes: Int = 4 << 20,
        gapBytes: Int = 256 << 10, openFiles: Int = 256, setsOwners: Bool = true, patchedFileBytes: UInt64 = 8 << 20
    ) {
        precondition(
            width > 0 && readSizeBytes > 0 && gapBytes >= 0 && openFiles > 0,
            "a restorer needs threads, buffers and files")
        self.width = width
        self.readsAtOnce = readsAtOnce
        self.readSizeBytes = readSizeBytes
        self.gapBytes = gapBytes
        self.openFiles = openFiles
        self.setsOwners = setsOwners
        self.patchedFileBytes = patchedFileBytes
    }
}

/// What has to be true of the destination afterwards.
public enum RestoreMode: String, Sendable, Hashable, Codable {
    /// The destination is exactly the snapshot: what is not in it is removed.
    case inPlace
    /// Everything in the snapshot is there; what else the destination holds is left alone.
    case fresh
}

/// The counts of a plan: what executing it will do. Bytes are content bytes.
public struct RestoreSummary: Sendable, Hashable, Codable {
    /// Items that will be created.
    public var created: UInt64 = 0
    /// Files whose content will be rewritten.
    public var rewritten: UInt64 = 0
    /// Files that will be moved back to the name that they had.
    public var renamed: UInt64 = 0
    /// Items that will be removed.
    public var deleted: UInt64 = 0
    /// Items of which only attributes will be set.
    public var attributesFixed: UInt64 = 0
    /// Items that need no change.
    public var unchanged: UInt64 = 0
    /// Content bytes of the created and rewritten files.
    public var bytesToWrite: UInt64 = 0
    /// Content bytes in the snapshot's files.
    public var bytesTotal: UInt64 = 0
    /// All items in the snapshot's folder.
    public var itemsTotal: UInt64 = 0
    /// Content bytes of the destination that were read because attributes were inconclusive.
    public var bytesCompared: UInt64 = 0

    /// Makes counts that are all zero.
    public init() {}

    /// Whether there is nothing to do.
    public var isEmpty: Bool { created + rewritten + renamed + deleted + attributesFixed == 0 }
}

extension RestoreSummary: CustomStringConvertible {
    /// One line for a person.
    public var description: String {
        """
        create \(created), rewrite \(rewritten), rename \(renamed), delete \(deleted), fix attributes of \
        \(attributesFixed), leave \(unchanged); \(bytesToWrite) of \(bytesTotal) bytes to write
        """
    }
}

/// How far a restore is. Reported now and then from any thread.
public struct RestoreProgress: Sendable, Hashable {
    /// Items done: made, rewritten, renamed, removed or fixed.
    public var items: UInt64
    /// Items that the plan names.
    public var itemsPlanned: UInt64
    public var bytes: UInt64
    /// Content bytes that the plan names.
    public var bytesPlanned: UInt64
    public var failures: Int
    /// The item that was worked on last; nil where this report concerns none.
    public var path: TreePath?
}

/// What came of a restore.
public struct RestoreOutcome: Sendable {
    /// What the plan named.
    public var planned: RestoreSummary
    /// Items done without failure.
    public var items: UInt64
    public var bytesWritten: UInt64
    /// Bytes read from packs.
    public var bytesRead: UInt64
    /// Items that could not be restored, in order of their paths.
    public var failures: [ItemFailure]
    /// What could not be read when the snapshot was taken, where it is in the destination, in
    /// order of the paths.
    public var unread: [UnreadItem]
    /// What the snapshot does not have and was not removed, because it may be what could not be
    /// read, or in it.
    public var leftAlone: [TreePath]
}
