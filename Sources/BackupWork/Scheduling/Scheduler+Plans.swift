import Catalog
import Foundation
import ProtectionRules
import ProtectionService

extension Scheduler {
    /// Marks plans that are too old, and removes those that nobody will look at any more.
    func expirePlans(_ now: Date) async throws -> Expired {
        let service = service
        let old = Query<RestorePlanRecord>(
            where: .and([
                .equal("status", RestorePlanStatus.ready), .compare("expiresDateTime", .lessOrEqual, now.sqlValue),
            ]), limit: Self.rowsPerChange)
        var expired = try await inPieces(of: old) { writer in
            let ids = try writer.ids(old)
            try FlowRows(writer).move(RestorePlanRecord.self, where: .oneOf("id", ids), .expire)
            return ids.count
        }
        let over = Query<RestorePlanRecord>(
            where: PlanExpiryRows.isOver(now, service.dependencies.restores, service.intervals),
            limit: Self.rowsPerChange)
        expired += try await inPieces(of: over) { writer in
            let ids = try writer.ids(over)
            try writer.update(RestorePlanRecord.self, where: .oneOf("id", ids), set: ["deletedDateTime": now.sqlValue])
            _ = try writer.addJobs(JobKind.forgetPlan.rawValue, ids.map { service.job(.forgetPlan, $0) })
            return ids.count
        }
        return expired
    }
}

/// The end of restore plans, within one transaction.
struct PlanExpiryRows {
    private let rows: CatalogWriter

    init(_ rows: CatalogWriter) { self.rows = rows }

    /// Plans that were never started and are long out of date, those that ended long ago, and those
    /// that were deleted and are still there.
    static func isOver(_ now: Date, _ settings: RestoreSettings, _ intervals: ServiceIntervals) -> RowPredicate {
        let days = now.adding(days: -settings.unstartedPlanDays)
        let year = now.adding(days: -intervals.endedSessionDays)
        let waiting: [RestorePlanStatus] = [.expired, .failed]
        // A job that could not remove one is added again after a day.
        let dayAgo = now.adding(days: -1)
        return .or([
            .and([
                .isNull("deletedDateTime"), .isNull("startedDateTime"), .oneOf("status", waiting),
                .compare("expiresDateTime", .lessOrEqual, days.sqlValue),
            ]),
            .and([.isNull("deletedDateTime"), .compare("endedDateTime", .lessOrEqual, year.sqlValue)]),
            .compare("deletedDateTime", .lessOrEqual, dayAgo.sqlValue),
        ])
    }

    /// Plans that could still be started and name points that go.
    func expirePlans(naming points: [String]) throws {
        let naming = RowPredicate.and([
            .oneOf("restorePointId", points), .equal("status", PlanUnitStatus.ready),
        ])
        let plans = Set(try rows.page(Query<PlanUnit>(where: naming)).map(\.planId))
        guard !plans.isEmpty else { return }
        try FlowRows(rows).move(RestorePlanRecord.self, where: .oneOf("id", plans.sorted()), .expire)
    }
}
