/// What a person who signs in may do, as a set of Graph's permissions. So the API needs no second
/// notion of rights. Source: the portal's README, section 3.1.
public enum OperatorRole: String, Sendable, Hashable, CaseIterable {
    case administrator
    /// Restores, one account at a time.
    case helpDesk
    /// Reads what happened, and no content.
    case auditor

    /// The permissions of the role.
    public var scopes: Set<String> {
        switch self {
        case .administrator: Self.everything
        case .helpDesk:
            Self.auditor.scopes.union([
                "BackupRestore-Search.Read.All", "BackupRestore-Restore.Read.All",
                "BackupRestore-Restore.ReadWrite.All",
            ])
        case .auditor:
            [
                "BackupRestore-Control.Read.All", "BackupRestore-Configuration.Read.All",
                "BackupRestore-Monitor.Read.All", "BackupRestore-Restore.Read.All",
            ]
        }
    }

    /// How many accounts one restore of the role may reach; nil for any number, and for
    /// roles that restore nothing.
    public var unitLimit: Int? { self == .helpDesk ? 1 : nil }

    /// The name as configuration files write it: `help-desk`.
    public var settingName: String { self == .helpDesk ? "help-desk" : rawValue }

    /// The permission to change the accounts of other people, which only administrators have.
    public static let operatorsScope = "Holdfast-Operators.ReadWrite.All"
    /// The permission without which nothing is restored.
    private static let restoreScope = "BackupRestore-Restore.ReadWrite.All"

    /// Every permission of the API, and that over accounts.
    public static let everything: Set<String> = [
        "BackupRestore-Control.Read.All", "BackupRestore-Control.ReadWrite.All",
        "BackupRestore-Configuration.Read.All", "BackupRestore-Configuration.ReadWrite.All",
        "BackupRestore-Restore.Read.All", "BackupRestore-Restore.ReadWrite.All", "BackupRestore-Search.Read.All",
        "BackupRestore-Monitor.Read.All", "User.Read.All", "Sites.Read.All", operatorsScope,
    ]

    fileprivate var restores: Bool { scopes.contains(Self.restoreScope) }
}

/// What several roles together allow.
public struct OperatorRights: Sendable, Hashable {
    public let roles: [OperatorRole]

    /// Roles by their names; unknown names count as none, so that a role of a
    /// newer program gives nothing.
    public init(names: [String]) {
        let known = Set(names.compactMap(OperatorRole.init(rawValue:)))
        roles = OperatorRole.allCases.filter(known.contains)
    }

    public var scopes: Set<String> { roles.reduce(into: []) { $0.formUnion($1.scopes) } }

    /// How many accounts one restore may reach. A role that restores without a bound lifts
    /// the bound of another.
    public var unitLimit: Int? {
        let restoring = roles.filter(\.restores)
        return restoring.contains { $0.unitLimit == nil } ? nil : restoring.compactMap(\.unitLimit).max()
    }

    public var isAdministrator: Bool { roles.contains(.administrator) }

    /// Whether someone without any role tries to get in.
    public var isEmpty: Bool { roles.isEmpty }
}
