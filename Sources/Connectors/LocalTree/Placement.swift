import CLinuxCalls
import FileTree
import Glibc

/// The place of an incomplete item: a temporary name in the folder in which it will stand.
struct Placement: Sendable {
    /// The final path of the item.
    let path: TreePath
    let temporary: [UInt8]
    /// The folder of `path`, open.
    let folder: Descriptor
    let tree: LocalTree

    /// Opens the folder in which `path` will stand.
    init(of path: TreePath, temporary: [UInt8], in tree: LocalTree) throws(SystemFailure) {
        self.path = path
        self.temporary = temporary
        self.tree = tree
        folder = try tree.parent(of: path)
    }

    /// Makes an empty file of the temporary name, which only its owner may open.
    func makeFile() throws(SystemFailure) -> Descriptor {
        try System.open(temporary, beneath: folder, flags: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
    }

    /// Throws where `present`, the folder of `path` now, is another one than before: the item would
    /// appear outside of the tree.
    /// - Throws: `ENOENT`.
    func requireUnmoved(_ present: Descriptor) throws(SystemFailure) {
        guard Identity(try System.status(present)) == Identity(try System.status(folder)) else {
            throw SystemFailure(number: ENOENT)
        }
    }

    /// Removes the item where it has its temporary name.
    func drop() throws(SystemFailure) { try LocalTree.dropping(temporary, in: folder) }
}
