/// A moment as file systems keep it.
public struct Timestamp: Hashable, Comparable, Sendable, Codable {
    /// Whole seconds since 1970-01-01T00:00:00Z; negative before.
    public var seconds: Int64
    /// 0 to 999,999,999, always counted forward from `seconds`.
    public var nanoseconds: UInt32

    /// Makes a moment; `nanoseconds` is 0 to 999,999,999.
    public init(seconds: Int64, nanoseconds: UInt32 = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// Earlier before later.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}

/// What an item is. A `fifo` is a named pipe.
public enum ItemKind: Sendable, Hashable, CaseIterable {
    case file
    case folder
    case symbolicLink
    case fifo
    case socket
    case blockDevice
    case characterDevice
}

/// The attributes of an item as one `stat` gives them, without content, link
/// target or extended attributes.
public struct ItemAttributes: Hashable, Sendable {
    public var kind: ItemKind
    /// Unix permission bits with setuid, setgid and sticky: 0 to 0o7777.
    public var permissions: UInt16
    /// Time of the last change of content.
    public var modified: Timestamp
    /// Time of the last access; equal to `modified` where the source does not keep it.
    public var accessed: Timestamp
    /// Time of the last change of content or attributes, as the source's own clock has it.
    public var changed: Timestamp
    public var userID: UInt32
    public var groupID: UInt32
    /// Content length in bytes; 0 for everything but files.
    public var size: UInt64
    /// Number of names of this item; 1 where the source does not keep it.
    public var linkCount: UInt64
    /// The source's number for the item, equal for all names of it; 0 where the source has none.
    public var inode: UInt64
    /// The file system that `inode` belongs to.
    public var device: UInt64
    /// For devices: the device's number; otherwise 0.
    public var specialDevice: UInt64

    /// Makes a set of attributes; everything but kind, permissions and time of modification
    /// has a neutral default.
    public init(
        kind: ItemKind, permissions: UInt16, modified: Timestamp, accessed: Timestamp? = nil, changed: Timestamp? = nil,
        userID: UInt32 = 0, groupID: UInt32 = 0, size: UInt64 = 0, linkCount: UInt64 = 1, inode: UInt64 = 0,
        device: UInt64 = 0, specialDevice: UInt64 = 0
    ) {
        self.kind = kind
        self.permissions = permissions
        self.modified = modified
        self.accessed = accessed ?? modified
        self.changed = changed ?? modified
        self.userID = userID
        self.groupID = groupID
        self.size = size
        self.linkCount = linkCount
        self.inode = inode
        self.device = device
        self.specialDevice = specialDevice
    }
}

/// One entry of a folder.
public struct Item: Hashable, Sendable {
    /// The raw bytes of its name.
    public var name: [UInt8]
    /// Its attributes; for a symbolic link those of the link itself.
    public var attributes: ItemAttributes

    public init(name: [UInt8], attributes: ItemAttributes) {
        self.name = name
        self.attributes = attributes
    }
}

public struct ExtendedAttribute: Hashable, Sendable {
    /// Its full name, for example `user.comment`.
    public var name: [UInt8]
    public var value: [UInt8]

    /// Makes an extended attribute.
    public init(name: [UInt8], value: [UInt8]) {
        self.name = name
        self.value = value
    }
}
