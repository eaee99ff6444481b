import BackupRepository
import Catalog
import Connectors
import FileTree
import Foundation
import Logging
import ProtectionRules
import ProtectionService

/// Restores an artifact: plans, then acts (design.md, D7). After a crash it plans again,
/// and what is right already is left alone; a new destination is found again by its
/// reservation, the artifact's id.
struct RestoreJob: JobRunner {
    func run(_ job: Job, _ context: JobContext) async throws -> JobOutcome {
        guard let task = try await start(job, context) else { return .nothing }
        let unit = task.unit
        context.concerns(unit)
        try await context.dependencies.jobInspector?.willRestore(artifactID: task.artifact.id, unitID: unit.id)
        guard unit.workload != .exchange else {
            throw JobFailure(.artifactCannotBeRestored, "Mailboxes cannot be restored yet.")
        }
        guard let open = try await context.openRepository(unitID: unit.id) else {
            throw JobFailure(.artifactNotFound, "The unit has no repository any more.")
        }
        let place = try destination(task, context)
        try await context.finishPatches(of: unit, open)
        if JobCursor(job).starts > 1 { try place.tree.removeLeftovers() }
        let approval = try await approval(of: task, open, context)
        let outcome = try await CancelWatch(sessionID: task.session.id, context: context).run {
            var present: String?
            if task.artifact.phase == .undoPoint {
                present = try await UndoPoint(unit: unit, session: task.session, context: context).take(open)
            }
            return try await restore(task, from: open, to: place.tree, knowing: present, approval, context)
        }
        context.logNotices(of: outcome, unitID: unit.id)
        // What changed while a plan was carried out stays, and is told with what changed before.
        let failures = outcome.failures.filter { approval == nil || $0.code != ItemFailure.outdatedCode }
        guard failures.isEmpty else {
            throw JobFailure(
                .unknownError, "\(failures.count) items could not be restored; everything else is.",
                items: outcome.failures)
        }
        let done = context.progress.value
        let message = task.artifact.destinationType == .inPlace ? "Restored in place." : "Restored to a new site."
        context.did(
            message, files: done.itemsDone, bytes: done.bytesDone,
            [
                "session": "\(task.artifact.sessionId)", "artifact": "\(task.artifact.id)", "point": "\(task.point.id)",
                "to": "\(place.name ?? place.siteID)",
            ])
        context.cameTo(.restored(unit.workload, .succeeded, bytes: done.bytesDone))
        let (now, makeID) = (context.now, context.dependencies.makeID)
        return .done(result: nil) { [progress = done] writer in
            try NoticeRows(writer).note(
                outcome, artifactID: task.artifact.id, sessionID: task.artifact.sessionId, makeID: makeID)
            try ItemErrorRows(writer).note(
                (approval?.spared ?? []) + outcome.failures, artifactID: task.artifact.id,
                sessionID: task.artifact.sessionId,
                makeID: makeID)
            try ArtifactRows(writer).end(job.subjectId, .succeed, at: now) { artifact in
                artifact.restoredSiteId = place.siteID
                artifact.restoredSiteName = place.name
                artifact.restoredSiteWebUrl = place.webURL
                artifact.progress = progress
                artifact.phase = .done
            }
        }
    }

    /// Plans, notes that something may change from now on, and acts.
    private func restore(
        _ task: RestoreTask, from open: (repository: Repository, row: UnitRepository), to tree: any WritableTree,
        knowing present: String?, _ approval: PlanApproval?, _ context: JobContext
    ) async throws -> RestoreOutcome {
        let restorer = Restorer(
            repository: open.repository, options: context.dependencies.restoreOptions,
            redo: task.artifact.destinationType == .inPlace ? context.redoRecords(open) : nil)
        let (artifactID, catalog) = (task.artifact.id, context.catalog)
        return try await restorer.restore(
            ofSnapshot: task.point.snapshotId, onto: tree,
            mode: task.artifact.destinationType == .inPlace ? .inPlace : .fresh,
            // A Graph client's restore brings back also what was changed meanwhile; a plan leaves it alone.
            knowing: present, overwritesChanged: approval == nil,
            planned: { [progress = context.progress] plan in
                try await approval?.apply(to: &plan)
                let summary = plan.summary
                progress.update { progress in
                    progress.itemsPlanned = Int(
                        clamping: summary.created + summary.rewritten + summary.renamed + summary.deleted
                            + summary.attributesFixed)
                    progress.bytesPlanned = Int(clamping: summary.bytesToWrite)
                }
                try await catalog.write { writer in
                    try writer.update(
                        RestoreArtifact.self, where: .equal("id", artifactID),
                        set: ["phase": RestorePhase.writing.sqlValue])
                }
            },
            progress: { [progress = context.progress] report in
                progress.update(at: report.path) { value in
                    value = ArtifactProgress(
                        itemsPlanned: Int(clamping: report.itemsPlanned), itemsDone: Int(clamping: report.items),
                        bytesPlanned: Int(clamping: report.bytesPlanned), bytesDone: Int(clamping: report.bytes))
                }
            })
    }

    /// The plan to which the restore is held; nil for sessions of Graph clients.
    private func approval(
        of task: RestoreTask, _ open: (repository: Repository, row: UnitRepository), _ context: JobContext
    ) async throws -> PlanApproval? {
        guard let planID = task.session.planId else { return nil }
        let found = try await context.catalog.read { reader -> (PlanUnit, RestorePlanRecord)? in
            let theirs = RowPredicate.and([PlanUnit.ofPlan(planID), .equal("unitId", task.unit.id)])
            guard let unit = try reader.first(Query<PlanUnit>(where: theirs)),
                let plan = try reader.find(RestorePlanRecord.self, id: planID)
            else { return nil }
            return (unit, plan)
        }
        guard let (unit, plan) = found else {
            throw JobFailure(.planOutdated, "The plan of the restore is gone; make another one.")
        }
        guard plan.destinationType == .inPlace else { return PlanApproval(unit, of: plan, list: nil) }
        guard let listID = unit.changeListId else {
            throw JobFailure(.planOutdated, "The account was not planned; make another plan.")
        }
        let list = ChangeList(
            store: context.dependencies.storeBeside(open.row), repository: open.repository, planID: planID,
            listID: listID)
        return PlanApproval(unit, of: plan, list: list)
    }

    func fail(_ job: Job, with failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        guard let artifact = try writer.find(RestoreArtifact.self, id: job.subjectId) else { return }
        try ItemErrorRows(writer).note(
            failure.items, artifactID: artifact.id, sessionID: artifact.sessionId,
            makeID: context.dependencies.makeID)
        if failure.code == .planOutdated {
            let unit = RowPredicate.equal("artifactId", artifact.id)
            try FlowRows(writer).move(
                PlanUnit.self, where: unit, .outdate, set: ["error": failure.publicError.sqlValue])
        }
        context.cameTo(.restored(artifact.workload, RestoreEnd(failure), bytes: context.progress.value.bytesDone))
        try ArtifactRows(writer).end(job.subjectId, .fail, at: context.now) { artifact in
            artifact.error = failure.artifactError
            artifact.progress = context.progress.value
        }
    }

    func willRetry(_ job: Job, after failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        guard var artifact = try writer.find(RestoreArtifact.self, id: job.subjectId), artifact.status.isRunning else {
            return
        }
        artifact.error = failure.artifactError
        try writer.update(artifact)
        try SessionRows(writer).refresh(id: artifact.sessionId, context.now)
    }

    /// Shows the artifact's progress while the job runs.
    static func showProgress(_ progress: ArtifactProgress, _ job: Job, _ writer: CatalogWriter) throws {
        try writer.update(
            RestoreArtifact.self, where: .equal("id", job.subjectId), set: ["progress": progress.sqlValue])
    }

    /// What is to be restored.
    private struct RestoreTask: Sendable {
        var artifact: RestoreArtifact
        var session: RestoreSession
        var point: RestorePoint
        var unit: ProtectionUnit
    }

    /// Marks the artifact as begun. nil where it has ended already.
    private func start(_ job: Job, _ context: JobContext) async throws -> RestoreTask? {
        let now = context.now
        return try await context.catalog.write { writer -> RestoreTask? in
            guard var artifact = try writer.find(RestoreArtifact.self, id: job.subjectId),
                artifact.advance(.start)
            else { return nil }
            guard let session = try writer.find(RestoreSession.self, id: artifact.sessionId) else { return nil }
            artifact.startDateTime = artifact.startDateTime ?? now
            let hasWaited = artifact.error != nil
            artifact.error = nil
            // From `writing` on the drive is not what it was before.
            if artifact.phase ?? .undoPoint < .writing {
                let isKept = UndoPoint.isWanted(by: session, artifact.destinationType, context)
                artifact.phase = isKept ? .undoPoint : .planning
            }
            try writer.update(artifact)
            // What a crash leaves half written in the drive is looked for by the next backup.
            if artifact.destinationType == .inPlace {
                try RepositoryRows(writer).forgetView(unitID: artifact.unitId)
            }
            if hasWaited { try SessionRows(writer).refresh(id: artifact.sessionId, now) }
            guard session.cancelRequestedDateTime == nil else { throw CancelRows.failure }
            guard let point = try writer.find(RestorePoint.self, id: artifact.restorePointId) else {
                throw JobFailure(.invalidRestoreTime, "The restore point has expired.")
            }
            guard let unit = try writer.find(ProtectionUnit.self, id: artifact.unitId) else {
                throw JobFailure(.artifactNotFound, "The protection unit is gone.")
            }
            // It may have been found damaged after the session was planned. In place it would take
            // away what it cannot give back.
            guard !point.isDamaged else { throw JobFailure(.artifactNotFound, JobFailure.damagedPoint) }
            return RestoreTask(artifact: artifact, session: session, point: point, unit: unit)
        }
    }

    /// Where to restore to.
    private struct Place {
        var siteID: String
        var name: String?
        var webURL: String?
        var tree: any WritableTree
    }

    private func destination(_ task: RestoreTask, _ context: JobContext) throws -> Place {
        let unit = task.unit
        switch task.artifact.destinationType {
        case .inPlace:
            let tree = try context.dependencies.tenant.inPlaceDestination(of: unit.source)
            return Place(
                siteID: unit.sourceId, name: unit.workload == .sharePoint ? unit.siteName : unit.ownerName,
                webURL: unit.siteWebUrl, tree: tree)
        case .new:
            let made = try context.dependencies.tenant.makeNewDestination(
                of: unit.source, reservation: task.artifact.id, lastKnownName: unit.lastKnownName)
            return Place(siteID: made.siteID, name: made.name, webURL: made.webURL, tree: made.tree)
        }
    }
}

extension RestoreEnd {
    init(_ failure: JobFailure) { self = failure.code == .restoreCancelled ? .cancelled : .failed }
}

extension JobContext {
    /// Logs what a restore left alone and what came back older than its point.
    func logNotices(of outcome: RestoreOutcome, unitID: String) {
        for path in outcome.leftAlone.prefix(100) {
            logger.notice(
                "A restore left an item alone, because it may be one that the restore point could not read.",
                metadata: ["unit": "\(unitID)", "item": "\(path)"])
        }
        for item in outcome.unread.prefix(100) {
            let message: Logger.Message =
                item.keptFrom == nil
                ? "An item is not in the restore point, because it could not be read."
                : "An item came back as it was last read, before the restore point."
            logger.notice(
                message,
                metadata: [
                    "unit": "\(unitID)", "item": "\(item.path)",
                    "unread-since": "\(Date(item.since).formatted(.iso8601))",
                ])
        }
    }
}
