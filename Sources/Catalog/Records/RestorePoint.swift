public import Foundation

/// A moment to which a unit can be brought back. Several points share a
/// snapshot while nothing changes.
public struct RestorePoint: CatalogRecord, Hashable {
    /// The point's id.
    public var id: String = ""
    /// The unit.
    public var unitId: String = ""
    /// The unit's workload.
    public var workload: Workload = .oneDriveForBusiness
    /// The moment whose content it gives back.
    public var protectionDateTime: Date = Date(timeIntervalSince1970: 0)
    /// When it ages out.
    public var expirationDateTime: Date = Date(timeIntervalSince1970: 0)
    /// What is special about it.
    public var tags: RestorePointTags = []
    /// The snapshot that holds the content.
    public var snapshotId: String = ""
    /// The rhythm that it belongs to, which decides how long it is kept.
    public var cadence: Cadence = .tenMinutes
    /// Whether a check found that it cannot be restored in full.
    public var isDamaged: Bool = false
    /// How many items could not be read when it was taken.
    public var failureCount: Int = 0
    /// What the clock said when it was taken, where `protectionDateTime` was moved because that
    /// lay in the future.
    public var clockDateTime: Date?

    /// A record to be filled in.
    public init() {}

    /// Makes a record.
    public init(
        id: String,
        unitId: String,
        workload: Workload,
        protectionDateTime: Date,
        expirationDateTime: Date,
        tags: RestorePointTags = [],
        snapshotId: String,
        cadence: Cadence,
        isDamaged: Bool = false,
        failureCount: Int = 0
    ) {
        self.id = id
        self.unitId = unitId
        self.workload = workload
        self.protectionDateTime = protectionDateTime
        self.expirationDateTime = expirationDateTime
        self.tags = tags
        self.snapshotId = snapshotId
        self.cadence = cadence
        self.isDamaged = isDamaged
        self.failureCount = failureCount
    }

    /// Its table.
    public static let table = Table<RestorePoint>(
        "restorePoint",
        [
            Column("id", \.id),
            Column("unitId", \.unitId),
            Column("workload", \.workload),
            Column("protectionDateTime", \.protectionDateTime),
            Column("expirationDateTime", \.expirationDateTime),
            Column("tags", \.tags),
            Column("snapshotId", \.snapshotId),
            Column("cadence", \.cadence),
            Column("isDamaged", \.isDamaged),
            Column("failureCount", \.failureCount),
            Column("clockDateTime", \.clockDateTime),
        ])
}
