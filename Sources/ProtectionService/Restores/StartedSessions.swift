import Catalog
import Foundation
import ProtectionRules

/// Sessions that the service itself makes and starts at once, for a plan or a retry, within one
/// transaction. They are sessions like others on Graph's surface, and count against no limit there.
struct StartedSessions {
    private let rows: CatalogWriter
    private let context: ServiceContext
    private let caller: Caller

    init(_ rows: CatalogWriter, _ context: ServiceContext, caller: Caller) {
        (self.rows, self.context, self.caller) = (rows, context, caller)
    }

    /// A unit that is restored, with its point.
    struct Target {
        var unitID: String
        var restorePointID: String
        var destination: DestinationType
        var searchResponseID: String?
    }

    /// Adds a session of one workload, and starts it.
    /// - Parameter planID: nil for a retry of a session of a Graph client.
    /// - Returns: the session and its artifacts, in the order of the targets.
    func add(
        _ targets: [Target], _ workload: Workload, ofPlan planID: String?, takesUndoPoints: Bool
    ) throws -> (session: RestoreSession, artifacts: [RestoreArtifact]) {
        let (now, makeID) = (context.now, context.dependencies.makeID)
        var session = RestoreSession(id: makeID(), workload: workload, status: .initial, createdDateTime: now)
        session.createdBy = caller.identitySet
        session.lastModifiedBy = caller.identitySet
        session.lastModifiedDateTime = now
        session.planId = planID
        session.isLimited = false
        session.takesUndoPoints = takesUndoPoints
        (session.artifactsTotal, session.artifactsInProgress) = (targets.count, targets.count)
        session.advance(.activate)
        try rows.insert(session)
        let artifacts = targets.enumerated().map { ordinal, target in
            var artifact = RestoreArtifact(
                id: makeID(), sessionId: session.id, workload: workload, ordinal: ordinal,
                restorePointId: target.restorePointID, unitId: target.unitID, destinationType: target.destination,
                status: .initial)
            artifact.searchResponseId = target.searchResponseID
            artifact.advance(.activate)
            return artifact
        }
        for artifact in artifacts { try rows.insert(artifact) }
        let log = context.activity(.restoreTaskCompleted, of: session.id, workload, caller)
        try rows.insert(try ActivityRows(rows).describing(session, in: log))
        _ = try rows.addJob(context.job(.scheduleRestores, session.id))
        return (session, artifacts)
    }
}
