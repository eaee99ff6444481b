import ProtectionService
import ProtectionRules
import Catalog
import Foundation

extension CatalogWriter {
    /// Begins, keeps or ends the hold of a unit by what a backup found. To be called before
    /// its point is inserted.
    /// - Returns: what the unit is to tell; nil where nothing is held.
    func followFiles(
        of backup: TakenBackup, _ unit: ProtectionUnit, _ intervals: ServiceIntervals, _ now: Date
    ) throws -> String? {
        let known = try first(PointHold.query(ofUnit: unit.id))
        var hold: PointHold
        switch SuddenLoss(backup.files, before: backup.filesBefore, held: known?.files) {
        case .recovered:
            if let known { try end(known) }
            return nil
        case .lost:
            guard let begun = try beginHold(of: backup, intervals, unitID: unit.id, now) else { return nil }
            hold = begun
        case nil:
            guard let known else { return nil }
            hold = known
            hold.filesLeft = backup.files
            // A clock that was ahead began it.
            let ahead = max(0, known.sinceDateTime.timeIntervalSince(now))
            hold.sinceDateTime.addTimeInterval(-ahead)
            hold.untilDateTime.addTimeInterval(-ahead)
            if hold != known { try update(hold) }
        }
        guard var point = try find(RestorePoint.self, id: hold.id) else { return nil }
        let expiration = max(hold.pointExpirationDateTime, hold.untilDateTime)
        if point.expirationDateTime != expiration {
            point.expirationDateTime = expiration
            try update(point)
        }
        return hold.text(unit.workload, pointTime: point.protectionDateTime)
    }

    private func beginHold(
        of backup: TakenBackup, _ intervals: ServiceIntervals, unitID: String, _ now: Date
    ) throws -> PointHold? {
        // The snapshot before may be in several points; the newest of them has the longest life.
        let sound = Query<RestorePoint>(
            where: .and([.equal("unitId", unitID), .equal("isDamaged", false)]),
            order: [.init("protectionDateTime", ascending: false)])
        guard intervals.suddenLossHoldDays > 0, let point = try first(sound) else { return nil }
        var hold = PointHold()
        (hold.id, hold.unitId, hold.pointExpirationDateTime) = (point.id, unitID, point.expirationDateTime)
        (hold.sinceDateTime, hold.untilDateTime) = (now, now.adding(days: intervals.suddenLossHoldDays))
        (hold.files, hold.filesLeft) = (backup.filesBefore ?? 0, backup.files)
        try insert(hold)
        return hold
    }
}
