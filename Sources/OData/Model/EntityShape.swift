/// What of an entity a client wants to see.
public struct Selection: Sendable, Equatable {
    /// The names of `$select` in canonical spelling and order; nil where the client named none.
    public var names: [String]?
    private var lookup: Set<String>

    /// A selection; nil means everything that is sent by default.
    public init(_ names: [String]? = nil) {
        self.names = names
        lookup = Set(names ?? [])
    }

    /// Everything that is sent by default.
    public static let byDefault = Selection()

    /// Whether `name` was asked for by name.
    public func names(_ name: String) -> Bool { lookup.contains(name) }

    func includes<Owner>(_ property: Property<Owner>) -> Bool {
        names == nil ? property.isSelectedByDefault : lookup.contains(property.name) || property.name == "id"
    }
}

/// What stands in an answer for an expanded navigation.
public enum ExpandedValue: Sendable {
    /// Of a navigation to one entity; nil is written as `null`.
    case one(InlineEntity?)
    /// Of a navigation to many, with their number where `$count` asked for it, and the link to
    /// those that come next.
    case many([InlineEntity], count: Int?, nextLink: String? = nil)
}

/// A property of an answer that the type does not declare, such as `things@delta`.
public struct ExtraMember: Sendable {
    /// The name on the wire.
    public let name: String
    let write: @Sendable (inout EdmWriter) -> Void

    /// A member whose value is written by `write`: exactly one JSON value.
    public init(_ name: String, write: @escaping @Sendable (inout EdmWriter) -> Void) {
        self.name = name
        self.write = write
    }

    /// A member with a fixed value.
    public init(_ name: String, _ value: JSONValue) {
        self.init(name) { writer in writer.json.value(value) }
    }
}

/// A record with what an answer shows of it.
public struct EntityNode<Record: Sendable & Identifiable>: Sendable where Record.ID == String {
    public var record: Record
    /// The properties to show.
    public var selection: Selection
    /// Expanded navigations by name.
    public var expanded: [(name: String, value: ExpandedValue)]
    /// More members, written last.
    public var extra: [ExtraMember]

    public init(
        _ record: Record, selection: Selection = .byDefault, expanded: [(name: String, value: ExpandedValue)] = [],
        extra: [ExtraMember] = []
    ) {
        self.record = record
        self.selection = selection
        self.expanded = expanded
        self.extra = extra
    }
}

/// An entity whose record type is forgotten: it can be written, nothing else.
public struct InlineEntity: Sendable {
    let write: @Sendable (inout EdmWriter) -> Void
    /// Its declared type without namespace.
    let typeName: String

    /// An entity of `shape`'s type or a derived one; its type is always written.
    public init<Record>(_ node: EntityNode<Record>, _ shape: EntityShape<Record>) {
        typeName = shape.name
        write = { writer in shape.write(node, annotatesType: true, to: &writer) }
    }

    private init(typeName: String, json: [UInt8]) {
        self.typeName = typeName
        write = { writer in writer.json.encodedValue(json) }
    }

    /// The same, written now: for one that stands in an answer many times.
    func written(_ context: WriteContext) -> InlineEntity {
        var writer = EdmWriter(context: context)
        write(&writer)
        return InlineEntity(typeName: typeName, json: writer.json.bytes)
    }
}

/// An entity type in one version, with everything inherited, ready to write records.
public final class EntityShape<Record: Sendable & Identifiable>: Sendable where Record.ID == String {
    /// The type name without namespace.
    public let name: String
    public let version: ServiceVersion
    /// All properties of that version, those of the base types first.
    public let properties: [Property<Record>]
    private let selectedByDefault: [Property<Record>]
    private let typeAnnotation: [UInt8]
    /// Whether a record of the type before in the lineage is of this type.
    private let matches: @Sendable (Record) -> Bool
    /// The derived types, the most derived first.
    private let derived: [EntityShape<Record>]

    /// - Parameter lineage: the type and its bases, the root first.
    /// - Parameter derived: the lineages of the derived types, the most derived first.
    /// - Parameter matches: which records of the type that this one is derived from are of it.
    init(
        lineage: [EntityType<Record>], derived: [[EntityType<Record>]], namespace: String, version: ServiceVersion,
        matches: @escaping @Sendable (Record) -> Bool = { _ in true }
    ) {
        name = lineage.last?.name ?? ""
        self.version = version
        self.matches = matches
        properties = lineage.flatMap(\.properties).filter { $0.description.versions.contains(version) }
        selectedByDefault = properties.filter(\.isSelectedByDefault)
        var annotation = JSONWriter()
        annotation.member("@odata.type", "#\(namespace).\(name)")
        typeAnnotation = annotation.bytes
        self.derived = derived.map { own in
            EntityShape(
                lineage: own, derived: [], namespace: namespace, version: version,
                matches: Self.all(own.dropFirst(lineage.count).map(\.matches)))
        }
    }

    private static func all(_ tests: [@Sendable (Record) -> Bool]) -> @Sendable (Record) -> Bool {
        guard tests.count != 1 else { return tests[0] }
        return { record in tests.allSatisfy { $0(record) } }
    }

    /// The name of the most derived type that `record` is of.
    public func typeName(of record: Record) -> String { ownShape(of: record).name }

    /// The property `name`, also of a derived type.
    func property(_ name: String) -> Property<Record>? {
        properties.first { $0.name == name }
            ?? derived.lazy.compactMap { $0.properties.first { $0.name == name } }.first
    }

    /// The value of `path` for filters and orders; null where the record's type does not have it.
    func filterValue(of record: Record, at path: [String], _ context: WriteContext) -> FilterValue {
        guard let name = path.first,
            let property = ownShape(of: record).properties.first(where: { $0.name == name })
        else { return .null }
        return property.filterValue(record, path.dropFirst(), context)
    }

    /// Writes `node` as one object.
    ///
    /// - Parameter contextURL: `@odata.context`, for the outermost object of an answer.
    /// - Parameter annotatesType: whether `@odata.type` is written; always where the record is
    ///   of a derived type.
    public func write(
        _ node: EntityNode<Record>, contextURL: String? = nil, annotatesType: Bool, to writer: inout EdmWriter
    ) {
        let shape = ownShape(of: node.record)
        writer.json.beginObject()
        if let contextURL { writer.json.member("@odata.context", contextURL) }
        if annotatesType || shape.name != name { writer.json.fragment(shape.typeAnnotation) }
        let properties = node.selection.names == nil ? shape.selectedByDefault : shape.properties
        for property in properties where node.selection.includes(property) {
            writer.json.name(encoded: property.encodedName)
            property.write(node.record, &writer)
        }
        for (name, value) in node.expanded { write(name, value, to: &writer) }
        for member in node.extra {
            writer.json.name(member.name)
            member.write(&writer)
        }
        writer.json.endObject()
    }

    private func write(_ name: String, _ value: ExpandedValue, to writer: inout EdmWriter) {
        switch value {
        case .one(let entity):
            writer.json.name(name)
            if let entity { entity.write(&writer) } else { writer.json.null() }
        case .many(let entities, let count, let nextLink):
            if let count {
                writer.json.name("\(name)@odata.count")
                writer.json.int(Int64(count))
            }
            if let nextLink { writer.json.member("\(name)@odata.nextLink", nextLink) }
            writer.json.name(name)
            writer.json.beginArray()
            for entity in entities { entity.write(&writer) }
            writer.json.endArray()
        }
    }

    private func ownShape(of record: Record) -> EntityShape {
        for candidate in derived where candidate.matches(record) { return candidate }
        return self
    }
}

/// An entity shape of any record.
public protocol AnyEntityShape: Sendable {
    /// The type name without namespace.
    var name: String { get }
}

extension EntityShape: AnyEntityShape {}

extension JSONWriter {
    /// Writes members that were encoded before.
    mutating func fragment(_ encoded: [UInt8]) { name(encoded: encoded) }
}

/// An entity inside of a complex value, such as the restore point of a search result.
extension InlineEntity: EdmValue {
    public static var edmType: EdmType { .entity(name: "entity") }
    public func write(to writer: inout EdmWriter) { write(&writer) }
    public init(edm reader: EdmReader) throws(ODataError) { throw reader.mustBe("left out") }
}
