/// A tree that changes nothing any more once its user lost the right to: a restore that slept
/// through the end of its lease must not put old content over what was written since. Reads go on.
public struct GuardedTree: WritableTree {
    private let base: any WritableTree
    private let mayChange: @Sendable () -> Bool

    /// - Parameter mayChange: asked right before each change; once false, false for ever.
    public init(_ base: any WritableTree, mayChange: @escaping @Sendable () -> Bool) {
        self.base = base
        self.mayChange = mayChange
    }

    fileprivate func expectRight(_ path: TreePath) throws(TreeError) {
        guard mayChange() else {
            throw TreeError(
                .leaseLost, path: path,
                message: "the work that wanted to change it lost its lease, and another process may do it")
        }
    }

    // MARK: Reading

    public func attributes(of path: TreePath) throws(TreeError) -> ItemAttributes { try base.attributes(of: path) }
    public func items(in folder: TreePath) throws(TreeError) -> FolderListing { try base.items(in: folder) }
    public func linkTarget(of path: TreePath) throws(TreeError) -> [UInt8] { try base.linkTarget(of: path) }
    public func open(_ path: TreePath) throws(TreeError) -> any ReadableFile { try base.open(path) }
    public func refusal(ofName path: TreePath) -> TreeError? { base.refusal(ofName: path) }
    public func space() throws(TreeError) -> TreeSpace? { try base.space() }

    public func extendedAttributes(of path: TreePath) throws(TreeError) -> [ExtendedAttribute] {
        try base.extendedAttributes(of: path)
    }

    public func ownerNames(userID: UInt32, groupID: UInt32) -> (user: String, group: String) {
        base.ownerNames(userID: userID, groupID: groupID)
    }

    // MARK: Changing

    public func makeFolder(_ path: TreePath, permissions: UInt16) throws(TreeError) {
        try expectRight(path)
        try base.makeFolder(path, permissions: permissions)
    }

    public func makeFilledFolder(_ path: TreePath) throws(TreeError) -> any WritableFolder {
        try expectRight(path)
        return GuardedFolder(try base.makeFilledFolder(path), path, in: self)
    }

    public func makeFile(_ path: TreePath, size: UInt64) throws(TreeError) -> any WritableFile {
        try expectRight(path)
        return GuardedFile(try base.makeFile(path, size: size), path, in: self)
    }

    public func writeFile(
        _ path: TreePath, _ content: UnsafeRawBufferPointer, _ changes: AttributeChanges
    ) throws(TreeError) {
        try expectRight(path)
        try unsafe base.writeFile(path, content, changes)
    }

    public func makeCopy(of path: TreePath, size: UInt64) throws(TreeError) -> (any CopiedFile)? {
        try expectRight(path)
        return try base.makeCopy(of: path, size: size).map { GuardedCopy($0, path, in: self) }
    }

    public func openForPatching(_ path: TreePath) throws(TreeError) -> (any PatchableFile)? {
        try expectRight(path)
        return try base.openForPatching(path).map { GuardedPatch($0, path, in: self) }
    }

    public func makeSymbolicLink(_ path: TreePath, target: [UInt8]) throws(TreeError) {
        try expectRight(path)
        try base.makeSymbolicLink(path, target: target)
    }

    public func makeHardLink(_ path: TreePath, to existing: TreePath) throws(TreeError) {
        try expectRight(path)
        try base.makeHardLink(path, to: existing)
    }

    public func makeSpecial(_ path: TreePath, attributes: ItemAttributes) throws(TreeError) {
        try expectRight(path)
        try base.makeSpecial(path, attributes: attributes)
    }

    public func move(_ path: TreePath, to destination: TreePath) throws(TreeError) {
        try expectRight(path)
        try base.move(path, to: destination)
    }

    public func remove(_ path: TreePath) throws(TreeError) {
        try expectRight(path)
        try base.remove(path)
    }

    public func setAttributes(of path: TreePath, _ changes: AttributeChanges) throws(TreeError) {
        try expectRight(path)
        try base.setAttributes(of: path, changes)
    }

    public func synchronize() throws(TreeError) { try base.synchronize() }

    public func removeLeftovers() throws(TreeError) {
        try expectRight(.root)
        try base.removeLeftovers()
    }

    public func removeLeftovers(in folder: TreePath) throws(TreeError) {
        try expectRight(folder)
        try base.removeLeftovers(in: folder)
    }
}

private final class GuardedFolder: WritableFolder {
    private let base: any WritableFolder
    private let path: TreePath
    private let tree: GuardedTree

    init(_ base: any WritableFolder, _ path: TreePath, in tree: GuardedTree) {
        self.base = base
        self.path = path
        self.tree = tree
    }

    func writeFile(
        _ name: [UInt8], _ content: UnsafeRawBufferPointer, _ changes: AttributeChanges
    ) throws(TreeError) {
        try tree.expectRight(path)
        try unsafe base.writeFile(name, content, changes)
    }

    func commit() throws(TreeError) {
        try tree.expectRight(path)
        try base.commit()
    }
}

/// Bytes under a temporary name do no harm: only the commit is a change.
private final class GuardedFile: WritableFile {
    private let base: any WritableFile
    private let path: TreePath
    private let tree: GuardedTree

    init(_ base: any WritableFile, _ path: TreePath, in tree: GuardedTree) {
        self.base = base
        self.path = path
        self.tree = tree
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(TreeError) {
        try unsafe base.write(bytes, at: offset)
    }

    func commit(_ changes: AttributeChanges) throws(TreeError) {
        do throws(TreeError) {
            try tree.expectRight(path)
        } catch {
            base.discard()
            throw error
        }
        try base.commit(changes)
    }

    func discard() { base.discard() }
}

private final class GuardedCopy: CopiedFile {
    private let base: any CopiedFile
    private let file: GuardedFile

    init(_ base: any CopiedFile, _ path: TreePath, in tree: GuardedTree) {
        self.base = base
        file = GuardedFile(base, path, in: tree)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(TreeError) -> Int {
        try unsafe base.read(into: buffer, at: offset)
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(TreeError) {
        try unsafe file.write(bytes, at: offset)
    }

    func commit(_ changes: AttributeChanges) throws(TreeError) { try file.commit(changes) }
    func discard() { file.discard() }
}

/// Each range is a change that people see at once.
private final class GuardedPatch: PatchableFile {
    private let base: any PatchableFile
    private let path: TreePath
    private let tree: GuardedTree

    init(_ base: any PatchableFile, _ path: TreePath, in tree: GuardedTree) {
        self.base = base
        self.path = path
        self.tree = tree
    }

    func attributes() throws(TreeError) -> ItemAttributes { try base.attributes() }
    func extendedAttributes() throws(TreeError) -> [ExtendedAttribute] { try base.extendedAttributes() }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(TreeError) -> Int {
        try unsafe base.read(into: buffer, at: offset)
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(TreeError) {
        try tree.expectRight(path)
        try unsafe base.write(bytes, at: offset)
    }

    func resize(to size: UInt64) throws(TreeError) {
        try tree.expectRight(path)
        try base.resize(to: size)
    }

    func setAttributes(_ changes: AttributeChanges) throws(TreeError) {
        try tree.expectRight(path)
        try base.setAttributes(changes)
    }

    func synchronize() throws(TreeError) { try base.synchronize() }
}
