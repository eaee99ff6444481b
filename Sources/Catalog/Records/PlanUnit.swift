public import Foundation

/// A unit of a restore plan: the point to which it goes back, and what that changes.
public struct PlanUnit: CatalogRecord, Hashable {
    public var id: String = ""
    /// The plan; with it the row is deleted.
    public var planId: String = ""
    public var unitId: String = ""
    public var workload: Workload = .oneDriveForBusiness
    /// Its place in the plan, from 0.
    public var ordinal: Int = 0
    public var status: PlanUnitStatus = .waiting
    public var restorePointId: String?
    /// The moment of the point.
    public var protectionDateTime: Date?
    public var pointHealth: PlanPointHealth = .ok
    /// Files changed after it count as newer work.
    public var newerAfterDateTime: Date?
    public var sums: PlanSums = PlanSums()
    /// How many files go or are overwritten that are newer; the order in which units are shown.
    public var newerLost: Int = 0
    /// Bytes that the destination needs while it is restored.
    public var bytesNeeded: Int = 0
    /// How many changes the list beside the repository has.
    public var changeCount: Int = 0
    /// Which making of that list counts.
    public var changeListId: String?
    public var note: String?
    public var error: PublicError?
    /// The artifact that restores it, once the plan was started.
    public var artifactId: String?

    public init() {}

    public static let table = Table<PlanUnit>(
        "planUnit",
        [
            Column("id", \.id),
            Column("planId", \.planId),
            Column("unitId", \.unitId),
            Column("workload", \.workload),
            Column("ordinal", \.ordinal),
            Column("status", \.status),
            Column("restorePointId", \.restorePointId),
            Column("protectionDateTime", \.protectionDateTime),
            Column("pointHealth", \.pointHealth),
            Column("newerAfterDateTime", \.newerAfterDateTime),
            Column("sums", \.sums),
            Column("newerLost", \.newerLost),
            Column("bytesNeeded", \.bytesNeeded),
            Column("changeCount", \.changeCount),
            Column("changeListId", \.changeListId),
            Column("note", \.note),
            Column("error", \.error),
            Column("artifactId", \.artifactId),
        ])

    /// The units of a plan.
    public static func ofPlan(_ id: String) -> RowPredicate { .equal("planId", id) }
}

/// How far a unit of a plan is.
public enum PlanUnitStatus: String, SQLEnum, CaseIterable {
    case waiting
    case planning
    /// Its changes are known.
    case ready
    /// It has no point for the moment.
    case noPoint
    /// It could not be planned.
    case failed
    /// It was left out by whoever made the plan, or cannot be restored.
    case excluded
    /// Its present state changed after it was planned.
    case outdated
}

/// What is known of the point of a planned unit.
public enum PlanPointHealth: String, SQLEnum, CaseIterable {
    case ok
    /// Some items could not be read when it was taken.
    case unreadItems
    case damaged
}
