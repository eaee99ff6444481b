import BackupRepository
import Catalog
import Foundation

extension JobContext {
    /// Opens the repository of a unit; nil where it has none.
    func openRepository(unitID: String) async throws -> (repository: Repository, row: UnitRepository)? {
        guard let row = try await catalog.find(UnitRepository.self, id: unitID) else { return nil }
        let bytes = try dependencies.secrets.open(row.sealedMasterKey, context: row.id)
        guard let key = RepositoryMasterKey(secretBytes: bytes) else {
            throw JobFailure(.unknownError, "The stored master key of unit \(unitID) has a wrong length; open the repository with its password.")
        }
        let store = dependencies.repositoryStore(row.location)
        return (try await Repository.open(in: store, masterKey: key, environment: dependencies.repositoryEnvironment), row)
    }

    /// Opens the repository of a unit, making it on the first backup.
    ///
    /// The repository comes before its row: a crash in between leaves one that the next try opens with the derived password.
    func openOrCreateRepository(unitID: String) async throws -> (repository: Repository, row: UnitRepository) {
        if let open = try await openRepository(unitID: unitID) { return open }
        let store = dependencies.repositoryStore(unitID)
        let password = dependencies.secrets.repositoryPassword(unitID: unitID)
        let environment = dependencies.repositoryEnvironment
        let repository: Repository
        do {
            repository = try await Repository.create(in: store, password: password, origin: .derived, environment: environment)
        } catch let error as RepositoryError where error.code == .alreadyExists {
            repository = try await Repository.open(in: store, password: password, environment: environment)
        }
        let row = UnitRepository(
            id: unitID, createdDateTime: now,
            sealedMasterKey: try dependencies.secrets.seal(repository.masterKey.secretBytes, context: unitID), location: unitID)
        let health = RepositoryHealth(id: unitID, verifiedDateTime: now)
        try await catalog.write { writer in
            try writer.save(row)
            try writer.save(health)
        }
        return (repository, row)
    }
}

extension CatalogAccess {
    /// Whether a job of one of some kinds is open for a unit, other than `job`.
    /// - Parameter running: only those that run count.
    func hasOpenJob(_ kinds: [JobKind], subjectID: String, running: Bool) throws -> Bool {
        let states: [JobState] = running ? [.running] : [.running, .waiting]
        return try first(Query<Job>(where: .and([
            .equal("subjectId", subjectID), .oneOf("kind", kinds.map(\.rawValue)), .oneOf("state", states),
        ]))) != nil
    }
}
