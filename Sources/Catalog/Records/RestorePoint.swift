public import Foundation

/// A moment to which a unit can be brought back. Several points share a
/// snapshot while nothing changes.
public struct RestorePoint: CatalogRecord, Hashable {
    public var id: String = ""
    public var unitId: String = ""
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
    /// The session before whose writing it was taken; nil for a point of the cadence.
    public var undoSessionId: String?

    public init() {}

    public init(
        id: String, unitId: String, workload: Workload, protectionDateTime: Date, expirationDateTime: Date,
        tags: RestorePointTags = [], snapshotId: String, cadence: Cadence
    ) {
        self.id = id
        self.unitId = unitId
        self.workload = workload
        self.protectionDateTime = protectionDateTime
        self.expirationDateTime = expirationDateTime
        self.tags = tags
        self.snapshotId = snapshotId
        self.cadence = cadence
    }

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
            Column("undoSessionId", \.undoSessionId),
        ])
}

extension RowPredicate {
    /// A point of the cadence, as Graph's surface shows them; none that was taken before a restore.
    public static let isOfCadence = RowPredicate.isNull("undoSessionId")
}

/// What is special about a restore point. Source: Graph `restorePointTags`, flags; 2
/// is the schema's sentinel.
public struct RestorePointTags: SQLFlags, Hashable {
    /// The sum of the flags.
    public let rawValue: Int

    /// Makes a set from a sum.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Everything it needs is at hand.
    public static let fastRestore = RestorePointTags(rawValue: 1)

    /// The tags of the points of a workload: mailboxes cannot be browsed.
    public static func ofPoints(of workload: Workload) -> RestorePointTags {
        workload == .exchange ? [] : .fastRestore
    }
    /// Items newer than the point are given too (beta).
    public static let includeNewerItems = RestorePointTags(rawValue: 4)
}

/// The rhythm of a restore point.
public enum Cadence: String, SQLEnum, CaseIterable {
    /// One of the frequent points of the last days.
    case tenMinutes
    /// One that is kept for the whole retention.
    case weekly
}
