import CLinuxCalls
public import FileTree
import Glibc

/// Single entries of open folders, and the names that they may have.
extension LocalTree {
    /// The folder that holds an item.
    func parent(of path: TreePath) throws(SystemFailure) -> Descriptor {
        try System.open(path.parent.bytes, beneath: root, flags: HOLDFAST_O_PATH | O_DIRECTORY | O_NOFOLLOW)
    }

    /// Renames a complete file to its final name. An empty folder that stands there is removed just
    /// before; everything else is replaced at once.
    static func complete(_ temporary: [UInt8], as name: [UInt8], in folder: Descriptor) throws(SystemFailure) {
        do throws(SystemFailure) {
            try rename(temporary, in: folder, to: name, in: folder)
        } catch {
            guard error.number == EISDIR else { throw error }
            try unlink(name, in: folder, flags: AT_REMOVEDIR)
            try rename(temporary, in: folder, to: name, in: folder)
        }
    }

    /// Renames an entry; an item that has the new name is replaced.
    static func rename(
        _ name: [UInt8], in folder: Descriptor, to newName: [UInt8], in newFolder: Descriptor
    ) throws(SystemFailure) {
        let name = try CName(name)
        let newName = try CName(newName)
        try System.library { unsafe renameat(folder.number, name.characters, newFolder.number, newName.characters) }
    }

    /// Removes one entry of an open folder; `flags` as of `unlinkat`.
    static func unlink(_ name: [UInt8], in folder: Descriptor, flags: Int32 = 0) throws(SystemFailure) {
        let name = try CName(name)
        try System.library { unsafe unlinkat(folder.number, name.characters, flags) }
    }

    /// Removes a temporary name where it exists.
    static func dropping(_ temporary: [UInt8], in folder: Descriptor) throws(SystemFailure) {
        do throws(SystemFailure) { try unlink(temporary, in: folder) } catch {
            if error.number != ENOENT { throw error }
        }
    }

    /// The longest name that Linux takes, in bytes (`NAME_MAX`).
    private static let maximumNameBytes = 255

    /// Refuses names that are too long for Linux, and the form that is reserved.
    public func refusal(ofName path: TreePath) -> TreeError? {
        let count = path.name.count
        if count > Self.maximumNameBytes {
            return TreeError(
                .invalidName, path: path,
                message:
                    """
                    the name has \(count) bytes, and names there have at most \(Self.maximumNameBytes); restore \
                    the item into a library instead
                    """
            )
        }
        guard TemporaryNames.isTemporary(path.name) else { return nil }
        return TreeError(
            .invalidName, path: path,
            message: "names of this form are reserved for files that are not complete; rename the item")
    }

    /// Refuses names that cannot be made, and the root.
    func checkName(_ path: TreePath) throws(TreeError) {
        guard !path.isRoot else {
            throw TreeError(.wrongKind, path: path, message: "the root of a tree exists already")
        }
        if let refusal = refusal(ofName: path) { throw refusal }
    }
}
