public import Catalog
import Foundation
public import ProtectionRules

extension RestoreOperations {
    /// How many accounts and sites a draft reaches; 0 where there is no such session.
    public func unitCount(ofSession id: String) async throws -> Int {
        let id = id.lowercased()
        return try await look { reader in
            guard let session = try reader.find(RestoreSession.self, id: id) else { return 0 }
            return try SessionRows(reader).unitCount(of: session)
        }
    }

    /// Starts the restores of a draft. Of two calls at once exactly one succeeds.
    /// - Returns: the session, `activating`.
    /// - Throws: `invalidRestoreSessionID`, `restoreSessionNotFound`, `appNotController`,
    ///   `serviceNotEnabled`, `restoreSessionActionNotAllowed`, `invalidArtifactRequest` (nothing
    ///   in it), `tooManyActiveRestoreSessions` (also where too many artifacts are queued),
    ///   `activityLimitReached` (as much as may be in a day).
    /// - Parameter takesUndoPoints: whether the present state is kept before a restore in place.
    public func activate(
        id: String, takesUndoPoints: Bool = true, _ caller: Caller
    ) async throws -> RestoreSession {
        let id = try Identifiers.require(id, .invalidRestoreSessionID)
        let (tenantID, now, limits, job) = (tenantID, now, limits, job(.scheduleRestores, id))
        let log = activity(.restoreTaskCompleted, of: id, .oneDriveForBusiness, caller)
        return try await change(makesDue: false) { writer in
            var session = try SessionRows(writer).draft(id: id, workload: nil, caller, tenantID: tenantID)
            guard
                try session.artifactsTotal > 0
                    || writer.count(Query<RestoreBulkRequest>(where: .equal("sessionId", id))) > 0
            else { throw ServiceError(.invalidArtifactRequest, "The session has no artifacts.") }
            try caller.requireUnits(try SessionRows(writer).unitCount(of: session))
            guard
                try writer.count(Query<RestoreSession>(where: .and([.isRunning, .isLimited])))
                    < limits.activeRestoreSessions
            else {
                throw ServiceError(
                    .tooManyActiveRestoreSessions,
                    "\(limits.activeRestoreSessions) restore sessions are active; try again when one has ended.",
                    isRetryable: true)
            }
            try SessionRows(writer).requireRoom(for: session, limits, now)
            guard session.advance(.activate) else { preconditionFailure("a draft can be activated") }
            session.artifactsInProgress = session.artifactsTotal
            session.takesUndoPoints = takesUndoPoints
            session.lastModifiedBy = caller.identitySet
            session.lastModifiedDateTime = now
            if session.restoreJobType == .granular {
                session.recoveryFolder = try SessionRows(writer).newRecoveryFolder(now)
            }
            try writer.update(session)
            try FlowRows(writer).move(GranularRestoreArtifact.self, where: .equal("sessionId", id), .activate)
            try FlowRows(writer).move(RestoreArtifact.self, where: .equal("sessionId", id), .activate)
            try writer.insert(try ActivityRows(writer).describing(session, in: log))
            _ = try writer.addJob(job)
            return session
        }
    }
}
