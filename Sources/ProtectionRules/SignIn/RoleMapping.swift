/// Which roles people of an issuer elsewhere have: by the values of its claims `roles` and `groups`.
/// Nobody without a mapping gets in.
public struct RoleMapping: Sendable, Hashable {
    /// The values of claims that give each role.
    public var values: [OperatorRole: Set<String>]

    public init(_ values: [OperatorRole: Set<String>] = [:]) { self.values = values }

    /// The names of the roles, in their order.
    public func roles(of claims: [String]) -> [String] {
        OperatorRole.allCases.filter { values[$0].map { !$0.isDisjoint(with: claims) } ?? false }.map(\.rawValue)
    }

    public var isEmpty: Bool { values.values.allSatisfy(\.isEmpty) }
}
