/// The JSON of a lock. Source: restic-format.md section 12.
public struct LockFile: Hashable, Sendable {
    /// When it was written or refreshed.
    public var time: NodeTime
    /// Whether no other process may hold a lock.
    public var isExclusive: Bool
    public var hostname: String
    public var username: String
    public var processID: Int32
    /// The holder's numeric user.
    public var uid: UInt32
    /// The holder's numeric group.
    public var gid: UInt32

    private static let fieldNames = FieldNames(["time", "exclusive", "hostname", "username", "pid", "uid", "gid"])

    public init(
        time: NodeTime, isExclusive: Bool, hostname: String, username: String, processID: Int32, uid: UInt32 = 0,
        gid: UInt32 = 0
    ) {
        self.time = time
        self.isExclusive = isExclusive
        self.hostname = hostname
        self.username = username
        self.processID = processID
        self.uid = uid
        self.gid = gid
    }

    /// The JSON, without a newline; zero numbers of user and group are left out.
    public func encoded() -> [UInt8] {
        var json = GoJSONWriter()
        json.beginObject()
        json.key("time")
        json.string(time)
        json.key("exclusive")
        json.bool(isExclusive)
        json.key("hostname")
        json.string(hostname)
        json.key("username")
        json.string(username)
        json.key("pid")
        json.number(Int64(processID))
        json.writeNonZero("uid", UInt64(uid))
        json.writeNonZero("gid", UInt64(gid))
        json.endObject()
        return json.bytes
    }

    /// Reads a lock. Absent fields get their zero values.
    /// - Throws: `malformed` for anything that is not a lock.
    public init(decoding bytes: [UInt8]) throws(FormatError) {
        self = try JSONReader.read(bytes.span, Self.init(reading:))
    }

    private init(reading json: inout JSONReader) throws(FormatError) {
        self.init(time: .absent, isExclusive: false, hostname: "", username: "", processID: 0)
        var object = try json.beginObject()
        while let index = try json.nextField(of: &object, Self.fieldNames) {
            switch index {
            case 0: time = try json.time()
            case 1: isExclusive = try json.bool()
            case 2: hostname = try json.string()
            case 3: username = try json.string()
            case 4: processID = Int32(try json.number(atMost: UInt64(Int32.max)))
            case 5: uid = try json.number32()
            case _: gid = try json.number32()
            }
        }
    }
}
