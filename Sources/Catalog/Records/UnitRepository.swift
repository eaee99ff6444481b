public import Foundation

/// The restic repository of a unit; the id is the unit's.
public struct UnitRepository: CatalogRecord, Hashable {
    /// The primary key.
    public var id = ""
    /// Its folder beneath the store's root, or its key prefix.
    public var location: String = ""
    /// The repository's master key, sealed with the tenant's master secret.
    public var sealedMasterKey: [UInt8] = []
    /// The newest snapshot, parent of the next.
    public var lastSnapshotId: String?
    /// Whether snapshots were forgotten since the last prune.
    public var pruneNeeded: Bool = false
    /// When it was made.
    public var createdDateTime: Date = .distantPast

    /// A record with neutral values, to be filled in.
    public init() {}

    /// The table of these records.
    public static let table = Table<UnitRepository>("unit_repository", [
        Column("id", \.id),
        Column("location", \.location),
        Column("sealedMasterKey", \.sealedMasterKey),
        Column("lastSnapshotId", \.lastSnapshotId),
        Column("pruneNeeded", \.pruneNeeded),
        Column("createdDateTime", \.createdDateTime),
    ])
}
