public import BackupAPI
public import ProtectionService
import Foundation
public import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import NIOCore
import OData
public import Portal

/// The HTTP side: the router with health, the issuer's documents, and everything else for the API.
public struct HTTPServer: Sendable {
    private let configuration: ServerConfiguration
    private let logger: Logger
    private let clock: any WallClock
    private let health: HealthReport
    private let issuer: IssuerRoutes
    private let api: APIRoute
    private let refusals: Refusals
    private let portal: PortalRoute?

    /// Assembles a server.
    /// - Parameter clock: for limits and sign-ins; the machine's clock, also in the sandbox.
    /// - Parameter portal: nil where people have no pages here, and sign in nowhere.
    /// - Parameter provider: who knows the people; the embedded issuer by default.
    public init(
        api: any GraphAPI, service: ServiceContext, issuer: TokenIssuer, verifier: TokenVerifier,
        configuration: ServerConfiguration, logger: Logger,
        clock: any WallClock = SystemClock(), portal: PortalConfiguration? = nil,
        provider: (any IdentityProvider)? = nil
    ) {
        self.configuration = configuration
        self.logger = logger
        self.clock = clock
        health = service.dependencies.health
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
            reader: reader, refusals: refusals, logger: logger)
        self.portal = site.map { [api = self.api] in PortalRoute(site: $0, api: api) }
        self.issuer = IssuerRoutes(
            endpoints: endpoints, gate: gate, signIns: signIns, reader: reader, refusals: refusals, others: self.api)
    }

    /// The server as a service to run.
    /// - Parameter onListening: receives the port once connections are accepted.
    /// - Throws: where the certificate or its key is no good.
    public func application(onListening: @escaping @Sendable (Int) async -> Void) throws -> some ApplicationProtocol {
        let http = HTTPServerBuilder { [configuration] responder in
            HTTPConnections(responder: responder, configuration: configuration, refusal: refusal)
        }
        return Application(
            router: router,
            server: try configuration.tls.map { try .tls(http, tlsConfiguration: $0) } ?? http,
            configuration: .init(
                address: .hostname(configuration.host, port: configuration.port), serverName: Self.name,
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.openConnections)),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: logger.forLibraries)
    }

    /// What comes first is asked first. The API is the router's last middleware, behind all routes:
    /// so it gets every path and every method that no route has.
    private var router: Router<ServerRequestContext> {
        let router = Router(context: ServerRequestContext.self)
        router.add(middleware: AccessLog(logger: logger))
        router.add(middleware: Compression(fromBytes: configuration.compressFromBytes))
        if let portal { router.add(middleware: portal) }
        router.add(middleware: TargetRule(reader: api.reader, refusals: refusals))
        router.add(middleware: Preflight(api: api.api))
        HealthRoutes(health: health, reader: api.reader, others: api).add(to: router)
        issuer.add(to: router)
        router.add(middleware: api)
        return router
    }

    /// Answers unreadable requests, which never reach the router.
    private var refusal: ConnectionHandler.Refusal {
        let (clock, logger) = (clock, logger)
        return { error in
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

    private static let name = "Holdfast"
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
