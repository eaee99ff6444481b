import Catalog
import Foundation
import ProtectionRules
import ProtectionService

/// Lets what was requested for units take effect: of a whole policy, or of one unit whose
/// offboarding was called off.
struct SettleJob: JobRunner {
    func run(_ job: Job, _ context: JobContext) async throws -> JobOutcome {
        .done(result: nil) { writer in
            let subject = RowPredicate.or([
                .equal("policyId", job.subjectId), .and([.isNull("policyId"), .equal("id", job.subjectId)]),
            ])
            let isRemoval = RowPredicate.equal("status", ProtectionUnitStatus.removeRequested)
            let policy = try writer.find(ProtectionPolicy.self, id: job.subjectId)
            try UnitRows(writer).move(
                where: .and([subject, isRemoval]), .settled,
                set: [
                    "policyId": .null, "protectionSources": ProtectionSources().sqlValue, "nextBackupDateTime": .null,
                    "error": .null,
                    "billingPolicyId": (policy?.billingPolicyId).sqlValue,
                ])
            try UnitRows(writer).move(where: subject, .settled, set: [:])
            if let policy { try PolicyRows(writer).refresh(id: policy.id, context.now) }
        }
    }

    func fail(_ job: Job, with failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        // The requests stay open; the next change of the policy, or the scheduler,
        // adds the job again.
    }
}
