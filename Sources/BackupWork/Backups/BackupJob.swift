import BackupRepository
import Catalog
import Connectors
import FileTree
import Foundation
import Logging
import ProtectionRules
import ProtectionService

/// Takes a restore point of a unit: a row always, a snapshot only where
/// something changed (design.md, D4).
struct BackupJob: JobRunner {
    func run(_ job: Job, _ context: JobContext) async throws -> JobOutcome {
        let unitID = job.subjectId
        guard let unit = try await context.catalog.read({ try BackupRequestRows($0).unitToBackUp(unitID) }) else {
            return .nothing
        }
        context.concerns(unit)
        guard unit.workload != .exchange else {
            throw JobFailure(.unknownError, "Mailboxes cannot be backed up yet.")
        }
        let start = context.now
        let known = try await context.known(of: unit)
        let makeID = context.dependencies.makeID
        let source = try context.dependencies.tenant.look(at: unit.source, since: known?.view.token)
        do {
            let look = try await context.look(at: unit, known)
            if case .unchanged = source, let reading = UnitReading(unchanged: look, pointID: makeID()) {
                return try conclude(reading, of: unit, look, start: start, context)
            }
            return try await backUp(try context.reading(source, of: unit), of: unit, look, start: start, context)
        } catch let error as RepositoryError where [.viewOutdated, .overtaken].contains(error.code) {
            context.logger.notice(
                "Another program changed the repository of a unit; the backup looks at all of it.",
                metadata: ["unit": "\(unitID)", "cause": "\(error)"])
            return try await backUp(
                try context.reading(source, of: unit), of: unit, try await context.lookAfresh(at: unit), start: start,
                context)
        } catch {
            // Whatever failed, the next try looks.
            context.dependencies.memory.forgetComparison(unitID)
            throw error
        }
    }

    /// Reads the source, and stores what changed.
    private func backUp(
        _ source: SourceReading, of unit: ProtectionUnit, _ look: RepositoryLook, start: Date, _ context: JobContext
    ) async throws -> JobOutcome {
        let open = look.open
        let pointID = context.dependencies.makeID()
        let parent = if let view = look.view { view.repository.snapshot } else { try await parent(unit, open, context) }
        let position = LedgerPosition(look.view?.ledger)
        // Names are added under the lock under which the snapshot is stored.
        let (outcome, hasNames) = try await open.repository.withLockWhenNeeded {
            let outcome = try await archive(
                source.tree, of: unit, into: open, pointID: pointID, start: start, parent: parent, known: look.view,
                position: position, context)
            return (outcome, try await addNames(outcome, to: open, parent: parent, context))
        }
        // A run that stored nothing did not look for it.
        let ledger =
            if let sequence = position.sequence { sequence } else {
                try await context.newestLedgerEntry(beside: open.row)
            }
        var view = outcome.view.map { UnitView($0, ledger: ledger) }
        if outcome.failures.isEmpty { view?.token = source.token() }
        let reading = UnitReading(pointID: pointID, parent: parent, outcome: outcome, view: view, hasNames: hasNames)
        return try conclude(reading, of: unit, look, start: start, context)
    }

    /// What is recorded of a unit that was read, or that has not changed.
    private func conclude(
        _ reading: UnitReading, of unit: ProtectionUnit, _ look: RepositoryLook, start: Date, _ context: JobContext
    ) throws -> JobOutcome {
        let (unitID, row, outcome, view) = (unit.id, look.row, reading.outcome, reading.view)
        let counts = outcome.statistics
        let backup = TakenBackup(
            pointID: reading.pointID, start: start, snapshotID: outcome.snapshotID, unread: outcome.failures,
            parent: row.lastSnapshotId,
            files: Int(clamping: counts.totalFiles), bytes: Int(clamping: counts.totalBytes),
            filesBefore: reading.parent?.statistics.map { Int(clamping: $0.totalFiles) },
            change: ChangeStatistics(
                outcome, pointID: reading.pointID, unitID: unitID, isFirst: reading.parent == nil),
            sealedView: view == look.view ? nil : try view?.sealed(context.dependencies.secrets, unitID: unitID),
            viewGeneration: row.viewGeneration, indexDigest: outcome.indexDigest)
        // A run that relied on what was known compared nothing.
        if view != nil, look.view == nil { context.dependencies.memory.noteComparison(unitID, at: start) }
        logUnread(outcome, unit, context)
        logLoss(backup, unit, context)
        context.did(
            "Backed up.", files: Int(clamping: counts.totalFiles), bytes: Int(clamping: counts.totalBytes),
            [
                "new-bytes": .stringConvertible(counts.addedPackedBytes),
                "unread": .stringConvertible(outcome.failures.count), "point": "\(reading.pointID)",
            ])
        context.cameTo(.backedUp(unit.workload, BackupFigures(outcome)))
        if outcome.missingPacks > 0 { logMissing(outcome.missingPacks, unit, context) }
        let names = reading.hasNames ? nil : context.service.job(.indexNames, unitID)
        // The index that promises them is rewritten by a prune, which a verification follows.
        let prune = outcome.missingPacks == 0 ? nil : context.service.job(.prune, unitID)
        return .done(result: backup.pointID) { [dependencies = context.dependencies, now = context.now] writer in
            try BackupRows(writer).record(backup, unitID: unitID, dependencies, now)
            if let names { _ = try writer.addJob(names) }
            if let prune { _ = try writer.addJob(prune) }
            try HealthRows(writer).countStored(Int(clamping: counts.addedPackedBytes), unitID: unitID)
        }
    }

    /// Archives a unit as a point with an id.
    /// - Parameter sessionID: the session before which the point is taken; nil for one of the cadence.
    /// - Parameter known: what the repository holds; nil asks it.
    /// - Parameter position: where the ledger is, before and after.
    func archive(
        _ tree: any ReadableTree, of unit: ProtectionUnit,
        into open: (repository: Repository, row: UnitRepository), pointID: String, start: Date,
        parent: SnapshotInfo?, before sessionID: String? = nil, known: UnitView? = nil,
        position: LedgerPosition = LedgerPosition(nil), _ context: JobContext
    ) async throws -> ArchiveOutcome {
        let repository = open.repository
        // The tags let a rebuilt catalogue give the point the id that clients know, and tell it from
        // one that was taken before a restore.
        var request = ArchiveRequest(
            hostname: unit.hostname, label: unit.id, tags: PointTag.texts(pointID, before: sessionID),
            time: Timestamp(start))
        if let parent {
            request.parent = parent.id
            request.known = known?.repository
            // Points that found nothing new have no snapshots of their own.
            if parent.id == open.row.lastSnapshotId {
                request.parentCheckedTime = unit.lastBackupDateTime.map { max(Timestamp($0), parent.time) }
            }
            // A point needs a snapshot that is its own where the one before is not known to be whole,
            // or bears the mark of a point that goes sooner.
            let isOfOther = sessionID == nil && PointTag.sessionID(in: parent.tags) != nil
            request.storesUnchanged = parent.id != open.row.lastSnapshotId || isOfOther
            let last = parent.statistics
            context.progress.update {
                $0.itemsPlanned = Int(clamping: last?.totalFiles ?? 0)
                $0.bytesPlanned = Int(clamping: last?.totalBytes ?? 0)
            }
        }
        let beside = context.dependencies.storeBeside(open.row)
        let archiver = Archiver(
            repository: repository, options: context.dependencies.archiveOptions, cache: beside,
            local: context.folderCache(ofUnit: unit.id))
        let keeper = LedgerKeeper(context.dependencies, unit: unit, repository: repository, position: position)
        return try await archiver.archive(
            tree, request: request, announcing: { try await keeper.append(.archived, added: [$0], trees: [$0: $1]) }
        ) { [progress = context.progress] report in
            progress.update {
                $0.itemsDone = Int(clamping: report.files)
                $0.bytesDone = Int(clamping: report.bytes)
            }
        }
    }

    /// Adds a new snapshot to the name index.
    /// - Returns: whether the index tells of all that the backup knows of.
    private func addNames(
        _ outcome: ArchiveOutcome, to open: (repository: Repository, row: UnitRepository), parent: SnapshotInfo?,
        _ context: JobContext
    ) async throws -> Bool {
        guard case .snapshot(let id) = outcome.result else { return true }
        return try await NameIndexKeeper(context.dependencies, row: open.row, repository: open.repository).follow(
            id, outcome.view?.snapshot, after: parent?.id)
    }

    /// The snapshot to compare with, which has the last good content of what cannot be read now:
    /// the unit's newest, or, where that is not known or not there, the newest that the repository
    /// has of a point.
    func parent(
        _ unit: ProtectionUnit, _ open: (repository: Repository, row: UnitRepository), _ context: JobContext
    ) async throws -> SnapshotInfo? {
        if let last = open.row.lastSnapshotId {
            do {
                return try await open.repository.snapshot(last)
            } catch let error as RepositoryError where error.code == .snapshotNotFound {
                context.logger.warning(
                    "The newest snapshot of a unit is missing; an older one takes its place.",
                    metadata: ["unit": "\(unit.id)", "snapshot": "\(last)"])
            }
        }
        var snapshots: [SnapshotInfo] = []
        for id in try await open.repository.snapshotIDs() {
            // One that cannot be read is no worse than none: a verification tells of it.
            guard let snapshot = try? await open.repository.snapshot(id), PointTag.pointID(in: snapshot.tags) != nil
            else { continue }
            snapshots.append(snapshot)
        }
        // The last link of the chain, whatever the clocks said.
        return snapshots.inOrder.last
    }

    func fail(_ job: Job, with failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        guard var unit = try BackupRequestRows(writer).unitToBackUp(job.subjectId),
            unit.advance(.backupFailed)
        else {
            return
        }
        unit.error = failure.publicError
        unit.failingSinceDateTime = unit.failingSinceDateTime ?? context.now
        try writer.update(unit)
        if let policyID = unit.policyId { try PolicyRows(writer).refresh(id: policyID, context.now) }
    }
}

extension BackupJob {
    /// Shows the error in the unit while the backup is tried again; the next point that
    /// is taken clears it.
    func willRetry(_ job: Job, after failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        guard !failure.isBusy, var unit = try BackupRequestRows(writer).unitToBackUp(job.subjectId) else { return }
        unit.error = failure.publicError
        unit.failingSinceDateTime = unit.failingSinceDateTime ?? context.now
        try writer.update(unit)
    }
}

extension BackupFigures {
    /// Takes over what the archiver counted.
    init(_ outcome: ArchiveOutcome) {
        self.init()
        let counts = outcome.statistics
        if case .snapshot = outcome.result { isChanged = true }
        unread = outcome.failures.count
        (added, changed) = (Int(clamping: counts.filesNew), Int(clamping: counts.filesChanged))
        removed = outcome.figures.removed ?? 0
        (addedBytes, storedBytes) = (Int(clamping: counts.addedBytes), Int(clamping: counts.addedPackedBytes))
        readBytes = Int(clamping: counts.readBytes)
    }
}

/// What a backup made, before it is recorded.
struct TakenBackup: Sendable {
    var pointID: String
    var start: Date
    var snapshotID: String
    var unread: [UnreadItem]
    /// The unit's newest snapshot when the backup began.
    var parent: String?
    /// How many files the drive has.
    var files: Int
    /// How many bytes they have.
    var bytes: Int
    /// How many the snapshot has that it was compared with; nil where there is none, or
    /// it does not say.
    var filesBefore: Int?
    /// What it changed; nil where nothing did.
    var change: ChangeStatistics?
    /// What the repository is known to hold; nil where the catalogue knows as much.
    var sealedView: [UInt8]?
    /// The generation of the view with which the backup began.
    var viewGeneration: Int
    /// The digest over the names of the index files; nil where none was looked at, or where one
    /// tells of what is not there.
    var indexDigest: String?
}
