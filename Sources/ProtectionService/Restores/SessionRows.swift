package import Catalog
package import Foundation
package import ProtectionRules
import Texts

/// Rows of restore sessions, within one transaction.
package struct SessionRows<Rows: CatalogAccess> {
    private let rows: Rows

    package init(_ rows: Rows) { self.rows = rows }

    /// A name for the folder that a granular restore makes, one that no other session has.
    package func newRecoveryFolder(_ now: Date) throws -> String {
        let name = RecoveryFolder.name(at: now)
        let taken = Set(
            try rows.page(Query<RestoreSession>(where: .text("recoveryFolder", .prefix, name))).compactMap(
                \.recoveryFolder))
        return RecoveryFolder.free(name) { taken.contains($0) }
    }

    /// Refuses artifacts of units that do not belong to the policy of a session, where it has one.
    package func requireUnits(_ ids: [String], in session: RestoreSession) throws {
        guard let policyID = session.policyId else { return }
        for id in ids where try rows.find(ProtectionUnit.self, id: id)?.policyId != policyID {
            throw ServiceError(
                .invalidArtifactRequest,
                "Unit \(id), of which the session has an artifact, does not belong to the policy.")
        }
    }

    /// How many accounts and sites a draft reaches; entries of lists count before they are resolved.
    package func unitCount(of session: RestoreSession) throws -> Int {
        guard session.restoreJobType == .granular else {
            return try session.artifactsTotal + BulkRequestRows(rows).openEntries(of: [session.id])
        }
        let items = Query<GranularRestoreArtifact>(where: .equal("sessionId", session.id))
        return try rows.groupedCount(items, by: "unitId").count
    }

    /// A session that may be changed.
    /// - Parameter workload: nil where the path does not say one.
    package func draft(
        id: String, workload: Workload?, _ caller: Caller, tenantID: String
    ) throws -> RestoreSession {
        guard let session = try rows.find(RestoreSession.self, id: id), workload == nil || session.workload == workload
        else {
            throw ServiceError(.restoreSessionNotFound, "Unable to find the restore session.")
        }
        try ServiceRows(rows).requireMayChange(.restore, caller, tenantID: tenantID)
        guard session.status == .draft else {
            throw ServiceError(
                .restoreSessionActionNotAllowed,
                "Only a draft session can be changed; this one is \(session.status.rawValue).")
        }
        return session
    }

    /// Refuses the activation of a session for which there is no room now.
    /// - Throws: `tooManyActiveRestoreSessions`, `activityLimitReached`.
    package func requireRoom(for session: RestoreSession, _ limits: ServiceLimits, _ now: Date) throws {
        let ofWorkload = RowPredicate.and([.equal("workload", session.workload), .isLimited])
        let wanted = try session.artifactsTotal + BulkRequestRows(rows).openEntries(of: [session.id])
        let running = try rows.page(Query<RestoreSession>(where: .and([ofWorkload, .isRunning])))
        let unresolved = try BulkRequestRows(rows).openEntries(of: running.map(\.id))
        let queued = running.reduce(unresolved) { $0 + $1.artifactsInProgress }
        guard queued + wanted <= limits.queuedRestoreArtifacts else {
            throw ServiceError(
                .tooManyActiveRestoreSessions,
                "\(queued) artifacts of this workload are queued, and with this session's \(wanted) they would be "
                    + "more than \(limits.queuedRestoreArtifacts); try again when others have ended.",
                isRetryable: true)
        }
        let dayBefore = now.addingTimeInterval(-86_400)
        // Sessions of a clock that was ahead count for no day, or nothing could be restored until
        // that time comes. A minute is for those that are activated at the same moment.
        let soon = now.addingTimeInterval(60)
        let ofDay = RowPredicate.and([
            ofWorkload, .compare("lastModifiedDateTime", .greater, dayBefore.sqlValue),
            .compare("lastModifiedDateTime", .lessOrEqual, soon.sqlValue),
            .compare("status", .notEqual, RestoreSessionStatus.draft.sqlValue),
        ])
        let restored = try rows.sum(Query<RestoreSession>(where: ofDay), of: "artifactsTotal") + unresolved
        guard restored + wanted <= limits.restoreArtifactsPerDay else {
            // A session is not changed any more once it is activated, so that this is when it was.
            let oldest =
                try rows.first(Query<RestoreSession>(where: ofDay, order: [.init("lastModifiedDateTime")]))?
                .lastModifiedDateTime ?? now
            throw ServiceError(
                .activityLimitReached,
                """
                At most \(limits.restoreArtifactsPerDay) artifacts of a workload are restored in 24 hours, and \
                \(restored) were.
                """,
                isRetryable: true, retryAfterSeconds: max(1, Int(oldest.timeIntervalSince(dayBefore).rounded(.up))))
        }
    }

    /// What the first artifact of a session that waits for another try waits for: v1.0 shows no
    /// error in single items.
    package func waitingError(sessionID: String) throws -> PublicError? {
        let running: [ArtifactRestoreStatus] = [.scheduled, .inProgress]
        let waiting = RowPredicate.and([
            .equal("sessionId", sessionID), .oneOf("status", running), .not(.isNull("error")),
        ])
        let artifact = try rows.first(Query<RestoreArtifact>(where: waiting, order: [.init("ordinal")]))
        return try artifact?.error
            ?? rows.first(Query<GranularRestoreArtifact>(where: waiting, order: [.init("ordinal")]))?.error
    }

    /// How far the artifacts of a session are.
    package func artifactCounts(sessionID: String) throws -> RestoreArtifactCounts {
        var counts: [ArtifactRestoreStatus: Int] = [:]
        for (value, count) in try rows.groupedCount(
            Query<RestoreArtifact>(where: .equal("sessionId", sessionID)), by: "status")
        {
            if let status = ArtifactRestoreStatus(sqlValue: value) { counts[status] = count }
        }
        for (value, count) in try rows.groupedCount(
            Query<GranularRestoreArtifact>(where: .equal("sessionId", sessionID)), by: "status")
        {
            if let status = ArtifactRestoreStatus(sqlValue: value) { counts[status, default: 0] += count }
        }
        var result = RestoreArtifactCounts(counts)
        result.unresolved = try rows.count(
            Query<RestoreBulkRequest>(
                where: .and([
                    .equal("sessionId", sessionID), .equal("status", BulkRequestStatus.completedWithErrors),
                ])))
        return result
    }
}

extension SessionRows where Rows == CatalogWriter {
    /// Makes a running session's status and counts the aggregate of its artifacts
    /// again. Returns the session.
    @discardableResult
    package func refresh(id: String, _ now: Date) throws -> RestoreSession? {
        guard var session = try rows.find(RestoreSession.self, id: id) else { return nil }
        let counts = try artifactCounts(sessionID: id)
        guard session.advance(.artifactsChanged(counts)) else { return session }
        session.artifactsTotal = counts.total
        session.artifactsCompleted = counts.completed
        session.artifactsFailed = counts.failed
        session.artifactsInProgress = counts.inProgress
        session.error = try waitingError(sessionID: id)
        if session.status.isTerminal { session.completedDateTime = now }
        try rows.update(session)
        if session.status.isTerminal {
            try ActivityRows(rows).finish(of: session, now)
            if let planID = session.planId { try PlanEndRows(rows).refresh(id: planID, now) }
        }
        return session
    }
}
