public import Foundation

/// One thing being restored.
public struct RestoreArtifact: CatalogRecord, Hashable {
    /// The primary key.
    public var id = ""
    /// The session that it belongs to.
    public var sessionId: String = ""
    /// What it is.
    public var workload: Workload = .oneDriveForBusiness
    /// Its place in the session.
    public var ordinal: Int = 0
    /// The point that it brings back.
    public var restorePointId: String = ""
    /// The point's unit.
    public var unitId: String = ""
    /// Where to.
    public var destinationType: DestinationType = .inPlace
    /// Its lifecycle.
    public var status: ArtifactRestoreStatus = .added
    /// When the restore began.
    public var startDateTime: Date?
    /// When it ended.
    public var completionDateTime: Date?
    /// Why it failed, item by item.
    public var error: PublicError?
    /// The site restored to.
    public var restoredSiteId: String?
    /// Its name.
    public var restoredSiteName: String?
    /// Its address.
    public var restoredSiteWebUrl: String?
    /// How far it is.
    public var progress: JobProgress?

    /// A record with neutral values, to be filled in.
    public init() {}

    /// The table of these records.
    public static let table = Table<RestoreArtifact>("restore_artifact", [
        Column("id", \.id),
        Column("sessionId", \.sessionId),
        Column("workload", \.workload),
        Column("ordinal", \.ordinal),
        Column("restorePointId", \.restorePointId),
        Column("unitId", \.unitId),
        Column("destinationType", \.destinationType),
        Column("status", \.status),
        Column("startDateTime", \.startDateTime),
        Column("completionDateTime", \.completionDateTime),
        Column("error", \.error),
        Column("restoredSiteId", \.restoredSiteId),
        Column("restoredSiteName", \.restoredSiteName),
        Column("restoredSiteWebUrl", \.restoredSiteWebUrl),
        Column("progress", \.progress),
    ])
}
