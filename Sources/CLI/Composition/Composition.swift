import BackupAPI
import BackupRepository
import BackupServer
import CLinuxCalls
import Catalog
import CatalogPostgres
import CatalogSQLite
import Connectors
import Crypto
import FileTree
import Foundation
import Logging
import Monitoring
import ObjectStorage
import ProtectionService

/// The composition root: the one place that builds everything, from a state folder.
struct Composition {
    let state: StateFolder
    let service: ServiceContext
    let logger: Logger
    let driver: any SQLDriver
    /// The time of the database that several processes share; nil for a catalogue in a file.
    let databaseClock: DatabaseClock?

    /// Opens the catalogue and puts the service together.
    /// - Parameter clock: the service's time; the sandbox has its own.
    /// - Parameter copiesPerSource: how many new sites restores make of one drive or site at most.
    /// - Parameter isRebuilding: whether the caller restores a lost catalogue.
    /// - Parameter watchesTenant: whether the kernel is asked what changes in the tenant's folder.
    /// - Parameter metrics: times the catalogue's changes; nil where nobody counts.
    /// - Parameter configure: the last word on limits and intervals.
    init(
        _ state: StateFolder, logger: Logger, clock: any WallClock = SystemClock(),
        copiesPerSource: Int = FolderTenant.publishedCopyLimit, isRebuilding: Bool = false,
        watchesTenant: Bool = false, metrics: MetricRegistry? = nil,
        configure: (inout ServiceDependencies) -> Void = { _ in }
    ) async throws {
        // Otherwise the allocator of the C library raises that limit to the largest buffer ever
        // freed, and from then on each of its arenas keeps buffers of that size for good: a server
        // would hold a multiple of what its jobs need.
        _ = holdfast_map_blocks_from(1 << 20)
        // With 128 KiB, its default, each page of an answer grows the heap and gives it back.
        _ = holdfast_keep_free_memory(4 << 20)
        self.logger = logger
        var state = state
        if state.repositories is S3RepositoryShelf {
            state.repositories = try StateFolder.shelf(in: state.url, of: state.settings, logger: logger.of(.store))
        }
        self.state = state
        let opened = try await state.openCatalog(isRebuilding: isRebuilding)
        driver = opened
        let catalog = CatalogStore(driver: metrics.map { MeasuredDriver(opened, $0) as any SQLDriver } ?? opened)
        do {
            if let copy = try await state.copyCatalogBeforeUpgrade(driver) {
                logger.notice(
                    "The catalogue is brought to this version; a copy of before is kept.", metadata: ["copy": "\(copy)"]
                )
            }
            // One in PostgreSQL has this version already.
            if driver is SQLiteDriver { try await catalog.migrate() }
            try await CatalogNotes.requireCurrent(driver)
            if let postgres = opened as? PostgresDriver {
                databaseClock = try await DatabaseClock(base: clock) { try await postgres.time() }
            } else {
                databaseClock = nil
            }
            let watcher = watchesTenant ? Self.watcher(clock, logger.of(.tenant)) : nil
            let tenant = try await Self.tenant(
                of: state, copyLimit: copiesPerSource, catalog: catalog, watcher: watcher, logger: logger)
            var dependencies = try Self.dependencies(
                of: state, catalog: catalog, tenant: tenant, clock: databaseClock ?? clock, logger: logger.of(.service))
            dependencies.sweepsLater = dependencies.memory.isRemote || !(driver is SQLiteDriver)
            configure(&dependencies)
            service = ServiceContext(dependencies: dependencies)
            try await requireFittingState(isRebuilding: isRebuilding)
        } catch {
            throw state.told(error)
        }
    }

    private static func dependencies(
        of state: StateFolder, catalog: CatalogStore, tenant: FolderTenant, clock: any WallClock, logger: Logger
    ) throws -> ServiceDependencies {
        guard let secrets = TenantSecrets(masterSecret: state.masterSecret) else {
            throw StateRefusal.wrongSecretSize(
                file: state.url.appending(path: StateFile.secret).path, bytes: state.masterSecret.count)
        }
        var process = ThisProcess.current()
        process.ended = state.lock?.predecessors ?? []
        let repositories = state.repositories
        var dependencies = ServiceDependencies(
            catalog: catalog, tenant: tenant, repositoryStore: { repositories.store(at: $0) }, secrets: secrets,
            clock: clock, makeID: { UUID().uuidString.lowercased() },
            repositoryEnvironment: RepositoryEnvironment(
                hostname: ProcessInfo.processInfo.hostName, username: "holdfast", process: process),
            process: process, logger: logger)
        if let shared = clock as? DatabaseClock {
            dependencies.isShared = true
            dependencies.repositoryEnvironment.now = { Timestamp(shared.now()) }
        }
        dependencies.memory.isRemote = repositories is S3RepositoryShelf
        dependencies.locksObjects = (repositories as? S3RepositoryShelf)?.lock != nil
        dependencies.repositorySpace = { repositories.space }
        dependencies.isStorageUsable = { repositories.isUsable }
        dependencies.adoptedRepositories = repositories as? any AdoptedRepositories
        // Otherwise what a large backup or restore freed stays with the arenas of its threads, and
        // the next one's comes on top.
        dependencies.releaseMemory = {
            IdleResources.release()
            holdfast_release_memory()
        }
        return dependencies
    }

    /// What tells of changes in the tenant's folder; nil, with a warning, where the kernel refuses.
    private static func watcher(_ clock: any WallClock, _ logger: Logger) -> FolderWatcher? {
        do {
            return try FolderWatcher(instance: UUID().uuidString, now: clock.now, logger: logger)
        } catch {
            logger.warning("Every drive is read whole at each backup: \(error.message).")
            return nil
        }
    }

    private static func tenant(
        of state: StateFolder, copyLimit: Int, catalog: CatalogStore, watcher: FolderWatcher?, logger: Logger
    ) async throws -> FolderTenant {
        let names = NameFile(path: state.namesPath)
        let tenant = try FolderTenant(
            folder: state.settings.tenantPath, id: state.settings.tenantID, copyLimit: copyLimit, names: names,
            watcher: watcher, logger: logger.of(.tenant))
        if !names.exists { tenant.recognize(try await owners(catalog)) }
        return tenant
    }

    /// Every person who has a unit, by id and the sign-in name of that time: for a state folder from
    /// before names were kept.
    private static func owners(_ catalog: CatalogStore) async throws -> [(id: String, name: String)] {
        let ofPeople = Query<ProtectionUnit>(where: .oneOf("workload", [Workload.oneDriveForBusiness, .exchange]))
        return try await catalog.page(ofPeople).compactMap { unit in unit.signInName.map { (unit.sourceId, $0) } }
    }

    /// Closes the catalogue, after everything that uses it.
    func close() async throws {
        try await service.dependencies.catalog.close()
    }

    /// The Graph surface over the service, and the additions beside it.
    /// - Parameter publicURL: scheme and authority that clients use, where that is set.
    /// - Parameter admission: asked before each request.
    func makeAPI(publicURL: String? = nil, admission: [Admission] = []) throws -> ServedAPI {
        let key = SymmetricKey(data: SHA256.hash(data: state.masterSecret + Array("page tokens".utf8)))
        let logger = logger
        return ServedAPI(
            SurfaceSettings(
                service: service, sign: { [UInt8](HMAC<SHA256>.authenticationCode(for: $0, using: key)) },
                publicURL: publicURL, admission: admission,
                report: { requestID, failure in
                    logger.error("A request failed.", metadata: ["request-id": "\(requestID)", "cause": "\(failure)"])
                }))
    }
}
