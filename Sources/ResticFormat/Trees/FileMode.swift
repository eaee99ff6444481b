/// What a node is: `dev` is a block device, `chardev` a character device, `fifo` a named pipe.
public enum NodeType: String, Hashable, Sendable, CaseIterable {
    case file
    case dir
    case symlink
    case dev
    case chardev
    case fifo
    case socket
}

/// The file modes of Go's `io/fs`: permission bits as in Unix, everything else in other places.
///
/// Source: restic-format.md section 10.4.
public enum FileMode {
    static let directory: UInt32 = 1 << 31
    static let symlink: UInt32 = 1 << 27
    static let device: UInt32 = 1 << 26
    static let fifo: UInt32 = 1 << 25
    static let socket: UInt32 = 1 << 24
    static let setUserID: UInt32 = 1 << 23
    static let setGroupID: UInt32 = 1 << 22
    static let characterDevice: UInt32 = 1 << 21
    static let sticky: UInt32 = 1 << 20

    /// The Go mode of a type and Unix permission bits (0...0o7777; higher bits are ignored).
    public static func mode(of type: NodeType, permissions: UInt16) -> UInt32 {
        let bits = UInt32(permissions)
        var mode = bits & 0o777
        if bits & 0o4000 != 0 { mode |= setUserID }
        if bits & 0o2000 != 0 { mode |= setGroupID }
        if bits & 0o1000 != 0 { mode |= sticky }
        return mode | typeBits(of: type)
    }

    private static func typeBits(of type: NodeType) -> UInt32 {
        switch type {
        case .file: 0
        case .dir: directory
        case .symlink: symlink
        case .dev: device
        case .chardev: device | characterDevice
        case .fifo: fifo
        case .socket: socket
        }
    }

    /// The Unix permission bits of a Go mode, 0...0o7777.
    public static func permissions(of mode: UInt32) -> UInt16 {
        var bits = UInt16(mode & 0o777)
        if mode & setUserID != 0 { bits |= 0o4000 }
        if mode & setGroupID != 0 { bits |= 0o2000 }
        if mode & sticky != 0 { bits |= 0o1000 }
        return bits
    }
}
