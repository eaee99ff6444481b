import Catalog
import Foundation
import Texts

// How the last full point of a drive that lost most of its files is held (`SuddenLoss`), and how
// that ends: the files are back, time is over, an administrator says so, or the point is gone
// with the unit's backups.

extension PointHold {
    /// What a client is told.
    func text(_ workload: Workload, pointTime: Date) -> String {
        "The \(workload.noun) had \(files) files and has \(filesLeft) now. Is its disk mounted? The restore point of "
            + "\(pointTime.formatted(.iso8601)) is kept until \(untilDateTime.formatted(.iso8601)), or until more than "
            + "half of the files are back. If they were meant to go, 'holdfast point release' ends that."
    }
}

extension PublicError {
    /// What a unit says that is protected but not as it should be: most of its files are gone, or
    /// some could not be read; nil where all is well.
    init?(loss: String?, unread: PublicError?) {
        switch (loss, unread) {
        case (nil, nil): return nil
        case (nil, let unread?): self = unread
        case (let loss?, nil): self.init(code: ServiceErrorCode.unknownError.rawValue, message: loss)
        case (let loss?, var unread?):
            unread.message = "\(loss) \(unread.message)"
            self = unread
        }
    }

    /// The same without what it says of a loss; nil where nothing is left.
    func without(loss: String) -> PublicError? {
        guard message.beginsExactly(with: loss) else { return self }
        let rest = message.utf8.dropFirst(loss.utf8.count + 1)
        guard !rest.isEmpty else { return nil }
        var error = self
        error.message = String(decoding: rest, as: UTF8.self)
        return error
    }
}

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

    /// Ends a hold: the point goes when its policy says, perhaps with the next look, and the unit
    /// tells nothing of the loss any more.
    func end(_ hold: PointHold) throws {
        try delete(PointHold.self, id: hold.id)
        guard var point = try find(RestorePoint.self, id: hold.id) else { return }
        point.expirationDateTime = hold.pointExpirationDateTime
        try update(point)
        guard var unit = try find(ProtectionUnit.self, id: hold.unitId), let error = unit.error else { return }
        unit.error = error.without(loss: hold.text(unit.workload, pointTime: point.protectionDateTime))
        if unit.error != error { try update(unit) }
    }
}

extension ProtectionService {
    /// Ends the hold of a unit's last full point: its files were meant to go.
    /// - Parameter name: as for `unit(named:)`.
    /// - Returns: the point, which is kept as its policy says from now on.
    /// - Throws: `operationNotAllowed` where nothing is held; what `unit(named:)` throws.
    public func releaseHold(ofUnit name: String) async throws -> PointDetails {
        let unit = try await unit(named: name)
        return try await change { writer in
            guard let hold = try writer.first(PointHold.query(ofUnit: unit.id)) else {
                throw ServiceError(
                    .operationNotAllowed,
                    "No restore point of the \(unit.workload.noun) of '\(unit.knownName)' is held.")
            }
            try writer.end(hold)
            guard let point = try writer.find(RestorePoint.self, id: hold.id) else {
                throw ServiceError(.invalidRestorePoint, "The restore point that was held is gone.")
            }
            return PointDetails(point: point, unit: unit)
        }
    }
}
