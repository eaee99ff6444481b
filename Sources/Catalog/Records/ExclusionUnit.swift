public import Foundation

/// A drive, site or mailbox that a policy over a whole workload leaves out.
/// Source: Graph `exclusionUnitBase` (beta).
public struct ExclusionUnit: CatalogRecord, Hashable {
    /// The exclusion's id.
    public var id: String = ""
    /// What kind of unit it leaves out.
    public var workload: Workload = .oneDriveForBusiness
    /// The policy that leaves it out. Policy and source are unique together.
    public var policyId: String = ""
    /// The owner's directory object id, or the site's id.
    public var sourceId: String = ""
    /// The owner's name.
    public var displayName: String?
    /// The owner's mail address.
    public var email: String?
    /// The site's name.
    public var siteName: String?
    /// The site's address.
    public var siteWebUrl: String?
    /// Why it is not healthy.
    public var error: PublicError?
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
    public static let table = Table<ExclusionUnit>(
        "exclusionUnit",
        [
            Column("id", \.id),
            Column("workload", \.workload),
            Column("policyId", \.policyId),
            Column("sourceId", \.sourceId),
            Column("displayName", \.displayName),
            Column("email", \.email),
            Column("siteName", \.siteName),
            Column("siteWebUrl", \.siteWebUrl),
            Column("error", \.error),
            Column("createdBy", \.createdBy),
            Column("createdDateTime", \.createdDateTime),
            Column("lastModifiedBy", \.lastModifiedBy),
            Column("lastModifiedDateTime", \.lastModifiedDateTime),
        ])
}
