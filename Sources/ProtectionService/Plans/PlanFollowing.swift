public import Catalog
import Foundation
public import ProtectionRules

extension PlanOperations {
    /// Ends the sessions of a plan, each with the item at hand.
    /// - Throws: `restorePlanNotFound`, `appNotController`, `serviceNotEnabled`, `nothingToCancel`.
    public func cancel(id: String, _ caller: Caller) async throws -> RestorePlanRecord {
        let (id, tenantID, now) = (id.lowercased(), tenantID, now)
        return try await change(makesDue: false) { writer in
            var plan = try PlanRows(writer).plan(id)
            try ServiceRows(writer).requireMayRestore(caller, tenantID: tenantID)
            guard plan.advance(.cancel) else {
                throw ServiceError(.nothingToCancel, "The plan is \(plan.status.rawValue); nothing of it runs.")
            }
            try writer.update(plan)
            for session in try PlanRows(writer).sessions(id) { _ = try CancelRows(writer).cancel(session, now) }
            try PlanEndRows(writer).refresh(id: id, now)
            return try PlanRows(writer).plan(id)
        }
    }

    /// Restores once more the units of a plan that failed or were cancelled, in new sessions.
    /// - Throws: `restorePlanNotFound`, `appNotController`, `serviceNotEnabled`, `nothingToRetry`.
    public func retry(id: String, _ caller: Caller) async throws -> RestorePlanRecord {
        let (id, tenantID) = (id.lowercased(), tenantID)
        return try await change(makesDue: false) { [context] writer in
            var plan = try PlanRows(writer).plan(id)
            try ServiceRows(writer).requireMayRestore(caller, tenantID: tenantID)
            let units = try writer.page(
                Query<PlanUnit>(
                    where: .and([PlanUnit.ofPlan(id), .not(.isNull("artifactId"))]), order: [.init("ordinal")]))
            // Those that are outdated would find the same again; they need another plan.
            let failed = try units.filter { unit in
                try unit.status == .ready
                    && unit.artifactId.flatMap { try writer.find(RestoreArtifact.self, id: $0) }?.status == .failed
            }
            guard !failed.isEmpty, plan.advance(.retry) else {
                throw ServiceError(
                    .nothingToRetry,
                    failed.isEmpty
                        ? "No account of the plan failed that another try could help; make another plan."
                        : "The plan is \(plan.status.rawValue); wait for its end.")
            }
            try caller.requireUnits(failed.count)
            plan.endedDateTime = nil
            try writer.update(plan)
            try PlanSessions(writer, context, of: plan, caller: caller).add(failed)
            return plan
        }
    }

    /// Plans to take back what a plan or session changed in place, to the points from before.
    /// - Throws: what `create` throws.
    public func undo(id: String, _ caller: Caller) async throws -> RestorePlanRecord {
        var scope = RestorePlanScope()
        scope.undoOf = id.lowercased()
        var draft = RestorePlanDraft(scope: scope)
        draft.displayName = "Undo of \(id.lowercased())"
        return try await create(draft, caller)
    }
}
