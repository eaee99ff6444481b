import Catalog
import Foundation
import ProtectionRules

/// The sessions of plans, within one transaction.
struct PlanSessions {
    private let rows: CatalogWriter
    private let context: ServiceContext
    private let plan: RestorePlanRecord
    private let caller: Caller

    init(_ rows: CatalogWriter, _ context: ServiceContext, of plan: RestorePlanRecord, caller: Caller) {
        self.rows = rows
        self.context = context
        self.plan = plan
        self.caller = caller
    }

    /// Adds sessions that restore units, one for each workload.
    func add(_ units: [PlanUnit]) throws {
        for workload in Workload.allCases {
            let theirs = units.filter { $0.workload == workload }
            if !theirs.isEmpty { try add(theirs, workload) }
        }
    }

    private func add(_ units: [PlanUnit], _ workload: Workload) throws {
        let targets = units.map { unit in
            StartedSessions.Target(
                unitID: unit.unitId, restorePointID: unit.restorePointId ?? "", destination: plan.destinationType)
        }
        let artifacts = try StartedSessions(rows, context, caller: caller).add(
            targets, workload, ofPlan: plan.id, takesUndoPoints: plan.undoPoints == .take
        ).artifacts
        for (var unit, artifact) in zip(units, artifacts) {
            unit.artifactId = artifact.id
            try rows.update(unit)
        }
    }
}
