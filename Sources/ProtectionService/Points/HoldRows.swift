package import Catalog
package import Foundation
package import ProtectionRules
import Texts

/// Rows of holds of restore points, within one transaction.
package struct HoldRows {
    private let rows: CatalogWriter

    package init(_ rows: CatalogWriter) { self.rows = rows }

    /// Ends a hold: the point goes when its policy says, perhaps with the next look, and the unit
    /// tells nothing of the loss any more.
    package func end(_ hold: PointHold, now: Date) throws {
        try rows.delete(PointHold.self, id: hold.id)
        try IncidentEndings(rows).settleRemovals(of: hold.unitId, now: now)
        guard var point = try rows.find(RestorePoint.self, id: hold.id) else { return }
        point.expirationDateTime = hold.pointExpirationDateTime
        try rows.update(point)
        guard var unit = try rows.find(ProtectionUnit.self, id: hold.unitId), let error = unit.error else { return }
        unit.error = error.without(loss: hold.text(unit.workload, pointTime: point.protectionDateTime))
        if unit.error != error { try rows.update(unit) }
    }

    /// Begins, keeps or ends the hold of a unit by what a backup found. To be called before
    /// its point is inserted.
    /// - Parameters:
    ///   - files: how many the drive has now.
    ///   - before: how many the snapshot has that it was compared with; nil where it does not say.
    /// - Returns: what the unit is to tell; nil where nothing is held.
    package func follow(
        files: Int, before: Int?, of unit: ProtectionUnit, _ intervals: ServiceIntervals, now: Date
    ) throws -> String? {
        let known = try rows.first(PointHold.query(ofUnit: unit.id))
        var hold: PointHold
        switch SuddenLoss(files, before: before, held: known?.files) {
        case .recovered:
            if let known { try end(known, now: now) }
            return nil
        case .lost:
            guard let begun = try begin(files: files, before: before, unitID: unit.id, intervals, now: now) else {
                return nil
            }
            hold = begun
        case nil:
            guard let known else { return nil }
            hold = known
            hold.filesLeft = files
            // A clock that was ahead began it.
            let ahead = max(0, known.sinceDateTime.timeIntervalSince(now))
            hold.sinceDateTime.addTimeInterval(-ahead)
            hold.untilDateTime.addTimeInterval(-ahead)
            if hold != known { try rows.update(hold) }
        }
        guard var point = try rows.find(RestorePoint.self, id: hold.id) else { return nil }
        let expiration = max(hold.pointExpirationDateTime, hold.untilDateTime)
        if point.expirationDateTime != expiration {
            point.expirationDateTime = expiration
            try rows.update(point)
        }
        return hold.text(unit.workload, pointTime: point.protectionDateTime)
    }

    private func begin(
        files: Int, before: Int?, unitID: String, _ intervals: ServiceIntervals, now: Date
    ) throws -> PointHold? {
        // The snapshot before may be in several points; the newest of them has the longest life.
        let sound = Query<RestorePoint>(
            where: .and([.equal("unitId", unitID), .equal("isDamaged", false)]),
            order: [.init("protectionDateTime", ascending: false)])
        guard intervals.suddenLossHoldDays > 0, let point = try rows.first(sound) else { return nil }
        var hold = PointHold()
        (hold.id, hold.unitId, hold.pointExpirationDateTime) = (point.id, unitID, point.expirationDateTime)
        (hold.sinceDateTime, hold.untilDateTime) = (now, now.adding(days: intervals.suddenLossHoldDays))
        (hold.files, hold.filesLeft) = (before ?? 0, files)
        try rows.insert(hold)
        return hold
    }
}
