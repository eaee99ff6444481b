import BackupAPI
import BackupRepository
import BackupServer
import ProtectionService
import CLinuxCalls
import Catalog
import CatalogSQLite
import Connectors
import Crypto
import Foundation
import Logging
import ObjectStorage

/// The composition root: the one place that builds everything, from a state folder.
struct Composition {
    let state: StateFolder
    let service: ServiceContext
    let logger: Logger
    /// The catalogue's file.
    let driver: SQLiteDriver

    /// Opens the catalogue and puts the service together.
    /// - Parameters:
    ///   - log: what is logged, and how.
    ///   - clock: the service's time; the sandbox has its own.
    ///   - copiesPerSource: the most new sites that restores make of one drive or site.
    ///   - isRebuilding: whether the caller makes a lost catalogue again.
    ///   - configure: the last word on limits and intervals.
    init(
        _ state: StateFolder, log: LogOptions, clock: any WallClock = SystemClock(),
        copiesPerSource: Int = FolderTenant.publishedCopyLimit, isRebuilding: Bool = false,
        configure: (inout ServiceDependencies) -> Void = { _ in }
    ) async throws {
        // Otherwise the allocator of the C library raises that limit to the greatest buffer ever
        // freed, and from then on each of its arenas keeps buffers of that size for good: a server
        // would hold a multiple of what its jobs need.
        _ = holdfast_map_blocks_from(1 << 20)
        self.state = state
        let logger = log.logger
        self.logger = logger
        let driver = try state.openCatalog(isRebuilding: isRebuilding)
        self.driver = driver
        let catalog = CatalogStore(driver: driver)
        try await state.translatingDamage { try await catalog.migrate() }
        guard let secrets = TenantSecrets(masterSecret: state.masterSecret) else {
            throw UsageError(
                "The master secret of '\(state.url.path)' is too short. Put back the copy of master.key that you kept.")
        }
        let repositories = state.repositoriesPath
        var process = ThisProcess.current()
        process.ended = state.lock?.predecessors ?? []
        let names = NameFile(path: state.namesPath)
        let tenant = try FolderTenant(
            folder: state.settings.tenantPath, id: state.settings.tenantID, copyLimit: copiesPerSource, names: names,
            logger: logger)
        if !names.exists { tenant.recognize(try await Self.owners(catalog)) }
        var dependencies = ServiceDependencies(
            catalog: catalog,
            tenant: tenant,
            repositoryStore: { LocalObjectStore(path: repositories + "/" + $0) }, secrets: secrets, clock: clock,
            makeID: { UUID().uuidString.lowercased() },
            repositoryEnvironment: RepositoryEnvironment(
                hostname: ProcessInfo.processInfo.hostName, username: "holdfast", process: process),
            process: process, logger: logger)
        // What a great backup or restore freed stays with the arenas of its threads otherwise, and
        // the next one's comes on top.
        dependencies.releaseMemory = {
            IdleResources.release()
            holdfast_release_memory()
        }
        configure(&dependencies)
        service = ServiceContext(dependencies: dependencies)
        try await state.translatingDamage { try await requireFittingState(isRebuilding: isRebuilding) }
    }

    /// Everyone who has a unit, by id and the sign-in name of that time: a state from
    /// before names were kept.
    private static func owners(_ catalog: CatalogStore) async throws -> [(id: String, name: String)] {
        let ofPeople = Query<ProtectionUnit>(where: .oneOf("workload", [Workload.oneDriveForBusiness, .exchange]))
        return try await catalog.page(ofPeople).compactMap { unit in unit.signInName.map { (unit.sourceId, $0) } }
    }

    /// The Graph surface over the service.
    /// - Parameters:
    ///   - publicURL: scheme and authority that clients use, where that is set.
    ///   - admission: asked before each request.
    func makeAPI(publicURL: String? = nil, admission: [Admission] = []) throws -> BackupGraphAPI {
        let key = SymmetricKey(data: SHA256.hash(data: state.masterSecret + Array("page tokens".utf8)))
        let logger = logger
        return BackupGraphAPI(
            service: service, sign: { [UInt8](HMAC<SHA256>.authenticationCode(for: $0, using: key)) },
            publicURL: publicURL,
            admission: admission,
            report: { requestID, failure in
                logger.error("A request failed.", metadata: ["request-id": "\(requestID)", "cause": "\(failure)"])
            })
    }
}
