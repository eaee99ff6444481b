public import Foundation

/// A rule that chooses units of a policy: once (static), or ever again (dynamic). Source: Graph
/// `protectionRuleBase` and the types derived from it.
public struct InclusionRule: CatalogRecord, Hashable {
    /// The rule's id.
    public var id: String = ""
    /// What kind of units it chooses.
    public var workload: Workload = .oneDriveForBusiness
    /// The policy that it belongs to.
    public var policyId: String = ""
    /// The expression, as the client wrote it.
    public var expression: String = ""
    /// Whether it keeps following the directory.
    public var isAutoApplyEnabled: Bool = false
    /// How far it is.
    public var status: ProtectionRuleStatus = .active
    /// What could not be applied.
    public var error: PublicError?
    /// A digest of what it chose when it was last applied without an error; nil where it has
    /// to be applied again.
    public var appliedDigest: String?
    /// Who made it.
    public var createdBy: IdentitySet?
    /// When it was made.
    public var createdDateTime: Date = Date(timeIntervalSince1970: 0)
    /// Who changed it last.
    public var lastModifiedBy: IdentitySet?
    /// When it was changed last.
    public var lastModifiedDateTime: Date?

    /// A record to be filled in.
    public init() {}

    /// Its table.
    public static let table = Table<InclusionRule>(
        "inclusionRule",
        [
            Column("id", \.id),
            Column("workload", \.workload),
            Column("policyId", \.policyId),
            Column("expression", \.expression),
            Column("isAutoApplyEnabled", \.isAutoApplyEnabled),
            Column("status", \.status),
            Column("error", \.error),
            Column("appliedDigest", \.appliedDigest),
            Column("createdBy", \.createdBy),
            Column("createdDateTime", \.createdDateTime),
            Column("lastModifiedBy", \.lastModifiedBy),
            Column("lastModifiedDateTime", \.lastModifiedDateTime),
        ])
}

/// A unit that a dynamic rule holds in its policy. A unit has the source `dynamicRule` as long as
/// one such row names it.
public struct RuleMember: CatalogRecord, Hashable {
    /// Rule and unit together.
    public var id: String = ""
    /// The rule.
    public var ruleId: String = ""
    /// The unit.
    public var unitId: String = ""

    /// A record to be filled in.
    public init() {}

    /// Makes a record; its id follows from the two.
    public init(ruleId: String, unitId: String) {
        id = "\(ruleId)/\(unitId)"
        self.ruleId = ruleId
        self.unitId = unitId
    }

    /// Its table.
    public static let table = Table<RuleMember>(
        "ruleMember",
        [
            Column("id", \.id),
            Column("ruleId", \.ruleId),
            Column("unitId", \.unitId),
        ])
}
