public import Catalog
package import Foundation
public import ProtectionRules

extension RestoreOperations {
    /// Ends a running session: what waits fails at once, what is at work ends with the item at hand.
    /// No file is left half.
    /// - Returns: the session, perhaps still active for that item.
    /// - Throws: `invalidRestoreSessionID`, `restoreSessionNotFound`, `appNotController`,
    ///   `serviceNotEnabled`, and `nothingToCancel` where nothing of it runs.
    public func cancel(id: String, _ caller: Caller) async throws -> RestoreSession {
        let id = try Identifiers.require(id, .invalidRestoreSessionID)
        let (tenantID, now) = (tenantID, now)
        return try await change(makesDue: false) { writer in
            guard let session = try writer.find(RestoreSession.self, id: id) else {
                throw ServiceError(.restoreSessionNotFound, "There is no restore session '\(id)'.")
            }
            try ServiceRows(writer).requireMayRestore(caller, tenantID: tenantID)
            guard let cancelled = try CancelRows(writer).cancel(session, now) else {
                throw ServiceError(
                    .nothingToCancel,
                    session.cancelRequestedDateTime == nil
                        ? "The session is \(session.status.rawValue); nothing of it runs."
                        : "The session is being cancelled already.")
            }
            return cancelled
        }
    }
}

/// Rows of sessions that are cancelled, within one transaction.
package struct CancelRows {
    private let rows: CatalogWriter

    package init(_ rows: CatalogWriter) { self.rows = rows }

    /// Why the artifacts of a cancelled session fail.
    package static let failure = JobFailure(.restoreCancelled, "The restore was cancelled.")

    /// Cancels a session; nil where nothing of it runs, or it is being cancelled.
    package func cancel(_ session: RestoreSession, _ now: Date) throws -> RestoreSession? {
        guard session.status.after(.artifactsChanged(RestoreArtifactCounts())) != nil,
            session.cancelRequestedDateTime == nil
        else { return nil }
        var session = session
        session.cancelRequestedDateTime = now
        try rows.update(session)
        let failed = ["completionDateTime": now.sqlValue, "error": Self.failure.publicError.sqlValue]
        let theirs = RowPredicate.equal("sessionId", session.id)
        try FlowRows(rows).move(
            RestoreBulkRequest.self, where: theirs, .failed, set: ["error": Self.failure.publicError.sqlValue])
        let waiting = RowPredicate.oneOf("status", [ArtifactRestoreStatus.scheduling, .scheduled])
        try FlowRows(rows).move(RestoreArtifact.self, where: .and([theirs, waiting]), .fail, set: failed)
        try FlowRows(rows).move(GranularRestoreArtifact.self, where: .and([theirs, waiting]), .fail, set: failed)
        // One that waits for another try is at work for nobody.
        let begun = RowPredicate.and([theirs, .equal("status", ArtifactRestoreStatus.inProgress)])
        for artifact in try rows.page(Query<RestoreArtifact>(where: begun)) {
            guard try !JobRows(rows).isOpen([.restore], artifact.id, .running) else { continue }
            try FlowRows(rows).move(RestoreArtifact.self, where: .equal("id", artifact.id), .fail, set: failed)
        }
        if try !isWritingItems(of: session) {
            try FlowRows(rows).move(GranularRestoreArtifact.self, where: begun, .fail, set: failed)
        }
        return try SessionRows(rows).refresh(id: session.id, now)
    }

    /// Whether a job restores files and folders of a session right now.
    private func isWritingItems(of session: RestoreSession) throws -> Bool {
        let items = try rows.page(Query<GranularRestoreArtifact>(where: .equal("sessionId", session.id)))
        return try items.contains { try JobRows(rows).isOpen([.restoreItems], $0.id, .running) }
    }
}
