public import FileTree
import ResticFormat

/// A file of a snapshot, as far as reading its content needs it.
public struct SnapshotFile: Sendable {
    /// The raw bytes of its name, a valid one.
    public let name: [UInt8]
    /// Time of the last change of content.
    public let modified: Timestamp
    /// The content length in bytes, as the blobs say.
    public let size: UInt64
    /// The blobs of the content, in order.
    let blobs: [ObjectID]

    /// Names the content: files with the same one have the same bytes. 64 hexadecimal digits.
    public var contentID: String { ObjectID.hash(of: Array(blobs.map(\.hex).joined().utf8)).hex }
}

/// An item of a folder of a snapshot.
public enum SnapshotItem: Sendable {
    case file(SnapshotFile)
    case folder(name: [UInt8], modified: Timestamp, SnapshotBrowser.Folder)
    /// A link, or what is neither file nor folder.
    case other(name: [UInt8])
}
