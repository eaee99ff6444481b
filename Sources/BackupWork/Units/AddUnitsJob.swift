import Catalog
import Connectors
import Foundation
import ProtectionRules
import ProtectionService

/// Adds what a bulk addition job names to its policy: units, or exclusions. What cannot be added is
/// in the job's error; the rest is added.
struct AddUnitsJob: JobRunner {
    func run(_ job: Job, _ context: JobContext) async throws -> JobOutcome {
        guard let list = try await context.catalog.find(BulkAdditionJob.self, id: job.subjectId), list.status == .active
        else { return .nothing }
        guard try await context.mayChangeUnits() else { return .postponed(until: context.whenUnlocked) }
        let (sources, missing) = try BulkResolver(context.dependencies.tenant, list.workload).resolve(list)
        var details = missing
        for piece in sources.pieces(of: unitsPerChange) { details += try await add(piece, list, context) }
        let isAnyAdded = !list.isExclusion && details.count < missing.count + sources.count
        let (error, now) = (PublicError.incomplete(details), context.now)
        let cover = list.isExclusion ? context.service.job(.coverWorkload, list.policyId) : nil
        return .done(result: nil, makesDue: isAnyAdded) { writer in
            try BulkJobRows(writer).end(list, error, now)
            try PolicyRows(writer).refresh(id: list.policyId, now)
            guard let cover, try writer.find(ProtectionPolicy.self, id: list.policyId) != nil else { return }
            try writer.update(ProtectionPolicy.self, where: .equal("id", list.policyId), set: ["coverageDigest": .null])
            _ = try writer.addJob(cover)
        }
    }

    private func add(
        _ sources: ArraySlice<ProtectionSource>, _ list: BulkAdditionJob, _ context: JobContext
    ) async throws -> [PublicErrorDetail] {
        let (makeID, now) = (context.dependencies.makeID, context.now)
        return try await context.catalog.write { writer in
            guard let policy = try writer.find(ProtectionPolicy.self, id: list.policyId) else {
                throw JobFailure.overtaken
            }
            var refused: [PublicErrorDetail] = []
            for source in sources {
                if list.isExclusion {
                    _ = try ExclusionRows(writer).exclude(
                        source, from: policy, newID: makeID(), by: list.createdBy, now)
                } else if case .refused(let detail) = try PlacementRows(writer).place(
                    source, under: policy, as: .manual, newID: makeID(), by: list.createdBy, now)
                {
                    refused.append(detail)
                }
            }
            return refused
        }
    }

    func fail(_ job: Job, with failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        guard let list = try writer.find(BulkAdditionJob.self, id: job.subjectId) else { return }
        try BulkJobRows(writer).end(list, failure.publicError, context.now)
    }

    func willRetry(_ job: Job, after failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        guard !failure.isBusy else { return }
        try writer.update(
            BulkAdditionJob.self, where: .equal("id", job.subjectId), set: ["error": failure.publicError.sqlValue])
    }
}
