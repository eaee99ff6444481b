import Concurrency
import ArgumentParser
import BackupAPI
import BackupRepository
import BackupServer
import ProtectionService
import BackupWork
import Catalog
import Foundation
import Hummingbird
import Logging
import ServiceLifecycle
import UnixSignals

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the server: protect the tenant's drives and answer the API.",
        discussion: """
            Prints its address when it accepts connections. SIGTERM or Ctrl-C ends it: requests finish, and \
            unfinished jobs go on at the next start. \
            SIGHUP reads the certificate and its key again. Limits and intervals: see 'holdfast settings'.
            """)

    @Option(
        help:
            """
            The tenant: a folder that holds drives/<user>/... and, if you like, directory.json. Not with \
            --sandbox, which makes its own.
            """
    )
    var tenant: String?

    @Flag(
        help: "The tenant that this state folder protects is in a new place: --tenant is the same one and not another.")
    var moveTenant = false

    @Option(help: "The server's own folder: catalogue, secrets, repositories. Made on the first start.")
    var state: String

    @OptionGroup(title: "Where to listen")
    var listener: ListenerOptions

    @OptionGroup(title: "Who signs in elsewhere")
    var issuers: IssuerOptions

    @OptionGroup(title: "Mail")
    var mail: MailOptions

    @OptionGroup(title: "The log")
    var log: LogOptions

    @Option(
        name: .customLong("set"),
        help: "A limit or interval, as name=value; may be repeated. 'holdfast settings' lists them.")
    var assignments: [String] = []

    @Option(help: "A JSON file of such settings, for example {\"requests-per-second\": 50}.")
    var settings: String?

    @Flag(
        help:
            """
            For developers of backup products: a made-up tenant whose clock, files and failures are moved at will \
            under /sandbox. Loopback only.
            """
    )
    var sandbox = false

    @Flag(
        help:
            """
            End as after SIGTERM when standard input ends: for programs that start a server of their own, which \
            then never outlives them.
            """
    )
    var untilInputEnds = false

    func run() async throws {
        if untilInputEnds { InputWatch.endProcessWithInput() }
        let settings = try ServerSettings.read(
            file: settings, environment: ProcessInfo.processInfo.environment, assignments: assignments)
        let certificates = try listener.certificates()
        let configuration = try listener.configuration(settings.server, certificates)
        var admission: [Admission] = []
        if settings.requestsPerSecond > 0 {
            let throttle = RequestThrottle(
                requestsPerSecond: Double(settings.requestsPerSecond), burst: settings.requestBurst,
                clock: SystemClock())
            admission.append { throttle.refusal(of: $0, $1) }
        }
        let (composition, api) = try await surfaces(settings, configuration, admission, try mail.mailer())
        try await composition.requireSoundState()
        let watch = TenantWatch(composition.service, place: composition.state.settings.tenantPath)
        let inventory = try await translated { try await watch.look().summary }
        // Tokens follow the machine's clock, also in the sandbox: a moved clock
        // takes nobody's token away.
        let issuer = try await TokenIssuer(service: composition.service, clock: SystemClock())
        let server = HTTPServer(
            api: api, service: composition.service, issuer: issuer,
            verifier: TokenVerifier(
                issuer: issuer, external: try issuers.external(logger: composition.logger), clock: SystemClock()),
            configuration: configuration, logger: composition.logger)
        let notice = (sandbox ? " (sandbox)" : "") + (configuration.publicURL.map { " (for clients: \($0))" } ?? "")
        let application = try server.application { port in
            let address = "\(configuration.scheme)://\(configuration.host):\(port)"
            FileHandle.standardOutput.show("Holdfast listens on \(address)\(notice) with \(inventory)\n")
            composition.logger.info(
                "Started.",
                metadata: [
                    "version": "\(Holdfast.configuration.version)", "address": "\(address)",
                    "tenant": "\(composition.state.settings.tenantPath)",
                    "state": "\(composition.state.url.path)", "holds": "\(inventory)",
                    "process": .stringConvertible(getpid()),
                ])
        }
        try await serve(composition, application, watch, certificates, settings)
        try await composition.service.dependencies.catalog.close()
        composition.logger.info("Stopped.")
    }

    /// The service and what answers in front of it.
    private func surfaces(
        _ settings: ServerSettings, _ configuration: BackupServer.ServerConfiguration, _ admission: [Admission],
        _ mailer: (any Mailer)?
    ) async throws -> (Composition, any GraphAPI) {
        let configure = { (dependencies: inout ServiceDependencies) in
            dependencies.limits = settings.limits
            dependencies.intervals = settings.intervals
            dependencies.worker = settings.worker
            dependencies.mailer = mailer
        }
        guard sandbox else {
            guard let tenant else {
                throw UsageError(
                    """
                    --tenant is missing: the folder that holds drives/<user>/... (or --sandbox, which makes a \
                    tenant of its own).
                    """
                )
            }
            let composition = try await Composition(
                try StateFolder.openOrCreate(at: state, tenantPath: tenant, mayMove: moveTenant), log: log,
                copiesPerSource: settings.copiesPerSource, configure: configure)
            return (composition, try composition.makeAPI(publicURL: configuration.publicURL, admission: admission))
        }
        guard tenant == nil else {
            throw UsageError("--sandbox makes a tenant of its own and changes its files at will: leave --tenant out.")
        }
        guard issuers.oidcIssuer.isEmpty else {
            throw UsageError("--sandbox takes tokens of its own issuer only: leave --oidc-issuer out.")
        }
        guard configuration.isLoopback else {
            throw UsageError(
                "--sandbox listens on loopback addresses only, such as 127.0.0.1: whoever reaches it turns its clock.")
        }
        let made = try await SandboxComposition(
            try StateFolder.openOrCreateSandbox(at: state), log: log, copiesPerSource: settings.copiesPerSource,
            configure: configure)
        return (made.composition, try made.makeAPI(publicURL: configuration.publicURL, admission: admission))
    }

    private func serve(
        _ composition: Composition, _ application: some Service, _ watch: TenantWatch,
        _ certificates: CertificateStore?, _ settings: ServerSettings
    ) async throws {
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(service: Worker(composition.service)), .init(service: Scheduler(composition.service)),
                .init(service: CatalogWatch(composition.service, requireSound: composition.requireSoundCatalog)),
                .init(service: watch),
                .init(service: CertificateReloader(store: certificates, logger: composition.logger)),
                .init(service: RequestThreads(application)),
                .init(service: StopNotice(logger: composition.logger)),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: composition.logger.forLibraries)
        configuration.maximumGracefulShutdownDuration = .seconds(settings.shutdownSeconds)
        let group = ServiceGroup(configuration: configuration)
        // Jobs read the catalogue in place too, so they have threads of their own,
        // some more than processors.
        let threads = WorkerPool(width: 4 * WorkerPool.processors(atMost: 8), name: "work")
        do {
            try await withTaskExecutorPreference(threads) { try await group.run() }
        } catch {
            throw UsageError(
                """
                The server on \(listener.listen) ended: \(explained(error)). If the port is in use, choose another \
                --listen or stop the other program.
                """
            )
        }
    }
}

/// Tells the log that the end has been asked for: requests may take a while to finish.
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
