import Catalog
import Foundation
import ProtectionRules
import ProtectionService

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
            try BulkResolution(writer).resolveRequests(of: session, book, now, makeID: service.dependencies.makeID)
            try ItemRows(writer).schedule(of: session, now) { service.job(.restoreItems, $0) }
            let artifacts = try writer.page(
                Query<RestoreArtifact>(where: .equal("sessionId", job.subjectId), order: [.init("ordinal")]))
            for var artifact in artifacts where artifact.status == .scheduling {
                if let failure = try ArtifactRows(writer).obstacle(to: artifact, now) {
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
            try SessionRows(writer).refresh(id: job.subjectId, now)
        }
    }

    func fail(_ job: Job, with failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        let waiting = RowPredicate.and([
            .equal("sessionId", job.subjectId), .equal("status", ArtifactRestoreStatus.scheduling),
        ])
        let failed = [
            "completionDateTime": context.now.sqlValue, "error": failure.publicError.sqlValue,
        ]
        try FlowRows(writer).move(RestoreArtifact.self, where: waiting, .fail, set: failed)
        try FlowRows(writer).move(GranularRestoreArtifact.self, where: waiting, .fail, set: failed)
        let open = RowPredicate.and([.equal("sessionId", job.subjectId), .equal("status", BulkRequestStatus.active)])
        try FlowRows(writer).move(
            RestoreBulkRequest.self, where: open, .failed, set: ["error": failure.publicError.sqlValue])
        try SessionRows(writer).refresh(id: job.subjectId, context.now)
    }

    func willRetry(_ job: Job, after failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        try writer.update(
            RestoreSession.self, where: .equal("id", job.subjectId), set: ["error": failure.artifactError.sqlValue])
    }
}

extension RestoreArtifact {
    fileprivate mutating func move(_ event: RestoreArtifactEvent) throws(JobFailure) {
        guard advance(event) else {
            throw JobFailure(.unknownError, "The artifact is \(status.rawValue).")
        }
    }
}
