public import Foundation

/// Where the repository of a unit is, and what is needed to open it. Its id is the unit's id.
public struct UnitRepository: CatalogRecord, Hashable {
    /// The unit's id.
    public var id: String = ""
    /// When the repository was made.
    public var createdDateTime: Date = Date(timeIntervalSince1970: 0)
    /// The repository's master key, sealed under the tenant's secret.
    public var sealedMasterKey: [UInt8] = []
    /// The newest snapshot; the parent of the next.
    public var lastSnapshotId: String?
    /// Whether snapshots were forgotten since the last prune.
    public var pruneNeeded: Bool = false
    /// The folder below the repositories' folder, or the key prefix in a bucket.
    public var location: String = ""

    /// A record to be filled in.
    public init() {}

    /// Makes a record.
    public init(
        id: String,
        createdDateTime: Date,
        sealedMasterKey: [UInt8],
        lastSnapshotId: String? = nil,
        pruneNeeded: Bool = false,
        location: String
    ) {
        self.id = id
        self.createdDateTime = createdDateTime
        self.sealedMasterKey = sealedMasterKey
        self.lastSnapshotId = lastSnapshotId
        self.pruneNeeded = pruneNeeded
        self.location = location
    }

    /// Its table.
    public static let table = Table<UnitRepository>(
        "unitRepository",
        [
            Column("id", \.id),
            Column("createdDateTime", \.createdDateTime),
            Column("sealedMasterKey", \.sealedMasterKey),
            Column("lastSnapshotId", \.lastSnapshotId),
            Column("pruneNeeded", \.pruneNeeded),
            Column("location", \.location),
        ])
}
