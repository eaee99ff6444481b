import CLinuxCalls
import FileTree
import Glibc
import Synchronization

/// A folder being filled under a temporary name beside the place where it will stand.
///
/// It is open to us alone and hidden from listings, so its files need no temporary names of their
/// own. They are made through the open folder, which nobody can swap for another.
final class FolderWriter: WritableFolder {
    private let folder: Descriptor
    private let temporary: [UInt8]
    private let parent: Descriptor
    private let path: TreePath
    private let tree: LocalTree
    private let isFinished = Mutex(false)

    init(_ folder: Descriptor, _ temporary: [UInt8], _ parent: Descriptor, _ path: TreePath, _ tree: LocalTree) {
        self.folder = folder
        self.temporary = temporary
        self.parent = parent
        self.path = path
        self.tree = tree
    }

    /// One that cannot be removed is a leftover, which a later run finds.
    deinit {
        if isFinished.withLock({ $0 }) { return }
        try? tree.reaching(path, "discard the folder") { () throws(SystemFailure) in
            try LocalTree.removeFilledFolder(self.temporary, in: self.parent)
        }
    }

    func writeFile(_ name: [UInt8], _ content: UnsafeRawBufferPointer, _ changes: AttributeChanges) throws(TreeError) {
        let place = path.appending(name)
        try tree.checkName(place)
        do throws(SystemFailure) {
            let name = try CName(name)
            // Mostly its final mode at once; what a mask or the kernel takes away, and other bits,
            // follow with the attributes.
            let mode = UInt32(changes.permissions ?? 0o600) & 0o777
            let file = try System.open(name, beneath: folder, flags: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode)
            do throws(SystemFailure) {
                unsafe try FileWriter.fill(file, content, changes, tree.widened)
            } catch {
                unsafe unlinkat(folder.number, name.characters, 0)
                throw error
            }
        } catch {
            throw tree.failure(error, place, "write the file")
        }
    }

    func commit() throws(TreeError) {
        try tree.reaching(path, "complete the folder") { () throws(SystemFailure) in
            let place = try self.tree.parent(of: self.path)
            // The folder above must still be where it was: otherwise this one would
            // appear outside the tree.
            guard Identity(try System.status(place)) == Identity(try System.status(self.parent)) else {
                throw SystemFailure(number: ENOENT)
            }
            do throws(SystemFailure) {
                try LocalTree.rename(self.temporary, in: place, to: self.path.name, in: place)
            } catch {
                guard error.number == ENOTEMPTY || error.number == EEXIST else { throw error }
                try self.moveFiles(from: place)
            }
        }
        isFinished.withLock { $0 = true }
    }

    /// Gives the files to the folder that has the name already, one by one.
    private func moveFiles(from place: Descriptor) throws(SystemFailure) {
        let present = try System.open(path.name, beneath: place, flags: HOLDFAST_O_PATH | O_DIRECTORY | O_NOFOLLOW)
        for name in try FolderReader.names(folder) { try LocalTree.rename(name, in: folder, to: name, in: present) }
        try LocalTree.unlink(temporary, in: place, flags: AT_REMOVEDIR)
    }
}
