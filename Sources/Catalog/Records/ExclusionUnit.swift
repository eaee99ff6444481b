public import Foundation

/// A drive, site or mailbox that a policy over a whole workload leaves out.
/// Source: Graph `exclusionUnitBase` (beta).
public struct ExclusionUnit: CatalogRecord, Hashable {
    public var id: String = ""
    /// What kind of unit it leaves out.
    public var workload: Workload = .oneDriveForBusiness
    /// The policy that leaves it out. Policy and source are unique together.
    public var policyId: String = ""
    /// The owner's directory object id, or the site's id.
    public var sourceId: String = ""
    public var displayName: String?
    /// The owner's mail address.
    public var email: String?
    public var siteName: String?
    public var siteWebUrl: String?
    /// Why it is not healthy.
    public var error: PublicError?
    public var createdBy: IdentitySet?
    public var createdDateTime: Date = Date(timeIntervalSince1970: 0)
    public var lastModifiedBy: IdentitySet?
    public var lastModifiedDateTime: Date?

    public init() {}

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
