import Texts

/// One step of a path: something at the root or a navigation, with the key and the
/// casts that follow it.
public struct PathStep: Sendable, Equatable {
    /// The name in canonical spelling.
    public let name: String
    /// The declared type of what it leads to, without namespace.
    public let type: String
    /// Whether it leads to many entities.
    public let isCollection: Bool
    /// The id of the one entity of a collection that the path goes on with.
    public var key: String?
    /// The derived type that the path restricts it to.
    public var cast: String?
    /// Whether the cast stands before the key.
    public var castPrecedesKey = false
}

/// A call of a bound operation.
public struct OperationCall: Sendable, Equatable {
    /// The name in canonical spelling.
    public let name: String
    /// The action of that name, if there is one.
    public let action: BoundOperation?
    /// The function of that name, if there is one.
    public let function: BoundOperation?
    /// The arguments given in the path, by canonical name.
    public let arguments: [String: JSONValue]
}

/// What a path ends in.
public enum PathTarget: Sendable, Equatable {
    /// The version root: the service document.
    case serviceDocument
    case metadata
    case batch
    /// A collection of entities.
    case collection
    /// `$count` of a collection.
    case count
    /// One entity of a collection.
    case entity
    /// The one entity of a singleton or of a navigation to one.
    case singleton
    /// `$ref` or `$value`, which are not offered.
    case reference
    /// A name that the model knows and never offers, whatever the method.
    case withheld
    /// An action or a function; the step it is bound to is the last one.
    case operation(OperationCall)
}

extension PathTarget {
    /// What follows the steps in a pattern.
    var suffix: String {
        switch self {
        case .count: "/$count"
        case .operation(let call): "/\(call.name)"
        case .serviceDocument, .metadata, .batch, .collection, .entity, .singleton, .reference, .withheld: ""
        }
    }
}

/// A path that the model knows.
public struct ResourcePath: Sendable, Equatable {
    /// The version that the path begins with.
    public let version: ServiceVersion
    /// The steps from the root.
    public let steps: [PathStep]
    /// What it ends in.
    public let target: PathTarget

    /// The names of the steps joined with slashes: `solutions/backupRestore/restorePoints`. What
    /// handlers are found by.
    public var pattern: String { steps.map(\.name).joined(separator: "/") }

    /// The type of the target, or of what the operation is bound to: the cast if there is one,
    /// else the declared type.
    public var type: String { steps.last.map { $0.cast ?? $0.type } ?? "" }

    /// The derived type that the last step is restricted to, if it is.
    public var cast: String? { steps.last?.cast }

    /// The id of the last step.
    public var key: String? { steps.last?.key }

    /// The keys along the path, in order, with the names of their collections.
    public var keys: [(collection: String, key: String)] {
        steps.compactMap { step in step.key.map { (step.name, $0) } }
    }

    /// The key of the collection called `name`.
    public func key(of name: String) -> String? { keys.first { $0.collection == name }?.key }

    /// The path in canonical spelling, keys in quotes: what follows `$metadata#`, without the key
    /// of the last step.
    public func contextPath(namespace: String) -> String {
        canonical(namespace: namespace, includesLastKey: false) {
            "('\($0.replacingOccurrences(of: "'", with: "''"))')"
        }
    }

    /// The path in canonical spelling below the version root, percent-encoded, keys as segments.
    public func canonicalPath(namespace: String) -> String {
        canonical(namespace: namespace, includesLastKey: true) { "/\(PercentEncoding.encode($0, allowing: ",="))" }
    }

    private func canonical(namespace: String, includesLastKey: Bool, key: (String) -> String) -> String {
        steps.enumerated().map { index, step in
            let cast = step.cast.map { "/\(namespace).\($0)" } ?? ""
            guard let value = step.key, includesLastKey || index < steps.count - 1 else { return step.name + cast }
            return step.castPrecedesKey ? step.name + cast + key(value) : step.name + key(value) + cast
        }.joined(separator: "/")
    }
}

extension String {
    /// The text with every `target` replaced, also where a combining mark follows.
    func replacingOccurrences(of target: Unicode.Scalar, with replacement: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar == target { result.append(contentsOf: replacement.unicodeScalars) } else { result.append(scalar) }
        }
        return String(result)
    }
}
