import BackupRepository
import Catalog
import Connectors
import FileTree
import Foundation
import ObjectStorage
import ProtectionService

/// A unit's repository as a backup opens it, and what is known of it.
struct RepositoryLook: Sendable {
    let repository: Repository
    let row: UnitRepository
    /// What the repository holds; nil where only it can tell.
    let view: UnitView?

    var open: (repository: Repository, row: UnitRepository) { (repository, row) }
}

extension JobContext {
    /// Opens a unit's repository for a backup, making it before the first one.
    ///
    /// Where this process compared the catalogue's view with the repository lately, nothing is asked
    /// again. Otherwise that is done now, after finishing what a restore left half done in a crash.
    func look(at unit: ProtectionUnit, _ known: KnownRepository?) async throws -> RepositoryLook {
        guard let known else { return try await lookAfresh(at: unit) }
        let (row, view) = (known.row, known.view)
        if dependencies.memory.hasCompared(unit.id, at: now) {
            let repository = try RepositoryOpener(dependencies).open(row, config: view.repository.config)
            return RepositoryLook(repository: remembering(repository, row), row: row, view: view)
        }
        return try await lookAfresh(at: unit) { open in
            guard open.row.sealedView == row.sealedView, try await has(view, of: unit, open) else { return nil }
            return view
        }
    }

    /// Opens a unit's repository as if nothing were known of it.
    func lookAfresh(at unit: ProtectionUnit) async throws -> RepositoryLook {
        try await lookAfresh(at: unit) { _ in nil }
    }

    private func lookAfresh(
        at unit: ProtectionUnit,
        _ view: ((repository: Repository, row: UnitRepository)) async throws -> UnitView?
    ) async throws -> RepositoryLook {
        dependencies.memory.forgetComparison(unit.id)
        let open = try await openOrCreateRepository(unitID: unit.id)
        try await finishPatches(of: unit, open)
        let found = try await view(open)
        if found != nil { dependencies.memory.noteComparison(unit.id, at: now) }
        return RepositoryLook(repository: remembering(open.repository, open.row), row: open.row, view: found)
    }

    /// Whether a repository and the ledger beside it are as a view says.
    private func has(
        _ view: UnitView, of unit: ProtectionUnit, _ open: (repository: Repository, row: UnitRepository)
    ) async throws -> Bool {
        guard try await open.repository.has(view.repository) else { return false }
        return try await newestLedgerEntry(beside: open.row) == view.ledger
    }

    /// The sequence number of the newest entry of the ledger that lies beside a repository.
    func newestLedgerEntry(beside row: UnitRepository) async throws -> Int? {
        try await dependencies.storeBeside(row).list(prefix: BesideRepository.ledger)
            .compactMap { BesideRepository.sequence($0.name) }.max()
    }

    /// The same repository, through copies on this machine where its store is far away.
    private func remembering(_ repository: Repository, _ row: UnitRepository) -> Repository {
        guard dependencies.memory.isRemote, let cache = dependencies.memory.cache else { return repository }
        return repository.through(
            CachedObjects(repository.store, in: cache, folder: cacheFolder(ofUnit: row.id)))
    }

    /// Where copies of what belongs to a unit are, with a final slash.
    func cacheFolder(ofUnit unitID: String) -> String { "\(dependencies.tenant.id)/\(unitID)/" }

    /// The place of what was seen of a unit's folders.
    func folderCache(ofUnit unitID: String) -> CacheEntry? {
        dependencies.memory.cache.map { CacheEntry(cacheFolder(ofUnit: unitID) + "folders", in: $0) }
    }
}
