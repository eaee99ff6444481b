public import ProtectionRules
public import Catalog
package import Foundation

extension ServiceContext {
    /// Starts the restores of a draft. Of two calls at once exactly one succeeds.
    /// - Returns: the session, `activating`.
    /// - Throws: `invalidRestoreSessionID`, `restoreSessionNotFound`, `appNotController`,
    ///   `serviceNotEnabled`, `restoreSessionActionNotAllowed`, `invalidArtifactRequest` (nothing
    ///   in it), `tooManyActiveRestoreSessions` (also where too many artifacts are queued),
    ///   `activityLimitReached` (as much as may be in a day).
    public func activateRestoreSession(id: String, _ caller: Caller) async throws -> RestoreSession {
        let id = try Identifiers.require(id, .invalidRestoreSessionID)
        let (tenantID, now, limits, job) = (tenantID, now, limits, job(.scheduleRestores, id))
        let log = activity(.restoreTaskCompleted, of: id, .oneDriveForBusiness, caller)
        return try await change(makesDue: false) { writer in
            var session = try writer.draftSession(id, nil, caller, tenantID)
            guard
                try session.artifactsTotal > 0
                    || writer.count(Query<RestoreBulkRequest>(where: .equal("sessionId", id))) > 0
            else { throw ServiceError(.invalidArtifactRequest, "The session has no artifacts.") }
            guard try writer.count(Query<RestoreSession>(where: .isRunning)) < limits.activeRestoreSessions else {
                throw ServiceError(
                    .tooManyActiveRestoreSessions,
                    "\(limits.activeRestoreSessions) restore sessions are active; try again when one has ended.",
                    isRetryable: true)
            }
            try writer.requireRoom(for: session, limits, now)
            guard let status = session.status.after(.activate) else { preconditionFailure("a draft can be activated") }
            session.status = status
            session.artifactsInProgress = session.artifactsTotal
            session.lastModifiedBy = caller.identitySet
            session.lastModifiedDateTime = now
            if session.restoreJobType == .granular { session.recoveryFolder = try writer.newRecoveryFolder(now) }
            try writer.update(session)
            try writer.update(
                GranularRestoreArtifact.self, where: .equal("sessionId", id),
                set: ["status": ArtifactRestoreStatus.scheduling.sqlValue])
            try writer.update(
                RestoreArtifact.self, where: .equal("sessionId", id),
                set: ["status": ArtifactRestoreStatus.scheduling.sqlValue])
            try writer.insert(try writer.describing(session, in: log))
            _ = try writer.addJob(job)
            return session
        }
    }
}

extension CatalogAccess {
    /// How far the artifacts of a session are.
    func artifactCounts(sessionID: String) throws -> RestoreArtifactCounts {
        var counts: [ArtifactRestoreStatus: Int] = [:]
        for (value, count) in try groupedCount(
            Query<RestoreArtifact>(where: .equal("sessionId", sessionID)), by: "status")
        {
            if let status = ArtifactRestoreStatus(sqlValue: value) { counts[status] = count }
        }
        for (value, count) in try groupedCount(
            Query<GranularRestoreArtifact>(where: .equal("sessionId", sessionID)), by: "status")
        {
            if let status = ArtifactRestoreStatus(sqlValue: value) { counts[status, default: 0] += count }
        }
        var result = RestoreArtifactCounts(counts)
        result.unresolved = try count(
            Query<RestoreBulkRequest>(
                where: .and([
                    .equal("sessionId", sessionID), .equal("status", BulkRequestStatus.completedWithErrors),
                ])))
        return result
    }
}

extension CatalogAccess {
    /// What the first artifact of a session that waits for another try waits for: v1.0 shows no
    /// error in single items.
    fileprivate func waitingError(sessionID: String) throws -> PublicError? {
        let running: [ArtifactRestoreStatus] = [.scheduled, .inProgress]
        let waiting = RowPredicate.and([
            .equal("sessionId", sessionID), .oneOf("status", running), .not(.isNull("error")),
        ])
        let artifact = try first(Query<RestoreArtifact>(where: waiting, order: [.init("ordinal")]))
        return try artifact?.error
            ?? first(Query<GranularRestoreArtifact>(where: waiting, order: [.init("ordinal")]))?.error
    }
}

extension CatalogWriter {
    /// Makes a running session's status and counts the aggregate of its artifacts
    /// again. Gives the session.
    @discardableResult
    package func refreshSession(id: String, _ now: Date) throws -> RestoreSession? {
        guard var session = try find(RestoreSession.self, id: id) else { return nil }
        let counts = try artifactCounts(sessionID: id)
        guard let status = session.status.after(.artifactsChanged(counts)) else { return session }
        session.status = status
        session.artifactsTotal = counts.total
        session.artifactsCompleted = counts.completed
        session.artifactsFailed = counts.failed
        session.artifactsInProgress = counts.inProgress
        session.error = try waitingError(sessionID: id)
        if status.isTerminal { session.completedDateTime = now }
        try update(session)
        if status.isTerminal { try finishActivities(of: session, now) }
        return session
    }
}
