import Catalog
import Foundation
import ProtectionRules

/// Chooses the points to which the units of a plan go back, within one transaction.
struct PlanPoints<Rows: CatalogAccess> {
    private let rows: Rows
    private let now: Date

    init(_ rows: Rows, now: Date) {
        self.rows = rows
        self.now = now
    }

    /// A unit of a plan with its point, or with the reason why it has none.
    /// - Parameter known: points that the scope itself names, by unit.
    func unit(
        _ unit: ProtectionUnit, ordinal: Int, moment: RestorePlanMoment?, known: ChosenUnits
    ) throws -> PlanUnit {
        var planned = PlanUnit()
        planned.begin()
        (planned.unitId, planned.workload, planned.ordinal) = (unit.id, unit.workload, ordinal)
        switch try choose(unit, moment, known) {
        case .success(let point):
            planned.restorePointId = point.id
            planned.protectionDateTime = point.protectionDateTime
            planned.pointHealth = point.isDamaged ? .damaged : point.failureCount > 0 ? .unreadItems : .ok
            planned.newerAfterDateTime = max(point.protectionDateTime, known.newerAfter[unit.id] ?? .distantPast)
            if point.isDamaged {
                planned.advance(.fail)
                planned.error = JobFailure(.artifactNotFound, JobFailure.damagedPoint).publicError
            } else if point.failureCount > 0 {
                planned.note =
                    "\(point.failureCount) items could not be read when the point was taken; they stay as they are."
            }
        case .failure(let reason):
            planned.advance(.findNoPoint)
            planned.note = reason.text
        }
        return planned
    }

    /// Why a unit has no point for a moment.
    private struct NoPoint: Error { var text: String }

    private func choose(
        _ unit: ProtectionUnit, _ moment: RestorePlanMoment?, _ known: ChosenUnits
    ) throws -> Result<RestorePoint, NoPoint> {
        if let id = known.points[unit.id] { return try named(id, unit) }
        switch moment?.kind {
        case .at: return try at(moment?.dateTime ?? now, unit)
        case .points:
            guard let id = known.named[unit.id] else {
                return .failure(NoPoint(text: "The plan names no point for this account."))
            }
            return try named(id, unit)
        case .lastClean, nil:
            guard let id = try lastClean(unit, known) else {
                return .failure(NoPoint(text: "No last clean point of this account is known; choose a time."))
            }
            return try named(id, unit)
        }
    }

    /// The last clean point of a unit: of the incident that the scope names, or else of the newest
    /// one of the unit that is neither dismissed nor restored.
    private func lastClean(_ unit: ProtectionUnit, _ known: ChosenUnits) throws -> String? {
        if let points = known.lastClean { return points[unit.id] }
        let unclosed = RowPredicate.related(
            column: "incidentId", table: Incident.table.name, .oneOf("status", IncidentStatus.unclosed))
        return try rows.first(
            Query<IncidentUnit>(
                where: .and([.equal("unitId", unit.id), unclosed]), order: [.init("beganBefore", ascending: false)]))?
            .lastCleanPointId
    }

    /// The newest sound point at a time or before, also one that was taken before a restore.
    private func at(_ time: Date, _ unit: ProtectionUnit) throws -> Result<RestorePoint, NoPoint> {
        let sound: [RowPredicate] = [
            .equal("unitId", unit.id), .equal("isDamaged", false),
            .compare("expirationDateTime", .greater, now.sqlValue),
        ]
        let before = RowPredicate.compare("protectionDateTime", .lessOrEqual, time.sqlValue)
        if let point = try rows.first(
            Query<RestorePoint>(
                where: .and(sound + [before]), order: [.init("protectionDateTime", ascending: false)]))
        {
            return .success(point)
        }
        let oldest = try rows.first(Query<RestorePoint>(where: .and(sound), order: [.init("protectionDateTime")]))
        let text =
            oldest.map {
                "It has no sound point at \(time.formatted(.iso8601)) or before; the oldest is of "
                    + "\($0.protectionDateTime.formatted(.iso8601))."
            } ?? "It has no sound restore point."
        return .failure(NoPoint(text: text))
    }

    private func named(_ id: String, _ unit: ProtectionUnit) throws -> Result<RestorePoint, NoPoint> {
        guard let point = try rows.find(RestorePoint.self, id: id), point.unitId == unit.id,
            point.expirationDateTime > now
        else { return .failure(NoPoint(text: "It has no restore point '\(id)', or that has expired.")) }
        return .success(point)
    }
}
