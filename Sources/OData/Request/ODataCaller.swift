/// Whoever is behind a request, as far as the engine must know.
public protocol ODataCaller: Sendable {
    /// Whether a person or an application asks.
    var kind: CallerKind { get }
    /// Whether the token carries the permission `name`.
    func holds(permission name: String) -> Bool
}

/// The permissions that allow an operation: any one of the list of the caller's kind.
public struct Permissions: Sendable, Hashable {
    /// For people; empty where they are not allowed at all.
    public var delegated: [String]
    /// For applications; empty where they are not allowed at all.
    public var application: [String]

    /// Makes permissions; the least privileged first.
    public init(delegated: [String], application: [String]) {
        self.delegated = delegated
        self.application = application
    }

    /// The same for people and applications.
    public init(_ names: String...) { self.init(delegated: names, application: names) }

    /// 403 unless `caller` holds one of them.
    func check(_ caller: some ODataCaller) throws(ODataError) {
        let names = caller.kind == .delegated ? delegated : application
        guard !names.isEmpty else {
            throw .accessDenied(
                "This operation is not offered to \(caller.kind == .delegated ? "delegated" : "application") tokens.")
        }
        guard names.contains(where: caller.holds(permission:)) else {
            throw .accessDenied("The token lacks the permission: \(names.joined(separator: " or ")).")
        }
    }
}
