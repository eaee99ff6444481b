public import Catalog
import Foundation
public import ProtectionRules

extension PlanOperations {
    /// Makes a plan and has its units compared with their points; nothing is written to any drive.
    /// - Throws: `appNotController`, `serviceNotEnabled`, `emptyScope`, `invalidMoment`,
    ///   `invalidDisplayName`, `tooManyUnits`, `restoreSessionNotFound`, `restorePlanNotFound`,
    ///   `noUndoPoint`, `serviceNotAvailable` where the directory is needed and cannot be read.
    public func create(_ draft: RestorePlanDraft, _ caller: Caller) async throws -> RestorePlanRecord {
        let (tenantID, now, settings) = (tenantID, now, dependencies.restores)
        try await requireMayRestore(caller)
        try draft.check(now, limits: limits)
        try draft.requireSize(limits.unitsPerPlan)
        let directory = try PlanDirectory(draft.scope, dependencies.tenant)
        let makeID = dependencies.makeID
        let (record, chosen) = (try plan(of: draft, caller), try await choose(draft, directory))
        try caller.requireUnits(chosen.units.count)
        let made = try await change(makesDue: false) { [context] writer in
            try ServiceRows(writer).requireMayRestore(caller, tenantID: tenantID)
            var plan = record
            plan.excluded = PlanExclusions(chosen.excluded)
            let units = try chosen.units.enumerated().map { ordinal, unit in
                try PlanPoints(writer, now: now).unit(unit, ordinal: ordinal, moment: draft.moment, known: chosen).with
                {
                    ($0.id, $0.planId) = (makeID(), plan.id)
                }
            }
            plan.excluded.values += units.compactMap { unit in
                unit.note.flatMap { unit.status == .noPoint ? PlanExclusion(unitId: unit.unitId, reason: $0) : nil }
            }
            try writer.insert(plan)
            try writer.insert(contentsOf: units)
            let waiting = units.filter { $0.status == .waiting }
            try PlanRows(writer).addJobs(waiting.map { context.job(.planUnit, $0.id) })
            if waiting.isEmpty {
                try PlanRows(writer).settle(&plan, now, settings)
                try writer.update(plan)
            }
            return plan
        }
        dependencies.observer?.note(.planned)
        return made
    }

    /// The units that a scope chooses.
    private func choose(_ draft: RestorePlanDraft, _ directory: PlanDirectory) async throws -> ChosenUnits {
        let (now, most) = (now, limits.unitsPerPlan)
        var chosen = try await look { try PlanScopeRows($0, directory: directory).units(of: draft, now) }
        guard chosen.units.count <= most else { throw ServiceError.tooManyUnits(chosen.units.count, most) }
        guard !chosen.units.isEmpty else {
            let first = chosen.excluded.first.map { " '\($0.unitId)': \($0.reason)" } ?? ""
            throw ServiceError(.emptyScope, "The scope chooses no account that can be restored.\(first)")
        }
        chosen.named = Dictionary(
            draft.moment?.points?.map { ($0.unitId.lowercased(), $0.restorePointId.lowercased()) } ?? [],
            uniquingKeysWith: { first, _ in first })
        return chosen
    }

    private func plan(of draft: RestorePlanDraft, _ caller: Caller) throws -> RestorePlanRecord {
        var plan = RestorePlanRecord()
        plan.begin()
        plan.id = dependencies.makeID()
        plan.displayName = draft.displayName ?? "Restore of \(now.formatted(.iso8601))"
        plan.createdBy = caller.identitySet
        (plan.createdDateTime, plan.basedOnDateTime) = (now, now)
        plan.expiresDateTime = now.addingTimeInterval(Double(dependencies.restores.planMinutes) * 60)
        plan.scope = draft.scope
        // A draft and an undo name their points themselves.
        plan.moment = draft.moment ?? RestorePlanMoment(.points)
        plan.destinationType = draft.destinationType
        plan.newerFiles = draft.newerFiles
        plan.undoPoints = draft.undoPoints
        plan.undoOf = draft.scope.undoOf?.lowercased()
        return plan
    }
}

extension RestorePlanDraft {
    /// Refuses a list that is longer than any plan, before it is looked at.
    fileprivate func requireSize(_ most: Int) throws(ServiceError) {
        for count in [
            scope.unitIds?.count, scope.list?.count, scope.groupIds?.count, moment?.points?.count,
        ] {
            if let count, count > most { throw ServiceError.tooManyUnits(count, most) }
        }
    }
}

extension ServiceError {
    fileprivate static func tooManyUnits(_ count: Int, _ most: Int) -> ServiceError {
        ServiceError(
            .tooManyUnits,
            "The plan reaches \(count) accounts, and one plan takes at most \(most) (setting limits.units-per-plan); "
                + "make several.")
    }
}
