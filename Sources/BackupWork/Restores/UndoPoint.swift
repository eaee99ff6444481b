import BackupRepository
import Catalog
import Connectors
import Foundation
import ProtectionRules
import ProtectionService

/// The present state of a unit as a restore point, taken before a session writes into it, so that
/// the restore can be taken back.
///
/// It is a backup like others: unchanged folders are not read, and an unchanged drive makes a point
/// without a snapshot of its own. It is none of the cadence, and Graph's surface does not list it.
struct UndoPoint: Sendable {
    let unit: ProtectionUnit
    let session: RestoreSession
    let context: JobContext

    /// Whether the session wants one of the unit.
    static func isWanted(by session: RestoreSession, _ destination: DestinationType, _ context: JobContext) -> Bool {
        context.dependencies.restores.takesUndoPoint(before: destination, wanted: session.takesUndoPoints)
    }

    /// Takes the point. Where that fails, nothing may be written.
    /// - Returns: the snapshot that equals the present state; nil where some of that was unreadable.
    func take(_ open: (repository: Repository, row: UnitRepository)) async throws -> String? {
        do {
            return try await archive(open)
        } catch let error where !(error is CancellationError) {
            var failure = JobFailure(error)
            failure.detail = failure.logText
            failure.message = "The present state could not be kept, so nothing was restored: \(failure.message)"
            if !failure.isBusy { failure.code = .undoPointFailed }
            throw failure
        }
    }

    private func archive(_ open: (repository: Repository, row: UnitRepository)) async throws -> String? {
        let tree = try context.dependencies.tenant.tree(of: unit.source)
        let (start, pointID) = (context.now, context.dependencies.makeID())
        let backup = BackupJob()
        let parent = try await backup.parent(unit, open, context)
        let outcome = try await backup.archive(
            tree, of: unit, into: open, pointID: pointID, start: start, parent: parent,
            before: session.id, context)
        // What follows counts anew.
        context.progress.update { $0 = ArtifactProgress() }
        let taken = TakenUndoPoint(
            id: pointID, start: start, snapshotID: outcome.snapshotID, unread: outcome.failures,
            parent: open.row.lastSnapshotId, indexDigest: outcome.indexDigest)
        let addedBytes = Int(clamping: outcome.statistics.addedPackedBytes)
        let (unit, session, dependencies) = (unit, session, context.dependencies)
        try await context.catalog.write { writer in
            try TakenUndoRows(writer).record(taken, of: unit, sessionID: session.id, dependencies)
            try HealthRows(writer).countStored(addedBytes, unitID: unit.id)
        }
        return outcome.failures.isEmpty ? outcome.snapshotID : nil
    }
}

/// An undo point before it is recorded.
struct TakenUndoPoint: Sendable {
    var id: String
    var start: Date
    var snapshotID: String
    var unread: [UnreadItem]
    /// The unit's newest snapshot when it was begun.
    var parent: String?
    /// The digest over the names of the index files, as in `TakenBackup`.
    var indexDigest: String?
}

/// What an undo point records, within one transaction.
struct TakenUndoRows {
    private let rows: CatalogWriter

    init(_ rows: CatalogWriter) { self.rows = rows }

    func record(
        _ taken: TakenUndoPoint, of unit: ProtectionUnit, sessionID: String, _ dependencies: ServiceDependencies
    ) throws {
        let time = try PointTimeRows(rows).honestTime(taken.start, unitID: unit.id)
        var point = RestorePoint(
            id: taken.id, unitId: unit.id, workload: unit.workload, protectionDateTime: time,
            expirationDateTime: time.adding(days: dependencies.restores.undoDays), tags: .ofPoints(of: unit.workload),
            snapshotId: taken.snapshotID, cadence: .tenMinutes)
        point.undoSessionId = sessionID
        point.failureCount = taken.unread.count
        // What is archived on top of damage may be part of it.
        point.isDamaged = (try rows.find(RepositoryHealth.self, id: unit.id)?.problems ?? 0) > 0
        try rows.insert(point)
        try UnreadItemRows(rows).note(taken.unread, unitID: unit.id, at: time, makeID: dependencies.makeID)
        try RepositoryRows(rows).noteIndex(taken.indexDigest, unitID: unit.id)
        // A backup that runs at the same time goes on from the snapshot that it began with.
        guard var repository = try rows.find(UnitRepository.self, id: unit.id),
            repository.lastSnapshotId == taken.parent, try !JobRows(rows).isOpen([.backup], unit.id, .running)
        else { return }
        repository.lastSnapshotId = taken.snapshotID
        try rows.update(repository)
    }
}
