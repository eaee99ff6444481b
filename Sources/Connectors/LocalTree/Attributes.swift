import FileTree
import Glibc

extension ItemAttributes {
    /// The attributes as `stat` gives them.
    init(_ status: stat) {
        let kind = ItemKind(mode: status.st_mode)
        self.init(
            kind: kind, permissions: UInt16(status.st_mode & 0o7777), modified: Timestamp(status.st_mtim),
            accessed: Timestamp(status.st_atim), changed: Timestamp(status.st_ctim), userID: status.st_uid,
            groupID: status.st_gid,
            size: kind == .file ? UInt64(clamping: status.st_size) : 0, linkCount: UInt64(status.st_nlink),
            inode: UInt64(status.st_ino),
            device: UInt64(status.st_dev),
            specialDevice: kind == .blockDevice || kind == .characterDevice ? UInt64(status.st_rdev) : 0)
    }
}

extension ItemKind {
    /// The kind in the mode of a `stat`. Linux has no kinds but these seven.
    init(mode: mode_t) {
        switch mode & S_IFMT {
        case S_IFDIR: self = .folder
        case S_IFLNK: self = .symbolicLink
        case S_IFIFO: self = .fifo
        case S_IFSOCK: self = .socket
        case S_IFBLK: self = .blockDevice
        case S_IFCHR: self = .characterDevice
        default: self = .file
        }
    }

    /// The bits for `mknod`.
    var mode: mode_t {
        switch self {
        case .file: S_IFREG
        case .folder: S_IFDIR
        case .symbolicLink: S_IFLNK
        case .fifo: S_IFIFO
        case .socket: S_IFSOCK
        case .blockDevice: S_IFBLK
        case .characterDevice: S_IFCHR
        }
    }
}

extension Timestamp {
    init(_ time: timespec) {
        self.init(seconds: Int64(time.tv_sec), nanoseconds: UInt32(clamping: time.tv_nsec))
    }

    /// The same moment for the system.
    var systemTime: timespec { timespec(tv_sec: Int(seconds), tv_nsec: Int(nanoseconds)) }
}
