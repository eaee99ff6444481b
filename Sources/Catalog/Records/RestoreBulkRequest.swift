public import Foundation

/// A request to restore many units at once, resolved when its session is activated.
public struct RestoreBulkRequest: CatalogRecord, Hashable {
    /// The request's id.
    public var id: String = ""
    /// The session; with it the request is deleted.
    public var sessionId: String = ""
    /// The session's workload.
    public var workload: Workload = .oneDriveForBusiness
    /// What people call it.
    public var displayName: String?
    /// The start of the period from which points are chosen, included.
    public var periodStart: Date?
    /// The end of the period, included.
    public var periodEnd: Date?
    /// Where everything goes.
    public var destinationType: DestinationType = .new
    /// Which point of the period.
    public var restorePointPreference: BulkPointPreference = .latest
    /// Tags that a point must have.
    public var tags: RestorePointTags = []
    /// Mail addresses, or addresses of sites.
    public var names: StringList = []
    /// Directory object ids, or site ids.
    public var objectIds: StringList = []
    /// How far it is.
    public var status: BulkRequestStatus = .active
    /// What did not resolve.
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
    public static let table = Table<RestoreBulkRequest>(
        "restoreBulkRequest",
        [
            Column("id", \.id),
            Column("sessionId", \.sessionId),
            Column("workload", \.workload),
            Column("displayName", \.displayName),
            Column("periodStart", \.periodStart),
            Column("periodEnd", \.periodEnd),
            Column("destinationType", \.destinationType),
            Column("restorePointPreference", \.restorePointPreference),
            Column("tags", \.tags),
            Column("names", \.names),
            Column("objectIds", \.objectIds),
            Column("status", \.status),
            Column("error", \.error),
            Column("createdBy", \.createdBy),
            Column("createdDateTime", \.createdDateTime),
            Column("lastModifiedBy", \.lastModifiedBy),
            Column("lastModifiedDateTime", \.lastModifiedDateTime),
        ])
}
