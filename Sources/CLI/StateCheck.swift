import BackupWork
import ProtectionService
import Catalog
import CatalogSQLite
import Foundation
import Logging

/// Whether the files of a state folder are all there and belong together. Looked at before anything
/// is changed, so that damage is told by the name of the file and what to do, and does not become a
/// new, empty installation beside the old backups.
extension StateFolder {
    /// Opens the catalogue. One that is missing or empty is made anew only where there is nothing
    /// that it should know.
    /// - Parameter isRebuilding: whether the caller makes a lost catalogue again.
    func openCatalog(isRebuilding: Bool) throws -> SQLiteDriver {
        let size = (try? FileManager.default.attributesOfItem(atPath: catalogPath))?[.size] as? NSNumber
        if !isRebuilding, size?.intValue ?? 0 == 0, try holdsRepositories() {
            throw lostCatalog(size == nil ? "is missing" : "is empty")
        }
        for name in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: catalogPath + name) {
            try Self.requirePrivate(URL(filePath: catalogPath + name), mode: 0o600)
        }
        return try translatingDamage { () throws in try SQLiteDriver(path: catalogPath) }
    }

    /// Says what to do about a catalogue whose own words tell that it is damaged.
    func translatingDamage<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as CatalogError { throw told(error) }
    }

    /// The same for calls that wait.
    func translatingDamage<Value>(_ body: () async throws -> Value) async throws -> Value {
        do { return try await body() } catch let error as CatalogError { throw told(error) }
    }

    /// An error of the catalogue with what to do about damage.
    func told(_ error: CatalogError) -> any Error {
        error.code == .damaged
            ? UsageError("\(error.message) Or make it again from the repositories: \(rebuildCommand) --replace") : error
    }

    /// The refusal to go on without the catalogue.
    func lostCatalog(_ what: String) -> UsageError {
        UsageError(
            """
            The catalogue '\(catalogPath)' \(what), but there are repositories in '\(repositoriesPath)'. Put back \
            a copy of it, or make it again from the repositories: \(rebuildCommand)
            """
        )
    }

    private var rebuildCommand: String { "holdfast catalog rebuild --state '\(url.path)'" }

    /// Whether there is a repository, or what is left of one.
    func holdsRepositories() throws -> Bool {
        try repositoryLocations().contains { location in
            let folder = repositoriesPath + "/" + location
            return FileManager.default.fileExists(atPath: folder + "/config")
                || (try? FileManager.default.contentsOfDirectory(atPath: folder + "/snapshots"))?.isEmpty == false
        }
    }

    /// The folders of repositories; those beside them are not among them.
    func repositoryLocations() throws -> [String] {
        guard FileManager.default.fileExists(atPath: repositoriesPath) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: repositoriesPath).filter {
            UUID(uuidString: $0) != nil
        }.sorted()
    }

    /// The tenant's id as the first readable identity beside a repository tells it, for
    /// whoever has lost `settings.json`.
    static func tenantID(besideRepositoriesIn state: URL) -> String? {
        let repositories = state.appending(path: "repositories")
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: repositories.path)) ?? []).filter {
            $0.hasSuffix(".beside")
        }.sorted()
        for name in names {
            guard let data = try? Data(contentsOf: repositories.appending(path: "\(name)/identity")),
                let identity = try? JSONDecoder().decode(
                    [String: JSONText].self, from: data.prefix { $0 != UInt8(ascii: "\n") })
            else { continue }
            if let id = identity["tenantID"]?.text { return id }
        }
        return nil
    }

    /// A member that is a text, or anything else.
    private struct JSONText: Decodable {
        let text: String?
        init(from decoder: any Decoder) throws { text = try? decoder.singleValueContainer().decode(String.self) }
    }
}

extension Composition {
    /// Whether catalogue, master secret and settings are of one installation.
    /// - Parameter isRebuilding: whether the caller makes a lost catalogue again, which
    ///   then knows nothing yet.
    func requireFittingState(isRebuilding: Bool) async throws {
        try await requireMasterSecret()
        let catalog = service.dependencies.catalog
        let tenants = try await catalog.page(Query<ServiceState>()).map(\.id)
        if let other = tenants.first, !tenants.contains(service.tenantID) {
            throw UsageError(
                """
                '\(state.url.path)/settings.json' (or tenantId in the tenant's directory.json) names tenant \
                \(service.tenantID), but the catalogue belongs to tenant \(other). Put back the copy of the file \
                that was changed.
                """
            )
        }
        if !isRebuilding, try await catalog.count(Query<ProtectionUnit>()) == 0, try state.holdsRepositories() {
            throw state.lostCatalog("knows no unit")
        }
    }

    /// Whether the master secret opens what it sealed. One that does not would be noticed unit by
    /// unit, and make new secrets beside the old.
    private func requireMasterSecret() async throws {
        let (secrets, catalog) = (service.dependencies.secrets, service.dependencies.catalog)
        let keys = try await catalog.page(Query<SigningKey>(order: [.init("createdDateTime")], limit: 4))
        let rows = try await catalog.page(Query<UnitRepository>(order: [.init("id")], limit: 4))
        func opens(_ sealed: [UInt8], _ context: String) -> Bool {
            (try? secrets.open(sealed, context: context)) != nil
        }
        let goodKeys = keys.filter { opens($0.sealedPrivateKey, "signing key \($0.id)") }
        let goodRows = rows.filter { opens($0.sealedMasterKey, $0.id) }
        if goodKeys.isEmpty, goodRows.isEmpty, !(keys.isEmpty && rows.isEmpty) {
            throw UsageError(
                """
                '\(state.url.path)/master.key' is not the secret with which '\(state.catalogPath)' was made: it \
                opens nothing that the catalogue keeps. Put back the copy of the one that was changed; nothing \
                else was.
                """
            )
        }
        if let key = keys.first(where: { $0.retiredDateTime == nil }), !goodKeys.contains(where: { $0.id == key.id }) {
            throw state.told(
                CatalogError(
                    .damaged,
                    """
                    The catalogue '\(state.catalogPath)' is damaged: the key that signs tokens does not open. Put \
                    back a copy; the repositories are not affected.
                    """
                ))
        }
    }

    /// Reads the whole of the catalogue. - Throws: an error that names the file and
    /// says what to do.
    @Sendable func requireSoundCatalog() async throws {
        try await state.translatingDamage { try await driver.requireSound() }
    }

    /// What a server looks at once: the whole of the catalogue, and whether it knows
    /// what the repositories hold.
    func requireSoundState() async throws {
        try await requireSoundCatalog()
        let report = try await service.compareWithRepositories(locations: try state.repositoryLocations())
        for id in report.missing {
            let whose = await service.particulars(ofUnit: id)
            logger.error(
                "The repository of a unit is not there. Is its disk mounted? Put it back.",
                metadata: whose.merging(["folder": "\(state.repositoriesPath)/\(id)"]) { $1 })
        }
        for location in report.unknown {
            logger.error(
                "The catalogue does not know a repository: 'holdfast catalog rebuild' brings its points back.",
                metadata: ["folder": "\(state.repositoriesPath)/\(location)"])
        }
        for unit in report.caughtUp {
            let whose = await service.particulars(ofUnit: unit.unitID)
            logger.warning(
                "The catalogue was put back from an older copy; restore points that it did not know are back.",
                metadata: whose.merging(["points": .stringConvertible(unit.points)]) { $1 })
        }
        for failure in report.failures {
            let whose = await service.particulars(ofUnit: failure.unitID)
            logger.error(
                "A repository could not be compared with the catalogue.",
                metadata: whose.merging(["cause": "\(failure.reason)"]) { $1 })
        }
    }
}
