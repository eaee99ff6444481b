package import ProtectionRules
package import Catalog
package import Foundation

// How much may be restored at a time and in a day. Source: contract behaviour.md, section 17. The
// contract publishes the numbers and no codes: too much at a time is refused like too many
// sessions, which is as temporary; too much in a day as Graph refuses what is over a quota.

extension CatalogAccess {
    /// Refuses the activation of a session for which there is no room now.
    /// - Throws: `tooManyActiveRestoreSessions`, `activityLimitReached`.
    package func requireRoom(for session: RestoreSession, _ limits: ServiceLimits, _ now: Date) throws {
        let ofWorkload = RowPredicate.equal("workload", session.workload)
        let wanted = try session.artifactsTotal + openEntries(of: [session.id])
        let running = try page(Query<RestoreSession>(where: .and([ofWorkload, .isRunning])))
        let unresolved = try openEntries(of: running.map(\.id))
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
        let restored = try sum(Query<RestoreSession>(where: ofDay), of: "artifactsTotal") + unresolved
        guard restored + wanted <= limits.restoreArtifactsPerDay else {
            // A session is not changed any more once it is activated, so that this is when it was.
            let oldest =
                try first(Query<RestoreSession>(where: ofDay, order: [.init("lastModifiedDateTime")]))?
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

    /// The entries of the bulk requests of some sessions that have not become artifacts yet.
    func openEntries(of sessionIDs: [String]) throws -> Int {
        guard !sessionIDs.isEmpty else { return 0 }
        let open = RowPredicate.and([.oneOf("sessionId", sessionIDs), .equal("status", BulkRequestStatus.active)])
        return try page(Query<RestoreBulkRequest>(where: open)).reduce(0) { $0 + $1.entries.count }
    }
}

extension ServiceLimits {
    /// Refuses a draft that could never be activated, because all of it is queued at once.
    func checkDraft(artifacts: Int) throws(ServiceError) {
        guard artifacts <= queuedRestoreArtifacts else {
            throw ServiceError(
                .restoreArtifactsLimitBreached,
                "A session takes at most \(queuedRestoreArtifacts) artifacts; make another one for the rest.")
        }
    }
}

extension RowPredicate {
    /// A session that was activated and has not ended.
    package static var isRunning: RowPredicate { .oneOf("status", [RestoreSessionStatus.activating, .active]) }
}
