public import Foundation

/// A look into one restore point, for some days.
public struct BrowseSession: CatalogRecord, Hashable {
    /// The session's id: URL-safe text.
    public var id: String = ""
    public var workload: Workload = .oneDriveForBusiness
    /// The point; it may have aged out since.
    public var restorePointId: String = ""
    /// The moment of the point.
    public var restorePointDateTime: Date = Date(timeIntervalSince1970: 0)
    /// The snapshot that holds the content.
    public var snapshotId: String = ""
    public var unitId: String = ""
    /// The owner's directory object id, or the site's id.
    public var sourceId: String = ""
    /// Content bytes of the point; nil where they are not known.
    public var backupSizeBytes: Int?
    /// Whether it can be browsed.
    public var status: BrowseSessionStatus = .creating
    public var error: PublicError?
    public var createdDateTime: Date = Date(timeIntervalSince1970: 0)
    public var expirationDateTime: Date = Date(timeIntervalSince1970: 0)

    public init() {}

    public static let table = Table<BrowseSession>(
        "browseSession",
        [
            Column("id", \.id),
            Column("workload", \.workload),
            Column("restorePointId", \.restorePointId),
            Column("restorePointDateTime", \.restorePointDateTime),
            Column("snapshotId", \.snapshotId),
            Column("unitId", \.unitId),
            Column("sourceId", \.sourceId),
            Column("backupSizeBytes", \.backupSizeBytes),
            Column("status", \.status),
            Column("error", \.error),
            Column("createdDateTime", \.createdDateTime),
            Column("expirationDateTime", \.expirationDateTime),
        ])
}

/// Whether a browse session can be browsed. Source: Graph `browseSessionStatus`.
public enum BrowseSessionStatus: String, SQLEnum, CaseIterable {
    /// It is being prepared.
    case creating
    /// It can be browsed.
    case created
    /// It could not be prepared.
    case failed
}
