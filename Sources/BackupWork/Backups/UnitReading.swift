import BackupRepository
import Catalog
import Connectors
import Foundation
import ProtectionRules
import ProtectionService

/// What came of reading a unit for a point.
struct UnitReading: Sendable {
    let pointID: String
    /// The snapshot that the unit was compared with; nil for the first.
    let parent: SnapshotInfo?
    let outcome: ArchiveOutcome
    /// What the repository holds now, and the state of the source that it shows.
    let view: UnitView?
    /// Whether the name index tells of all that the backup knows of.
    let hasNames: Bool
}

extension UnitReading {
    /// What comes of a unit whose source is as its newest snapshot has it; nil where the repository is
    /// not as it was then, and where a point needs a snapshot of its own.
    init?(unchanged look: RepositoryLook, pointID: String) {
        guard let view = look.view, view.token != nil, view.repository.snapshot.statistics != nil,
            PointTag.sessionID(in: view.repository.snapshot.tags) == nil
        else { return nil }
        self.init(
            pointID: pointID, parent: view.repository.snapshot, outcome: ArchiveOutcome(unchanged: view.repository),
            view: view, hasNames: true)
    }
}

/// What the catalogue knows of a repository.
struct KnownRepository: Sendable {
    let row: UnitRepository
    let view: UnitView
}

extension JobContext {
    /// What the catalogue knows of a unit's repository; nil where a look at it must tell.
    func known(of unit: ProtectionUnit) async throws -> KnownRepository? {
        guard let row = try await catalog.find(UnitRepository.self, id: unit.id),
            let view = UnitView(row, dependencies.secrets)
        else { return nil }
        return KnownRepository(row: row, view: view)
    }

    /// The content of a source that changed, or whose repository no longer shows it.
    func reading(_ look: SourceLook, of unit: ProtectionUnit) throws -> SourceReading {
        if case .unknown(let reading) = look { return reading }
        guard case .unknown(let reading) = try dependencies.tenant.look(at: unit.source, since: nil) else {
            throw JobFailure(
                .unknownError, "The tenant says of a source that nobody has read that it is unchanged.",
                isRetryable: true)
        }
        return reading
    }
}
