import BackupRepository
import Catalog
import Connectors
import FileTree
import Foundation
import ProtectionRules
import ProtectionService

/// What a backup records, within one transaction.
struct BackupRows {
    private let rows: CatalogWriter

    init(_ rows: CatalogWriter) { self.rows = rows }

    /// Adds the restore point of a backup, and what follows from it.
    func record(_ backup: TakenBackup, unitID: String, _ dependencies: ServiceDependencies, _ now: Date) throws {
        guard var repository = try rows.find(UnitRepository.self, id: unitID),
            repository.lastSnapshotId == backup.parent
        else {
            throw JobFailure(.unknownError, "The repository changed while it was written to.", isRetryable: true)
        }
        guard var unit = try BackupRequestRows(rows).unitToBackUp(unitID), let policyID = unit.policyId,
            let policy = try rows.find(ProtectionPolicy.self, id: policyID)
        else {
            // The point is no longer wanted; its snapshot goes with the next prune.
            repository.pruneNeeded = repository.pruneNeeded || backup.snapshotID != backup.parent
            repository.noteIndex(backup.indexDigest)
            return try rows.update(repository)
        }
        // What is archived on top of damage may be part of it: no user shall rely on the
        // point before a repair.
        let isDamaged = (try rows.find(RepositoryHealth.self, id: unitID)?.problems ?? 0) > 0
        var point = try newPoint(backup, of: unit, policy: policy, intervals: dependencies.intervals)
        point.isDamaged = isDamaged
        let loss = try HoldRows(rows).follow(
            files: backup.files, before: backup.filesBefore, of: unit, dependencies.intervals, now: now)
        try PointGapRows(rows, dependencies.intervals).follow(point)
        try rows.insert(point)
        if let change = backup.change?.with({ $0.dateTime = point.protectionDateTime }) {
            try ChangeRows(rows).record(change)
            try IncidentRows(rows, dependencies.incidents).follow(change, now: now)
        }
        try UnreadItemRows(rows).note(
            backup.unread, unitID: unitID, at: point.protectionDateTime, makeID: dependencies.makeID)
        repository.lastSnapshotId = backup.snapshotID
        repository.noteIndex(backup.indexDigest)
        if let view = backup.sealedView, try isKeepable(backup, repository) { repository.sealedView = view }
        try rows.update(repository)
        let before = unit.status
        unit.advance(.pointTaken)
        if !isDamaged {
            unit.error = PublicError(loss: loss, unread: PublicError(unread: backup.unread, pointID: point.id))
        }
        unit.failingSinceDateTime = nil
        unit.lastBackupDateTime = backup.start
        unit.retentionDays = policy.retentionDays
        unit.retentionChange = nil
        try rows.update(unit)
        try rows.update(
            UnitState.self, where: .equal("id", unitID),
            set: ["fileCount": backup.files.sqlValue, "sizeInBytes": backup.bytes.sqlValue])
        if before != unit.status { try PolicyRows(rows).refresh(id: policyID, now) }
    }

    /// Whether the view is still true: nobody removes anything, and no restore may leave a file of
    /// the drive half written, for which each backup looks.
    private func isKeepable(_ backup: TakenBackup, _ repository: UnitRepository) throws -> Bool {
        try repository.viewGeneration == backup.viewGeneration && !RepositoryUse(rows).isRead(unitID: repository.id)
    }

    private func newPoint(
        _ backup: TakenBackup, of unit: ProtectionUnit, policy: ProtectionPolicy, intervals: ServiceIntervals
    ) throws -> RestorePoint {
        let time = try PointTimeRows(rows).honestTime(backup.start, unitID: unit.id)
        let plan = PointRetention(policy: policy, intervals: intervals)
        let slot = plan.weekStart(of: time)
        let hasWeekly =
            try rows.first(
                Query<RestorePoint>(
                    where: .and([
                        .equal("unitId", unit.id), .equal("cadence", Cadence.weekly),
                        .compare("protectionDateTime", .greaterOrEqual, slot.sqlValue),
                    ]))) != nil
        let cadence = plan.cadence(hasWeeklyPoint: hasWeekly)
        return RestorePoint(
            id: backup.pointID, unitId: unit.id, workload: unit.workload, protectionDateTime: time,
            expirationDateTime: plan.expiration(of: cadence, at: time),
            tags: .ofPoints(of: unit.workload), snapshotId: backup.snapshotID, cadence: cadence
        ).with {
            $0.failureCount = backup.unread.count
        }
    }
}
