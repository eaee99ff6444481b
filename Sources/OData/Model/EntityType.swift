/// An entity type without the Swift type of its records.
public struct EntityDescription: Sendable {
    /// The name without namespace.
    public let name: String
    /// The base type, if it has one.
    public let base: String?
    /// Whether records are always of a derived type.
    public let isAbstract: Bool
    /// The versions that have it.
    public let versions: Versions
    /// Its own properties, those of the base types not among them, `id` first on
    /// a type without base.
    public let properties: [PropertyDescription]
    public let navigations: [Navigation]
    public let operations: [BoundOperation]
    /// Its own names that are never offered.
    public let withheld: [WithheldName]
}

/// The declaration of an entity type: the only place where its wire names live.
///
/// All types of one hierarchy share one Swift record type; a derived type says by `when` which
/// records are its own.
public struct EntityType<Record: Sendable & Identifiable>: Sendable where Record.ID == String {
    /// The declaration without the Swift type.
    public let description: EntityDescription
    let properties: [Property<Record>]
    let matches: @Sendable (Record) -> Bool

    /// Declares an entity type.
    ///
    /// - Parameter name: the type name without namespace.
    /// - Parameter base: the name of the base type.
    /// - Parameter isAbstract: true where every record is of a derived type.
    /// - Parameter versions: where it exists.
    /// - Parameter when: for a derived type, which records are of it.
    /// - Parameter members: properties, navigations and bound operations, in the order of writing.
    ///   `id` is there by itself.
    public init(
        _ name: String, base: String? = nil, isAbstract: Bool = false, versions: Versions = .both,
        when matches: @escaping @Sendable (Record) -> Bool = { _ in true },
        @EntityMembers<Record> _ members: () -> [EntityMember<Record>]
    ) {
        var properties: [Property<Record>] = []
        var navigations: [Navigation] = []
        var operations: [BoundOperation] = []
        var withheld: [WithheldName] = []
        if base == nil {
            properties.append(Property("id", [.filter, .order]) { record, _ in record.id })
        }
        for member in members() {
            switch member {
            case .property(let property): properties.append(property)
            case .navigation(let navigation): navigations.append(navigation)
            case .operation(let operation): operations.append(operation)
            case .withheld(let name): withheld.append(name)
            }
        }
        self.properties = properties
        self.matches = matches
        description = EntityDescription(
            name: name, base: base, isAbstract: isAbstract, versions: versions,
            properties: properties.map(\.description),
            navigations: navigations, operations: operations, withheld: withheld)
    }

    /// The name without namespace.
    public var name: String { description.name }
}

/// An entity type of any record, for lists of types.
public protocol AnyEntityType: Sendable {
    /// The declaration without the Swift type.
    var description: EntityDescription { get }
    /// Makes the type's shape in one version; nil where a relative has another record type.
    ///
    /// - Parameter lineage: the type and its bases, the root first.
    /// - Parameter derived: the lineages of the derived types, the most derived first.
    func shape(
        lineage: [any AnyEntityType], derived: [[any AnyEntityType]], namespace: String, version: ServiceVersion
    )
        -> (any AnyEntityShape)?
}

extension EntityType: AnyEntityType {
    public func shape(
        lineage: [any AnyEntityType], derived: [[any AnyEntityType]], namespace: String, version: ServiceVersion
    ) -> (any AnyEntityShape)? {
        let own = lineage.compactMap { $0 as? EntityType<Record> }
        let others = derived.map { $0.compactMap { $0 as? EntityType<Record> } }
        guard own.count == lineage.count, others.map(\.count) == derived.map(\.count) else { return nil }
        return EntityShape(lineage: own, derived: others, namespace: namespace, version: version)
    }
}
