public import FileTree

/// A snapshot as its file describes it.
public struct SnapshotInfo: Sendable, Hashable, Codable {
    /// The snapshot's ID, 64 hexadecimal digits.
    public var id: String
    /// When it was taken.
    public var time: Timestamp
    /// The ID of its root tree, 64 hexadecimal digits.
    public var tree: String
    /// The snapshot that it was made against, if any.
    public var parent: String?
    /// The first ID of a snapshot whose description was edited, as `restic tag`
    /// and `restic rewrite` do.
    public var original: String?
    public var tags: [String]
    /// What was backed up, as a label.
    public var paths: [String]
    public var hostname: String
    /// Counts of the run, where the writer recorded them.
    public var statistics: ArchiveStatistics?
}

/// Counts of one archive run. Byte counts are exact.
public struct ArchiveStatistics: Sendable, Hashable, Codable {
    /// Files that the parent did not have.
    public var filesNew: UInt64 = 0
    /// Files that differ from the parent's.
    public var filesChanged: UInt64 = 0
    /// Files that equal the parent's and were not opened.
    public var filesUnmodified: UInt64 = 0
    /// Folders that the parent did not have.
    public var foldersNew: UInt64 = 0
    /// Folders whose entries or attributes differ from the parent's.
    public var foldersChanged: UInt64 = 0
    /// Folders that equal the parent's.
    public var foldersUnmodified: UInt64 = 0
    /// Data blobs that were added.
    public var dataBlobs: UInt64 = 0
    /// Tree blobs that were added.
    public var treeBlobs: UInt64 = 0
    /// Plaintext bytes of the blobs that were added.
    public var addedBytes: UInt64 = 0
    /// The same after compression and sealing, without pack headers.
    public var addedPackedBytes: UInt64 = 0
    /// Bytes read from the source's files.
    public var readBytes: UInt64 = 0
    /// Content bytes of all files in the snapshot.
    public var totalBytes: UInt64 = 0

    /// All files in the snapshot.
    public var totalFiles: UInt64 { filesNew + filesChanged + filesUnmodified }

    /// All folders in the snapshot but its root.
    var totalFolders: UInt64 { foldersNew + foldersChanged + foldersUnmodified }

    /// Makes counts that are all zero.
    public init() {}
}
