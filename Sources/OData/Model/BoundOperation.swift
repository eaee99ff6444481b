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
    /// Bytes of no type of the model, written while they are sent.
    case stream
}

/// Something that can be called on an entity or a collection, or at the root of the service.
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
    /// Whether a function's arguments may be given as query options without `$`. Then any other
    /// such option is refused. Source: OData 4.01 URL Conventions, 5.3.1 (implicit aliases).
    public let argumentsInQuery: Bool

    public static func action(
        _ name: String, onCollection: Bool = false, parameters: [Parameter] = [], returns: ReturnType = .none,
        versions: Versions = .both
    ) -> BoundOperation {
        BoundOperation(
            name: name, kind: .action, isOnCollection: onCollection, parameters: parameters, returns: returns,
            versions: versions, argumentsInQuery: false)
    }

    public static func function(
        _ name: String, onCollection: Bool = false, parameters: [Parameter] = [], returns: ReturnType,
        versions: Versions = .both, argumentsInQuery: Bool = false
    ) -> BoundOperation {
        precondition(
            !argumentsInQuery || parameters.allSatisfy { !QueryString.known.contains($0.name.lowercased()) },
            "a parameter of \(name) has the name of a system query option")
        return BoundOperation(
            name: name, kind: .function, isOnCollection: onCollection, parameters: parameters, returns: returns,
            versions: versions, argumentsInQuery: argumentsInQuery)
    }

    func isCalled(by key: HandlerKey) -> Bool {
        switch key {
        case .action(let called): kind == .action && called == name
        case .function(let called): kind == .function && called == name
        case .list, .create, .get, .update, .delete: false
        }
    }
}
