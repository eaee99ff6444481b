import BackupServer
import Concurrency
import Logging
import ProtectionService
import ServiceLifecycle
import UnixSignals

/// Everything of a server that runs until it is stopped: the socket, and what is behind it.
struct ServerServices {
    let reloader: ConfigurationReloader
    /// The address of `--listen`, for messages.
    let listen: String
    let shutdownSeconds: Int
    /// Time between the notice of the end and the end of the socket.
    let noticeSeconds: Int
    let ending: EndNotice
    let notifier: ServiceNotifier
    let logger: Logger

    /// Runs the socket, and behind it what is prepared meanwhile, until SIGTERM or SIGINT.
    /// - Parameter prepare: makes what is behind the socket; whatever it throws ends the server.
    func run(
        _ socket: some Service, behind prepare: @escaping @Sendable () async throws -> PreparedServer
    ) async throws {
        var configuration = ServiceGroupConfiguration(
            services: [
                // What the socket logs when it is cancelled tells people nothing of why the start failed.
                .init(service: Work(prepare: prepare), failureTerminationBehavior: .gracefullyShutdownGroup),
                .init(service: reloader),
                .init(service: RequestThreads(socket)), .init(service: StopNotice(logger: logger, notifier: notifier)),
                // Told to end first, and the others when it has ended.
                .init(service: EarlyNotice(ending: ending, seconds: noticeSeconds)),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger.forLibraries)
        configuration.maximumGracefulShutdownDuration = .seconds(shutdownSeconds + noticeSeconds)
        let group = ServiceGroup(configuration: configuration)
        // Jobs read the catalogue in place too, so they have threads of their own,
        // somewhat more than processors.
        let threads = WorkerPool(width: 4 * WorkerPool.processors(atMost: 8), name: "work")
        do {
            try await withTaskExecutorPreference(threads) { try await group.run() }
        } catch let failure as WorkFailure {
            throw failure.cause
        } catch {
            throw UsageError(
                """
                The server on \(listen) ended: \(explained(error)). If the port is in use, choose another --listen \
                or stop the other program.
                """)
        }
    }
}

/// What is behind the socket of a server.
struct PreparedServer: Sendable {
    let services: [any Service]
    /// Takes back what was told of the server, however it ends.
    let forget: @Sendable () -> Void
    /// Closes what the services use, after them.
    let close: @Sendable () async throws -> Void
}

/// Prepares what is behind the socket, and runs it.
private struct Work: Service {
    let prepare: @Sendable () async throws -> PreparedServer

    func run() async throws {
        do {
            let prepared = try await prepare()
            defer { prepared.forget() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for service in prepared.services { group.addTask { try await service.run() } }
                // One that fails ends the others; waiting for all would wait for those that never end.
                for try await _ in group {}
            }
            try await prepared.close()
        } catch {
            throw WorkFailure(cause: error)
        }
    }
}

/// The reason for which a server ends that is not its socket.
private struct WorkFailure: Error {
    let cause: any Error
}

/// Logs that the server was asked to end: requests may take a while to finish.
private struct StopNotice: Service {
    let logger: Logger
    let notifier: ServiceNotifier

    func run() async throws {
        try await gracefulShutdown()
        notifier.stopping()
        logger.info("Stopping: requests finish, and jobs are given back.")
    }
}

/// Says that the server is about to end, and lets some time pass.
private struct EarlyNotice: Service {
    let ending: EndNotice
    let seconds: Int

    func run() async throws {
        try await gracefulShutdown()
        ending.give()
        try await Task.sleep(for: .seconds(seconds))
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
