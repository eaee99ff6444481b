public import Foundation

/// A moment to which a unit can be brought back.
public struct RestorePoint: CatalogRecord, Hashable {
    /// The primary key.
    public var id = ""
    /// The unit.
    public var unitId: String = ""
    /// What the unit is.
    public var workload: Workload = .oneDriveForBusiness
    /// The moment that it brings back.
    public var protectionDateTime: Date = .distantPast
    /// When it ages out.
    public var expirationDateTime: Date = .distantFuture
    /// `fastRestore` for an express point.
    public var tags: RestorePointTags = []
    /// The snapshot that serves it, 64 hex digits.
    public var snapshotId: String = ""
    /// The cadence that it belongs to.
    public var cadence: PointCadence = .tenMinutes
    /// Whether verification found it unreadable.
    public var isDamaged: Bool = false
    /// Items that could not be read when it was taken.
    public var failureCount: Int = 0

    /// A record with neutral values, to be filled in.
    public init() {}

    /// The table of these records.
    public static let table = Table<RestorePoint>("restore_point", [
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
    ])
}
