import BackupRepository
import Catalog
import Logging
import ObjectStorage
import ProtectionService

/// Erases a unit's backups from a repository that was taken over: the descriptions of snapshots and the
/// key file that Holdfast added, and the packs that nothing else needs. What the owner had in it stays,
/// and so does the content of the owner's own snapshots.
struct AdoptedErasure: Sendable {
    private let dependencies: ServiceDependencies
    private let unitID: String

    init(_ dependencies: ServiceDependencies, unitID: String) {
        (self.dependencies, self.unitID) = (dependencies, unitID)
    }

    /// Whether a repository was taken over. Each of three marks is enough, because
    /// what is erased by mistake is another's.
    static func isAdopted(_ row: UnitRepository, _ dependencies: ServiceDependencies) async throws -> Bool {
        if try dependencies.adoptedRepositories?.isAdopted(row.location) == true { return true }
        if try await dependencies.storeBeside(row).stat(BesideRepository.adopted) != nil { return true }
        do {
            guard let open = try await RepositoryOpener(dependencies).open(unitID: row.id) else { return false }
            return try await open.repository.readableSnapshots().contains {
                $0.tags.contains(Repository.adoptedTag)
            }
        } catch let error as RepositoryError where error.isOfUnopenable {
            return false
        }
    }

    /// Can be repeated. One that does not open any more has nothing of ours to take out.
    func run() async throws {
        let repository: Repository
        do {
            guard let open = try await RepositoryOpener(dependencies).open(unitID: unitID) else { return }
            repository = open.repository
        } catch let error as RepositoryError where error.isOfUnopenable {
            dependencies.logger.warning(
                "A repository that was taken over is let go without opening it.",
                metadata: ["unit": "\(unitID)", "cause": "\(error.message)"])
            return
        }
        let password = dependencies.secrets.repositoryPassword(unitID: unitID)
        let unitID = unitID
        try await repository.withLock(exclusive: true) {
            let ours = try await repository.readableSnapshots().filter { $0.isOf(unitID: unitID) }.map(\.id)
            try await repository.forget(ours)
            _ = try await Pruner(repository: repository).prune()
            try await repository.removePassword(password)
        }
    }
}
