import Texts

/// One entry of a `things@delta` array.
public enum DeltaEntry: Sendable, Equatable {
    /// An entry to add, as it stands in the body.
    case add(JSONValue)
    /// The id of an entity to remove.
    case remove(id: String)
}

/// The kind of request that a body belongs to.
public enum BodyPurpose: Sendable, Hashable {
    case create
    /// A PATCH: properties that the body does not name stay.
    case update
}

/// A body that creates or changes an entity, checked against the declaration.
public struct EntityBody<Record: Sendable & Identifiable>: Sendable where Record.ID == String {
    /// The type that the body names with `@odata.type`, in canonical spelling without namespace;
    /// nil where it names none.
    public let typeName: String?
    /// The settable properties that the body names, in its order, as they were sent.
    public let values: JSONObject
    /// The read-only properties that the body names; they are ignored.
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

    /// Sets every property that the body names; the others stay.
    public func apply(to record: inout Record) {
        for assign in assignments { assign(&record) }
    }

    /// Reads the members of a body into their places.
    ///
    /// Ignores annotations and read-only properties, whatever they hold. Refuses properties that
    /// the type does not have, values of the wrong type, an `@odata.type` that does not fit, and
    /// changes of a navigation that would have no effect.
    public init(
        _ object: JSONObject, of type: EntityType<Record>, for purpose: BodyPurpose, model: Model,
        version: ServiceVersion
    ) throws(ODataError) {
        try self.init(object, typeName: type.name, for: purpose, model: model, version: version)
    }

    /// - Parameter undeclared: members that the handler reads although no type has them; members
    ///   of entries as `units/key`.
    init(
        _ object: JSONObject, typeName declared: String, for purpose: BodyPurpose, model: Model,
        version: ServiceVersion,
        undeclared: Set<String> = []
    ) throws(ODataError) {
        let needed: Access = purpose == .create ? .create : .update
        let entries = BodyEntries(model: model, version: version, undeclared: undeclared)
        let named = try entries.typeName(object, declared)
        let shape = model.shape(named: named ?? declared, of: Record.self, version)
        var values = JSONObject()
        var annotations = JSONObject()
        var ignored: [String] = []
        var assignments: [@Sendable (inout Record) -> Void] = []
        var changes = BodyChanges(entries: entries, owner: shape.name, purpose: purpose)
        for (name, value) in object.members {
            if undeclared.contains(name) {
                annotations[name] = value
            } else if let annotation = AnnotationName(name) {
                if try changes.take(annotation, name, value) { continue }
                guard annotation.isIgnorable else { throw annotation.refusal(at: name) }
                annotations[name] = value
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
                    try changes.take(value, of: navigation)
                }
            } else {
                throw .badRequest(
                    "The property '\(name)' does not exist on type '\(model.namespace).\(shape.name)'.", target: name)
            }
        }
        self.typeName = named
        self.values = values
        self.navigations = changes.navigations
        self.annotations = annotations
        self.deltas = changes.deltas
        self.assignments = assignments
        ignoredNames = ignored
    }
}

/// A reference to an entity in a body.
public enum EntityReference {
    /// The id in `{"id": "x"}` or `{"@odata.id": "x"}`, where `x` may also be a URL that ends in
    /// `/things/x` or `/things('x')`; nil where there is none.
    public static func id(_ value: JSONValue) -> String? {
        if let id = value["id"]?.stringValue, !id.isEmpty { return id }
        guard let reference = value["@odata.id"]?.stringValue, !reference.isEmpty else { return nil }
        guard reference.contains("/") || reference.hasSuffix("')") else { return reference }
        guard let last = reference.split(separator: "/").last, let text = PercentEncoding.decode(last.utf8) else {
            return nil
        }
        let (_, arguments) = PathSegment(text: text).call
        guard let arguments else { return text }
        return PathLiteral.unquoted(arguments) ?? arguments
    }
}
