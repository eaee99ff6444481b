/// A tree that can be changed: where a restore writes.
///
/// Promises: nothing outside the tree is ever written, whatever links are in it or are swapped in
/// during a call; a file appears under its name only whole (`WritableFile.commit`), so a crash
/// leaves the old item or the new one; an operation on a missing parent fails with `notFound`.
/// Durability comes with `synchronize()`.
public protocol WritableTree: ReadableTree {
    /// Why no item of that name can stand there, whatever else is tried; nil where one can. What is
    /// said concerns the item and everything beneath it.
    func refusal(ofName path: TreePath) -> TreeError?

    /// Makes a folder. An existing folder is `alreadyExists`.
    func makeFolder(_ path: TreePath, permissions: UInt16) throws(TreeError)

    /// Starts a folder that will stand at `path`, where nothing is, and is filled with small files
    /// before it is seen.
    func makeFilledFolder(_ path: TreePath) throws(TreeError) -> any WritableFolder

    /// Starts a file that will stand at `path`. It has a temporary name in the
    /// same folder until `commit`.
    /// - Parameter size: the length that it will have; the implementation may reserve the space and
    ///   fail early with `outOfSpace`.
    func makeFile(_ path: TreePath, size: UInt64) throws(TreeError) -> any WritableFile

    /// Makes a file at once: what `makeFile`, `write` and `commit` do
    /// together, with their promises.
    func writeFile(_ path: TreePath, _ content: UnsafeRawBufferPointer, _ changes: AttributeChanges) throws(TreeError)

    /// Starts a file that will replace the one at `path`, and begins with its content, cut or
    /// lengthened to `size`, where that costs no copying because both share it until one of them
    /// changes. nil where the tree has no such thing.
    func makeCopy(of path: TreePath, size: UInt64) throws(TreeError) -> (any CopiedFile)?

    /// Opens a file to change it where it stands. nil where the tree cannot, or the file is not one
    /// that we may write to, or runs as a program.
    func openForPatching(_ path: TreePath) throws(TreeError) -> (any PatchableFile)?

    /// Makes a symbolic link that holds `target` as it is, replacing a link, file or special item
    /// of that name at once.
    func makeSymbolicLink(_ path: TreePath, target: [UInt8]) throws(TreeError)

    /// Gives the file `existing` another name, replacing a file or link of that name at once.
    func makeHardLink(_ path: TreePath, to existing: TreePath) throws(TreeError)

    /// Makes a pipe, socket or device. `unsupported` or `permissionDenied` where the destination
    /// does not let us.
    func makeSpecial(_ path: TreePath, attributes: ItemAttributes) throws(TreeError)

    /// Moves an item within the tree, replacing a file at `destination`.
    func move(_ path: TreePath, to destination: TreePath) throws(TreeError)

    /// Removes a file, link, special item or **empty** folder. A missing item is not an error.
    func remove(_ path: TreePath) throws(TreeError)

    /// Sets what `changes` names; never follows a symbolic link.
    func setAttributes(of path: TreePath, _ changes: AttributeChanges) throws(TreeError)

    /// The room on the file system beneath; nil where the tree cannot tell.
    func space() throws(TreeError) -> TreeSpace?

    /// Makes everything written so far durable.
    func synchronize() throws(TreeError)

    /// Removes what an interrupted run left under temporary names, anywhere in the tree.
    func removeLeftovers() throws(TreeError)

    /// Removes what an interrupted run left under temporary names in one folder.
    /// `FolderListing.hasLeftovers` tells where there is something.
    func removeLeftovers(in folder: TreePath) throws(TreeError)
}

extension WritableTree {
    /// nil: every valid name is taken.
    public func refusal(ofName path: TreePath) -> TreeError? { nil }

    /// nil: nothing is known.
    public func space() throws(TreeError) -> TreeSpace? { nil }

    /// nil: nothing is shared.
    public func makeCopy(of path: TreePath, size: UInt64) throws(TreeError) -> (any CopiedFile)? { nil }

    /// nil: no file is changed where it stands.
    public func openForPatching(_ path: TreePath) throws(TreeError) -> (any PatchableFile)? { nil }

    /// A folder that is seen from the start.
    public func makeFilledFolder(_ path: TreePath) throws(TreeError) -> any WritableFolder {
        try VisibleFolder(path, in: self)
    }

    /// Makes a file at once, in the three steps.
    public func writeFile(
        _ path: TreePath, _ content: UnsafeRawBufferPointer, _ changes: AttributeChanges
    ) throws(TreeError) {
        let file = try makeFile(path, size: UInt64(content.count))
        unsafe try file.write(content, at: 0)
        try file.commit(changes)
    }
}

/// The room on a file system.
public struct TreeSpace: Sendable, Hashable {
    /// Tells one file system of the machine from another.
    public var fileSystem: UInt64
    /// Bytes that may still be written.
    public var availableBytes: UInt64
    /// Bytes that it holds in all; nil where that is not known.
    public var capacityBytes: UInt64?

    public init(fileSystem: UInt64, availableBytes: UInt64, capacityBytes: UInt64? = nil) {
        self.fileSystem = fileSystem
        self.availableBytes = availableBytes
        self.capacityBytes = capacityBytes
    }
}

/// The attributes to set; nil leaves one as it is.
public struct AttributeChanges: Sendable, Hashable {
    /// Unix permission bits, 0 to 0o7777.
    public var permissions: UInt16?
    /// Times of modification and access.
    public var modified: Timestamp?
    /// Time of access; `modified` is used where only that is given.
    public var accessed: Timestamp?
    /// Owner and group; skipped where the process may not change owners.
    public var owner: Owner?
    /// The complete set of extended attributes: others are removed. Names that the destination
    /// refuses as illegal are skipped.
    public var extendedAttributes: [ExtendedAttribute]?

    /// A numeric owner and group.
    public struct Owner: Sendable, Hashable {
        public var userID: UInt32
        public var groupID: UInt32

        public init(userID: UInt32, groupID: UInt32) {
            self.userID = userID
            self.groupID = groupID
        }
    }

    /// Makes a set of changes; nil leaves one as it is.
    public init(
        permissions: UInt16? = nil, modified: Timestamp? = nil, accessed: Timestamp? = nil,
        owner: Owner? = nil, extendedAttributes: [ExtendedAttribute]? = nil
    ) {
        self.permissions = permissions
        self.modified = modified
        self.accessed = accessed
        self.owner = owner
        self.extendedAttributes = extendedAttributes
    }
}

/// A file being written under a temporary name. Dropping it without `commit` discards it.
public protocol WritableFile: AnyObject, Sendable {
    /// Writes all of `bytes` at `offset`. May be called from several threads for different ranges.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(TreeError)

    /// Sets the attributes and gives the file its name, replacing what stood there at once
    /// (not a folder that is not empty). Ranges never written read as zeros. A second call
    /// is a programming error.
    func commit(_ changes: AttributeChanges) throws(TreeError)

    /// Removes the temporary file.
    func discard()
}

/// A file being written that began with the content of another one. Ranges never written are that
/// content, and zeros behind it.
public protocol CopiedFile: WritableFile, ReadableContent {}

/// A file that is changed where it stands: whoever reads it sees each change at once, so only what
/// can be done again after a crash may be done to it.
public protocol PatchableFile: ReadableFile {
    /// Writes all of `bytes` at `offset`, behind the end too.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(TreeError)

    /// Cuts the file, or lengthens it with zeros.
    func resize(to size: UInt64) throws(TreeError)

    func setAttributes(_ changes: AttributeChanges) throws(TreeError)

    /// Makes all changes of content and attributes durable.
    func synchronize() throws(TreeError)
}
