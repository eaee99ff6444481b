import BackupServer
import BackupWork
import Concurrency
import Logging
import ServiceLifecycle
import UnixSignals

/// Everything of a server that runs until it is stopped.
struct ServerServices {
    let composition: Composition
    let watch: TenantWatch
    let reloader: ConfigurationReloader
    /// The address of `--listen`, for messages.
    let listen: String
    let shutdownSeconds: Int

    /// Runs the application and all else until SIGTERM or SIGINT.
    func run(_ application: some Service) async throws {
        let (service, logger) = (composition.service, composition.logger)
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(service: Worker(service)), .init(service: Scheduler(service)),
                .init(service: CatalogWatch(service, requireSound: composition.requireSoundCatalog)),
                .init(service: watch), .init(service: reloader),
                .init(service: RequestThreads(application)), .init(service: StopNotice(logger: logger)),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger.forLibraries)
        configuration.maximumGracefulShutdownDuration = .seconds(shutdownSeconds)
        let group = ServiceGroup(configuration: configuration)
        // Jobs read the catalogue in place too, so they have threads of their own,
        // somewhat more than processors.
        let threads = WorkerPool(width: 4 * WorkerPool.processors(atMost: 8), name: "work")
        do {
            try await withTaskExecutorPreference(threads) { try await group.run() }
        } catch {
            throw UsageError(
                """
                The server on \(listen) ended: \(explained(error)). If the port is in use, choose another --listen \
                or stop the other program.
                """)
        }
    }
}

/// Logs that the server was asked to end: requests may take a while to finish.
private struct StopNotice: Service {
    let logger: Logger

    func run() async throws {
        try await gracefulShutdown()
        logger.info("Stopping: requests finish, and jobs are given back.")
    }
}

/// A service whose requests have threads of their own, because they read the catalogue in place.
///
/// As many as processors: requests do little but compute, and with more threads they wait for each
/// other at every lock that they share (docs/performance-api.md).
private struct RequestThreads<Base: Service>: Service {
    private let base: Base

    init(_ base: Base) { self.base = base }

    func run() async throws {
        let threads = WorkerPool(width: max(2, WorkerPool.processors(atMost: 8)), name: "requests")
        try await withTaskExecutorPreference(threads) { try await base.run() }
    }
}
