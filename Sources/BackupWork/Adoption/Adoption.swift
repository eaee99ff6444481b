import BackupRepository
import Catalog
import Connectors
import FileTree
import Foundation
public import ObjectStorage
import ProtectionRules
import ProtectionService

/// What is to be taken over, and as what.
public struct AdoptionRequest: Sendable {
    /// A unit's id, a sign-in name, the name of a site.
    public var unitName: String
    public var place: any AdoptedPlace
    /// The objects of the repository.
    public var store: any ObjectStore
    /// A password that opens it.
    public var password: String
    /// The folder of its snapshots that is the drive; empty for all that they hold.
    public var root: String

    public init(
        unitName: String, place: any AdoptedPlace, store: any ObjectStore, password: String, root: String = ""
    ) {
        (self.unitName, self.place, self.store) = (unitName, place, store)
        (self.password, self.root) = (password, root)
    }
}

extension RepositoryOperations {
    /// Takes over a repository that stock restic made: its snapshots become restore points of a unit,
    /// and the unit's backups go there from now on.
    ///
    /// No pack, no index and no snapshot of the owner is changed. What is added is a key file with the
    /// unit's own password, so that everything works that derives it, and for each snapshot a second
    /// description, which names the unit, the point, and the folder that is the drive. The points never
    /// expire. A refused repository is left as it was; so is one where a failure came in between.
    /// - Throws: `ServiceError` with what to do; `RepositoryError` where the store fails.
    public func adopt(_ request: AdoptionRequest) async throws -> AdoptionReport {
        let unit = try await context.units.findOrPropose(named: request.unitName)
        try await requireNoRepository(of: unit)
        guard let root = TreePath(bytes: Self.trimmed(request.root)) else {
            throw ServiceError(
                .badRequest, "'\(request.root)' is no folder of a snapshot; give its path, such as /home/ada.")
        }
        let repository = try await open(request)
        do {
            return try await repository.withLock(exclusive: true) {
                try await Adoption(context, unit: unit, request: request, repository: repository, root: root).run()
            }
        } catch let error as RepositoryError where error.code == .locked {
            throw ServiceError(
                .operationNotAllowed, "The repository is in use: \(error.message). Nothing was changed.")
        }
    }

    private static func trimmed(_ path: String) -> [UInt8] {
        let slash = UInt8(ascii: "/")
        return Array(path.utf8.drop { $0 == slash }.reversed().drop { $0 == slash }.reversed())
    }

    private func requireNoRepository(of unit: ProtectionUnit) async throws {
        let (row, creation, points) = try await look { reader in
            (
                try reader.find(UnitRepository.self, id: unit.id),
                try reader.find(RepositoryCreation.self, id: unit.id),
                try reader.count(Query<RestorePoint>(where: .equal("unitId", unit.id)))
            )
        }
        guard row == nil, creation == nil else {
            throw ServiceError(
                .operationNotAllowed,
                """
                '\(unit.knownName)' has a repository with \(points) restore points already. A repository can be taken \
                over before the first backup only, because all points of an account are in one repository. Restore \
                from the old one with stock restic, or copy its snapshots by 'restic copy' into the repository that \
                'holdfast repository path \(unit.id)' prints: there they are kept, but make no restore points. \
                Nothing was changed.
                """)
        }
        guard unit.source.kind != .mailbox else {
            throw ServiceError(.operationNotAllowed, "Mailboxes cannot be backed up yet.")
        }
        let leaving: [ProtectionUnitStatus] = [.offboardRequested, .offboarded, .cancelOffboardRequested]
        guard !leaving.contains(unit.status) else {
            throw ServiceError(
                .operationNotAllowed,
                "'\(unit.knownName)' is \(unit.status.rawValue); protect it again, or wait until that has taken effect."
            )
        }
    }

    /// Opens the repository with the password that the owner gave.
    private func open(_ request: AdoptionRequest) async throws -> Repository {
        let environment = dependencies.repositoryEnvironment
        do {
            let repository = try await Repository.open(
                in: request.store, password: request.password, environment: environment)
            try repository.requireWritable()
            return repository
        } catch let error as RepositoryError where !error.isRetryable {
            let reason =
                switch error.code {
                case .notARepository: "there is no restic repository; give the folder that holds 'config'"
                case .wrongPassword: "no key of it opens with this password"
                default: error.message
                }
            throw ServiceError(
                .operationNotAllowed, "'\(request.place.address)' cannot be taken over: \(reason). Nothing was changed."
            )
        }
    }
}
