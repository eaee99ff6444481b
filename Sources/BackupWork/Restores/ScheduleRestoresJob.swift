import ProtectionRules
import ProtectionService
import Catalog
import Foundation

/// Plans the restores of a session that was activated: a job for each artifact, or for the items of
/// each unit, or an error in the artifact. Bulk requests become artifacts first.
struct ScheduleRestoresJob: JobRunner {
    func run(_ job: Job, _ context: JobContext) async throws -> JobOutcome {
        guard let session = try await context.catalog.find(RestoreSession.self, id: job.subjectId) else {
            return .nothing
        }
        let book =
            session.restoreJobType == .bulk ? try AddressBook(context.dependencies.tenant, session.workload) : nil
        return .done(result: nil) { [service = context.service, now = context.now] writer in
            try writer.resolveBulkRequests(of: session, book, now, makeID: service.dependencies.makeID)
            try writer.scheduleItems(of: session, now) { service.job(.restoreItems, $0) }
            let artifacts = try writer.page(
                Query<RestoreArtifact>(where: .equal("sessionId", job.subjectId), order: [.init("ordinal")]))
            for var artifact in artifacts where artifact.status == .scheduling {
                if let failure = try writer.obstacle(to: artifact, now) {
                    artifact.startDateTime = now
                    artifact.completionDateTime = now
                    artifact.error = failure.publicError
                    try artifact.move(.fail)
                } else {
                    try artifact.move(.schedule)
                    _ = try writer.addJob(service.job(.restore, artifact.id))
                }
                try writer.update(artifact)
            }
            try writer.refreshSession(id: job.subjectId, now)
        }
    }

    func fail(_ job: Job, _ failure: JobFailure, _ context: JobContext, _ writer: CatalogWriter) throws {
        let waiting = RowPredicate.and([
            .equal("sessionId", job.subjectId), .equal("status", ArtifactRestoreStatus.scheduling),
        ])
        let failed = [
            "status": ArtifactRestoreStatus.failed.sqlValue, "completionDateTime": context.now.sqlValue,
            "error": failure.publicError.sqlValue,
        ]
        try writer.update(RestoreArtifact.self, where: waiting, set: failed)
        try writer.update(GranularRestoreArtifact.self, where: waiting, set: failed)
        let open = RowPredicate.and([.equal("sessionId", job.subjectId), .equal("status", BulkRequestStatus.active)])
        try writer.update(
            RestoreBulkRequest.self, where: open,
            set: [
                "status": BulkRequestStatus.completedWithErrors.sqlValue, "error": failure.publicError.sqlValue,
            ])
        try writer.refreshSession(id: job.subjectId, context.now)
    }

    func willRetry(_ job: Job, _ failure: JobFailure, _ context: JobContext, _ writer: CatalogWriter) throws {
        try writer.update(
            RestoreSession.self, where: .equal("id", job.subjectId), set: ["error": failure.artifactError.sqlValue])
    }
}

extension RestoreArtifact {
    /// Changes the status.
    fileprivate mutating func move(_ event: RestoreArtifactEvent) throws(JobFailure) {
        guard let next = status.after(event) else {
            throw JobFailure(.unknownError, "The artifact is \(status.rawValue).")
        }
        status = next
    }
}

extension CatalogAccess {
    /// Why an artifact cannot be restored now, if it cannot.
    fileprivate func obstacle(to artifact: RestoreArtifact, _ now: Date) throws -> JobFailure? {
        guard let point = try find(RestorePoint.self, id: artifact.restorePointId), point.expirationDateTime > now
        else {
            return JobFailure(.invalidRestoreTime, "The point lies beyond the retention period.")
        }
        guard !point.isDamaged else { return JobFailure(.artifactNotFound, JobFailure.damagedPoint) }
        guard try find(ProtectionUnit.self, id: artifact.unitId) != nil else {
            return JobFailure(.artifactNotFound, "There is nothing to restore at this point.")
        }
        let running: [ArtifactRestoreStatus] = [.scheduled, .inProgress]
        let same = try first(
            Query<RestoreArtifact>(
                where: .and([
                    .equal("unitId", artifact.unitId), .oneOf("status", running),
                    .compare("sessionId", .notEqual, artifact.sessionId.sqlValue),
                ])))
        if let same {
            return JobFailure(.duplicateArtifactRestoreRequest, "Session \(same.sessionId) is restoring the same.")
        }
        guard artifact.destinationType == .inPlace else { return nil }
        let items = try first(
            Query<GranularRestoreArtifact>(where: .and([.equal("unitId", artifact.unitId), .oneOf("status", running)])))
        return items.map {
            JobFailure(.duplicateArtifactRestoreRequest, "Session \($0.sessionId) is restoring items of the same.")
        }
    }
}
