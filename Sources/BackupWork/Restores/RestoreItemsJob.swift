import Logging
import BackupRepository
import Catalog
import Connectors
import FileTree
import Foundation
import ProtectionRules
import ProtectionService

/// Restores the files and folders of a session that belong to one unit, one after the other; each
/// plans, then acts. After a crash the job goes on with the item that was not finished, at the
/// place that was chosen for it.
struct RestoreItemsJob: JobRunner {
    func run(_ job: Job, _ context: JobContext) async throws -> JobOutcome {
        // Folders before what lies in them, as places are chosen: what a folder brings back is
        // the session's own then.
        let items = try await group(of: job, context).sorted { ($0.depth, $0.ordinal) < ($1.depth, $1.ordinal) }
        guard let first = items.first else { return .nothing }
        guard let unit = try await context.catalog.find(ProtectionUnit.self, id: first.unitId),
            let session = try await context.catalog.find(RestoreSession.self, id: first.sessionId),
            let open = try await context.openRepository(unitID: unit.id)
        else { throw JobFailure(.artifactNotFound, "The unit has no backups any more.") }
        context.concerns(unit)
        let tree = try context.dependencies.tenant.inPlaceDestination(of: unit.source)
        try await context.finishPatches(of: unit, open)
        if JobCursor(job).starts > 1 { try tree.removeLeftovers() }
        let restore = ItemRestore(
            session: session, unit: unit, repository: open.repository, tree: tree, context: context)
        let watch = CancelWatch(sessionID: session.id, context: context)
        try await watch.run { try await keepPresentState(of: unit, before: items, session, open, context) }
        context.progress.update { $0.itemsPlanned = items.count }
        for item in items {
            try Task.checkCancellation()
            do {
                try await context.dependencies.jobInspector?.willRestore(artifactID: item.id, unitID: unit.id)
                guard try await watch.run({ try await restore.run(item, of: items) }) else {
                    return .postponed(until: context.whenFree)
                }
            } catch let error where !(error is CancellationError) {
                let failure = JobFailure(error)
                if failure.isRetryable || failure.isBusy || failure.code == .restoreCancelled { throw failure }
                context.report(failure, ["job": "\(job.id)", "kind": "\(job.kind)", "subject": "\(item.id)"])
                let now = context.now
                try await context.catalog.write {
                    try ItemRows($0).end(item.id, .fail, at: now) { $0.error = failure.artifactError }
                }
                context.tell(.restored(unit.workload, .failed, bytes: 0))
            }
            context.progress.update { $0.itemsDone += 1 }
        }
        let done = context.progress.value
        context.did(
            "Restored single items.", files: done.itemsDone, bytes: done.bytesDone, ["session": "\(session.id)"])
        return .nothing
    }

    /// Takes an undo point before the first item is restored in place.
    private func keepPresentState(
        of unit: ProtectionUnit, before items: [GranularRestoreArtifact], _ session: RestoreSession,
        _ open: (repository: Repository, row: UnitRepository), _ context: JobContext
    ) async throws {
        guard items.contains(where: { UndoPoint.isWanted(by: session, $0.destinationType, context) }),
            try await context.catalog.read({ try UndoPointRows($0).point(ofUnit: unit.id, session: session.id) }) == nil
        else { return }
        _ = try await UndoPoint(unit: unit, session: session, context: context).take(open)
    }

    func fail(_ job: Job, with failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        for item in try ItemRows(writer).running(besides: job.subjectId) {
            try ItemRows(writer).end(item.id, .fail, at: context.now) { $0.error = failure.artifactError }
            context.cameTo(.restored(item.workload, RestoreEnd(failure), bytes: 0))
        }
    }

    /// The item that was being restored shows it, or the first where none was.
    func willRetry(_ job: Job, after failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        let items = try ItemRows(writer).running(besides: job.subjectId)
        guard var item = items.first(where: { $0.status == .inProgress }) ?? items.first else { return }
        item.error = failure.artifactError
        try writer.update(item)
        try SessionRows(writer).refresh(id: item.sessionId, context.now)
    }

    /// The items of the job that have not ended.
    private func group(of job: Job, _ context: JobContext) async throws -> [GranularRestoreArtifact] {
        try await context.catalog.read { try ItemRows($0).running(besides: job.subjectId) }
    }
}

extension GranularRestoreArtifact {
    /// How many names its path has.
    fileprivate var depth: Int { itemPath.count { $0 == UInt8(ascii: "/") } }
}

extension JobFailure {
    /// The error of an artifact: the codes of units do not occur there.
    var artifactError: PublicError {
        var failure = self
        if failure.code == .protectionUnitNotFound { failure.code = .artifactNotFound }
        if failure.code == .quotaExceeded { failure.code = .artifactCannotBeRestored }
        return failure.publicError
    }
}

/// The restore of items of one unit.
private struct ItemRestore {
    let session: RestoreSession
    let unit: ProtectionUnit
    let repository: Repository
    let tree: any WritableTree
    let context: JobContext

    /// Restores an item; false where another session is writing into the drive or site.
    /// - Parameter items: it and all that the job restores beside it.
    func run(_ item: GranularRestoreArtifact, of items: [GranularRestoreArtifact]) async throws -> Bool {
        try await confirmPlace(of: item)
        guard let (begun, point) = try await begin(item) else { return false }
        var item = begun
        guard let source = TreePath(bytes: item.itemPath), !source.isRoot else {
            throw JobFailure(.artifactNotFound, "The item has no path.")
        }
        if item.restoredPlace == nil {
            try await choosePlaces(of: items)
            guard let placed = try await context.catalog.find(GranularRestoreArtifact.self, id: item.id) else {
                return true
            }
            item = placed
        }
        // It may have failed while the places were chosen.
        guard item.status.isRunning, let place = item.restoredPlace.flatMap(TreePath.init(bytes:)) else { return true }
        let restorer = Restorer(
            repository: repository, options: context.dependencies.restoreOptions)
        let outcome = try await restore(restorer, point, RestoredItem(source: source, place: place))
        guard outcome.failures.isEmpty else {
            throw JobFailure(
                .unknownError, "\(outcome.failures.count) items could not be restored; everything else is.",
                items: outcome.failures)
        }
        guard !outcome.leftAlone.contains(where: { place.moved(from: $0, to: $0) != nil }) else {
            throw JobFailure(
                .artifactCannotBeRestored,
                "What stands at its place may be something that could not be read when the restore point was taken, "
                    + "and does not give way; move it away, or restore into a new folder.")
        }
        context.progress.update { $0.bytesDone += Int(clamping: outcome.bytesWritten) }
        context.logNotices(of: outcome, unitID: unit.id)
        try await succeed(item, at: place, outcome)
        return true
    }

    private func restore(
        _ restorer: Restorer, _ point: RestorePoint, _ item: RestoredItem
    ) async throws -> RestoreOutcome {
        do {
            return try await restorer.restore(.item(item), ofSnapshot: point.snapshotId, onto: tree, mode: .fresh)
        } catch let error as RepositoryError where error.code == .snapshotNotFound {
            throw JobFailure(.artifactNotFound, "The restore point has no such item.")
        }
    }

    private func begin(_ item: GranularRestoreArtifact) async throws -> (GranularRestoreArtifact, RestorePoint)? {
        let now = context.now
        return try await context.catalog.write { writer in
            guard var item = try writer.find(GranularRestoreArtifact.self, id: item.id),
                item.status.after(.start) != nil
            else {
                throw JobFailure(.unknownError, "The artifact has ended already.")
            }
            guard try !ItemRows(writer).isOccupied(by: item) else {
                if item.error == nil {
                    item.error = PublicError(
                        code: ServiceErrorCode.unknownError.rawValue,
                        message: "Waits until another restore into the same drive or site has ended.")
                    try writer.update(item)
                    try SessionRows(writer).refresh(id: item.sessionId, now)
                }
                return nil
            }
            guard let point = try writer.find(RestorePoint.self, id: item.restorePointId) else {
                throw JobFailure(.invalidRestoreTime, "The restore point has expired.")
            }
            item.advance(.start)
            item.startDateTime = item.startDateTime ?? now
            item.restorePointDateTime = point.protectionDateTime
            let hasWaited = item.error != nil
            item.error = nil
            try writer.update(item)
            if hasWaited { try SessionRows(writer).refresh(id: item.sessionId, now) }
            return (item, point)
        }
    }

    /// Chooses where items go and notes it before anything is written: none of them is in the way
    /// of another then, and a run after a crash does not take its own half of the work for
    /// somebody's. An item that cannot go anywhere fails.
    private func choosePlaces(of items: [GranularRestoreArtifact]) async throws {
        let known = try await known()
        var places = try await places(of: known)
        let unplaced = known.filter { item in
            item.status.isRunning && item.restoredPlace == nil && items.contains { $0.id == item.id }
        }
        let wanted = unplaced.compactMap { item in
            TreePath(bytes: item.itemPath).map { (item, source: $0, wanted: self.wanted(item, $0)) }
        }
        places.reserve(wanted.map(\.wanted))
        var (chosen, failed): ([String: TreePath], [String: PublicError]) = ([:], [:])
        for entry in wanted.sorted(by: { ($0.0.depth, $0.0.ordinal) < ($1.0.depth, $1.0.ordinal) }) {
            do {
                let snapshot = try await snapshot(of: entry.0)
                chosen[entry.0.id] = try await places.choose(entry.wanted, for: entry.source, ofSnapshot: snapshot)
            } catch let error where !(error is CancellationError) {
                let failure = JobFailure(error)
                if failure.isRetryable || failure.isBusy { throw failure }
                context.report(failure, ["kind": "\(JobKind.restoreItems)", "subject": "\(entry.0.id)"])
                failed[entry.0.id] = failure.artifactError
            }
        }
        let now = context.now
        try await context.catalog.write { [chosen, failed] writer in
            for (id, place) in chosen {
                try writer.update(
                    GranularRestoreArtifact.self, where: .equal("id", id), set: ["restoredPlace": place.bytes.sqlValue])
            }
            for (id, error) in failed { try ItemRows(writer).end(id, .fail, at: now) { $0.error = error } }
        }
    }

    /// Looks again at the place of an item of which nothing is written yet: it was chosen with the
    /// first item's, perhaps hours ago. This comes before the item counts as begun, so that it
    /// comes again after a crash.
    private func confirmPlace(of item: GranularRestoreArtifact) async throws {
        guard let item = try await context.catalog.find(GranularRestoreArtifact.self, id: item.id) else { return }
        guard item.status == .scheduled, item.startDateTime == nil else { return }
        guard let choice = try await choice(of: item), try isTaken(choice.place) else { return }
        var places = try await places(of: try await known().filter { $0.id != item.id })
        let place = try await places.confirm(choice, wanted: wanted(item, choice.source))
        guard place != choice.place else { return }
        _ = try await context.catalog.write { writer in
            let ofItem = RowPredicate.equal("id", item.id)
            return try writer.update(
                GranularRestoreArtifact.self, where: ofItem, set: ["restoredPlace": place.bytes.sqlValue])
        }
    }

    private func isTaken(_ place: TreePath) throws -> Bool {
        do throws(TreeError) {
            _ = try tree.attributes(of: place)
            return true
        } catch {
            if error.code == .notFound { return false }
            throw JobFailure(error)
        }
    }

    /// The items of the session in this drive or site.
    private func known() async throws -> [GranularRestoreArtifact] {
        try await context.catalog.page(
            Query<GranularRestoreArtifact>(
                where: .and([.equal("sessionId", session.id), .equal("unitId", unit.id)]), order: [.init("ordinal")]))
    }

    /// The places of items for which one was chosen.
    private func places(of items: [GranularRestoreArtifact]) async throws -> SessionPlaces {
        var places = SessionPlaces(tree: tree, repository: repository, behavior: session.conflictBehavior ?? .fail)
        for item in items where item.status != .failed {
            if let choice = try await choice(of: item) { places.note(choice) }
        }
        return places
    }

    /// What an earlier run, or an earlier version, chose already.
    private func choice(of item: GranularRestoreArtifact) async throws -> SessionPlaces.Choice? {
        guard let place = item.restoredPlace.flatMap(TreePath.init(bytes:)) else { return nil }
        guard let source = TreePath(bytes: item.itemPath) else { return nil }
        guard let point = try await context.catalog.find(RestorePoint.self, id: item.restorePointId) else { return nil }
        return SessionPlaces.Choice(
            source: source, snapshot: point.snapshotId, place: place, hasBegun: item.startDateTime != nil)
    }

    private func wanted(_ item: GranularRestoreArtifact, _ source: TreePath) -> TreePath {
        item.destinationType == .inPlace ? source : recovered(source)
    }

    private func snapshot(of item: GranularRestoreArtifact) async throws -> String {
        guard let point = try await context.catalog.find(RestorePoint.self, id: item.restorePointId) else {
            throw JobFailure(.invalidRestoreTime, "The restore point has expired.")
        }
        return point.snapshotId
    }

    /// The place in the session's new folder, which lies in the root of the item's library and
    /// keeps the folders above the item.
    private func recovered(_ source: TreePath) -> TreePath {
        let folder = Array((session.recoveryFolder ?? RecoveryFolder.name(at: context.now)).utf8)
        var names = source.bytes.split(separator: UInt8(ascii: "/")).map { Array($0) }
        names.insert(folder, at: unit.workload == .sharePoint ? 1 : 0)
        return names.reduce(TreePath.root) { $0.appending($1) }
    }

    private func succeed(_ item: GranularRestoreArtifact, at place: TreePath, _ outcome: RestoreOutcome) async throws {
        let browse = BrowseKeys(
            workload: item.workload, keys: ItemKeys(context.dependencies.secrets, sessionID: item.browseSessionId))
        let folder = item.destinationType == .new ? recoveredFolder(place) : place.parent
        let (now, unit, makeID) = (context.now, unit, context.dependencies.makeID)
        try await context.catalog.write { writer in
            try NoticeRows(writer).note(outcome, artifactID: item.id, sessionID: item.sessionId, makeID: makeID)
            try ItemRows(writer).end(item.id, .succeed, at: now) { item in
                item.restoredItemKey = browse.key(of: place)
                item.restoredItemPath = unit.displayPath(of: folder)
                item.restoredItemWebUrl = unit.webURL(of: place)
            }
        }
        context.tell(.restored(unit.workload, .succeeded, bytes: Int(clamping: outcome.bytesWritten)))
    }

    /// The folder that all items of the session land in, of this library.
    private func recoveredFolder(_ place: TreePath) -> TreePath {
        let names = place.bytes.split(separator: UInt8(ascii: "/")).prefix(unit.workload == .sharePoint ? 2 : 1)
        return names.reduce(TreePath.root) { $0.appending($1) }
    }
}
