public import BackupAPI
public import ProtectionService
import Foundation
public import Hummingbird
import HummingbirdCore
public import Logging
public import Monitoring
import OData
public import Portal

/// The HTTP side: the router with health, the issuer's documents, and everything else for the API.
public struct HTTPServer: Sendable {
    private let configuration: ServerConfiguration
    private let logger: Logger
    private let clock: any WallClock
    private let health: HealthReport
    private let readiness: KeptValue<[String]>
    private let metrics: MetricRegistry
    private let page: MetricsPage?
    private let issuer: IssuerRoutes
    private let api: APIRoute
    private let refusals: Refusals
    private let portal: PortalRoute?

    /// Assembles a server.
    /// - Parameter clock: for limits and sign-ins; the machine's clock, also in the sandbox.
    /// - Parameter portal: nil where people have no pages here, and sign in nowhere.
    /// - Parameter provider: who knows the people; the embedded issuer by default.
    /// - Parameter metrics: counts what is asked and refused.
    /// - Parameter page: what `/metrics` answers; nil where that is a path of the API.
    public init(
        api: any GraphAPI, service: ServiceContext, issuer: TokenIssuer, verifier: TokenVerifier,
        configuration: ServerConfiguration, logger: Logger,
        clock: any WallClock = SystemClock(), portal: PortalConfiguration? = nil,
        provider: (any IdentityProvider)? = nil, metrics: MetricRegistry = MetricRegistry(), page: MetricsPage? = nil
    ) {
        self.configuration = configuration
        self.logger = logger
        self.clock = clock
        health = service.dependencies.health
        readiness = KeptValue(seconds: Self.readinessSeconds, clock: clock) { await service.readiness.failing() }
        self.metrics = metrics
        self.page = page
        refusals = Refusals(api: api)
        let gate = ConcurrencyGate(maximum: configuration.concurrentRequests)
        let signIns = SignInGuard(failuresPerMinute: configuration.signInFailuresPerMinute, clock: clock)
        let reader = RequestReader(configuration: configuration)
        let provider = provider ?? EmbeddedProvider(service: service, issuerName: issuer.issuer)
        let site = portal.map {
            PortalSite(service: service, configuration: $0, provider: provider, limits: signIns, clock: clock)
        }
        let endpoints = IssuerEndpoints(
            issuer: issuer, service: service, portal: provider.isEmbedded ? site : nil)
        self.api = APIRoute(
            api: api, verifier: verifier, challenge: { endpoints.challenge(origin: $0) }, gate: gate, signIns: signIns,
            reader: reader, refusals: refusals, metrics: metrics, logger: logger)
        self.portal = site.map { [api = self.api] in PortalRoute(site: $0, api: api) }
        self.issuer = IssuerRoutes(
            endpoints: endpoints, gate: gate, signIns: signIns, reader: reader, refusals: refusals, others: self.api)
    }

    /// The server as a service to run.
    /// - Parameter onListening: receives the port once connections are accepted.
    /// - Throws: where the certificate or its key is no good.
    public func application(onListening: @escaping @Sendable (Int) async -> Void) throws -> some ApplicationProtocol {
        let door = FrontDoor(configuration, logger: logger, clock: clock)
        door.open(to: self)
        return try door.application(onListening: onListening)
    }

    /// What answers requests behind a door.
    var responder: any HTTPResponder<ServerRequestContext> { router.buildResponder() }

    /// What comes first is asked first. The API is the router's last middleware, behind all routes:
    /// so it gets every path and every method that no route has.
    private var router: Router<ServerRequestContext> {
        let router = Router(context: ServerRequestContext.self)
        router.add(middleware: AccessLog(logger: logger))
        router.add(middleware: RequestCounting(counts: RequestCounts(metrics), api: api.api))
        router.add(middleware: Compression(fromBytes: configuration.compressFromBytes))
        if let portal { router.add(middleware: portal) }
        router.add(middleware: TargetRule(reader: api.reader, refusals: refusals))
        router.add(middleware: Preflight(api: api.api))
        HealthRoutes(health: health, readiness: readiness, reader: api.reader, others: api).add(to: router)
        if let page { MetricsRoute(page: page, others: api).add(to: router) }
        issuer.add(to: router)
        router.add(middleware: api)
        return router
    }

    /// Answers unreadable requests, which never reach the router.
    static func refusal(logger: Logger, clock: any WallClock) -> ConnectionHandler.Refusal {
        { error in
            let identity = RequestIdentity(requestID: AccessLog.makeRequestID(), date: clock.now())
            var answer = error.response(for: identity)
            for field in CrossOrigin.apiFields { answer.headers[field.name.rawName] = field.value }
            answer.headers["Server"] = Self.name
            answer.headers["Date"] = identity.date.formatted(Self.httpDate)
            logger.debug(
                "Refused an unreadable request.",
                metadata: [
                    "status": "\(error.status)", "cause": "\(error.message)", "request-id": "\(identity.requestID)",
                ])
            return answer
        }
    }

    static let name = "Holdfast"
    /// Whoever asks without a token causes at most one look in this time.
    private static let readinessSeconds = 1.0
    /// IMF-fixdate. Source: RFC 9110, section 5.6.7.
    private static let httpDate = Date.VerbatimFormatStyle(
        format: """
            \(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .padded(4)) \
            \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits)\
            :\
            \(second: .twoDigits) GMT
            """,
        locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt, calendar: Calendar(identifier: .gregorian))
}
