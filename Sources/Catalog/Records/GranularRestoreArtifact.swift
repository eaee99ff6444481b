public import Foundation

/// One file or folder that a granular session brings back. On the wire it is named by its item key.
public struct GranularRestoreArtifact: CatalogRecord, Hashable {
    /// The row's id; clients never see it.
    public var id: String = ""
    /// The session; with it the artifact is deleted.
    public var sessionId: String = ""
    public var workload: Workload = .oneDriveForBusiness
    /// Its place in the session, from 0.
    public var ordinal: Int = 0
    /// The key by which it was chosen; once in a session.
    public var itemKey: String = ""
    /// The browse session that the key is of; it may have ended since.
    public var browseSessionId: String = ""
    /// The point; it may have aged out since.
    public var restorePointId: String = ""
    public var unitId: String = ""
    /// The owner's directory object id, or the site's id.
    public var sourceId: String = ""
    /// The item's path in the snapshot, raw bytes.
    public var itemPath: [UInt8] = []
    /// The item's address when it was backed up.
    public var webUrl: String = ""
    /// Back to where it was, or into a new folder.
    public var destinationType: DestinationType = .new
    public var status: ArtifactRestoreStatus = .added
    /// The moment of the point; nil until the restore begins.
    public var restorePointDateTime: Date?
    public var startDateTime: Date?
    public var completionDateTime: Date?
    public var error: PublicError?
    /// Where the restored item goes in the drive or site, raw bytes; chosen when the
    /// session's first item there begins, and chosen again before this one begins where
    /// another item has the place.
    public var restoredPlace: [UInt8]?
    /// A key for the restored item.
    public var restoredItemKey: String?
    /// The folder that the restored item lies in, for people.
    public var restoredItemPath: String?
    /// The restored item's address.
    public var restoredItemWebUrl: String?

    public init() {}

    public static let table = Table<GranularRestoreArtifact>(
        "granularRestoreArtifact",
        [
            Column("id", \.id),
            Column("sessionId", \.sessionId),
            Column("workload", \.workload),
            Column("ordinal", \.ordinal),
            Column("itemKey", \.itemKey),
            Column("browseSessionId", \.browseSessionId),
            Column("restorePointId", \.restorePointId),
            Column("unitId", \.unitId),
            Column("sourceId", \.sourceId),
            Column("itemPath", \.itemPath),
            Column("webUrl", \.webUrl),
            Column("destinationType", \.destinationType),
            Column("status", \.status),
            Column("restorePointDateTime", \.restorePointDateTime),
            Column("startDateTime", \.startDateTime),
            Column("completionDateTime", \.completionDateTime),
            Column("error", \.error),
            Column("restoredPlace", \.restoredPlace),
            Column("restoredItemKey", \.restoredItemKey),
            Column("restoredItemPath", \.restoredItemPath),
            Column("restoredItemWebUrl", \.restoredItemWebUrl),
        ])
}
