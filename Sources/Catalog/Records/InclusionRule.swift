public import Foundation

/// A rule that chooses units of a policy: once (static), or ever again (dynamic). Source: Graph
/// `protectionRuleBase` and the types derived from it.
public struct InclusionRule: CatalogRecord, Hashable {
    public var id: String = ""
    /// What kind of units it chooses.
    public var workload: Workload = .oneDriveForBusiness
    /// The policy that it belongs to.
    public var policyId: String = ""
    /// The expression, as the client wrote it.
    public var expression: String = ""
    /// Whether it keeps following the directory.
    public var isAutoApplyEnabled: Bool = false
    public var status: ProtectionRuleStatus = .active
    /// What could not be applied.
    public var error: PublicError?
    /// A digest of what it chose when it was last applied without an error; nil where it has
    /// to be applied again.
    public var appliedDigest: String?
    public var createdBy: IdentitySet?
    public var createdDateTime: Date = Date(timeIntervalSince1970: 0)
    public var lastModifiedBy: IdentitySet?
    public var lastModifiedDateTime: Date?

    public init() {}

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

/// How far an inclusion rule is. Source: Graph `protectionRuleStatus`.
public enum ProtectionRuleStatus: String, SQLEnum, CaseIterable {
    /// Not used any more: rules start `active`.
    case draft
    /// It is being applied.
    case active
    case completed
    /// It was applied, except for what its error names.
    case completedWithErrors
    /// Its expression changed and is to be applied (dynamic rules).
    case updateRequested
    /// It will go, and what it alone protects with it (dynamic rules).
    case deleteRequested
}
