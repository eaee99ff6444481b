public import Foundation

/// A client's list of drives, sites or mailboxes that are to be protected by a policy,
/// or excluded from it.
///
/// Source: Graph `protectionUnitsBulkJobBase` and `exclusionUnitBulkAdditionJob` with the
/// types derived from them.
public struct BulkAdditionJob: CatalogRecord, Hashable {
    /// The job's id.
    public var id: String = ""
    /// What kind of units it names.
    public var workload: Workload = .oneDriveForBusiness
    /// The policy that it belongs to.
    public var policyId: String = ""
    /// Whether its units are excluded and not protected.
    public var isExclusion: Bool = false
    /// A name for people.
    public var displayName: String?
    /// Mail addresses, or addresses of sites.
    public var addresses: StringList = []
    /// Directory object ids, or ids of sites.
    public var objectIds: StringList = []
    /// How far it is.
    public var status: BulkJobStatus = .active
    /// The entries that could not be added.
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
    public static let table = Table<BulkAdditionJob>(
        "bulkAdditionJob",
        [
            Column("id", \.id),
            Column("workload", \.workload),
            Column("policyId", \.policyId),
            Column("isExclusion", \.isExclusion),
            Column("displayName", \.displayName),
            Column("addresses", \.addresses),
            Column("objectIds", \.objectIds),
            Column("status", \.status),
            Column("error", \.error),
            Column("createdBy", \.createdBy),
            Column("createdDateTime", \.createdDateTime),
            Column("lastModifiedBy", \.lastModifiedBy),
            Column("lastModifiedDateTime", \.lastModifiedDateTime),
        ])
}
