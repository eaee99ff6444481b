public import Catalog
import Foundation
public import ProtectionRules

extension RestoreOperations {
    /// Restores once more what failed in a session that has ended: in a new one with the same points.
    /// - Throws: `invalidRestoreSessionID`, `restoreSessionNotFound`, `appNotController`,
    ///   `serviceNotEnabled`, and `nothingToRetry` where nothing failed or it still runs.
    public func retry(id: String, _ caller: Caller) async throws -> RestoreSession {
        let id = try Identifiers.require(id, .invalidRestoreSessionID)
        let tenantID = tenantID
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
            try caller.requireUnits(failed.count)
            let targets = failed.map { artifact in
                StartedSessions.Target(
                    unitID: artifact.unitId, restorePointID: artifact.restorePointId,
                    destination: artifact.destinationType, searchResponseID: artifact.searchResponseId)
            }
            return try StartedSessions(writer, context, caller: caller).add(
                targets, old.workload, ofPlan: nil, takesUndoPoints: old.takesUndoPoints
            ).session
        }
    }
}
