import CLinuxCalls
public import FileTree
import Glibc

/// Sets attributes of the object behind a descriptor, in the order in which none undoes another.
enum AttributeWriter {
    /// Owner first (it clears setuid and capabilities), then extended attributes (they need the
    /// permission to write), then the mode, then the times, which every earlier step may change.
    static func apply(_ changes: AttributeChanges, to item: Descriptor, folders: WidenedFolders) throws(SystemFailure) {
        let status = try System.status(item)
        let isLink = ItemKind(mode: status.st_mode) == .symbolicLink
        var hasNewOwner = false
        if let owner = changes.owner { hasNewOwner = try setOwner(owner, of: item, status: status) }
        if let attributes = changes.extendedAttributes {
            try setAttributes(attributes, of: item, keeping: isLink ? nil : status.st_mode & 0o7777)
        }
        // Linux has no mode of a link. Only a folder may be one that is opened up at the moment.
        if let permissions = changes.permissions, !isLink {
            let mode = mode_t(permissions & 0o7777)
            if ItemKind(mode: status.st_mode) == .folder {
                try folders.setMode(mode, of: item)
            } else if hasNewOwner || status.st_mode & 0o7777 != mode {
                try System.kernel { holdfast_change_mode(item.number, mode) }
            }
        }
        try setTimes(changes, of: item)
    }

    /// - Returns: whether the owner was changed.
    private static func setOwner(
        _ owner: AttributeChanges.Owner, of item: Descriptor, status: stat
    ) throws(SystemFailure) -> Bool {
        if status.st_uid == owner.userID, status.st_gid == owner.groupID { return false }
        do throws(SystemFailure) {
            try System.library { unsafe fchownat(item.number, "", owner.userID, owner.groupID, HOLDFAST_AT_EMPTY_PATH) }
            return true
        } catch {
            if error.number != EPERM { throw error }
            return false
        }
    }

    /// An item that its owner may not write gets that permission for the time of the call.
    private static func setAttributes(
        _ attributes: [ExtendedAttribute], of item: Descriptor, keeping mode: mode_t?
    ) throws(SystemFailure) {
        do throws(SystemFailure) {
            return try ExtendedAttributes.replace(item, with: attributes)
        } catch {
            guard error.number == EACCES, let mode, mode & 0o600 != 0o600 else { throw error }
        }
        guard let mode else { return }
        try System.kernel { holdfast_change_mode(item.number, mode | 0o600) }
        do throws(SystemFailure) {
            try ExtendedAttributes.replace(item, with: attributes)
        } catch {
            try System.kernel { holdfast_change_mode(item.number, mode) }
            throw error
        }
        try System.kernel { holdfast_change_mode(item.number, mode) }
    }

    private static func setTimes(_ changes: AttributeChanges, of item: Descriptor) throws(SystemFailure) {
        guard changes.modified != nil || changes.accessed != nil else { return }
        let unchanged = timespec(tv_sec: 0, tv_nsec: Int(HOLDFAST_UTIME_OMIT))
        let times = [
            (changes.accessed ?? changes.modified)?.systemTime ?? unchanged, changes.modified?.systemTime ?? unchanged,
        ]
        try System.library { unsafe utimensat(item.number, "", times, HOLDFAST_AT_EMPTY_PATH) }
    }
}

extension LocalTree {
    /// Sets attributes of an item of any kind; of a link its own.
    ///
    /// An owner that may not be set is skipped, and so are extended attributes outside `user.` that
    /// the system refuses; a refused `user.` attribute is `unsupported` or `permissionDenied`.
    public func setAttributes(of path: TreePath, _ changes: AttributeChanges) throws(TreeError) {
        try reaching(
            path, to: "set the attributes", AttributeWriter.apply(changes, to: handle(path), folders: widened))
    }
}
