package import BackupRepository
package import Catalog
package import Foundation
import Logging
import ObjectStorage
import ProtectionRules

/// Opens the repositories of units, and makes those that are not there yet.
package struct RepositoryOpener: Sendable {
    private let dependencies: ServiceDependencies
    private var catalog: CatalogStore { dependencies.catalog }

    package init(_ dependencies: ServiceDependencies) { self.dependencies = dependencies }

    /// Opens the repository of a unit; nil where it has none.
    package func open(unitID: String) async throws -> (repository: Repository, row: UnitRepository)? {
        guard let row = try await catalog.find(UnitRepository.self, id: unitID) else { return nil }
        let key = try masterKey(row)
        let store = dependencies.repositoryStore(row.location)
        let repository = try await Repository.open(
            in: store, masterKey: key, environment: dependencies.repositoryEnvironment)
        repository.knownIndexDigest = row.indexDigest
        return (repository, row)
    }

    /// Opens a repository whose `config` is known, without a request to its store.
    package func open(_ row: UnitRepository, config: Data) throws -> Repository {
        let repository = try Repository.open(
            in: dependencies.repositoryStore(row.location), masterKey: masterKey(row), config: config,
            environment: dependencies.repositoryEnvironment)
        repository.knownIndexDigest = row.indexDigest
        return repository
    }

    private func masterKey(_ row: UnitRepository) throws -> RepositoryMasterKey {
        try dependencies.secrets.masterKey(sealed: row.sealedMasterKey, unitID: row.id)
    }

    /// Opens the repository of a unit, making it on the first backup.
    ///
    /// The catalogue decides what is made: whoever inserts the row with the repository's objects
    /// first. All others store the same, as does the next try after an interruption.
    package func openOrCreate(unitID: String) async throws -> (repository: Repository, row: UnitRepository) {
        if let open = try await open(unitID: unitID) { return open }
        let store = dependencies.repositoryStore(unitID)
        let repository: Repository
        if try await catalog.find(RepositoryCreation.self, id: unitID) == nil,
            let present = try await presentRepository(unitID, store)
        {
            repository = present
        } else if let new = try await decidedCreation(unitID) {
            repository = try await create(new, unitID, store)
        } else {
            return try await openOrCreate(unitID: unitID)
        }
        let key = try dependencies.secrets.seal(repository.masterKey.secretBytes, context: unitID)
        let row = UnitRepository(
            id: unitID, createdDateTime: dependencies.clock.now(), sealedMasterKey: key, location: unitID)
        let health = RepositoryHealth(
            id: unitID, verifiedDateTime: dependencies.clock.now(), storedBytes: try await repository.packBytes())
        let isOurs = try await catalog.write { writer in
            guard try writer.find(UnitRepository.self, id: unitID) == nil else { return false }
            try writer.insert(row)
            try writer.save(health)
            try writer.delete(RepositoryCreation.self, id: unitID)
            return true
        }
        if !isOurs, let open = try await open(unitID: unitID) { return open }
        return (repository, row)
    }

    /// The objects of the repository that is being made: those of the row that was there first. nil
    /// where the repository is there by now.
    private func decidedCreation(_ unitID: String) async throws -> NewRepository? {
        let new = try NewRepository(
            password: dependencies.secrets.repositoryPassword(unitID: unitID), origin: .derived,
            environment: dependencies.repositoryEnvironment)
        let mine = RepositoryCreation(
            id: unitID, createdDateTime: dependencies.clock.now(),
            sealedMasterKey: try dependencies.secrets.seal(new.masterKey.secretBytes, context: unitID),
            config: new.config, keyFile: new.keyFile)
        let decided = try await catalog.write { writer -> RepositoryCreation? in
            guard try writer.find(UnitRepository.self, id: unitID) == nil else { return nil }
            if let first = try writer.find(RepositoryCreation.self, id: unitID) { return first }
            try writer.insert(mine)
            return mine
        }
        guard let row = decided else { return nil }
        let key = try dependencies.secrets.masterKey(sealed: row.sealedMasterKey, unitID: unitID)
        return NewRepository(masterKey: key, config: row.config, keyFile: row.keyFile)
    }

    private func create(_ new: NewRepository, _ unitID: String, _ store: any ObjectStore) async throws -> Repository {
        do {
            return try await Repository.create(new, in: store, environment: dependencies.repositoryEnvironment)
        } catch let error as RepositoryError where error.code == .alreadyExists {
            guard let present = try await presentRepository(unitID, store) else { throw error }
            return present
        }
    }

    /// A repository of the unit that the catalogue does not know: of an installation
    /// whose catalogue was lost or put back. It opens with the unit's own password; any
    /// other is an error.
    private func presentRepository(_ unitID: String, _ store: any ObjectStore) async throws -> Repository? {
        do {
            let password = dependencies.secrets.repositoryPassword(unitID: unitID)
            let repository = try await Repository.open(
                in: store, password: password, environment: dependencies.repositoryEnvironment)
            dependencies.logger.warning(
                "A unit has a repository that the catalogue did not know; it is used.",
                metadata: ["unit": "\(unitID)", "repository": "\(repository.id)"])
            return repository
        } catch let error as RepositoryError where error.code == .notARepository {
            return nil
        } catch let error as RepositoryError where error.code == .wrongPassword {
            throw JobFailure(
                .unknownError, "The place of the backup holds another one; an administrator has to move that away.",
                detail:
                    """
                    the place of the repository of unit \(unitID) holds another repository, or one of another \
                    installation: \(error.message)
                    """
            )
        }
    }
}
