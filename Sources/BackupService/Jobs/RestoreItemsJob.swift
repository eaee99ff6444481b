import BackupRepository
import Catalog
import Connectors
import FileTree
import Foundation
import Logging

/// Restores the files and folders of a session that belong to one unit, one after the other; each plans, then acts. After a crash the job
/// goes on with the item that was not finished, at the place that was chosen for it.
struct RestoreItemsJob: JobRunner {
    func run(_ job: Job, _ context: JobContext) async throws -> JobOutcome {
        let items = try await group(of: job, context)
        guard let first = items.first else { return .nothing }
        guard let unit = try await context.catalog.find(ProtectionUnit.self, id: first.unitId),
            let session = try await context.catalog.find(RestoreSession.self, id: first.sessionId),
            let open = try await context.openRepository(unitID: unit.id)
        else { throw JobFailure(.artifactNotFound, "The unit has no backups any more.") }
        context.concerns(unit)
        let tree = try context.dependencies.tenant.inPlaceDestination(of: unit.source)
        if JobCursor(job).starts > 1 { try tree.removeLeftovers() }
        let restore = ItemRestore(session: session, unit: unit, repository: open.repository, tree: tree, context: context)
        context.progress.update { $0.itemsPlanned = items.count }
        for item in items {
            try Task.checkCancellation()
            do {
                guard try await restore.run(item) else { return .postponed(until: context.whenFree) }
            } catch let error where !(error is CancellationError) {
                let failure = JobFailure(error)
                if failure.isRetryable || failure.isBusy { throw failure }
                context.report(failure, ["job": "\(job.id)", "kind": "\(job.kind)", "subject": "\(item.id)"])
                let now = context.now
                try await context.catalog.write { try $0.endItem(item.id, .fail, now) { $0.error = failure.artifactError } }
            }
            context.progress.update { $0.itemsDone += 1 }
        }
        let done = context.progress.value
        context.did("Restored single items.", files: done.itemsDone, bytes: done.bytesDone, ["session": "\(session.id)"])
        return .nothing
    }

    func fail(_ job: Job, _ failure: JobFailure, _ context: JobContext, _ writer: CatalogWriter) throws {
        for item in try writer.runningItems(besides: job.subjectId) {
            try writer.endItem(item.id, .fail, context.now) { $0.error = failure.artifactError }
        }
    }

    /// The item that was being restored shows it, or the first where none was.
    func willRetry(_ job: Job, _ failure: JobFailure, _ context: JobContext, _ writer: CatalogWriter) throws {
        let items = try writer.runningItems(besides: job.subjectId)
        guard var item = items.first(where: { $0.status == .inProgress }) ?? items.first else { return }
        item.error = failure.artifactError
        try writer.update(item)
        try writer.refreshSession(id: item.sessionId, context.now)
    }

    /// The items of the job that have not ended.
    private func group(of job: Job, _ context: JobContext) async throws -> [GranularRestoreArtifact] {
        try await context.catalog.read { try $0.runningItems(besides: job.subjectId) }
    }
}

extension CatalogAccess {
    /// The items of one session and unit that have not ended, in order.
    /// - Parameter leaderID: one of them, also one that has ended.
    fileprivate func runningItems(besides leaderID: String) throws -> [GranularRestoreArtifact] {
        guard let leader = try find(GranularRestoreArtifact.self, id: leaderID) else { return [] }
        let group = Query<GranularRestoreArtifact>(
            where: .and([.equal("sessionId", leader.sessionId), .equal("unitId", leader.unitId)]), order: [.init("ordinal")])
        return try page(group).filter { $0.status == .scheduled || $0.status == .inProgress }
    }
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
    func run(_ item: GranularRestoreArtifact) async throws -> Bool {
        guard let (item, point) = try await begin(item) else { return false }
        guard let source = TreePath(bytes: item.itemPath), !source.isRoot else { throw JobFailure(.artifactNotFound, "The item has no path.") }
        let place = try await place(of: item, source)
        let restorer = Restorer(repository: repository, options: RestoreOptions(width: context.dependencies.worker.engineWidth))
        let outcome = try await restore(restorer, point, RestoredItem(source: source, place: place))
        guard outcome.failures.isEmpty else {
            throw JobFailure(.unknownError, "\(outcome.failures.count) items could not be restored; everything else is.", items: outcome.failures)
        }
        context.progress.update { $0.bytesDone += Int(clamping: outcome.bytesWritten) }
        try await succeed(item, at: place)
        return true
    }

    private func restore(_ restorer: Restorer, _ point: RestorePoint, _ item: RestoredItem) async throws -> RestoreOutcome {
        do {
            return try await restorer.restore(.item(item), ofSnapshot: point.snapshotId, onto: tree, mode: .fresh)
        } catch let error as RepositoryError where error.code == .snapshotNotFound {
            throw JobFailure(.artifactNotFound, "The restore point has no such item.")
        }
    }

    private func begin(_ item: GranularRestoreArtifact) async throws -> (GranularRestoreArtifact, RestorePoint)? {
        let now = context.now
        return try await context.catalog.write { writer in
            guard var item = try writer.find(GranularRestoreArtifact.self, id: item.id), let status = item.status.after(.start) else {
                throw JobFailure(.unknownError, "The artifact has ended already.")
            }
            guard try !writer.isOccupied(by: item) else {
                if item.error == nil {
                    item.error = PublicError(
                        code: ServiceErrorCode.unknownError.rawValue, message: "Waits until another restore into the same drive or site has ended.")
                    try writer.update(item)
                    try writer.refreshSession(id: item.sessionId, now)
                }
                return nil
            }
            guard let point = try writer.find(RestorePoint.self, id: item.restorePointId) else {
                throw JobFailure(.invalidRestoreTime, "The restore point has expired.")
            }
            item.status = status
            item.startDateTime = item.startDateTime ?? now
            item.restorePointDateTime = point.protectionDateTime
            let hasWaited = item.error != nil
            item.error = nil
            try writer.update(item)
            if hasWaited { try writer.refreshSession(id: item.sessionId, now) }
            return (item, point)
        }
    }

    /// Where the item goes. It is chosen once and noted before anything is written, so that a run after a crash does not take its own
    /// half of the work for somebody's.
    private func place(of item: GranularRestoreArtifact, _ source: TreePath) async throws -> TreePath {
        if let bytes = item.restoredPlace, let place = TreePath(bytes: bytes) { return place }
        let wanted = item.destinationType == .inPlace ? source : recovered(source)
        let place = try ItemPlacement(tree: tree, behavior: session.conflictBehavior ?? .fail, isFolder: try await isFolder(item, source)).choose(wanted)
        try await context.catalog.write { writer in
            try writer.update(GranularRestoreArtifact.self, where: .equal("id", item.id), set: ["restoredPlace": place.bytes.sqlValue])
        }
        return place
    }

    /// The place in the session's new folder, which lies in the root of the item's library and keeps the folders above the item.
    private func recovered(_ source: TreePath) -> TreePath {
        let folder = Array((session.recoveryFolder ?? RecoveryFolder.name(at: context.now)).utf8)
        var names = source.bytes.split(separator: UInt8(ascii: "/")).map { Array($0) }
        names.insert(folder, at: unit.workload == .sharePoint ? 1 : 0)
        return names.reduce(TreePath.root) { $0.appending($1) }
    }

    private func isFolder(_ item: GranularRestoreArtifact, _ source: TreePath) async throws -> Bool {
        guard let point = try await context.catalog.find(RestorePoint.self, id: item.restorePointId) else {
            throw JobFailure(.invalidRestoreTime, "The restore point has expired.")
        }
        let name = source.name
        do {
            let items = try await repository.items(in: source.parent, ofSnapshot: point.snapshotId)
            return items.first { $0.name == name }?.attributes.kind == .folder
        } catch let error as RepositoryError where error.code == .snapshotNotFound {
            throw JobFailure(.artifactNotFound, "The restore point has no such item.")
        }
    }

    private func succeed(_ item: GranularRestoreArtifact, at place: TreePath) async throws {
        let browse = BrowseKeys(workload: item.workload, keys: ItemKeys(context.dependencies.secrets, sessionID: item.browseSessionId))
        let folder = item.destinationType == .new ? recoveredFolder(place) : place.parent
        let (now, unit) = (context.now, unit)
        try await context.catalog.write { writer in
            try writer.endItem(item.id, .succeed, now) { item in
                item.restoredItemKey = browse.key(of: place)
                item.restoredItemPath = unit.displayPath(of: folder)
                item.restoredItemWebUrl = unit.webURL(of: place)
            }
        }
    }

    /// The folder that all items of the session land in, of this library.
    private func recoveredFolder(_ place: TreePath) -> TreePath {
        let names = place.bytes.split(separator: UInt8(ascii: "/")).prefix(unit.workload == .sharePoint ? 2 : 1)
        return names.reduce(TreePath.root) { $0.appending($1) }
    }
}

/// Decides where an item goes when something of its name may be there.
struct ItemPlacement {
    let tree: any ReadableTree
    let behavior: ConflictBehavior
    let isFolder: Bool
    /// More copies of one name are not tried.
    private static let copyLimit = 1000

    /// The place to restore to.
    /// - Throws: a `JobFailure` where the item cannot go there.
    func choose(_ wanted: TreePath) throws -> TreePath {
        guard let present = try kind(at: wanted) else { return wanted }
        switch behavior {
        case .fail:
            throw JobFailure(.artifactCannotBeRestored, "An item of the name '\(String(decoding: wanted.name, as: UTF8.self))' is there already, and the session does not overwrite.")
        case .replace:
            guard (present == .folder) == isFolder else {
                throw JobFailure(.artifactCannotBeRestored, "A file and a folder of one name do not replace each other; move away what is there.")
            }
            return wanted
        case .rename:
            for number in 1...Self.copyLimit {
                let candidate = wanted.parent.appending(numbered(wanted.name, number))
                if try kind(at: candidate) == nil { return candidate }
            }
            throw JobFailure(.artifactCannotBeRestored, "\(Self.copyLimit) copies of the item are there; delete old ones.")
        }
    }

    /// `report 1.docx`, as OneDrive names copies. What is before the number is cut so that the name keeps within 255 bytes.
    func numbered(_ name: [UInt8], _ number: Int) -> [UInt8] {
        let dot = isFolder ? nil : name.lastIndex(of: UInt8(ascii: ".")).flatMap { $0 > 0 ? $0 : nil }
        let end = name.count - (dot ?? name.count) < 64 ? dot ?? name.count : name.count
        let tail = Array(" \(number)".utf8) + name[end...]
        var stem = Array(name[..<end].prefix(255 - tail.count))
        // Not in the middle of a character of several bytes.
        if stem.count < end { while let last = stem.last, last & 0xC0 == 0x80 { stem.removeLast() } }
        if stem.count < end, let last = stem.last, last >= 0xC0 { stem.removeLast() }
        return stem + tail
    }

    private func kind(at path: TreePath) throws -> ItemKind? {
        do throws(TreeError) {
            return try tree.attributes(of: path).kind
        } catch {
            if error.code == .notFound { return nil }
            throw JobFailure(error)
        }
    }
}
