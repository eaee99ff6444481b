public import Catalog
import Foundation
public import ProtectionRules

extension PlanOperations {
    /// Has some units compared with their points again; all of a plan that has expired.
    /// - Parameter unitIDs: empty for all.
    /// - Throws: `restorePlanNotFound`, `appNotController`, `serviceNotEnabled`, `planNotReady`, and
    ///   `protectionUnitNotFound` for one that is none of the plan.
    public func replan(id: String, unitIDs: [String], _ caller: Caller) async throws -> RestorePlanRecord {
        let (id, tenantID, now, settings) = (id.lowercased(), tenantID, now, dependencies.restores)
        return try await change(makesDue: false) { [context] writer in
            var plan = try PlanRows(writer).plan(id)
            try ServiceRows(writer).requireMayRestore(caller, tenantID: tenantID)
            let isExpired = plan.status == .expired
            guard plan.advance(.replan) else { throw ServiceError.notReady(plan, "planned again") }
            let wanted =
                try unitIDs.isEmpty || isExpired
                ? writer.page(Query<PlanUnit>(where: PlanUnit.ofPlan(id)))
                : unitIDs.map { try PlanRows(writer).unit($0.lowercased(), of: plan) }
            var jobs: [Job] = []
            for var unit in wanted {
                let before = unit.status
                guard unit.advance(.replan) else { continue }
                if before == .ready { plan.sums -= unit.sums }
                unit.sums = PlanSums()
                (unit.newerLost, unit.bytesNeeded, unit.changeCount, unit.changeListId) = (0, 0, 0, nil)
                unit.error = nil
                try writer.update(unit)
                jobs.append(context.job(.planUnit, unit.id))
            }
            try PlanRows(writer).addJobs(jobs)
            plan.basedOnDateTime = now
            plan.expiresDateTime = now.addingTimeInterval(Double(settings.planMinutes) * 60)
            if jobs.isEmpty { try PlanRows(writer).settle(&plan, now, settings) }
            try writer.update(plan)
            return plan
        }
    }

    /// Deletes a plan that does not run, with its lists of changes. What it restored stays.
    /// - Throws: `restorePlanNotFound`, `appNotController`, `serviceNotEnabled`, `planNotReady`.
    public func delete(id: String, _ caller: Caller) async throws {
        let (id, tenantID, now) = (id.lowercased(), tenantID, now)
        let job = job(.forgetPlan, id)
        try await change(makesDue: false) { writer in
            var plan = try PlanRows(writer).plan(id)
            try ServiceRows(writer).requireMayRestore(caller, tenantID: tenantID)
            guard !plan.status.isRunning else { throw ServiceError.notReady(plan, "deleted; cancel it first") }
            plan.deletedDateTime = now
            try writer.update(plan)
            _ = try writer.addJob(job)
        }
    }
}

extension ServiceError {
    /// A plan whose status does not allow an action.
    static func notReady(_ plan: RestorePlanRecord, _ action: String) -> ServiceError {
        ServiceError(.planNotReady, "The plan is \(plan.status.rawValue) and cannot be \(action).")
    }
}
