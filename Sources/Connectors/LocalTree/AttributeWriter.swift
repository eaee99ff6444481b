import CLinuxCalls
public import FileTree
import Glibc

/// Sets attributes of the object behind a descriptor, in the order in which none undoes another.
enum AttributeWriter {
    /// Owner first (it clears setuid and capabilities), then extended attributes (they need the
    /// permission to write), then the mode, then the times, which everything before may touch.
    static func apply(_ changes: AttributeChanges, to item: Descriptor, folders: WidenedFolders) throws(SystemFailure) {
        let status = try System.status(item)
        let isLink = ItemKind(mode: status.st_mode) == .symbolicLink
        let hasNewOwner =
            try changes.owner.map { owner throws(SystemFailure) in try setOwner(owner, item, status) } ?? false
        if let attributes = changes.extendedAttributes {
            try setAttributes(attributes, item, keeping: isLink ? nil : status.st_mode & 0o7777)
        }
        // Linux has no mode of a link.
        if let permissions = changes.permissions, !isLink {
            try setMode(mode_t(permissions & 0o7777), item, status, folders, isKnown: !hasNewOwner)
        }
        try setTimes(changes, item)
    }

    /// - Returns: whether the owner was changed.
    private static func setOwner(
        _ owner: AttributeChanges.Owner, _ item: Descriptor, _ status: stat
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

    /// Only a folder may be one that is opened up at the moment.
    /// - Parameter isKnown: whether the mode in `status` is still that of the item.
    private static func setMode(
        _ mode: mode_t, _ item: Descriptor, _ status: stat, _ folders: WidenedFolders, isKnown: Bool
    ) throws(SystemFailure) {
        if ItemKind(mode: status.st_mode) == .folder { return try folders.setMode(mode, of: item) }
        if isKnown, status.st_mode & 0o7777 == mode { return }
        try System.kernel { holdfast_change_mode(item.number, mode) }
    }

    /// An item that its owner may not write gets that permission for as long as needed.
    private static func setAttributes(
        _ attributes: [ExtendedAttribute], _ item: Descriptor, keeping mode: mode_t?
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

    private static func setTimes(_ changes: AttributeChanges, _ item: Descriptor) throws(SystemFailure) {
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
        try reaching(path, "set the attributes") { () throws(SystemFailure) in
            try AttributeWriter.apply(changes, to: self.handle(path), folders: self.widened)
        }
    }
}
