import BackupRepository
import Catalog
import Connectors
import FileTree
import Logging
import ProtectionService

extension JobContext {
    /// The records under which big files of a unit's drive or site are restored where they stand.
    func redoRecords(_ open: (repository: Repository, row: UnitRepository)) -> RedoRecords {
        let store = dependencies.storeBeside(open.row)
        return RedoRecords(open.repository, beside: store)
    }

    /// Finishes what a restore left half done when the process died, before anything else reads the
    /// drive or site or writes to it.
    /// - Throws: `RepositoryError`, retryable, where the drive or site cannot be written now.
    func finishPatches(of unit: ProtectionUnit, _ open: (repository: Repository, row: UnitRepository)) async throws {
        let redo = redoRecords(open)
        guard try await redo.hasUnfinished() else { return }
        let tree = try dependencies.tenant.inPlaceDestination(of: unit.source)
        for outcome in try await redo.replay(onto: tree) {
            let path = outcome.path.map { "\($0)" } ?? "unknown"
            let metadata: Logger.Metadata = [
                "name": "\(unit.knownName)", "unit": "\(unit.id)", "item": "\(path)", "record": "\(outcome.record)",
            ]
            switch outcome.result {
            case .finished:
                logger.notice("A file that a restore left half written is whole now.", metadata: metadata)
            case .replaced:
                logger.notice(
                    "A file that a restore left half written was replaced or removed since; it stays so.",
                    metadata: metadata)
            case .changed:
                logger.warning(
                    "A file that a restore left half written was changed since; restore it again.", metadata: metadata)
            case .damaged:
                logger.error(
                    "The record of a file that a restore left half written is damaged; restore the unit again.",
                    metadata: metadata)
            }
        }
    }
}
