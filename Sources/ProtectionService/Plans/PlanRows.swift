package import Catalog
package import Foundation
package import ProtectionRules

/// Rows of restore plans, within one transaction.
package struct PlanRows<Rows: CatalogAccess> {
    private let rows: Rows

    package init(_ rows: Rows) { self.rows = rows }

    /// A plan that is not deleted.
    package func plan(_ id: String) throws -> RestorePlanRecord {
        guard let plan = try rows.find(RestorePlanRecord.self, id: id), plan.deletedDateTime == nil else {
            throw ServiceError(.restorePlanNotFound, "There is no such restore plan.")
        }
        return plan
    }

    /// A unit of a plan.
    package func unit(_ unitID: String, of plan: RestorePlanRecord) throws -> PlanUnit {
        let wanted = RowPredicate.and([PlanUnit.ofPlan(plan.id), .equal("unitId", unitID)])
        guard let unit = try rows.first(Query<PlanUnit>(where: wanted)) else {
            throw ServiceError(.protectionUnitNotFound, "The plan has no such account.")
        }
        return unit
    }

    /// The sessions of a plan, the first first.
    package func sessions(_ planID: String) throws -> [RestoreSession] {
        try rows.page(Query<RestoreSession>(where: .equal("planId", planID), order: [.init("createdDateTime")]))
    }

    /// How far the units of a plan are.
    package func unitCounts(_ planID: String) throws -> PlanUnitCounts {
        var counts: [PlanUnitStatus: Int] = [:]
        for (value, count) in try rows.groupedCount(Query<PlanUnit>(where: PlanUnit.ofPlan(planID)), by: "status") {
            if let status = PlanUnitStatus(sqlValue: value) { counts[status] = count }
        }
        return PlanUnitCounts(counts)
    }
}

extension PlanRows where Rows == CatalogWriter {
    /// Marks a unit as being compared; nil where that is not wanted any more.
    package func begin(unitID id: String) throws -> (unit: PlanUnit, plan: RestorePlanRecord)? {
        guard var unit = try rows.find(PlanUnit.self, id: id),
            let plan = try rows.find(RestorePlanRecord.self, id: unit.planId), plan.deletedDateTime == nil,
            plan.status == .planning, unit.advance(.begin)
        else { return nil }
        unit.error = nil
        try rows.update(unit)
        return (unit, plan)
    }

    /// Adds jobs that compare units, in pieces that one statement takes.
    func addJobs(_ jobs: [Job]) throws {
        for piece in jobs.pieces(of: 500) { _ = try rows.addJobs(JobKind.planUnit.rawValue, Array(piece)) }
    }

    /// Records how the planning of a unit ended, and what that makes of its plan.
    package func end(
        unitID id: String, _ event: PlanUnitEvent, _ now: Date, settings: RestoreSettings,
        _ body: (inout PlanUnit) -> Void
    ) throws {
        guard var unit = try rows.find(PlanUnit.self, id: id), unit.advance(event) else { return }
        body(&unit)
        unit.newerLost = unit.sums.newerLost
        try rows.update(unit)
        guard var plan = try rows.find(RestorePlanRecord.self, id: unit.planId) else { return }
        if unit.status == .ready { plan.sums += unit.sums }
        try settle(&plan, now, settings)
        try rows.update(plan)
    }

    /// Moves a plan on where all of its units are compared.
    package func settle(_ plan: inout RestorePlanRecord, _ now: Date, _ settings: RestoreSettings) throws {
        let before = plan.status
        guard plan.advance(.unitPlanned(try unitCounts(plan.id))), plan.status != before else { return }
        plan.expiresDateTime = now.addingTimeInterval(Double(settings.planMinutes) * 60)
    }
}
