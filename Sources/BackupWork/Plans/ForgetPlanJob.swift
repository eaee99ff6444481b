import Catalog
import Foundation
import ObjectStorage
import ProtectionRules
import ProtectionService

/// Removes the lists of changes of a deleted plan, then its rows.
struct ForgetPlanJob: JobRunner {
    func run(_ job: Job, _ context: JobContext) async throws -> JobOutcome {
        let planID = job.subjectId
        guard let plan = try await context.catalog.find(RestorePlanRecord.self, id: planID),
            plan.deletedDateTime != nil
        else { return .nothing }
        guard try await !isBeingPlanned(planID, context) else { return .postponed(until: context.whenFree) }
        var query = Query<PlanUnit>(where: PlanUnit.ofPlan(planID), order: [.init("ordinal")], limit: 200)
        while true {
            let units = try await context.catalog.page(query)
            for unit in units {
                try Task.checkCancellation()
                try await forget(unit, context)
            }
            guard units.count == query.limit, let last = units.last else { break }
            query.after = query.key(of: last)
        }
        return .done(result: nil) { _ = try $0.delete(RestorePlanRecord.self, id: planID) }
    }

    func fail(_ job: Job, with failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        // The plan stays hidden, and housekeeping adds the job again.
    }

    /// Whether a list of the plan is being written.
    private func isBeingPlanned(_ planID: String, _ context: JobContext) async throws -> Bool {
        try await context.catalog.read { reader in
            let begun = RowPredicate.and([PlanUnit.ofPlan(planID), .equal("status", PlanUnitStatus.planning)])
            return try reader.page(Query<PlanUnit>(where: begun)).contains {
                try JobRows(reader).isOpen([.planUnit], $0.id, .running)
            }
        }
    }

    private func forget(_ unit: PlanUnit, _ context: JobContext) async throws {
        guard let row = try await context.catalog.find(UnitRepository.self, id: unit.unitId) else { return }
        let store = context.dependencies.storeBeside(row)
        for object in try await store.list(prefix: ChangeList.prefix(planID: unit.planId)) {
            try await store.delete(object.name)
        }
    }
}
