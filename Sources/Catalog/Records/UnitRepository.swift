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
    /// What the repository was found to hold, sealed under the tenant's secret; nil: not known.
    public var sealedView: [UInt8]?
    /// Grows whenever the view is taken away, so that nobody who looked before puts it back.
    public var viewGeneration: Int = 0
    /// Grows with every run that leaves another index.
    public var generation: Int = 0
    /// The digest over the names of the index files that our runs left or verified; nil: not known.
    /// Where there are others, they are verified before they are relied on.
    public var indexDigest: String?

    public init() {}

    public init(id: String, createdDateTime: Date, sealedMasterKey: [UInt8], location: String) {
        self.id = id
        self.createdDateTime = createdDateTime
        self.sealedMasterKey = sealedMasterKey
        self.location = location
    }

    public static let table = Table<UnitRepository>(
        "unitRepository",
        [
            Column("id", \.id),
            Column("createdDateTime", \.createdDateTime),
            Column("sealedMasterKey", \.sealedMasterKey),
            Column("lastSnapshotId", \.lastSnapshotId),
            Column("pruneNeeded", \.pruneNeeded),
            Column("location", \.location),
            Column("sealedView", \.sealedView),
            Column("viewGeneration", \.viewGeneration),
            Column("generation", \.generation),
            Column("indexDigest", \.indexDigest),
        ])

    /// Notes the index that a run left; nil where it did not look, or cannot vouch for all of it.
    public mutating func noteIndex(_ digest: String?) {
        guard let digest, digest != indexDigest else { return }
        indexDigest = digest
        generation += 1
    }
}
