/// The caller of a request, as far as the engine needs to know it.
public protocol ODataCaller: Sendable {
    /// Whether the caller is a person or an application.
    var kind: CallerKind { get }
    /// Whether the token carries the permission `name`.
    func holds(permission name: String) -> Bool
}

/// The permissions that allow an operation: one of the list for the caller's kind is enough.
public struct Permissions: Sendable, Hashable {
    /// The list for people; empty where they are never allowed.
    public var delegated: [String]
    /// The list for applications; empty where they are never allowed.
    public var application: [String]

    /// Makes permissions; the least privileged first.
    public init(delegated: [String], application: [String]) {
        self.delegated = delegated
        self.application = application
    }

    /// The same for people and applications.
    public init(_ names: String...) { self.init(delegated: names, application: names) }

    /// Whether a caller holds one of them.
    public func isHeld(by caller: some ODataCaller) -> Bool {
        (caller.kind == .delegated ? delegated : application).contains(where: caller.holds(permission:))
    }

    /// Refuses a caller that holds none of them (403).
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
