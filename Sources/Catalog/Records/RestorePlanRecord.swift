public import Foundation

/// A restore that is planned before anything is written: shown, started, followed and taken back.
public struct RestorePlanRecord: CatalogRecord, Hashable {
    public var id: String = ""
    public var displayName: String = ""
    public var status: RestorePlanStatus = .planning
    public var createdBy: IdentitySet?
    public var createdDateTime: Date = Date(timeIntervalSince1970: 0)
    /// Until when it can be started as it is.
    public var expiresDateTime: Date = Date(timeIntervalSince1970: 0)
    /// When its units were begun to be compared with their points.
    public var basedOnDateTime: Date?
    public var scope: RestorePlanScope = RestorePlanScope()
    public var moment: RestorePlanMoment = RestorePlanMoment(.lastClean)
    public var destinationType: DestinationType = .inPlace
    public var newerFiles: NewerFiles = .remove
    public var undoPoints: UndoPointChoice = .take
    /// Over the units that are ready.
    public var sums: PlanSums = PlanSums()
    public var excluded: PlanExclusions = PlanExclusions()
    /// The plan or session that it takes back.
    public var undoOf: String?
    public var startedDateTime: Date?
    public var endedDateTime: Date?
    /// When it was deleted: nobody sees it any more, and a job removes its lists of changes.
    public var deletedDateTime: Date?

    public init() {}

    public static let table = Table<RestorePlanRecord>(
        "restorePlan",
        [
            Column("id", \.id),
            Column("displayName", \.displayName),
            Column("status", \.status),
            Column("createdBy", \.createdBy),
            Column("createdDateTime", \.createdDateTime),
            Column("expiresDateTime", \.expiresDateTime),
            Column("basedOnDateTime", \.basedOnDateTime),
            Column("scope", \.scope),
            Column("moment", \.moment),
            Column("destinationType", \.destinationType),
            Column("newerFiles", \.newerFiles),
            Column("undoPoints", \.undoPoints),
            Column("sums", \.sums),
            Column("excluded", \.excluded),
            Column("undoOf", \.undoOf),
            Column("startedDateTime", \.startedDateTime),
            Column("endedDateTime", \.endedDateTime),
            Column("deletedDateTime", \.deletedDateTime),
        ])
}

/// How far a restore plan is.
public enum RestorePlanStatus: String, SQLEnum, CaseIterable {
    /// Its units are compared with their points.
    case planning
    /// It can be started.
    case ready
    /// It is too old, or a point of it is gone; it can be planned again.
    case expired
    /// Its sessions restore its units.
    case started
    /// Its sessions end with the item at hand.
    case cancelling
    case cancelled
    /// Every unit is as the plan said.
    case completed
    /// Some units are, others are not.
    case completedWithError
    /// No unit is, or none could be planned.
    case failed
}

/// What becomes of files that people changed after the moment of a plan.
public enum NewerFiles: String, SQLEnum, CaseIterable {
    /// The drive gets exactly as it was.
    case remove
    /// They stay as they are.
    case keep
}

/// Whether the present state is kept as a restore point before a restore changes it.
public enum UndoPointChoice: String, SQLEnum, CaseIterable {
    case take
    case none
}
