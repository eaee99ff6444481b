/// A tree of items that can be read: a drive, a document library, a mailbox in folders.
///
/// Promises: every call may be repeated and made from many threads at once; nothing outside the
/// tree is ever read, whatever symbolic links are in it; a missing item is
/// `TreeError.Code.notFound`; calls block the thread while they wait for the source.
public protocol ReadableTree: Sendable {
    /// The attributes of the item at `path`; those of the link itself for a symbolic link.
    func attributes(of path: TreePath) throws(TreeError) -> ItemAttributes

    /// All entries of a folder, sorted by the bytes of their names. An entry that vanishes during
    /// the call is left out.
    /// - Returns: the entries, and a failure for each entry whose attributes could not be read.
    func items(in folder: TreePath) throws(TreeError) -> FolderListing

    /// Where a symbolic link points, as stored.
    func linkTarget(of path: TreePath) throws(TreeError) -> [UInt8]

    /// The extended attributes of an item, sorted by name; empty where the source has none.
    func extendedAttributes(of path: TreePath) throws(TreeError) -> [ExtendedAttribute]

    /// Opens a file for reading. The last path component is never followed if it is a link, and
    /// devices or pipes are refused.
    func open(_ path: TreePath) throws(TreeError) -> any ReadableFile

    /// The names of an owner and a group, empty where unknown. Cached by the implementation.
    func ownerNames(userID: UInt32, groupID: UInt32) -> (user: String, group: String)
}

/// What a folder holds.
public struct FolderListing: Sendable {
    /// The entries, sorted by the bytes of their names.
    public var items: [Item]
    /// Entries that exist but could not be examined.
    public var failures: [TreeError]
    /// Whether the folder also has something under a temporary name, which is never listed.
    public var hasLeftovers: Bool

    public init(items: [Item], failures: [TreeError] = [], hasLeftovers: Bool = false) {
        self.items = items
        self.failures = failures
        self.hasLeftovers = hasLeftovers
    }
}

/// An open file. Closing happens when the last reference goes.
public protocol ReadableFile: ReadableContent {
    /// The attributes of the open file now, so that a change during reading can be noticed.
    func attributes() throws(TreeError) -> ItemAttributes

    /// The extended attributes of the open file, sorted by name; empty where the source has none.
    func extendedAttributes() throws(TreeError) -> [ExtendedAttribute]
}

/// Bytes that can be read in any order.
public protocol ReadableContent: AnyObject, Sendable {
    /// Reads up to `buffer.count` bytes from `offset`; 0 means the end. Short reads before the
    /// end do not happen.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(TreeError) -> Int
}
