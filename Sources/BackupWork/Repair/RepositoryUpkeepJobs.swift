import BackupRepository
import Catalog
import Foundation
import Logging
import ObjectStorage
import ProtectionService

/// Forgets the snapshots of a unit that no restore point names, and frees their space.
struct PruneJob: JobRunner {
    func run(_ job: Job, _ context: JobContext) async throws -> JobOutcome {
        let unitID = job.subjectId
        guard let open = try await context.openRepository(unitID: unitID) else { return .nothing }
        try await context.catalog.write { try RepositoryRows($0).forgetView(unitID: unitID) }
        // A catalogue that was put back from an older copy gets back the points that it does not
        // know, before what no point names goes.
        let keeper = try await LedgerKeeper.find(
            unitID: unitID, repository: open.repository, context.dependencies)
        _ = try await keeper?.catchUp()
        // The snapshots are listed before the points are read, so that one which is written
        // meanwhile is not taken for forgotten.
        let snapshots = try await open.repository.snapshots()
        let (named, row) = try await context.catalog.read { reader in
            (
                Set(
                    try reader.groupedCount(Query<RestorePoint>(where: .equal("unitId", unitID)), by: "snapshotId").keys
                ),
                try reader.find(UnitRepository.self, id: unitID)
            )
        }
        // What stands for a snapshot that another program replaced is the only thing that is left
        // of its points; a repair leads them there.
        let successors = Set(try await keeper?.fates().values.compactMap(\.successor) ?? [])
        if !successors.isEmpty {
            context.logger.warning(
                "Snapshots of restore points were replaced by another program. Run 'holdfast repository repair'.",
                metadata: ["unit": "\(unitID)", "snapshots": "\(successors.count)"])
        }
        let forgotten = snapshots.filter { $0.isOf(unitID: unitID) }.map(\.id).filter {
            !named.contains($0.sqlValue) && !successors.contains($0)
        }
        if let last = row?.lastSnapshotId, forgotten.contains(last) {
            try await context.catalog.write { writer in
                try writer.update(UnitRepository.self, where: .equal("id", unitID), set: ["lastSnapshotId": .null])
            }
        }
        if !forgotten.isEmpty { try await keeper?.append(.forgot, removed: forgotten) }
        try await open.repository.forget(forgotten)
        let leavesPacks = context.dependencies.sweepsLater
        var options = PruneOptions.fitting(open.repository.store)
        options.leavesPacks = leavesPacks
        let plan = try await Pruner(repository: open.repository, options: options).prune()
        if !forgotten.isEmpty { try await keeper?.append(.pruned) }
        let whose = await context.service.particulars(ofUnit: unitID)
        let doomed = leavesPacks ? plan.unneededPacks : []
        let wait = leavesPacks ? context.service.intervals.sweepSeconds : 0
        context.logger.info(
            "Pruned the repository of a unit.",
            metadata: whose.merging([
                "forgotten": .stringConvertible(forgotten.count),
                "plan": "\(plan.description(in: open.repository.store, at: context.now.addingTimeInterval(wait)))",
                "deleted-later": .stringConvertible(doomed.count),
            ]) { $1 })
        let stored = try await open.repository.packBytes()
        // What others left is put right; whether it harmed a point, a verification tells.
        let check = plan.missingPacks == 0 ? nil : context.service.job(.verify, unitID)
        return .done(result: nil) { [now = context.now] writer in
            if let check { _ = try writer.addJob(check) }
            try writer.update(UnitRepository.self, where: .equal("id", unitID), set: ["pruneNeeded": false.sqlValue])
            try RepositoryRows(writer).noteIndex(plan.indexDigest, unitID: unitID)
            try DoomedRows(writer).add(doomed, unitID: unitID, at: now)
            try HealthRows(writer).setStored(stored, unitID: unitID)
            try writer.deleteOutdatedUnreadItems(unitID: unitID)
        }
    }

    func fail(_ job: Job, with failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        // `pruneNeeded` stays set, so that the next expired point adds the job again.
    }
}

/// Deletes the repository of an offboarded unit, object by object, the file that makes
/// it a repository first. Of one that was taken over, it deletes only what Holdfast added.
struct DeleteRepositoryJob: JobRunner {
    func run(_ job: Job, _ context: JobContext) async throws -> JobOutcome {
        let unitID = job.subjectId
        let now = context.now
        guard let row = try await context.catalog.find(UnitRepository.self, id: unitID) else {
            return .done(result: nil) { writer in
                try writer.delete(RepositoryCreation.self, id: unitID)
                try ActivityRows(writer).finishOffboarding(of: unitID, .done, now)
            }
        }
        let store = context.dependencies.repositoryStore(row.location)
        do {
            if try await AdoptedErasure.isAdopted(row, context.dependencies) {
                try await AdoptedErasure(context.dependencies, unitID: unitID).run()
            } else {
                try await erase(store, unitID, context)
            }
        } catch let error as RepositoryError where error.code == .locked {
            // A repair, or the owner's own restic. However long it takes, the job is not given up.
            return .postponed(until: context.whenFree)
        }
        let beside = context.dependencies.storeBeside(row)
        try await beside.deleteAll(beside.list(prefix: "").map(\.name))
        context.dependencies.memory.cache?.removeAll(in: context.cacheFolder(ofUnit: unitID))
        try context.dependencies.adoptedRepositories?.release(row.location)
        let whose = await context.service.particulars(ofUnit: unitID)
        context.logger.info("Deleted the repository of a unit.", metadata: whose)
        return .done(result: nil) { writer in
            try writer.delete(LedgerRow.self, where: .equal("unitId", unitID))
            try writer.delete(DoomedObject.self, where: .equal("unitId", unitID))
            try writer.delete(UnreadItemRow.self, where: .equal("unitId", unitID))
            try writer.update(
                PlanUnit.self, where: .equal("unitId", unitID),
                set: ["changeListId": .null, "changeCount": .integer(0)])
            try writer.delete(
                RestoreItemError.self,
                where: .related(
                    column: "artifactId", table: RestoreArtifact.table.name, .equal("unitId", unitID)))
            try ChangeRows(writer).erase(unitID: unitID)
            try writer.delete(UnitRepository.self, id: unitID)
            try writer.update(ProtectionUnit.self, where: .equal("id", unitID), set: ["error": .null])
            try writer.delete(RepositoryCreation.self, id: unitID)
            try ActivityRows(writer).finishOffboarding(of: unitID, .done, now)
        }
    }

    /// Deletes every object, as the only one who uses the repository. What does not open any more,
    /// because an earlier run has begun with it or because it is damaged, has no users.
    private func erase(_ store: any ObjectStore, _ unitID: String, _ context: JobContext) async throws {
        do {
            guard let open = try await context.openRepository(unitID: unitID) else { return }
            try await open.repository.withLock(exclusive: true) {
                try await store.delete("config")
                let others = try await store.list(prefix: "").filter { !$0.name.hasPrefix("locks/") }
                try await store.deleteAll(others.map(\.name))
            }
        } catch let error as RepositoryError where error.isOfUnopenable {
            context.logger.info(
                "A repository is deleted without opening it.",
                metadata: ["unit": "\(unitID)", "cause": "\(error.message)"])
        }
        try await store.delete("config")
        try await store.deleteAll(store.list(prefix: "").map(\.name))
    }

    func fail(_ job: Job, with failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        guard var unit = try writer.find(ProtectionUnit.self, id: job.subjectId) else { return }
        unit.error = failure.publicError
        try writer.update(unit)
        try ActivityRows(writer).finishOffboarding(of: unit.id, .failed(failure.publicError), context.now)
    }

    func willRetry(_ job: Job, after failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        guard !failure.isBusy else { return }
        try writer.update(
            ProtectionUnit.self, where: .equal("id", job.subjectId), set: ["error": failure.publicError.sqlValue])
    }
}
