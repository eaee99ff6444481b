public import FileTree
import Glibc

extension LocalTree {
    /// Removes the temporary files of other processes, wherever they are. The caller sees to it that none of them still writes here.
    public func removeLeftovers() throws(TreeError) {
        var folders = [TreePath.root]
        while let folder = folders.popLast() {
            do throws(TreeError) {
                try removeLeftovers(in: folder)
                folders += try items(in: folder).items.filter { $0.attributes.kind == .folder }.map { folder.appending($0.name) }
            } catch {
                // A folder that vanished meanwhile has no leftovers.
                if error.code != .notFound { throw error }
            }
        }
    }

    /// Removes the temporary files of other processes in one folder.
    func removeLeftovers(in folder: TreePath) throws(TreeError) {
        try reaching(folder, "remove what an interrupted restore left", opening: true) { () throws(SystemFailure) in
            let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK
            let open = try System.open(folder.bytes, beneath: self.root, flags: flags)
            for name in try FolderReader.temporaryNames(open) where !self.names.own(name) {
                guard ItemKind(mode: try System.status(name, in: open).st_mode) != .folder else { continue }
                try LocalTree.dropping(name, in: open)
            }
        }
    }
}
