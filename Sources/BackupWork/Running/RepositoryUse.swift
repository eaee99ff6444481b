import Catalog
import Foundation
import ProtectionRules
import ProtectionService

// Which jobs of one unit's repository wait for which. This is the one place that says so. It is
// asked in the transaction in which a job is claimed, so that of two jobs that are due at once
// exactly one begins, and the other does as soon as that has ended: none gives way to one that
// gives way to it, and none polls.
//
//                     backup    restores          verify     names      prune      erasure (deleteRepository)
//  backup waits for   -         -                 -          -          running    open
//  restores wait for  -         -                 -          -          running    running
//  verify waits for   -         -                 -          -          running    open
//  names wait for     -         -                 -          -          running    open
//  prune waits for    running,  running           -          running    -          open
//                     or due
//  erasure waits for  running   on their way      running    running    running    -
//
// A sweep waits as a prune does, and is waited for as one; of the two only one runs.
//
// The planning of a restore (`planUnit`) waits as restores do, and a prune waits for it. An erasure
// does not: nothing was promised yet, and the lock keeps the two apart.
//
// A renewal of locks waits, and is waited for, as a verification.
//
// Two sessions that write into one drive are kept apart by `RestoreItemsJob`, which tells
// the one that waits.
//
// What removes waits for what reads or adds. A verification reads packs without a lock and expects
// some to vanish; it may take days, for which no prune should wait. An erasure waits for every
// restore that was accepted, also for one that waits for another try: what was promised is given
// back first. Browse sessions hold nothing: they end with the points (`Scheduler.endUndoPeriods`).
// Programs of the owner, repairs among them, are kept apart by the locks of the repository, which
// prune and erasure take alone.

/// Which jobs of one repository wait for which, within one transaction.
struct RepositoryUse<Rows: CatalogAccess> {
    private let rows: Rows

    init(_ rows: Rows) { self.rows = rows }

    /// The kinds of jobs that remove what others may read.
    private static var removers: [JobKind] { [.prune, .sweep] }

    /// Whether a job that is due has to wait for another job of the same repository.
    /// - Parameter yieldsToBackups: whether a prune waits for a backup that is due. Not where
    ///   whoever asks runs no backups.
    func isBlocked(_ job: Job, now: Date, yieldsToBackups: Bool = true) throws -> Bool {
        let unitID = job.subjectId
        switch JobKind(rawValue: job.kind) {
        case .backup, .verify, .indexNames, .renewLocks:
            return try JobRows(rows).isOpen(Self.removers, unitID, .running)
                || JobRows(rows).isOpen([.deleteRepository], unitID, .open)
        case .restore:
            guard let artifact = try rows.find(RestoreArtifact.self, id: job.subjectId) else { return false }
            return try JobRows(rows).isOpen(Self.removers + [.deleteRepository], artifact.unitId, .running)
        case .restoreItems:
            guard let item = try rows.find(GranularRestoreArtifact.self, id: job.subjectId) else { return false }
            return try JobRows(rows).isOpen(Self.removers + [.deleteRepository], item.unitId, .running)
        case .planUnit:
            guard let unit = try rows.find(PlanUnit.self, id: job.subjectId) else { return false }
            return try JobRows(rows).isOpen(Self.removers + [.deleteRepository], unit.unitId, .running)
        case .prune, .sweep:
            let other: JobKind = job.kind == JobKind.prune.rawValue ? .sweep : .prune
            let backup: OpenJobs = yieldsToBackups ? .due(now) : .running
            return try JobRows(rows).isOpen([.backup], unitID, backup)
                || JobRows(rows).isOpen([.indexNames, other], unitID, .running)
                || JobRows(rows).isOpen([.deleteRepository], unitID, .open)
                || isBeingRestored(unitID)
        case .deleteRepository:
            return try JobRows(rows).isOpen(
                [.backup, .prune, .sweep, .verify, .indexNames, .renewLocks], unitID, .running)
                || isRead(unitID: unitID)
        case .scheduleRestores, .settle, .applyRule, .addUnits, .coverWorkload, .sendMail, .forgetPlan, .searchFiles,
            nil:
            return false
        }
    }

    /// Whether any restore was accepted and has not ended.
    var isAnythingRestored: Bool {
        get throws {
            try rows.first(Query<RestoreArtifact>(where: .isOnItsWay)) != nil
                || rows.first(Query<GranularRestoreArtifact>(where: .isOnItsWay)) != nil
        }
    }

    /// Whether a restore of the unit was accepted and has not ended.
    func isRead(unitID: String) throws -> Bool {
        let onTheirWay = RowPredicate.and([.equal("unitId", unitID), .isOnItsWay])
        return try rows.first(Query<RestoreArtifact>(where: onTheirWay)) != nil
            || rows.first(Query<GranularRestoreArtifact>(where: onTheirWay)) != nil
    }

    /// Whether a job restores from the unit's repository right now, or plans to.
    private func isBeingRestored(_ unitID: String) throws -> Bool {
        let kinds: [JobKind] = [.restore, .restoreItems, .planUnit]
        let running = RowPredicate.and([.equal("state", JobState.running), .oneOf("kind", kinds.map(\.rawValue))])
        let subjects = try rows.page(Query<Job>(where: running)).map(\.subjectId)
        guard !subjects.isEmpty else { return false }
        let theirs = RowPredicate.and([.oneOf("id", subjects), .equal("unitId", unitID)])
        return try rows.count(Query<RestoreArtifact>(where: theirs))
            + rows.count(Query<GranularRestoreArtifact>(where: theirs)) + rows.count(Query<PlanUnit>(where: theirs))
            > 0
    }
}

extension RowPredicate {
    /// A restore artifact of either kind that was accepted and has not ended.
    static let isOnItsWay = RowPredicate.oneOf("status", ArtifactRestoreStatus.allCases.filter(\.isRunning))

    /// A point that no restore on its way reads.
    static let noRestoreReadsPoint = noRestoreReads(RestorePoint.table.name, by: "restorePointId")

    /// A unit whose repository no restore on its way reads.
    static let noRestoreReadsUnit = noRestoreReads(ProtectionUnit.table.name, by: "unitId")

    private static func noRestoreReads(_ owner: String, by column: String) -> RowPredicate {
        .and(
            [RestoreArtifact.table.name, GranularRestoreArtifact.table.name].map { table in
                .count(RowCount(table, column, of: owner, where: isOnItsWay), .equal, 0)
            })
    }
}
