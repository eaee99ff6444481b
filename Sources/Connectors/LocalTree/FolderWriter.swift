import CLinuxCalls
import FileTree
import Glibc
import Synchronization

/// A folder being filled under a temporary name beside the place where it will stand.
///
/// It is open to us alone and hidden from listings, so its files need no temporary names of their
/// own. They are made through the open folder, which no other process can swap for another.
final class FolderWriter: WritableFolder {
    private let folder: Descriptor
    private let place: Placement
    private let isFinished = Mutex(false)

    init(_ folder: Descriptor, at place: Placement) {
        self.folder = folder
        self.place = place
    }

    /// One that cannot be removed is a leftover, which a later run finds.
    deinit {
        if isFinished.withLock({ $0 }) { return }
        try? place.tree.reaching(
            place.path, to: "discard the folder", LocalTree.removeFilledFolder(place.temporary, in: place.folder))
    }

    func writeFile(_ name: [UInt8], _ content: UnsafeRawBufferPointer, _ changes: AttributeChanges) throws(TreeError) {
        let path = place.path.appending(name)
        try place.tree.checkName(path)
        do throws(SystemFailure) {
            let name = try CName(name)
            // Mostly its final mode at once; what a mask or the kernel takes away, and other bits,
            // follow with the attributes.
            let mode = UInt32(changes.permissions ?? 0o600) & 0o777
            let file = try System.open(name, beneath: folder, flags: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode)
            do throws(SystemFailure) {
                unsafe try FileWriter.fill(file, with: content, changes: changes, folders: place.tree.widened)
            } catch {
                unsafe unlinkat(folder.number, name.characters, 0)
                throw error
            }
        } catch {
            throw place.tree.failure(error, at: path, to: "write the file")
        }
    }

    func commit() throws(TreeError) {
        try place.tree.reaching(place.path, to: "complete the folder", giveName())
        isFinished.withLock { $0 = true }
    }

    private func giveName() throws(SystemFailure) {
        let parent = try place.tree.parent(of: place.path)
        try place.requireUnmoved(parent)
        do throws(SystemFailure) {
            try LocalTree.rename(place.temporary, in: parent, to: place.path.name, in: parent)
        } catch {
            guard error.number == ENOTEMPTY || error.number == EEXIST else { throw error }
            try moveFiles(from: parent)
        }
    }

    /// Moves the files, one by one, into the folder that already has the name.
    private func moveFiles(from parent: Descriptor) throws(SystemFailure) {
        let flags = HOLDFAST_O_PATH | O_DIRECTORY | O_NOFOLLOW
        let present = try System.open(place.path.name, beneath: parent, flags: flags)
        for name in try FolderReader.names(folder) { try LocalTree.rename(name, in: folder, to: name, in: present) }
        try LocalTree.unlink(place.temporary, in: parent, flags: AT_REMOVEDIR)
    }
}
