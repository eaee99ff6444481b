public import Foundation

/// A client's list of drives, sites or mailboxes that are to be protected by a policy,
/// or excluded from it.
///
/// Source: Graph `protectionUnitsBulkJobBase` and `exclusionUnitBulkAdditionJob` with the
/// types derived from them.
public struct BulkAdditionJob: CatalogRecord, Hashable {
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
    public var status: BulkJobStatus = .active
    /// The entries that could not be added.
    public var error: PublicError?
    public var createdBy: IdentitySet?
    public var createdDateTime: Date = Date(timeIntervalSince1970: 0)
    public var lastModifiedBy: IdentitySet?
    public var lastModifiedDateTime: Date?

    public init() {}

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

/// How far a job over a list of units is. Source: Graph `protectionUnitsBulkJobStatus` and
/// `exclusionUnitBulkJobStatus`.
public enum BulkJobStatus: String, SQLEnum, CaseIterable {
    /// It waits or is at work.
    case active
    /// Every entry was resolved and added.
    case completed
    /// What could be resolved was added; the error names the rest.
    case completedWithErrors
}
