public import FileTree
import Glibc

extension LocalTree {
    /// The room on the file system that holds the root, for processes without special rights.
    public func space() throws(TreeError) -> TreeSpace? {
        do throws(SystemFailure) {
            let (found, device) = (try System.fileSystem(of: root), try System.status(root).st_dev)
            let (blocks, overflow) = UInt64(found.f_bavail).multipliedReportingOverflow(by: UInt64(found.f_frsize))
            return TreeSpace(fileSystem: UInt64(device), availableBytes: overflow ? .max : blocks)
        } catch {
            throw failure(error, at: .root, to: "ask for its free space")
        }
    }
}

extension System {
    /// What the file system says that an open item lies on.
    fileprivate static func fileSystem(of file: Descriptor) throws(SystemFailure) -> statvfs {
        var found = statvfs()
        try library { unsafe fstatvfs(file.number, &found) }
        return found
    }
}
