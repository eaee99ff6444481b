/// What an archiver counted, as restic keeps it in snapshots since 0.17.
/// Source: restic-format.md section 11.
public struct SnapshotSummary: Hashable, Sendable {
    public var backupStart: NodeTime
    public var backupEnd: NodeTime
    /// Files that the parent did not have.
    public var filesNew: UInt64 = 0
    /// Files that differ from the parent.
    public var filesChanged: UInt64 = 0
    /// Files as in the parent.
    public var filesUnmodified: UInt64 = 0
    /// Directories that the parent did not have.
    public var dirsNew: UInt64 = 0
    /// Directories that differ from the parent.
    public var dirsChanged: UInt64 = 0
    /// Directories as in the parent.
    public var dirsUnmodified: UInt64 = 0
    /// Data blobs that were added.
    public var dataBlobs: UInt64 = 0
    /// Tree blobs that were added.
    public var treeBlobs: UInt64 = 0
    /// Plaintext bytes that were added.
    public var dataAdded: UInt64 = 0
    /// Stored bytes that were added.
    public var dataAddedPacked: UInt64 = 0
    public var totalFilesProcessed: UInt64 = 0
    /// Bytes of files looked at; what `restic snapshots` shows as size.
    public var totalBytesProcessed: UInt64 = 0

    /// Makes a summary of nothing.
    public init(backupStart: NodeTime, backupEnd: NodeTime) {
        self.backupStart = backupStart
        self.backupEnd = backupEnd
    }

    private static let counts: [(name: StaticString, path: any WritableKeyPath<SnapshotSummary, UInt64> & Sendable)] = [
        ("files_new", \.filesNew), ("files_changed", \.filesChanged), ("files_unmodified", \.filesUnmodified),
        ("dirs_new", \.dirsNew), ("dirs_changed", \.dirsChanged), ("dirs_unmodified", \.dirsUnmodified),
        ("data_blobs", \.dataBlobs), ("tree_blobs", \.treeBlobs), ("data_added", \.dataAdded),
        ("data_added_packed", \.dataAddedPacked),
        ("total_files_processed", \.totalFilesProcessed), ("total_bytes_processed", \.totalBytesProcessed),
    ]
    private static let fieldNames = FieldNames(["backup_start", "backup_end"] + counts.map(\.name))

    func write(to json: inout GoJSONWriter) {
        json.beginObject()
        json.key("backup_start")
        json.string(backupStart)
        json.key("backup_end")
        json.string(backupEnd)
        for count in Self.counts {
            json.key(count.name)
            json.number(self[keyPath: count.path])
        }
        json.endObject()
    }

    init(reading json: inout JSONReader) throws(FormatError) {
        var summary = SnapshotSummary(backupStart: .absent, backupEnd: .absent)
        var object = try json.beginObject()
        while let index = try json.nextField(of: &object, Self.fieldNames) {
            switch index {
            case 0: summary.backupStart = try json.time()
            case 1: summary.backupEnd = try json.time()
            case _: summary[keyPath: Self.counts[index - 2].path] = try json.number()
            }
        }
        self = summary
    }
}
