import Texts

/// Something at the root of the service.
public struct ContainerMember: Sendable, Hashable {
    /// The name on the wire; several segments where a name like `solutions/backupRestore`
    /// is meant as one.
    public let name: String
    /// The entity type without namespace.
    public let type: String
    /// Whether it is a set of entities and not a single one.
    public let isCollection: Bool
    /// The versions that have it.
    public let versions: Versions
    /// The segments of the name in lower case.
    let segments: [String]

    private init(_ name: String, _ type: String, isCollection: Bool, _ versions: Versions) {
        self.name = name
        self.type = type
        self.isCollection = isCollection
        self.versions = versions
        segments = name.lowercased().parts(at: "/").map(String.init)
    }

    /// A set of entities.
    public static func set(_ name: String, _ type: String, versions: Versions = .both) -> ContainerMember {
        ContainerMember(name, type, isCollection: true, versions)
    }

    /// One entity at a name of the root.
    public static func singleton(_ name: String, _ type: String, versions: Versions = .both) -> ContainerMember {
        ContainerMember(name, type, isCollection: false, versions)
    }
}

/// The entity data model of a service: all that routing, reading, writing and
/// metadata need to know.
///
/// A model with a fault (an unknown base, a name declared twice) is a fault of the
/// program and stops it.
public struct Model: Sendable {
    /// The namespace of all types, for example `microsoft.graph`.
    public let namespace: String
    /// The entity types in the order of declaration.
    public let types: [any AnyEntityType]
    /// What is at the root.
    public let container: [ContainerMember]
    /// Actions and functions of the root, bound to nothing.
    public let imports: [BoundOperation]
    /// Where the service begins.
    public let root: ServiceRoot
    /// Whether whole numbers of 64 bits are written as text, because many readers of JSON keep
    /// only 53 bits of them (`IEEE754Compatible=true`).
    public let writesInt64AsText: Bool
    /// Short forms of the first path segment, in lower case, with the segments that they stand for.
    public let aliases: [String: [String]]
    /// The properties, as `type.property`, that the published schema lets not be null; nil where it
    /// says what the Swift types say.
    let publishedNotNull: Set<String>?
    private let entries: [String: Entry]
    /// The names of the types by their lower case.
    private let typeNames: [String: String]
    /// What may stand before the name of a type or an operation, in lower case, with the dot.
    private let qualifiers: [String]
    private let shapes: [ServiceVersion: [String: any AnyEntityShape]]

    /// A type with its relatives and its members by lower-case name.
    struct Entry: Sendable {
        let description: EntityDescription
        /// The type and its bases, the root first.
        let lineage: [String]
        /// The derived types of every depth, the most derived first.
        var derived: [String] = []
        var properties: [PropertyDescription] = []
        var navigations: [String: Navigation] = [:]
        var operations: [String: [BoundOperation]] = [:]
        var withheld: [String: WithheldName] = [:]
    }

    /// - Parameter notNull: the properties, as `type.property`, that the published schema lets not
    ///   be null. A service often always sends what its schema lets be missing, so that the Swift
    ///   types are stricter; nil says what they say.
    public init(
        namespace: String, types: [any AnyEntityType], container: [ContainerMember], imports: [BoundOperation] = [],
        root: ServiceRoot = .graph, writesInt64AsText: Bool = false, aliases: [String: [String]] = [:],
        notNull: Set<String>? = nil
    ) {
        self.imports = imports
        self.root = root
        self.writesInt64AsText = writesInt64AsText
        publishedNotNull = notNull
        self.namespace = namespace
        self.types = types
        self.container = container
        self.aliases = Dictionary(uniqueKeysWithValues: aliases.map { ($0.key.lowercased(), $0.value) })
        let declared = Dictionary(types.map { ($0.description.name, $0) }) { _, second in
            preconditionFailure("The entity type \(second.description.name) is declared twice.")
        }
        entries = Self.entries(of: types, declared)
        let made = entries
        typeNames = Dictionary(uniqueKeysWithValues: made.keys.map { ($0.lowercased(), $0) })
        qualifiers = [namespace, namespace.parts(at: ".").last.map(String.init) ?? namespace]
            .map { "\($0.lowercased())." }
        shapes = Dictionary(
            uniqueKeysWithValues: ServiceVersion.allCases.map { version in
                (version, Self.shapes(of: made, declared: declared, namespace: namespace, version))
            })
        for entry in entries.values {
            for navigation in entry.navigations.values {
                precondition(
                    entries[navigation.target] != nil,
                    "\(navigation.name) leads to the unknown type \(navigation.target).")
            }
        }
        for member in container {
            precondition(entries[member.type] != nil, "\(member.name) is of the unknown type \(member.type).")
        }
    }

    private static func entries(
        of types: [any AnyEntityType], _ declared: [String: any AnyEntityType]
    ) -> [String: Entry] {
        var entries: [String: Entry] = [:]
        for type in types {
            var lineage: [String] = []
            var next: String? = type.description.name
            while let name = next {
                guard let declaration = declared[name]?.description else {
                    preconditionFailure("The base type \(name) is not declared.")
                }
                precondition(!lineage.contains(name), "The type \(name) is its own base.")
                lineage.insert(name, at: 0)
                next = declaration.base
            }
            var entry = Entry(description: type.description, lineage: lineage)
            for description in lineage.compactMap({ declared[$0]?.description }) {
                entry.properties += description.properties
                for navigation in description.navigations {
                    entry.navigations[navigation.name.lowercased()] = navigation
                }
                for name in description.withheld { entry.withheld[name.name.lowercased()] = name }
                for operation in description.operations {
                    entry.operations[operation.name.lowercased(), default: []].append(operation)
                }
            }
            let names = entry.properties.map(\.name) + entry.navigations.values.map(\.name)
            precondition(Set(names).count == names.count, "\(type.description.name) declares a name twice.")
            entries[type.description.name] = entry
        }
        for entry in entries.values.sorted(by: {
            ($1.lineage.count, $0.description.name) < ($0.lineage.count, $1.description.name)
        }) {
            for base in entry.lineage.dropLast() { entries[base]?.derived.append(entry.description.name) }
        }
        return entries
    }

    private static func shapes(
        of entries: [String: Entry], declared: [String: any AnyEntityType], namespace: String,
        _ version: ServiceVersion
    ) -> [String: any AnyEntityShape] {
        entries.mapValues { entry in
            let derived = entry.derived.map { (entries[$0]?.lineage ?? []).compactMap { declared[$0] } }
            let shape = declared[entry.description.name]?.shape(
                lineage: entry.lineage.compactMap { declared[$0] }, derived: derived, namespace: namespace,
                version: version)
            guard let shape else {
                preconditionFailure("The relatives of \(entry.description.name) have different record types.")
            }
            return shape
        }
    }
}

extension Model {
    /// The declaration of a type by its exact name.
    public func description(of type: String) -> EntityDescription? { entries[type]?.description }

    func entry(_ type: String) -> Entry? { entries[type] }

    /// The shape of a type's records. `type` must be of this model.
    public func shape<Record>(_ type: EntityType<Record>, _ version: ServiceVersion) -> EntityShape<Record> {
        shape(named: type.name, of: Record.self, version)
    }

    /// The shape of the type called `name`, whose records must be of `Record`.
    public func shape<Record>(
        named name: String, of record: Record.Type, _ version: ServiceVersion
    ) -> EntityShape<Record> {
        guard let shape = shapes[version]?[name] as? EntityShape<Record> else {
            preconditionFailure("The model has no entity type \(name) with records of \(Record.self).")
        }
        return shape
    }

    /// Whether `type` is `ancestor` or derives from it.
    public func isType(_ type: String, _ ancestor: String) -> Bool {
        entries[type]?.lineage.contains(ancestor) ?? false
    }

    /// Whether the published schema lets `property` of `type` be null. A key never is.
    func isPublishedNullable(_ property: PropertyDescription, of type: String) -> Bool {
        guard let publishedNotNull else { return property.isNullable }
        return (property.name != "id" || description(of: type) == nil)
            && !publishedNotNull.contains("\(type).\(property.name)")
    }

    /// All properties of a type, inherited ones first.
    public func properties(of type: String, in version: ServiceVersion) -> [PropertyDescription] {
        (entries[type]?.properties ?? []).filter { $0.versions.contains(version) }
    }

    /// The property `name` of `type` or of a type derived from it, in any letter case.
    func property(_ name: String, of type: String, in version: ServiceVersion) -> PropertyDescription? {
        let wanted = name.lowercased()
        func find(_ type: String) -> PropertyDescription? {
            entries[type]?.properties.first { $0.name.lowercased() == wanted && $0.versions.contains(version) }
        }
        return find(type) ?? entries[type]?.derived.lazy.compactMap(find).first
    }

    /// The navigation `name` of `type` or of a type derived from it, in any letter case.
    func navigation(_ name: String, of type: String, in version: ServiceVersion) -> Navigation? {
        let wanted = name.lowercased()
        func find(_ type: String) -> Navigation? {
            entries[type]?.navigations[wanted].flatMap { $0.versions.contains(version) ? $0 : nil }
        }
        return find(type) ?? entries[type]?.derived.lazy.compactMap(find).first
    }

    /// The type that `text` names: qualified by the namespace or by its last part,
    /// in any letter case.
    func type(qualified text: String) -> String? {
        unqualified(text).flatMap { typeNames[$0.lowercased()] }
    }

    /// What follows `microsoft.graph.` or `graph.`; nil where neither is there.
    func unqualified(_ text: String) -> String? {
        guard text.has(".") else { return nil }
        let folded = text.lowercased()
        return qualifiers.first { folded.hasPrefix($0) }.map { String(text.dropFirst($0.count)) }
    }
}
