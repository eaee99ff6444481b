import Catalog
import Connectors
import Foundation
import Logging
import ProtectionService

/// Keeps every source of a workload under a `fullServiceBackup` policy, except those that the
/// policy excludes (behaviour.md, sections 3 and 13).
///
/// Such units have the source `dynamicRule`: no user chose them one by one, and an exclusion, not a
/// removal, is what takes them out.
struct CoverWorkloadJob: JobRunner {
    func run(_ job: Job, _ context: JobContext) async throws -> JobOutcome {
        guard let policy = try await context.catalog.find(ProtectionPolicy.self, id: job.subjectId),
            policy.protectionMode == .fullServiceBackup
        else {
            return .nothing
        }
        guard try await context.mayChangeUnits() else { return .postponed(until: context.whenUnlocked) }
        let excluded = try await context.catalog.read { try ExclusionRows($0).sources(of: policy.id) }
        let sources = try SourceLookup(context.dependencies.tenant, policy.workload).all.filter {
            !excluded.contains($0.id.objectID)
        }
        var tally = PlacementTally()
        for piece in sources.pieces(of: unitsPerChange) { tally += try await add(piece, policy.id, context) }
        tally.removed = try await leaveOut(excluded, policy.id, context)
        for detail in tally.refused.prefix(100) {
            context.logger.warning(
                "A source could not be covered by the policy of its workload.",
                metadata: ["policy": "\(policy.id)", "source": "\(detail.target ?? "")", "cause": "\(detail.message)"])
        }
        let (settle, now, refused) = (context.service.job(.settle, policy.id), context.now, tally.refused)
        let chosen = ResolvedRule(sources: sources, missing: [])
        return .done(result: nil, makesDue: tally.added > 0) { writer in
            guard try ExclusionRows(writer).sources(of: policy.id) == excluded else { throw JobFailure.overtaken }
            let digest = try PlacementRows(writer).outcomeDigest("", chosen, refused: refused, under: policy)
            try writer.update(
                ProtectionPolicy.self, where: .equal("id", policy.id), set: ["coverageDigest": (digest?.text).sqlValue])
            try PolicyRows(writer).refresh(id: policy.id, now)
            // The policy reads as updating while this job is open; what settles afterwards makes it
            // the aggregate of its units again.
            _ = try writer.addJob(settle)
        }
    }

    private func add(
        _ sources: ArraySlice<ProtectionSource>, _ policyID: String, _ context: JobContext
    ) async throws -> PlacementTally {
        let (makeID, now) = (context.dependencies.makeID, context.now)
        return try await context.catalog.write { writer in
            guard let policy = try writer.find(ProtectionPolicy.self, id: policyID) else { throw JobFailure.overtaken }
            var tally = PlacementTally()
            for source in sources {
                switch try PlacementRows(writer).place(
                    source, under: policy, as: .dynamicRule, newID: makeID(), by: policy.createdBy, now)
                {
                case .present: continue
                case .added: tally.added += 1
                case .refused(let detail): tally.refused.append(detail)
                }
            }
            return tally
        }
    }

    private func leaveOut(_ excluded: Set<String>, _ policyID: String, _ context: JobContext) async throws -> Int {
        let now = context.now
        var removed = 0
        for piece in excluded.sorted().pieces(of: unitsPerChange) {
            removed += try await context.catalog.write { writer in
                let units = RowPredicate.and([.equal("policyId", policyID), .oneOf("sourceId", Array(piece))])
                return try writer.page(Query<ProtectionUnit>(where: units)).count {
                    try PlacementRows(writer).withdraw([.dynamicRule, .manual], from: $0, now)
                }
            }
        }
        return removed
    }

    func fail(_ job: Job, with failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        // Without a digest the scheduler adds the job again on its next tick, but not before:
        // nothing wakes it for this.
        try writer.update(ProtectionPolicy.self, where: .equal("id", job.subjectId), set: ["coverageDigest": .null])
        _ = try writer.addJob(context.service.job(.settle, job.subjectId))
    }
}
