/// The JSON of a snapshot. Its ID is the SHA-256 of its stored form and not part of it.
/// Source: restic-format.md section 11.
public struct Snapshot: Hashable, Sendable {
    /// The moment that the snapshot stands for.
    public var time: NodeTime
    /// The snapshot that the archiver compared with.
    public var parent: ObjectID?
    public var tree: ObjectID
    /// What was archived; users filter and group by it.
    public var paths: [String]
    /// Where it was archived; users filter and group by it. Empty where unknown.
    public var hostname = ""
    /// Who archived it. Empty where unknown.
    public var username = ""
    /// The archiver's numeric user.
    public var uid: UInt32 = 0
    /// The archiver's numeric group.
    public var gid: UInt32 = 0
    /// Patterns that were left out.
    public var excludes: [String] = []
    /// Free words without commas.
    public var tags: [String] = []
    /// The first ID of a snapshot whose description was edited.
    public var original: ObjectID?
    /// Which program wrote it. Empty where unknown.
    public var programVersion = ""
    /// What the archiver counted.
    public var summary: SnapshotSummary?

    public init(
        time: NodeTime, tree: ObjectID, paths: [String], hostname: String = "", username: String = "",
        tags: [String] = []
    ) {
        self.time = time
        self.tree = tree
        self.paths = paths
        self.hostname = hostname
        self.username = username
        self.tags = tags
    }

    private static let fieldNames = FieldNames([
        "time", "parent", "tree", "paths", "hostname", "username", "uid", "gid", "excludes", "tags", "original",
        "program_version", "summary",
    ])

    /// The JSON, without a newline. Empty and zero fields are left out, except `paths`.
    public func encoded() -> [UInt8] {
        var json = GoJSONWriter(capacity: 512)
        json.beginObject()
        json.key("time")
        json.string(time)
        json.write("parent", parent)
        json.write("tree", tree)
        json.key("paths")
        json.strings(paths)
        json.writeNonEmpty("hostname", hostname)
        json.writeNonEmpty("username", username)
        json.writeNonZero("uid", UInt64(uid))
        json.writeNonZero("gid", UInt64(gid))
        json.writeNonEmpty("excludes", excludes)
        json.writeNonEmpty("tags", tags)
        json.write("original", original)
        json.writeNonEmpty("program_version", programVersion)
        if let summary {
            json.key("summary")
            summary.write(to: &json)
        }
        json.endObject()
        return json.bytes
    }

    /// Reads a snapshot. Unknown fields are skipped.
    /// - Throws: `malformed` for anything else, and if time or tree are missing.
    public init(decoding bytes: [UInt8]) throws(FormatError) {
        self = try JSONReader.read(bytes.span, Self.init(reading:))
    }

    private init(reading json: inout JSONReader) throws(FormatError) {
        var (time, tree): (NodeTime?, ObjectID?) = (nil, nil)
        var rest = Snapshot(time: .absent, tree: ObjectID.hash(of: []), paths: [])
        var object = try json.beginObject()
        while let index = try json.nextField(of: &object, Self.fieldNames) {
            switch index {
            case 0: time = try json.time()
            case 2: tree = try json.id()
            case _: try rest.readField(index, from: &json)
            }
        }
        guard let time, let tree else { throw FormatError(.malformed, "a snapshot has no time or no tree") }
        rest.time = time
        rest.tree = tree
        self = rest
    }

    /// Reads the field whose number in `fieldNames` is given; time and tree are read by the caller.
    private mutating func readField(_ index: Int, from json: inout JSONReader) throws(FormatError) {
        switch index {
        case 1: parent = try json.id()
        case 3: paths = try json.strings()
        case 4: hostname = try json.string()
        case 5: username = try json.string()
        case 6: uid = try json.number32()
        case 7: gid = try json.number32()
        case 8: excludes = try json.strings()
        case 9: tags = try json.strings()
        case 10: original = try json.id()
        case 11: programVersion = try json.string()
        case _: summary = try SnapshotSummary(reading: &json)
        }
    }
}
