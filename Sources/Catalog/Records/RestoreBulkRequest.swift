public import Foundation

/// A request to restore many units at once, resolved when its session is activated.
public struct RestoreBulkRequest: CatalogRecord, Hashable {
    public var id: String = ""
    /// The session; with it the request is deleted.
    public var sessionId: String = ""
    public var workload: Workload = .oneDriveForBusiness
    /// What people call it.
    public var displayName: String?
    /// The start of the period from which points are chosen, included.
    public var periodStart: Date?
    /// The end of the period, included.
    public var periodEnd: Date?
    public var destinationType: DestinationType = .new
    /// Which point of the period.
    public var restorePointPreference: BulkPointPreference = .latest
    /// Tags that a point must have.
    public var tags: RestorePointTags = []
    /// Mail addresses, or addresses of sites.
    public var names: StringList = []
    /// Directory object ids, or site ids.
    public var objectIds: StringList = []
    public var status: BulkRequestStatus = .active
    /// What did not resolve.
    public var error: PublicError?
    public var createdBy: IdentitySet?
    public var createdDateTime: Date = Date(timeIntervalSince1970: 0)
    public var lastModifiedBy: IdentitySet?
    public var lastModifiedDateTime: Date?

    public init() {}

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

/// How far a bulk restore request is. Source: Graph `restoreArtifactsBulkRequestStatus`.
public enum BulkRequestStatus: String, SQLEnum, CaseIterable {
    /// Its session was not activated yet, or it is being resolved.
    case active
    /// Every entry has become an artifact.
    case completed
    /// Some entries have not.
    case completedWithErrors
}

/// Which point of a period a bulk restore request takes. Source: Graph `restorePointPreference`.
public enum BulkPointPreference: String, SQLEnum, CaseIterable {
    case latest
    case oldest
}
