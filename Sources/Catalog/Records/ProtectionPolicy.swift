public import Foundation

/// A protection policy of any workload.
public struct ProtectionPolicy: CatalogRecord, Hashable {
    /// The primary key.
    public var id = ""
    /// What it protects.
    public var workload: Workload = .oneDriveForBusiness
    /// Its name, 1 to 1,024 characters.
    public var displayName: String?
    /// The aggregate of its units' statuses.
    public var status: ProtectionPolicyStatus = .inactive
    /// Listed units, or the whole workload.
    public var protectionMode: ProtectionMode = .standard
    /// Billing policy, kept as given.
    public var billingPolicyId: String?
    /// How many days weekly points are kept.
    public var retentionDays: Int = 365
    /// Since when it is active; weekly points count from here. Null while it is inactive.
    public var activatedDateTime: Date?
    /// When policy-level offboarding was asked for.
    public var offboardRequestedDateTime: Date?
    /// Who made it.
    public var createdBy: IdentitySet?
    /// When it was made.
    public var createdDateTime: Date = .distantPast
    /// Who changed it last.
    public var lastModifiedBy: IdentitySet?
    /// When it was changed last.
    public var lastModifiedDateTime: Date?

    /// A record with neutral values, to be filled in.
    public init() {}

    /// The table of these records.
    public static let table = Table<ProtectionPolicy>("protection_policy", [
        Column("id", \.id),
        Column("workload", \.workload),
        Column("displayName", \.displayName),
        Column("status", \.status),
        Column("protectionMode", \.protectionMode),
        Column("billingPolicyId", \.billingPolicyId),
        Column("retentionDays", \.retentionDays),
        Column("activatedDateTime", \.activatedDateTime),
        Column("offboardRequestedDateTime", \.offboardRequestedDateTime),
        Column("createdBy", \.createdBy),
        Column("createdDateTime", \.createdDateTime),
        Column("lastModifiedBy", \.lastModifiedBy),
        Column("lastModifiedDateTime", \.lastModifiedDateTime),
    ])
}
