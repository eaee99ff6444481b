public import Catalog
import Foundation
public import ProtectionRules

extension RestoreOperations {
    /// Restores once more what failed in a session that has ended: in a new one with the same points.
    /// - Throws: `invalidRestoreSessionID`, `restoreSessionNotFound`, `appNotController`,
    ///   `serviceNotEnabled`, and `nothingToRetry` where nothing failed or it still runs.
    public func retry(id: String, _ caller: Caller) async throws -> RestoreSession {
        let id = try Identifiers.require(id, .invalidRestoreSessionID)
        let (tenantID, now, makeID) = (tenantID, now, dependencies.makeID)
        return try await change(makesDue: false) { [context] writer in
            guard let old = try writer.find(RestoreSession.self, id: id) else {
                throw ServiceError(.restoreSessionNotFound, "There is no restore session '\(id)'.")
            }
            try ServiceRows(writer).requireMayRestore(caller, tenantID: tenantID)
            guard old.planId == nil else {
                throw ServiceError(
                    .nothingToRetry, "The session belongs to plan \(old.planId ?? ""); retry that.")
            }
            let failed = try writer.page(
                Query<RestoreArtifact>(
                    where: .and([.equal("sessionId", id), .equal("status", ArtifactRestoreStatus.failed)]),
                    order: [.init("ordinal")]))
            guard old.status.isTerminal, !failed.isEmpty else {
                throw ServiceError(
                    .nothingToRetry,
                    old.status.isTerminal
                        ? "No drive or site failed in the session." : "The session is \(old.status.rawValue).")
            }
            var session = RestoreSession(
                id: makeID(), workload: old.workload, status: .initial, createdDateTime: now)
            session.createdBy = caller.identitySet
            session.lastModifiedBy = caller.identitySet
            session.lastModifiedDateTime = now
            session.isLimited = false
            session.takesUndoPoints = old.takesUndoPoints
            (session.artifactsTotal, session.artifactsInProgress) = (failed.count, failed.count)
            session.advance(.activate)
            try writer.insert(session)
            for (ordinal, artifact) in failed.enumerated() {
                var again = RestoreArtifact(
                    id: makeID(), sessionId: session.id, workload: old.workload, ordinal: ordinal,
                    restorePointId: artifact.restorePointId, unitId: artifact.unitId,
                    destinationType: artifact.destinationType, status: .initial)
                again.searchResponseId = artifact.searchResponseId
                again.advance(.activate)
                try writer.insert(again)
            }
            let log = context.activity(.restoreTaskCompleted, of: session.id, old.workload, caller)
            try writer.insert(try ActivityRows(writer).describing(session, in: log))
            _ = try writer.addJob(context.job(.scheduleRestores, session.id))
            return session
        }
    }
}
