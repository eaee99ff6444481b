/// One pack's part of an index: all blobs of the pack. Source: restic-format.md section 9.
public struct PackIndex: Hashable, Sendable {
    /// The pack's name.
    public var id: ObjectID
    /// Its blobs, in any order.
    public var blobs: [PackEntry]

    /// Makes a part of an index.
    public init(id: ObjectID, blobs: [PackEntry]) {
        self.id = id
        self.blobs = blobs
    }
}

/// The JSON of an index file. The union of all index files of a repository is its index.
public struct IndexFile: Hashable, Sendable {
    /// The packs, in any order.
    public var packs: [PackIndex]

    private static let fieldNames = FieldNames(["packs"])
    private static let packNames = FieldNames(["id", "blobs"])
    private static let blobNames = FieldNames(["id", "type", "offset", "length", "uncompressed_length"])

    /// Makes an index file.
    public init(packs: [PackIndex]) { self.packs = packs }

    /// The JSON, with a newline at the end.
    public func encoded() -> [UInt8] {
        var json = GoJSONWriter(capacity: 32 + packs.reduce(0) { $0 + 90 + $1.blobs.count * 160 })
        json.beginObject()
        json.key("packs")
        json.beginArray()
        for pack in packs { Self.write(pack, to: &json) }
        json.endArray()
        json.endObject()
        json.newline()
        return json.bytes
    }

    private static func write(_ pack: PackIndex, to json: inout GoJSONWriter) {
        json.beginObject()
        json.key("id")
        json.string(pack.id)
        json.key("blobs")
        json.beginArray()
        for blob in pack.blobs {
            json.beginObject()
            json.key("id")
            json.string(blob.id)
            json.key("type")
            json.string(blob.type == .data ? "data" : "tree")
            json.key("offset")
            json.number(UInt64(blob.offset))
            json.key("length")
            json.number(UInt64(blob.length))
            if blob.isCompressed {
                json.key("uncompressed_length")
                json.number(UInt64(blob.uncompressedLength))
            }
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    /// Reads an index file. Unknown fields are skipped, `supersedes` among them, which must
    /// not be acted on.
    /// - Throws: `malformed` for anything else.
    public init(decoding bytes: [UInt8]) throws(FormatError) {
        packs = try JSONReader.read(bytes.span, Self.readPacks)
    }

    private static func readPacks(_ json: inout JSONReader) throws(FormatError) -> [PackIndex] {
        var packs: [PackIndex] = []
        var object = try json.beginObject()
        while try json.nextField(of: &object, fieldNames) != nil {
            packs = []
            var array = try json.beginArray()
            while try json.nextElement(of: &array) { packs.append(try readPack(&json)) }
        }
        return packs
    }

    private static func readPack(_ json: inout JSONReader) throws(FormatError) -> PackIndex {
        var id: ObjectID?
        var blobs: [PackEntry] = []
        var object = try json.beginObject()
        while let index = try json.nextField(of: &object, packNames) {
            if index == 0 {
                id = try json.id()
            } else {
                blobs = []
                var array = try json.beginArray()
                while try json.nextElement(of: &array) { blobs.append(try readBlob(&json)) }
            }
        }
        guard let id else { throw json.error("a pack in an index has no ID") }
        return PackIndex(id: id, blobs: blobs)
    }

    private static func readBlob(_ json: inout JSONReader) throws(FormatError) -> PackEntry {
        var id: ObjectID?
        var type: BlobType?
        var offset: UInt32 = 0
        var length: UInt32?
        var uncompressedLength: UInt32 = 0
        var object = try json.beginObject()
        while let index = try json.nextField(of: &object, blobNames) {
            switch index {
            case 0: id = try json.id()
            case 1: type = try readType(&json)
            case 2: offset = try json.number32()
            case 3: length = try json.number32()
            case _: uncompressedLength = try json.number32()
            }
        }
        guard let id, let type, let length else { throw json.error("a blob in an index lacks ID, type or length") }
        guard length >= UInt32(Sealer.overheadByteCount), UInt64(offset) + UInt64(length) <= UInt64(UInt32.max) else {
            throw json.error("a blob in an index has an impossible place")
        }
        return PackEntry(type: type, id: id, offset: offset, length: length, uncompressedLength: uncompressedLength)
    }

    private static func readType(_ json: inout JSONReader) throws(FormatError) -> BlobType {
        switch try json.string() {
        case "data": return .data
        case "tree": return .tree
        case let other: throw json.error("a blob in an index has the unknown type '\(other.prefix(40))'")
        }
    }
}
