/// A parameter of an action or a function.
public struct Parameter: Sendable, Hashable {
    /// The name on the wire.
    public let name: String
    public let type: EdmType
    /// Whether it may be null or left out.
    public let isNullable: Bool
    /// The versions that have it.
    public let versions: Versions

    /// Declares a parameter of a Swift type of the model.
    public init<Value: EdmValue>(_ name: String, _ type: Value.Type, versions: Versions = .both) {
        self.name = name
        self.type = Value.edmType
        isNullable = Value.isEdmNullable
        self.versions = versions
    }
}

/// What an operation answers with.
public enum ReturnType: Sendable, Hashable {
    /// Nothing, which is answered 204.
    case none
    /// One entity of this type or of a derived one.
    case entity(String)
    case entities(String)
    /// A value that is not an entity: complex, primitive, or a collection of those.
    case value(EdmType)
}

/// Something that can be called on an entity or a collection.
public struct BoundOperation: Sendable, Hashable {
    /// Actions change things and are POSTed; functions are read with GET.
    public enum Kind: Sendable, Hashable {
        /// Called with POST, its arguments in the body.
        case action
        /// Called with GET, its arguments in the path.
        case function
    }

    /// The name without namespace.
    public let name: String
    /// Whether it is called with POST or GET.
    public let kind: Kind
    /// Whether it is called on a collection and not on one entity.
    public let isOnCollection: Bool
    /// The parameters without the one it is bound to.
    public let parameters: [Parameter]
    /// What it answers with.
    public let returns: ReturnType
    /// The versions that have it.
    public let versions: Versions

    public static func action(
        _ name: String, onCollection: Bool = false, parameters: [Parameter] = [], returns: ReturnType = .none,
        versions: Versions = .both
    ) -> BoundOperation {
        BoundOperation(
            name: name, kind: .action, isOnCollection: onCollection, parameters: parameters, returns: returns,
            versions: versions)
    }

    public static func function(
        _ name: String, onCollection: Bool = false, parameters: [Parameter] = [], returns: ReturnType,
        versions: Versions = .both
    ) -> BoundOperation {
        BoundOperation(
            name: name, kind: .function, isOnCollection: onCollection, parameters: parameters, returns: returns,
            versions: versions)
    }
}

/// What can be reached from an entity.
public struct Navigation: Sendable, Hashable {
    /// The name on the wire.
    public let name: String
    /// The entity type at its end, without namespace.
    public let target: String
    /// Whether it leads to many entities.
    public let isCollection: Bool
    /// Whether its entities live only here and not in a set of their own.
    public let isContained: Bool
    /// Whether bodies may carry it (`create`: entries, `update`: entries and `@delta`), and whether
    /// filters may go through it (`filter`; the handler then finds the condition behind it).
    public let access: Access
    /// The versions that have it.
    public let versions: Versions

    /// Declares a navigation to many entities.
    public static func many(
        _ name: String, _ target: String, _ access: Access = [], contained: Bool = true, versions: Versions = .both
    ) -> Navigation {
        Navigation(
            name: name, target: target, isCollection: true, isContained: contained, access: access, versions: versions)
    }

    /// Declares a navigation to one entity.
    public static func one(
        _ name: String, _ target: String, _ access: Access = [], contained: Bool = false, versions: Versions = .both
    ) -> Navigation {
        Navigation(
            name: name, target: target, isCollection: false, isContained: contained, access: access, versions: versions)
    }
}

/// A name that clients may know but that is never offered. The answer is a decision here, not an
/// unknown segment. No schema has it.
public struct WithheldName: Sendable, Hashable {
    /// How a path that ends in the name is refused.
    public enum Refusal: Sendable, Hashable {
        /// 404, as for something that is not there.
        case notFound
        /// 405 with an empty `Allow`, for every method.
        case methodNotAllowed
    }

    /// The name as a path segment has it, without arguments.
    public let name: String
    /// How it is refused.
    public let refusal: Refusal

    /// Declares a name below one entity.
    public init(_ name: String, _ refusal: Refusal) {
        self.name = name
        self.refusal = refusal
    }
}

/// One member of an entity type.
public enum EntityMember<Record: Sendable>: Sendable {
    case property(Property<Record>)
    /// A way to other entities.
    case navigation(Navigation)
    /// An action or a function.
    case operation(BoundOperation)
    /// A name that is never offered.
    case withheld(WithheldName)
}

/// Collects the members of an entity type.
@resultBuilder
public enum EntityMembers<Record: Sendable> {
    public static func buildExpression(_ property: Property<Record>) -> [EntityMember<Record>] { [.property(property)] }
    public static func buildExpression(_ navigation: Navigation) -> [EntityMember<Record>] { [.navigation(navigation)] }
    public static func buildExpression(_ operation: BoundOperation) -> [EntityMember<Record>] {
        [.operation(operation)]
    }
    public static func buildExpression(_ name: WithheldName) -> [EntityMember<Record>] { [.withheld(name)] }
    public static func buildExpression(_ members: [EntityMember<Record>]) -> [EntityMember<Record>] { members }
    public static func buildBlock(_ parts: [EntityMember<Record>]...) -> [EntityMember<Record>] { parts.flatMap { $0 } }
    public static func buildOptional(_ part: [EntityMember<Record>]?) -> [EntityMember<Record>] { part ?? [] }
    public static func buildEither(first part: [EntityMember<Record>]) -> [EntityMember<Record>] { part }
    public static func buildEither(second part: [EntityMember<Record>]) -> [EntityMember<Record>] { part }
    public static func buildArray(_ parts: [[EntityMember<Record>]]) -> [EntityMember<Record>] { parts.flatMap { $0 } }
}
