/// One entry of a directory. Source: restic-format.md section 10.
public struct Node: Hashable, Sendable {
    public struct ExtendedAttribute: Hashable, Sendable {
        /// The name, with its name space.
        public var name: String
        /// The value, any bytes.
        public var value: [UInt8]

        public init(name: String, value: [UInt8]) {
            self.name = name
            self.value = value
        }
    }

    /// The raw bytes of the name; not necessarily UTF-8, not empty.
    public var name: [UInt8]
    public var type: NodeType
    /// Go's file mode; see `FileMode`.
    public var mode: UInt32
    /// Time of the last change of content.
    public var mtime: NodeTime
    /// Time of the last access.
    public var atime: NodeTime
    /// Time of the last change of content or attributes.
    public var ctime: NodeTime
    public var uid: UInt32 = 0
    public var gid: UInt32 = 0
    /// Name of the owner; empty where unknown.
    public var user = ""
    /// Name of the group; empty where unknown.
    public var group = ""
    /// The source's number for the item; 0 where unknown.
    public var inode: UInt64 = 0
    /// The source's file system; 0 unless hard links are to be told apart.
    public var deviceID: UInt64 = 0
    /// Content length in bytes.
    public var size: UInt64 = 0
    /// The number of hard links; 0 where unknown.
    public var links: UInt64 = 0
    /// Where a symbolic link points; raw bytes. nil and empty are the same in the text form.
    public var linkTarget: [UInt8]?
    /// In the order in which they are written.
    public var extendedAttributes: [ExtendedAttribute] = []
    /// The text of a JSON object of attributes of other systems, written back as it was
    /// read; nil for none.
    public var genericAttributes: [UInt8]?
    /// For devices: the device's number.
    public var device: UInt64 = 0
    /// The data blobs of a file, in order; nil for everything but files.
    public var content: [ObjectID]?
    /// The tree blob of a directory.
    public var subtree: ObjectID?
    /// Why the item could not be read completely; empty if it could.
    public var error = ""

    /// Makes a node; absent access and change times are the time of modification.
    public init(
        name: [UInt8], type: NodeType, mode: UInt32, mtime: NodeTime, atime: NodeTime? = nil, ctime: NodeTime? = nil,
        size: UInt64 = 0, content: [ObjectID]? = nil, subtree: ObjectID? = nil
    ) {
        self.name = name
        self.type = type
        self.mode = mode
        self.mtime = mtime
        self.atime = atime ?? mtime
        self.ctime = ctime ?? mtime
        self.size = size
        self.content = content
        self.subtree = subtree
    }
}
