public import FileTree
import Glibc

extension LocalTree {
    /// Removes the temporary files and folders of other processes, wherever they are. The caller
    /// sees to it that none of them still writes here.
    public func removeLeftovers() throws(TreeError) {
        var folders = [TreePath.root]
        while let folder = folders.popLast() {
            do throws(TreeError) {
                try removeLeftovers(in: folder)
                folders += try items(in: folder).items.filter { $0.attributes.kind == .folder }.map {
                    folder.appending($0.name)
                }
            } catch {
                // A folder that vanished meanwhile has no leftovers.
                if error.code != .notFound { throw error }
            }
        }
    }

    /// Removes the temporary files and folders of other processes in one folder.
    public func removeLeftovers(in folder: TreePath) throws(TreeError) {
        try reaching(
            folder, to: "remove what an interrupted restore left", opening: true, removeTemporaries(in: folder))
    }

    private func removeTemporaries(in folder: TreePath) throws(SystemFailure) {
        let folder = try openFolder(folder)
        for name in try FolderReader.temporaryNames(folder) where !names.own(name) {
            if ItemKind(mode: try System.status(name, in: folder).st_mode) == .folder {
                try LocalTree.removeFilledFolder(name, in: folder)
            } else {
                try LocalTree.dropping(name, in: folder)
            }
        }
    }

    /// Removes a folder of a temporary name with the files in it. One that holds a folder is
    /// no leftover and stays.
    static func removeFilledFolder(_ temporary: [UInt8], in parent: Descriptor) throws(SystemFailure) {
        do throws(SystemFailure) {
            let folder = try System.open(
                temporary, beneath: parent, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK)
            for name in try FolderReader.names(folder) { try dropping(name, in: folder) }
            try unlink(temporary, in: parent, flags: AT_REMOVEDIR)
        } catch {
            guard [ENOENT, EISDIR, ENOTEMPTY].contains(error.number) else { throw error }
        }
    }
}
