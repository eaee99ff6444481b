public import Foundation

/// How a unit, or a source that has none, stands. Whether it is late besides depends on the time,
/// and is decided when it is asked.
public enum UnitStanding: String, SQLEnum, CaseIterable {
    /// Restore points are taken.
    case protected
    /// The last try to take a restore point failed.
    case failing
    /// It has a policy, and no restore points are taken.
    case paused
    /// Something asked for has not taken effect yet.
    case requested
    /// No policy protects it.
    case notProtected
    /// A policy that protects everything leaves it out on purpose.
    case excluded
    /// It leaves its policy, or its backups are to be deleted.
    case leaving
    /// The directory does not have the owner any more.
    case deleted
}

/// What lists show of everything that can be protected: one row for each unit, and one for each
/// drive and site of the tenant that has none.
///
/// Triggers of the schema keep the rows of units, in the transaction that changes a unit, its
/// points, its repository's health or an exclusion. Only the figures of the newest snapshot are
/// written by backups, and the rows of sources without a unit by the scheduler.
public struct UnitState: CatalogRecord, Hashable {
    /// The unit's id; of a source without a unit `none:<workload>:<source's id>`.
    public var id: String = ""
    /// nil where there is no unit.
    public var unitId: String?
    public var workload: Workload = .oneDriveForBusiness
    /// The owner's directory object id, or the site's id.
    public var sourceId: String = ""
    public var policyId: String?
    /// The unit's status; nil where there is no unit.
    public var status: ProtectionUnitStatus?
    /// The name of the owner or of the site, the last known one where the owner is gone.
    public var displayName: String?
    /// The owner's mail address, the last known one where the owner is gone.
    public var email: String?
    /// The address of a site in a browser.
    public var siteWebUrl: String?
    /// What searches look at, folded as `SearchText` folds.
    public var searchText: String = ""
    /// Whether the directory has no such owner any more.
    public var isOwnerGone: Bool = false
    /// Whether a policy that protects everything excludes the source.
    public var isExcluded: Bool = false
    /// Since when backups fail; nil after a restore point was taken.
    public var failingSinceDateTime: Date?
    public var error: PublicError?
    public var standing: UnitStanding = .notProtected
    public var standingSinceDateTime: Date = Date(timeIntervalSince1970: 0)
    public var newestPointDateTime: Date?
    public var oldestPointDateTime: Date?
    public var nextBackupDateTime: Date?
    public var pointCount: Int = 0
    /// Several points share a snapshot while nothing changes.
    public var snapshotCount: Int = 0
    public var damagedPointCount: Int = 0
    /// Files in the newest snapshot; nil before the first backup that counted them.
    public var fileCount: Int?
    /// Bytes of these files, before compression.
    public var sizeInBytes: Int?
    /// Bytes of the repository's packs.
    public var storedInBytes: Int?
    /// When every byte of the repository had last been read and verified.
    public var verifiedDateTime: Date?
    /// The moment of the last snapshot that changed something.
    public var lastChangeDateTime: Date?
    /// Files that it added.
    public var lastAdded: Int?
    /// Files that it changed.
    public var lastChanged: Int?
    /// Files that it removed.
    public var lastRemoved: Int?
    /// How many files changed on each of the last days.
    public var recentChanges: RecentChanges?

    public init() {}

    /// The row of a source that has no unit.
    public init(sourceWithoutUnit sourceID: String, _ workload: Workload, since now: Date) {
        id = Self.id(ofSource: sourceID, workload)
        self.workload = workload
        sourceId = sourceID
        standingSinceDateTime = now
    }

    /// The id of the row of a source that has no unit.
    public static func id(ofSource sourceID: String, _ workload: Workload) -> String {
        "none:\(workload.rawValue):\(sourceID)"
    }

    public static let table = Table<UnitState>(
        "unitState",
        [
            Column("id", \.id),
            Column("unitId", \.unitId),
            Column("workload", \.workload),
            Column("sourceId", \.sourceId),
            Column("policyId", \.policyId),
            Column("status", \.status),
            Column("displayName", \.displayName),
            Column("email", \.email),
            Column("siteWebUrl", \.siteWebUrl),
            Column("searchText", \.searchText),
            Column("isOwnerGone", \.isOwnerGone),
            Column("isExcluded", \.isExcluded),
            Column("failingSinceDateTime", \.failingSinceDateTime),
            Column("error", \.error),
            Column("standing", \.standing),
            Column("standingSinceDateTime", \.standingSinceDateTime),
            Column("newestPointDateTime", \.newestPointDateTime),
            Column("oldestPointDateTime", \.oldestPointDateTime),
            Column("nextBackupDateTime", \.nextBackupDateTime),
            Column("pointCount", \.pointCount),
            Column("snapshotCount", \.snapshotCount),
            Column("damagedPointCount", \.damagedPointCount),
            Column("fileCount", \.fileCount),
            Column("sizeInBytes", \.sizeInBytes),
            Column("storedInBytes", \.storedInBytes),
            Column("verifiedDateTime", \.verifiedDateTime),
            Column("lastChangeDateTime", \.lastChangeDateTime),
            Column("lastAdded", \.lastAdded),
            Column("lastChanged", \.lastChanged),
            Column("lastRemoved", \.lastRemoved),
            Column("recentChanges", \.recentChanges),
        ])
}

/// Sums over the unit states of one workload and one standing, kept by triggers of the schema, so
/// that an overview costs the same for ten units and for a hundred thousand.
public struct UnitTotals: CatalogRecord, Hashable {
    /// The two that it sums: `<workload>/<standing>`.
    public var id: String = ""
    public var workload: Workload = .oneDriveForBusiness
    public var standing: UnitStanding = .notProtected
    public var units: Int = 0
    public var sizeInBytes: Int = 0
    public var storedInBytes: Int = 0
    public var damagedPoints: Int = 0

    public init() {}

    public static let table = Table<UnitTotals>(
        "unitTotals",
        [
            Column("id", \.id),
            Column("workload", \.workload),
            Column("standing", \.standing),
            Column("units", \.units),
            Column("sizeInBytes", \.sizeInBytes),
            Column("storedInBytes", \.storedInBytes),
            Column("damagedPoints", \.damagedPoints),
        ])
}
