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

    /// Adds a session that restores units of one workload, and starts it. It is a session like others
    /// on Graph's surface, and counts against no limit there.
    private func add(_ units: [PlanUnit], _ workload: Workload) throws {
        let now = context.now
        var session = RestoreSession(
            id: context.dependencies.makeID(), workload: workload, status: .initial, createdDateTime: now)
        session.createdBy = caller.identitySet
        session.lastModifiedBy = caller.identitySet
        session.lastModifiedDateTime = now
        session.planId = plan.id
        session.isLimited = false
        session.takesUndoPoints = plan.undoPoints == .take
        (session.artifactsTotal, session.artifactsInProgress) = (units.count, units.count)
        session.advance(.activate)
        try rows.insert(session)
        for (ordinal, unit) in units.enumerated() {
            var unit = unit
            var artifact = RestoreArtifact(
                id: context.dependencies.makeID(), sessionId: session.id, workload: workload, ordinal: ordinal,
                restorePointId: unit.restorePointId ?? "", unitId: unit.unitId, destinationType: plan.destinationType,
                status: .initial)
            artifact.advance(.activate)
            try rows.insert(artifact)
            unit.artifactId = artifact.id
            try rows.update(unit)
        }
        let log = context.activity(.restoreTaskCompleted, of: session.id, workload, caller)
        try rows.insert(try ActivityRows(rows).describing(session, in: log))
        _ = try rows.addJob(context.job(.scheduleRestores, session.id))
    }
}
