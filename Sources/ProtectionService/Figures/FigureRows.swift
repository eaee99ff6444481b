import Catalog
import Foundation
import ProtectionRules

/// What the figures of the service are read from, within one transaction.
struct FigureRows {
    private let rows: CatalogReader

    init(_ rows: CatalogReader) { self.rows = rows }

    func figures(now: Date, oldestInTime: Date) throws -> ServiceFigures {
        var figures = ServiceFigures(now: now)
        for (workload, states) in try OverviewRows(rows).states(oldestInTime: oldestInTime) {
            figures.workloads[workload, default: .init()].states = states
        }
        for totals in try rows.page(Query<UnitTotals>()) {
            figures.workloads[totals.workload, default: .init()].damagedPoints += totals.damagedPoints
            figures.workloads[totals.workload, default: .init()].protectedBytes += totals.sizeInBytes
            figures.repositoryBytes += totals.storedInBytes
        }
        try readPoints(&figures)
        try readUnreadItems(&figures)
        figures.oldestVerification = try rows.first(
            Query<RepositoryHealth>(order: [.init("verifiedDateTime")]))?.verifiedDateTime
        let incidents = try rows.page(Query<Incident>(where: .oneOf("status", IncidentStatus.unclosed)))
        figures.openIncidents = incidents.count
        figures.incidentUnits = incidents.reduce(0) { $0 + $1.unitCount }
        figures.runningRestores = try rows.count(
            Query<RestoreSession>(where: .oneOf("status", [RestoreSessionStatus.activating, .active])))
        figures.jobs = try jobs()
        return figures
    }

    /// Points and their ages by workload, in one walk over the units.
    private func readPoints(_ figures: inout ServiceFigures) throws {
        let now = Self.microseconds(figures.now)
        let bounds = ServiceFigures.ageBounds
        let within = bounds.map { _ in #", SUM(CASE WHEN "newest" >= ? THEN 1 ELSE 0 END)"# }.joined()
        let sql = """
            SELECT "workload", SUM("pointCount"), MIN("newest"),
            COALESCE(SUM(CAST(? - "newest" AS DOUBLE PRECISION)), 0.0) / 1e6, COUNT("newest"),
            SUM(CASE WHEN "pointCount" > 0 AND "verifiedDateTime" >= ? THEN 1 ELSE 0 END)\(within)
            FROM (SELECT "workload", "pointCount", "verifiedDateTime", \
            CASE WHEN "standing" IN (?, ?) THEN "newestPointDateTime" END \
            AS "newest" FROM "unitState") AS "unit"
            GROUP BY "workload"
            """
        let arguments =
            [.integer(now), .integer(now - Int64(ServiceFigures.provenDays) * 86_400_000_000)]
            + bounds.map { SQLValue.integer(now - Int64($0) * 1_000_000) }
            + [UnitStanding.protected.sqlValue, UnitStanding.failing.sqlValue]
        for row in try rows.connection.query(sql, arguments) {
            guard let workload = Workload(sqlValue: row[0]) else { continue }
            var known = figures.workloads[workload, default: .init()]
            known.points = Int(sqlValue: row[1]) ?? 0
            known.oldestNewestPoint = Date(sqlValue: row[2])
            if case .real(let seconds) = row[3] { known.ageSumSeconds = seconds }
            known.verifiedUnits = Int(sqlValue: row[5]) ?? 0
            var smaller = 0
            for place in bounds.indices {
                let younger = Int(sqlValue: row[6 + place]) ?? 0
                known.ages[place] = younger - smaller
                smaller = younger
            }
            known.ages[bounds.count] = (Int(sqlValue: row[4]) ?? 0) - smaller
            figures.workloads[workload] = known
        }
    }

    /// Only units that have such items are looked at: every point with some has rows that name them.
    private func readUnreadItems(_ figures: inout ServiceFigures) throws {
        let sql = """
            SELECT "workload", COUNT(*) FROM "restorePoint" WHERE "failureCount" > 0
            AND "unitId" IN (SELECT DISTINCT "unitId" FROM "unreadItem") GROUP BY "workload"
            """
        for row in try rows.connection.query(sql, []) {
            guard let workload = Workload(sqlValue: row[0]) else { continue }
            figures.workloads[workload, default: .init()].pointsWithUnreadItems = Int(sqlValue: row[1]) ?? 0
        }
    }

    /// Every unit; nil where there are too many to have series of their own.
    func units() throws -> [ServiceFigures.OfUnit]? {
        let query = Query<UnitState>(
            where: .not(.isNull("unitId")), order: [.init("id")], limit: ServiceFigures.maximumUnits + 1)
        let found = try rows.page(query)
        guard found.count <= ServiceFigures.maximumUnits else { return nil }
        return found.map {
            ServiceFigures.OfUnit(
                id: $0.id, workload: $0.workload, newestPoint: $0.newestPointDateTime, points: $0.pointCount,
                protectedBytes: $0.sizeInBytes ?? 0)
        }
    }

    private func jobs() throws -> [ServiceFigures.OfJobs] {
        let sql = """
            SELECT "kind", "state", COUNT(*), MIN("runAfterDateTime") FROM "job" WHERE "state" IN (?, ?)
            GROUP BY "kind", "state"
            """
        return try rows.connection.query(sql, [JobState.waiting.sqlValue, JobState.running.sqlValue]).compactMap {
            row in
            guard let kind = String(sqlValue: row[0]), let state = JobState(sqlValue: row[1]) else { return nil }
            return ServiceFigures.OfJobs(
                kind: kind, state: state, count: Int(sqlValue: row[2]) ?? 0, firstDue: Date(sqlValue: row[3]))
        }
    }

    private static func microseconds(_ date: Date) -> Int64 {
        guard case .integer(let value) = date.sqlValue else { return 0 }
        return value
    }
}
