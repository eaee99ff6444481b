public import Foundation

/// A protected drive, site or mailbox.
public struct ProtectionUnit: CatalogRecord, Hashable {
    /// The primary key.
    public var id = ""
    /// What it is.
    public var workload: Workload = .oneDriveForBusiness
    /// The policy that holds it.
    public var policyId: String?
    /// Directory object id of the owner, or site id.
    public var sourceId: String = ""
    /// The owner's name.
    public var displayName: String?
    /// The owner's mail address.
    public var email: String?
    /// A site's title.
    public var siteName: String?
    /// A site's address.
    public var siteWebUrl: String?
    /// Its lifecycle.
    public var status: ProtectionUnitStatus = .unprotected
    /// Why it is protected.
    public var protectionSources: ProtectionSources = []
    /// Why it could not be protected.
    public var error: PublicError?
    /// When deletion of its backups was asked for.
    public var offboardRequestedDateTime: Date?
    /// Billing policy of a detached unit.
    public var billingPolicyId: String?
    /// When it was last looked at.
    public var lastBackupDateTime: Date?
    /// When it is to be looked at next; null while it is not protected.
    public var nextBackupDateTime: Date?
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
    public static let table = Table<ProtectionUnit>("protection_unit", [
        Column("id", \.id),
        Column("workload", \.workload),
        Column("policyId", \.policyId),
        Column("sourceId", \.sourceId),
        Column("displayName", \.displayName),
        Column("email", \.email),
        Column("siteName", \.siteName),
        Column("siteWebUrl", \.siteWebUrl),
        Column("status", \.status),
        Column("protectionSources", \.protectionSources),
        Column("error", \.error),
        Column("offboardRequestedDateTime", \.offboardRequestedDateTime),
        Column("billingPolicyId", \.billingPolicyId),
        Column("lastBackupDateTime", \.lastBackupDateTime),
        Column("nextBackupDateTime", \.nextBackupDateTime),
        Column("createdBy", \.createdBy),
        Column("createdDateTime", \.createdDateTime),
        Column("lastModifiedBy", \.lastModifiedBy),
        Column("lastModifiedDateTime", \.lastModifiedDateTime),
    ])
}
