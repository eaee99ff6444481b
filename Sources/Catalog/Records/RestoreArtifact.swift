public import Foundation

/// One restore point that a session brings back.
public struct RestoreArtifact: CatalogRecord, Hashable {
    /// The artifact's id.
    public var id: String = ""
    /// The session; with it the artifact is deleted.
    public var sessionId: String = ""
    /// The session's workload.
    public var workload: Workload = .oneDriveForBusiness
    /// Its place in the session, from 0.
    public var ordinal: Int = 0
    /// The point; it may have aged out since.
    public var restorePointId: String = ""
    /// The point's unit.
    public var unitId: String = ""
    /// Where the data goes.
    public var destinationType: DestinationType = .new
    /// How far it is.
    public var status: ArtifactRestoreStatus = .added
    /// When the restore began.
    public var startDateTime: Date?
    /// When it ended.
    public var completionDateTime: Date?
    /// What went wrong.
    public var error: PublicError?
    /// The site that holds the restored data.
    public var restoredSiteId: String?
    /// That site's name.
    public var restoredSiteName: String?
    /// That site's address.
    public var restoredSiteWebUrl: String?
    /// How much is done.
    public var progress: ArtifactProgress?
    /// The search whose mail items are restored; nil for everything but a granular mailbox restore.
    public var searchResponseId: String?

    /// A record to be filled in.
    public init() {}

    /// Makes a record.
    public init(
        id: String,
        sessionId: String,
        workload: Workload,
        ordinal: Int,
        restorePointId: String,
        unitId: String,
        destinationType: DestinationType,
        status: ArtifactRestoreStatus,
        startDateTime: Date? = nil,
        completionDateTime: Date? = nil,
        error: PublicError? = nil,
        restoredSiteId: String? = nil,
        restoredSiteName: String? = nil,
        restoredSiteWebUrl: String? = nil,
        progress: ArtifactProgress? = nil
    ) {
        self.id = id
        self.sessionId = sessionId
        self.workload = workload
        self.ordinal = ordinal
        self.restorePointId = restorePointId
        self.unitId = unitId
        self.destinationType = destinationType
        self.status = status
        self.startDateTime = startDateTime
        self.completionDateTime = completionDateTime
        self.error = error
        self.restoredSiteId = restoredSiteId
        self.restoredSiteName = restoredSiteName
        self.restoredSiteWebUrl = restoredSiteWebUrl
        self.progress = progress
    }

    /// Its table.
    public static let table = Table<RestoreArtifact>(
        "restoreArtifact",
        [
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
            Column("searchResponseId", \.searchResponseId),
        ])
}
