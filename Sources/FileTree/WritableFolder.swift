/// A new folder that is filled before it is seen: its files have their own names at once, and the
/// folder gets its own when they are whole.
///
/// That saves the second name of each file. A crash leaves a hidden folder, whose files may not
/// be whole, for `removeLeftovers`.
public protocol WritableFolder: AnyObject, Sendable {
    /// Makes a file that is whole when the call returns; where it fails, there is no such file.
    /// Called once for each name, from any thread.
    func writeFile(_ name: [UInt8], _ content: UnsafeRawBufferPointer, _ changes: AttributeChanges) throws(TreeError)

    /// Gives the folder its name. Where a folder of that name was made meanwhile, the files
    /// move into that one.
    ///
    /// Called once, after the last file. A folder that is dropped without it is
    /// discarded with its files.
    func commit() throws(TreeError)
}

/// A new folder that is seen from the start: right for every tree, and the only way for trees
/// that cannot hide one.
public final class VisibleFolder: WritableFolder {
    private let tree: any WritableTree
    private let path: TreePath

    /// Makes the folder, open to its owner alone. One that was made meanwhile is used; anything
    /// else of that name is `alreadyExists`.
    public init(_ path: TreePath, in tree: any WritableTree) throws(TreeError) {
        self.tree = tree
        self.path = path
        do throws(TreeError) {
            try tree.makeFolder(path, permissions: 0o700)
        } catch {
            guard error.code == .alreadyExists, try tree.attributes(of: path).kind == .folder else { throw error }
        }
    }

    public func writeFile(
        _ name: [UInt8], _ content: UnsafeRawBufferPointer, _ changes: AttributeChanges
    ) throws(TreeError) {
        unsafe try tree.writeFile(path.appending(name), content, changes)
    }

    public func commit() throws(TreeError) {}
}
