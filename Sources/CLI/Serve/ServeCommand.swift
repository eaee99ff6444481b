import ArgumentParser
import BackupAPI
import BackupServer
import BackupWork
import Catalog
import Foundation
import Hummingbird
import Logging
import Monitoring
import Portal
import ProtectionRules
import ProtectionService
import ServiceLifecycle

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the server: protect the tenant's drives and answer the API.",
        discussion: HelpText.discussion(
            """
            Prints its address once it accepts connections. SIGTERM or Ctrl-C ends it: requests finish, and \
            unfinished jobs go on at the next start. SIGHUP reads configuration and certificate again. What can be \
            set is in holdfast.yaml(5); options win over the configuration.
            """,
            examples: [
                "holdfast serve --config /etc/holdfast/holdfast.yaml",
                "holdfast serve --tenant ./sample --state ./state --listen 127.0.0.1:8080",
                "holdfast serve --sandbox --state ./sandbox --listen 127.0.0.1:8080",
            ]))

    @Option(
        help: """
            The tenant: a folder that holds drives/<user>/... and, if you like, directory.json. Not with --sandbox, \
            which makes its own.
            """)
    var tenant: String?

    @Flag(help: "The tenant of this state folder has moved: --tenant is the same tenant in a new place.")
    var moveTenant = false

    @Option(help: "The server's own folder for catalogue, secrets and repositories. The first start creates it.")
    var state: String?

    @OptionGroup(title: "Configuration")
    var configuration: ConfigurationOptions

    @OptionGroup(title: "Where to listen")
    var listener: ListenerOptions

    @OptionGroup(title: "Who signs in elsewhere")
    var issuers: IssuerOptions

    @OptionGroup(title: "Mail")
    var mail: MailOptions

    @OptionGroup(title: "The log")
    var log: LogOptions

    @Flag(
        help: """
            For developers of backup products: a made-up tenant whose clock, files and failures are controlled under \
            /sandbox. Loopback only.
            """)
    var sandbox = false

    @Flag(
        help: """
            End as after SIGTERM when standard input ends: for programs that start a server, which then never \
            outlives them.
            """)
    var untilInputEnds = false

    func run() async throws {
        if untilInputEnds { InputWatch.endProcessWithInput() }
        let configuration = try readConfiguration()
        var command = self
        command.fill(from: configuration)
        try await command.serve(configuration) { try readConfiguration() }
    }

    /// The configuration, with what was given as an option on top.
    private func readConfiguration() throws -> Configuration {
        let folders = [
            GivenOption("tenant.folder", "--tenant", path: tenant), GivenOption("state.folder", "--state", path: state),
        ]
        let given = folders.compactMap(\.self) + listener.given + issuers.given + mail.given + log.given
        let sources = self.configuration.sources(environment: ProcessInfo.processInfo.environment, options: given)
        let configuration = try Configuration(sources).sound()
        guard state != nil || sources.file != nil || configuration.sources["state.folder"] != nil else {
            throw UsageError(
                "Give --state the server's own folder, or --config a configuration file.", status: .wrongCommand)
        }
        return configuration
    }

    /// Fills in what was not given as an option.
    mutating func fill(from configuration: Configuration) {
        let settings = configuration.settings
        tenant = tenant ?? settings.place.tenantFolder
        state = state ?? settings.place.stateFolder
        listener.fill(from: settings.place)
        issuers.fill(from: settings.tokens)
        mail.fill(from: settings.mail)
        log.fill(from: settings.log)
    }

    /// Tells what a person should know of the configuration, though nothing is wrong.
    private func warn(of configuration: Configuration, to logger: Logger) {
        let settings = configuration.settings
        for warning in configuration.warnings { logger.warning("\(warning)") }
        for name in settings.formerNames {
            let value = Setting.named(name.current)?.shown(in: settings) ?? ""
            logger.warning(
                "A setting has a new name. The old one goes on for two releases.",
                metadata: ["used": "\(name.used)", "now": "\(name.current)", "write": "\(name.current): \(value)"])
        }
    }

    /// - Parameter readAgain: reads the configuration as it was read for the start.
    private func serve(_ read: Configuration, readAgain: @escaping @Sendable () throws -> Configuration) async throws {
        let settings = read.settings
        let monitor = ServerMonitor(read, log)
        let logger = monitor.logger
        warn(of: read, to: logger)
        let certificates = try listener.certificates()
        let configuration = try listener.configuration(settings.server, certificates)
        let door = FrontDoor(configuration, logger: logger.of(.server), ending: monitor.ending)
        let (ports, isListening) = AsyncStream<Int>.makeStream()
        let socket = try door.application { port in isListening.yield(port) }
        let services = ServerServices(
            reloader: ConfigurationReloader(
                certificates: certificates, configuration: monitor.configuration, read: readAgain,
                levels: monitor.levels, logger: logger, notifier: monitor.notifier, health: monitor.health),
            listen: listener.address, shutdownSeconds: settings.shutdownSeconds,
            noticeSeconds: settings.shutdownNoticeSeconds, ending: monitor.ending, notifier: monitor.notifier,
            logger: logger)
        try await services.run(socket) {
            // Nothing is read for a port that another program has.
            guard let port = await ports.first(where: { _ in true }) else { throw CancellationError() }
            return try await prepare(settings, configuration, certificates, monitor: monitor, door: door, port: port)
        }
        logger.info("Stopped.")
    }

    /// Makes what is behind the socket, opens the door to it, and tells it.
    private func prepare(
        _ settings: ServerSettings, _ configuration: BackupServer.ServerConfiguration,
        _ certificates: CertificateStore?, monitor: ServerMonitor, door: FrontDoor, port: Int
    ) async throws -> PreparedServer {
        let tell = { (progress: String) in
            door.tell(progress)
            monitor.notifier.status(progress)
        }
        tell("Opening the state folder.")
        let (composition, api) = try await surfaces(
            settings, configuration, monitor: monitor, certificates: certificates)
        let isRead = composition.isReadAtStart
        tell(isRead ? "Reading the catalogue in full." : "Comparing the catalogue with the repositories.")
        let isCompared = try await composition.requireSoundState()
        tell("Looking at the tenant.")
        let watch = TenantWatch(composition.service.logging(as: .tenant), place: composition.state.settings.tenantPath)
        let inventory = try await watch.look().summary
        let assembly = PortalAssembly(
            settings: settings.portal, logger: composition.logger.of(.server), publicURL: configuration.publicURL,
            host: configuration.host)
        let portal = try assembly.configuration(tenantName: Self.tenantName(composition))
        let provider = try assembly.provider(settings.signIn)
        let hasCode = portal != nil && provider == nil
        let code = hasCode ? try await composition.service.firstRun.makeCode() : nil
        let page = monitor.page(of: composition)
        door.open(
            to: try await server(
                api, of: composition, configuration, portal: portal, provider: provider,
                metrics: (monitor.registry, page)))
        let address = "\(configuration.scheme)://\(configuration.host):\(port)"
        noteAddress(configuration, port: port, of: composition)
        announce(address, publicURL: configuration.publicURL, inventory: inventory, of: composition)
        if portal != nil { announcePortal(configuration.publicURL ?? address, code: code) }
        monitor.notifier.ready()
        let service = composition.service
        var services: [any Service] = [
            Worker(service.logging(as: .worker)), Scheduler(service.logging(as: .scheduler)),
            CatalogWatch(service, looksAtOnce: !isRead) { try await composition.catalogDamage().map { "\($0)" } },
            watch,
        ]
        if !isCompared { services.append(RepositoryWatch(service) { await composition.tell($0) }) }
        if let metrics = monitor.listener(at: settings.metricsListen, page, composition.logger.of(.server)) {
            services.append(metrics)
        }
        if let clock = composition.databaseClock {
            services.append(ClockWatch(service, clock: clock))
            services.append(ProcessWatch(service, roles: Set(ProcessRole.allCases), version: Version.current))
        }
        return PreparedServer(
            services: services, forget: { ServerAddress.remove(in: composition.state.url) },
            close: { try await composition.close() })
    }

    /// The service, and what answers in front of it.
    private func surfaces(
        _ settings: ServerSettings, _ configuration: BackupServer.ServerConfiguration, monitor: ServerMonitor,
        certificates: CertificateStore?
    ) async throws -> (Composition, any GraphAPI) {
        let live = LiveProcesses()
        let admission = Self.admission(settings, live, monitor.registry)
        let mailer = try mail.mailer(secret: settings.mail.password)
        let state = state ?? settings.place.stateFolder
        let configure = { (dependencies: inout ServiceDependencies) in
            dependencies.limits = settings.limits
            dependencies.intervals = settings.intervals
            dependencies.restores = settings.restores
            dependencies.incidents = settings.incidents
            dependencies.worker = settings.worker
            dependencies.mailer = mailer
            dependencies.liveProcesses = live
            dependencies.memory.cache = settings.cache.folder(inState: state)
            monitor.watch(&dependencies, certificates)
        }
        if sandbox {
            try requireSandboxOptions(isLoopback: configuration.isLoopback, settings.store)
            guard settings.catalog.address == nil else {
                throw UsageError(
                    "--sandbox keeps its catalogue in its own folder: leave the setting 'catalog' out.")
            }
            let made = try await SandboxComposition(
                try await StateFolder.openOrCreateSandbox(at: state), logger: monitor.logger,
                copiesPerSource: settings.copiesPerSource, watchesTenant: settings.place.watchesTenant,
                metrics: monitor.registry
            ) { dependencies in
                configure(&dependencies)
                // A moved clock must not end the sessions of people either.
                dependencies.signInClock = SystemClock()
            }
            return (made.composition, try made.makeAPI(publicURL: configuration.publicURL, admission: admission))
        }
        guard let tenant else {
            throw UsageError(
                "Give --tenant the folder that holds drives/<user>/... (or give --sandbox, which makes a tenant).")
        }
        try await StateFolder.examine(settings.catalog)
        try await StoreExamination(settings.store, logger: monitor.logger.of(.store)).run()
        let folder = try await StateFolder.openOrCreate(
            at: state, tenantPath: tenant, store: settings.store, catalog: settings.catalog, mayMove: moveTenant)
        let composition = try await Composition(
            folder, logger: monitor.logger, copiesPerSource: settings.copiesPerSource,
            watchesTenant: settings.place.watchesTenant, metrics: monitor.registry, configure: configure)
        return (composition, try composition.makeAPI(publicURL: configuration.publicURL, admission: admission))
    }

    /// What is asked before each request.
    private static func admission(
        _ settings: ServerSettings, _ live: LiveProcesses, _ metrics: MetricRegistry
    ) -> [Admission] {
        guard settings.requestsPerSecond > 0 else { return [] }
        let throttle = RequestThrottle(
            requestsPerSecond: Double(settings.requestsPerSecond), burst: settings.requestBurst, clock: SystemClock(),
            sharers: { live.countOfAPI })
        return [
            { request, principal in
                let refusal = throttle.refusal(of: request, principal)
                if refusal != nil { metrics.add(to: .httpThrottled, "application") }
                return refusal
            }
        ]
    }

    /// Refuses the options that a sandbox cannot have.
    func requireSandboxOptions(isLoopback: Bool, _ store: StoreSettings = StoreSettings()) throws {
        guard store.address == nil else {
            throw UsageError("--sandbox keeps its repositories in its own folder: leave the setting 'store' out.")
        }
        guard tenant == nil else {
            throw UsageError("--sandbox makes a tenant of its own and changes its files at will: leave --tenant out.")
        }
        guard issuers.oidcIssuer.isEmpty else {
            throw UsageError("--sandbox takes only tokens of its own issuer: leave --oidc-issuer out.")
        }
        guard isLoopback else {
            throw UsageError(
                "--sandbox listens on loopback addresses only, such as 127.0.0.1: any client can turn its clock.")
        }
    }

    private func server(
        _ api: any GraphAPI, of composition: Composition, _ configuration: BackupServer.ServerConfiguration,
        portal: PortalConfiguration?, provider: OutsideProvider?, metrics: (registry: MetricRegistry, page: MetricsPage)
    ) async throws -> HTTPServer {
        // Tokens follow the machine's clock, also in the sandbox: a moved clock
        // must not invalidate them.
        let issuer = try await TokenIssuer(service: composition.service, clock: SystemClock())
        let verifier = TokenVerifier(
            issuer: issuer, external: try issuers.external(logger: composition.logger.of(.server)), clock: SystemClock()
        )
        return HTTPServer(
            api: api, service: composition.service, issuer: issuer, verifier: verifier, configuration: configuration,
            logger: composition.logger.of(.server), portal: portal, provider: provider, metrics: metrics.registry,
            page: metrics.page)
    }

    /// What the portal calls the tenant: the domain of its people where they have one.
    private static func tenantName(_ composition: Composition) -> String {
        let names = (try? composition.service.tenant.users().map(\.userPrincipalName)) ?? []
        let domains = Dictionary(grouping: names.compactMap { $0.split(separator: "@").last.map(String.init) }) { $0 }
        return domains.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }?.key ?? composition.service.tenantID
    }

    /// Tells where people go, and the code of the first account while there is none.
    private func announcePortal(_ address: String, code: String?) {
        FileHandle.standardOutput.show(Self.portalNotice(address, code: code) + "\n")
    }

    static func portalNotice(_ address: String, code: String?) -> String {
        guard let code else { return "People sign in at \(address)/portal/" }
        return "Begin at \(address)/portal/ with the code \(code), which is good for a day"
    }

    /// Notes for commands on this machine where the server listens. They can be told by --server
    /// too, so a note that cannot be written ends nothing.
    private func noteAddress(
        _ configuration: BackupServer.ServerConfiguration, port: Int, of composition: Composition
    ) {
        let address =
            configuration.publicURL
            ?? ServerAddress.local(scheme: configuration.scheme, host: configuration.host, port: port)
        do {
            try ServerAddress.write(address, in: composition.state.url)
        } catch {
            composition.logger.error(
                "Commands on this machine cannot find the server.", metadata: ["cause": "\(explained(error))"])
        }
    }

    /// Tells on standard output and in the log that the server accepts connections.
    private func announce(_ address: String, publicURL: String?, inventory: String, of composition: Composition) {
        let line = Self.notice(address, isSandbox: sandbox, publicURL: publicURL, inventory: inventory)
        FileHandle.standardOutput.show(line + "\n")
        composition.logger.info(
            "Started.",
            metadata: [
                "version": "\(Version.current)", "address": "\(address)",
                "tenant": "\(composition.state.settings.tenantPath)", "state": "\(composition.state.url.path)",
                "holds": "\(inventory)", "process": .stringConvertible(getpid()),
            ])
    }

    /// The line with which a server says that it accepts connections, and where.
    static func notice(_ address: String, isSandbox: Bool, publicURL: String?, inventory: String) -> String {
        let kind = isSandbox ? " (sandbox)" : ""
        let forClients = publicURL.map { " (for clients: \($0))" } ?? ""
        return "Holdfast listens on \(address)\(kind)\(forClients) with \(inventory)"
    }
}
