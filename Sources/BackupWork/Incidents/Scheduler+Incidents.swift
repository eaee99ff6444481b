import Catalog
import Foundation
import Logging
import ProtectionRules
import ProtectionService

extension Scheduler {
    /// The name of the check in the health report; it is there while an incident is not over.
    static let incidentCheck = "incidents"

    /// Contains incidents without news, and tells in the health how many there are.
    func followIncidents(_ now: Date) async throws {
        let settings = service.dependencies.incidents
        let quiet = now.addingTimeInterval(-Double(settings.quietHours) * 3600)
        let over = Query<Incident>(
            where: .and([
                .equal("status", IncidentStatus.open), .compare("lastActivityDateTime", .lessOrEqual, quiet.sqlValue),
            ]), limit: Self.rowsPerChange)
        _ = try await inPieces(of: over) { writer in
            let incidents = try writer.page(over)
            for var incident in incidents {
                guard incident.advance(.quiet) else { continue }
                try writer.update(incident)
            }
            return incidents.count
        }
        let (count, health) = (
            try await service.catalog.count(Query<Incident>(where: .oneOf("status", IncidentStatus.unclosed))),
            service.dependencies.health
        )
        guard count > 0 else { return health.remove(Self.incidentCheck) }
        health.set(
            Self.incidentCheck, to: .warning,
            message: "\(count == 1 ? "1 incident is" : "\(count) incidents are") neither restored nor dismissed; "
                + "'holdfast incident' tells of them.", at: now)
    }

    /// Ends the holds of units whose time is over, and puts off points that would expire now of
    /// units that are held.
    func holdPoints(_ now: Date) async throws -> Expired {
        let over = Query<UnitHold>(
            where: .compare("untilDateTime", .lessOrEqual, now.sqlValue), limit: Self.rowsPerChange)
        var changed = try await inPieces(of: over) { writer in
            let holds = try writer.page(over)
            for hold in holds { try IncidentEndings(writer).end(hold) }
            return holds.count
        }
        // Searches and restores ask for points that expire later than now, so they are put off early.
        let soon = now.addingTimeInterval(2 * Double(service.intervals.housekeepingSeconds))
        let due = Query<RestorePoint>(
            where: .and([
                .compare("expirationDateTime", .lessOrEqual, soon.sqlValue),
                // A hold that ends before would not put it off.
                .related(
                    column: "unitId", table: "unitHold", .compare("untilDateTime", .greater, soon.sqlValue)),
            ]), order: [.init("expirationDateTime")], limit: Self.rowsPerChange)
        changed += try await inPieces(of: due) { writer in
            let points = try writer.page(due)
            for point in points {
                guard let hold = try writer.find(UnitHold.self, id: point.unitId) else { continue }
                if try writer.find(PutOffPoint.self, id: point.id) == nil {
                    try writer.insert(
                        PutOffPoint(pointId: point.id, unitId: point.unitId, expiration: point.expirationDateTime))
                }
                try writer.update(point.with { $0.expirationDateTime = hold.untilDateTime })
            }
            return points.count
        }
        return changed
    }

    /// Sums up changes that are older than the ten-minute points.
    func foldChanges(_ now: Date) async throws -> Expired {
        let days = service.intervals.tenMinuteRetentionDays
        let end = Date(timeIntervalSince1970: Double(ChangeDay.day(of: now) - days) * ChangeDay.seconds)
        let old = Query<ChangeStatistics>(where: .compare("dateTime", .less, end.sqlValue))
        var folded = try await inPieces(of: old) {
            try ChangeRows($0).fold(before: end, limit: Self.rowsPerChange)
        }
        let totals = Query<ChangeTotal>(
            where: .and([.equal("seconds", 600), .compare("dateTime", .less, end.sqlValue)]))
        folded += try await inPieces(of: totals) {
            try ChangeRows($0).foldTotals(before: end, limit: Self.rowsPerChange)
        }
        return folded
    }
}
