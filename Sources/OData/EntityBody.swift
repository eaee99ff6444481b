/// One entry of a `things@delta` array.
public enum DeltaEntry: Sendable, Equatable {
    /// Put this in.
    case add(JSONValue)
    /// Take the entity with this id out.
    case remove(id: String)
}

/// What a body is for.
public enum BodyPurpose: Sendable, Hashable {
    /// A new entity.
    case create
    /// A change of an existing one: what is not named stays.
    case update
}

/// A body that creates or changes an entity, checked against the declaration.
public struct EntityBody<Record: Sendable & Identifiable>: Sendable where Record.ID == String {
    /// The type that the body names with `@odata.type`, in canonical spelling without namespace; nil where it names none.
    public let typeName: String?
    /// The settable properties that the body names, in its order, as they were sent.
    public let values: JSONObject
    /// The read-only properties that the body names and that are therefore passed over.
    public let ignoredNames: [String]
    /// Entries of navigations, as they were sent.
    public let navigations: JSONObject
    /// Changes of navigations: the arrays called `things@delta`, by the name of the navigation.
    public let deltas: [String: [DeltaEntry]]
    /// Annotations (`@microsoft.graph.conflictBehavior`), as they were sent.
    public let annotations: JSONObject
    private let assignments: [@Sendable (inout Record) -> Void]

    /// Whether the body sets `name`.
    public func names(_ name: String) -> Bool { values[name] != nil }

    /// Puts every value that the body sets into its place; what it does not name stays.
    public func apply(to record: inout Record) {
        for assign in assignments { assign(&record) }
    }

    /// Reads a body.
    ///
    /// Read-only properties are passed over whatever they hold, annotations too; properties that the type does not
    /// have are 400, as are values of the wrong type and an `@odata.type` that does not fit.
    public init(
        _ object: JSONObject, of type: EntityType<Record>, for purpose: BodyPurpose, model: Model, version: ServiceVersion
    ) throws(ODataError) {
        try self.init(object, typeName: type.name, for: purpose, model: model, version: version)
    }

    init(
        _ object: JSONObject, typeName declared: String, for purpose: BodyPurpose, model: Model, version: ServiceVersion,
        undeclared: Set<String> = []
    ) throws(ODataError) {
        let needed: Access = purpose == .create ? .create : .update
        let named = try Self.typeName(object, declared, model)
        let shape = model.shape(named: named ?? declared, of: Record.self, version)
        var values = JSONObject(), navigations = JSONObject(), annotations = JSONObject()
        var ignored: [String] = [], deltas: [String: [DeltaEntry]] = [:], assignments: [@Sendable (inout Record) -> Void] = []
        for (name, value) in object.members {
            if name.hasPrefix("@") || undeclared.contains(name) {
                annotations[name] = value
            } else if let at = name.firstIndex(of: "@") {
                let navigation = model.navigation(String(name[..<at]), of: shape.name, in: version)
                switch (navigation, name[at...]) {
                case (let navigation?, "@delta"): deltas[navigation.name] = try Self.delta(value, name)
                case (let navigation?, "@odata.bind"): navigations[navigation.name] = Self.bound(value)
                default: annotations[name] = value
                }
            } else if let property = shape.property(name) {
                guard property.description.access.contains(needed) else {
                    ignored.append(name)
                    continue
                }
                if let prepare = property.prepare {
                    assignments.append(try prepare(EdmReader(value, property: name, version: version)))
                }
                values[name] = value
            } else if let navigation = model.navigation(name, of: shape.name, in: version), navigation.name == name {
                if navigation.access.isDisjoint(with: [.create, .update]) {
                    ignored.append(name)
                } else {
                    navigations[name] = value
                }
            } else {
                throw .badRequest(
                    "The property '\(name)' does not exist on type '\(model.namespace).\(shape.name)'.", target: name)
            }
        }
        self.typeName = named
        self.values = values
        self.navigations = navigations
        self.annotations = annotations
        self.deltas = deltas
        self.assignments = assignments
        ignoredNames = ignored
    }

    /// The type that the body names: any letter case, with or without `#`, any namespace.
    private static func typeName(_ object: JSONObject, _ declared: String, _ model: Model) throws(ODataError) -> String? {
        guard let annotation = object["@odata.type"] else { return nil }
        guard let last = annotation.stringValue?.split(separator: ".").last else {
            throw .badRequest("The annotation '@odata.type' must be a type name.", target: "@odata.type")
        }
        let wanted = (last.first == "#" ? last.dropFirst() : last).lowercased()
        let lineage = model.entry(declared).map { $0.lineage + $0.derived } ?? []
        guard let name = lineage.first(where: { $0.lowercased() == wanted }) else {
            throw .badRequest(
                "The type '\(last)' does not fit '\(model.namespace).\(declared)'.", target: "@odata.type")
        }
        return model.isType(name, declared) ? name : nil
    }

    private static func delta(_ value: JSONValue, _ name: String) throws(ODataError) -> [DeltaEntry] {
        guard case .array(let elements) = value else {
            throw .badRequest("The property '\(name)' must be an array.", target: name)
        }
        var entries: [DeltaEntry] = []
        for (index, element) in elements.enumerated() {
            guard case .object(let object) = element else {
                throw .badRequest("The entry \(name)[\(index)] must be an object.", target: name)
            }
            guard object["@removed"] != nil else {
                entries.append(.add(element))
                continue
            }
            guard let id = EntityReference.id(element) else {
                throw .badRequest("The removed entry \(name)[\(index)] must name its id.", target: name)
            }
            entries.append(.remove(id: id))
        }
        return entries
    }

    private static func bound(_ value: JSONValue) -> JSONValue {
        guard case .array(let elements) = value else { return .object(["@odata.id": value]) }
        return .array(elements.map { .object(["@odata.id": $0]) })
    }
}

/// A reference to an entity inside of a body.
public enum EntityReference {
    /// The id in `{"id": "x"}` or `{"@odata.id": "x"}`, where `x` may also be a URL that ends in `/things/x` or
    /// `/things('x')`; nil where there is none.
    public static func id(_ value: JSONValue) -> String? {
        if let id = value["id"]?.stringValue, id.isEmpty == false { return id }
        guard let reference = value["@odata.id"]?.stringValue, reference.isEmpty == false else { return nil }
        guard reference.contains("/") || reference.hasSuffix("')") else { return reference }
        guard let last = reference.split(separator: "/").last, let text = PercentEncoding.decode(last.utf8) else { return nil }
        let (_, arguments) = PathSegment(text: text).call
        guard let arguments else { return text }
        return PathLiteral.unquoted(arguments) ?? arguments
    }
}
