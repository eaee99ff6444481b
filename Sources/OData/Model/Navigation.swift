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
