import BackupWork
import Catalog
import CatalogSQLite
import Foundation
import Logging
import ProtectionService

/// Whether the parts of a state folder belong together. Damage is told by the name of the file and
/// what to do, before anything is changed.
extension Composition {
    /// Checks that catalogue, master secret and settings are of one installation.
    /// - Parameter isRebuilding: whether the caller restores a lost catalogue, which
    ///   then knows nothing yet.
    func requireFittingState(isRebuilding: Bool) async throws {
        try await requireMasterSecret()
        try await requireTenant()
        guard !isRebuilding, try await service.dependencies.catalog.count(Query<ProtectionUnit>()) == 0 else { return }
        if try await state.repositories.holdsRepositories() { throw state.lostCatalog(.knowsNoUnit) }
    }

    private func requireTenant() async throws {
        let tenants = try await service.dependencies.catalog.page(Query<ServiceState>()).map(\.id)
        guard let other = tenants.first, !tenants.contains(service.tenantID) else { return }
        let settings = state.url.appending(path: StateFile.settings).path
        throw StateRefusal.foreignCatalog(settings: settings, tenant: service.tenantID, other: other)
    }

    /// Checks that the master secret opens what it sealed. Otherwise the units would notice it one
    /// by one, and make new secrets beside the old.
    private func requireMasterSecret() async throws {
        let catalog = service.dependencies.catalog
        let keys = try await catalog.page(Query<SigningKey>(order: [.init("createdDateTime")], limit: 4))
        let rows = try await catalog.page(Query<UnitRepository>(order: [.init("id")], limit: 4))
        let openKeys = keys.filter { opens($0.sealedPrivateKey, context: "signing key \($0.id)") }
        let opensAny = !openKeys.isEmpty || rows.contains { opens($0.sealedMasterKey, context: $0.id) }
        guard opensAny || (keys.isEmpty && rows.isEmpty) else {
            throw StateRefusal.foreignSecret(
                secret: state.url.appending(path: StateFile.secret).path, catalog: state.catalogName)
        }
        guard let current = keys.first(where: { $0.retiredDateTime == nil }) else { return }
        if !openKeys.contains(where: { $0.id == current.id }) { throw damagedSigningKey }
    }

    private func opens(_ sealed: [UInt8], context: String) -> Bool {
        (try? service.dependencies.secrets.open(sealed, context: context)) != nil
    }

    private var damagedSigningKey: any Error {
        state.told(
            CatalogError(
                .damaged,
                """
                The catalogue '\(state.catalogName)' is damaged: the key that signs tokens does not open. Put back a \
                copy; the repositories are not affected.
                """))
    }

    /// Reads the whole of the catalogue.
    /// - Throws: an error that names the file and says what to do.
    func requireSoundCatalog() async throws {
        if let damage = try await catalogDamage() { throw damage }
    }

    /// Reads the whole of the catalogue, where it is a file: a database of PostgreSQL is looked after
    /// with its own tools.
    /// - Returns: its damage, which names the file and says what to do; nil where it is sound.
    /// - Throws: why that could not be found out.
    func catalogDamage() async throws -> (any Error)? {
        guard let file = driver as? SQLiteDriver else { return nil }
        do {
            try await file.requireSound()
            return nil
        } catch let error as CatalogError where error.code == .damaged {
            return state.told(error)
        }
    }

    /// Whether the catalogue is small enough to be read in full before anything else. A larger one
    /// `CatalogWatch` reads while the server already answers.
    var isReadAtStart: Bool { state.catalogBytes.map { $0 <= Self.mostReadAtStart } ?? true }

    /// Bytes that take less than a second to read and compare.
    private static let mostReadAtStart = 32 << 20

    /// What a server looks at once: the catalogue, unless it is large, and whether it knows what the
    /// repositories hold. A repository that is not as the catalogue has it is told in the log.
    /// - Returns: whether every repository was compared; otherwise `RepositoryWatch` goes on.
    func requireSoundState() async throws -> Bool {
        if isReadAtStart { try await requireSoundCatalog() }
        let locations = try await state.repositories.repositoryLocations()
        let isWhole = !service.dependencies.memory.isRemote && locations.count <= Self.mostComparedAtStart
        let report =
            isWhole
            ? try await service.repositories.compare(locations: locations)
            : try await service.repositories.compareNames(locations: locations)
        await tell(report)
        return isWhole
    }

    /// Repositories on a disk that take less than a second to compare.
    private static let mostComparedAtStart = 1000

    /// Writes into the log what people should know of.
    func tell(_ report: StartComparison) async {
        for id in report.missing {
            await logError(
                "The repository of a unit is not there. Is its disk mounted? Put it back.", unitID: id,
                ["folder": "\(state.repositories.address(of: id))"])
        }
        for location in report.unknown {
            logger.error(
                "The catalogue does not know a repository. Run 'holdfast catalog rebuild' to get its points back.",
                metadata: ["folder": "\(state.repositories.address(of: location))"])
        }
        for unit in report.caughtUp {
            let whose = await service.particulars(ofUnit: unit.unitID)
            logger.warning(
                "The catalogue was put back from an older copy; restore points that it did not know are back.",
                metadata: whose.merging(["points": .stringConvertible(unit.points)]) { $1 })
        }
        for failure in report.failures {
            await logError(
                "A repository could not be compared with the catalogue.", unitID: failure.unitID,
                ["cause": "\(failure.reason)"])
        }
    }

    private func logError(_ message: Logger.Message, unitID: String, _ particulars: Logger.Metadata) async {
        let whose = await service.particulars(ofUnit: unitID)
        logger.error(message, metadata: whose.merging(particulars) { $1 })
    }
}
