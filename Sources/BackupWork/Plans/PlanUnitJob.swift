import BackupRepository
import Catalog
import Connectors
import FileTree
import Foundation
import ProtectionRules
import ProtectionService

/// Compares a unit of a restore plan with its point and writes down every change, before anything is
/// written to the drive or site.
struct PlanUnitJob: JobRunner {
    func run(_ job: Job, _ context: JobContext) async throws -> JobOutcome {
        guard let task = try await begin(job, context) else { return .nothing }
        do {
            return try await plan(task, context)
        } catch let error where !(error is CancellationError) {
            var failure = JobFailure(error)
            // Whoever looks at the plan waits; another plan is soon made.
            failure.isRetryable = false
            throw failure
        }
    }

    func fail(_ job: Job, with failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        try PlanRows(writer).end(unitID: job.subjectId, .fail, context.now, settings: context.dependencies.restores) {
            $0.error = failure.artifactError
        }
    }

    private struct PlanTask: Sendable {
        var planned: PlanUnit
        var plan: RestorePlanRecord
        var unit: ProtectionUnit
        var point: RestorePoint
        /// Whether the present state is kept before the restore.
        var isKept: Bool
        /// The moment of the newest point that has all that stood there then; nil where nothing is kept.
        var newest: Date?
    }

    private func begin(_ job: Job, _ context: JobContext) async throws -> PlanTask? {
        try await context.catalog.write { writer -> PlanTask? in
            guard let (planned, plan) = try PlanRows(writer).begin(unitID: job.subjectId) else { return nil }
            guard let unit = try writer.find(ProtectionUnit.self, id: planned.unitId),
                let point = try writer.find(RestorePoint.self, id: planned.restorePointId ?? "")
            else { throw JobFailure(.invalidRestoreTime, "The restore point has expired.") }
            guard !point.isDamaged else { throw JobFailure(.artifactNotFound, JobFailure.damagedPoint) }
            let isKept = context.dependencies.restores.takesUndoPoint(
                before: plan.destinationType, wanted: plan.undoPoints == .take)
            return PlanTask(
                planned: planned, plan: plan, unit: unit, point: point, isKept: isKept,
                newest: isKept ? try newestWhole(of: unit, writer) : nil)
        }
    }

    private func newestWhole(of unit: ProtectionUnit, _ writer: CatalogWriter) throws -> Date? {
        let whole = RowPredicate.and([
            .equal("unitId", unit.id), .equal("isDamaged", false), .equal("failureCount", 0),
        ])
        let newestFirst = Query<RestorePoint>(where: whole, order: [.init("protectionDateTime", ascending: false)])
        return try writer.first(newestFirst)?.protectionDateTime
    }

    private func plan(_ task: PlanTask, _ context: JobContext) async throws -> JobOutcome {
        context.concerns(task.unit)
        guard let open = try await context.openRepository(unitID: task.unit.id) else {
            throw JobFailure(.artifactNotFound, "The unit has no repository any more.")
        }
        let list = ChangeList(
            store: context.dependencies.storeBeside(open.row), repository: open.repository,
            planID: task.plan.id, listID: context.dependencies.makeID())
        guard task.plan.destinationType == .inPlace else {
            return try await planNew(task, from: open.repository, into: list, context)
        }
        return try await planInPlace(task, from: open.repository, into: list, context)
    }

    private func planInPlace(
        _ task: PlanTask, from repository: Repository, into list: ChangeList, _ context: JobContext
    ) async throws -> JobOutcome {
        let tree = try context.dependencies.tenant.inPlaceDestination(of: task.unit.source)
        let restorer = Restorer(
            repository: repository, options: context.dependencies.restoreOptions)
        var restore = try await restorer.plan(snapshot: task.point.snapshotId, onto: tree, mode: .inPlace)
        let newerAfter = task.planned.newerAfterDateTime ?? task.point.protectionDateTime
        let changes = try restore.spareNewer(for: task.plan, after: newerAfter)
        try await list.write(changes)
        var figures = PlanFigures(newerAfter: newerAfter, keptUntil: task.newest)
        for change in changes { figures.add(change) }
        figures.finish(unchanged: restore.summary.unchanged, bytesToRead: restore.bytesToRead)
        let (kept, failed) = (task.isKept ? figures.bytesKept : nil, restore.failures.count)
        return planned(task, figures, in: list, context) { unit in
            unit.sums.bytesKept = kept
            if failed > 0 { unit.note = unit.note ?? "\(failed) items could not be compared; they will be told again." }
        }
    }

    /// In a new place everything of the point is made.
    private func planNew(
        _ task: PlanTask, from repository: Repository, into list: ChangeList, _ context: JobContext
    ) async throws -> JobOutcome {
        var walk = NewPlaceWalk(
            try await SnapshotBrowser(repository, snapshot: task.point.snapshotId), list,
            PlanFigures(newerAfter: task.point.protectionDateTime))
        try await walk.run()
        let failed = walk.damagedFolders
        return planned(task, walk.figures, in: list, context) { unit in
            guard failed > 0 else { return }
            unit.note = "\(failed) folders of the point are damaged; what is in them does not come back."
        }
    }

    private func planned(
        _ task: PlanTask, _ figures: PlanFigures, in list: ChangeList, _ context: JobContext,
        noting body: @escaping @Sendable (inout PlanUnit) -> Void
    ) -> JobOutcome {
        .done(result: nil) { [now = context.now, settings = context.dependencies.restores] writer in
            try PlanRows(writer).end(unitID: task.planned.id, .planned, now, settings: settings) { unit in
                (unit.sums, unit.bytesNeeded) = (figures.sums, figures.bytesNeeded)
                (unit.changeCount, unit.changeListId) = (figures.count, list.listID)
                body(&unit)
            }
        }
    }
}
