import HTTPTypes
public import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import NIOCore
import OData
public import ProtectionService
import Synchronization

/// The socket of a server, which listens before the service behind it is there. Until it is opened it
/// answers that the server starts, and what it does meanwhile: reading a big catalogue takes a while,
/// and a client that is refused the connection cannot tell that from a server that is gone.
public final class FrontDoor: Sendable {
    /// What stands behind the door.
    private enum Behind {
        /// Nothing yet; what is done meanwhile.
        case starting(String)
        case server(any HTTPResponder<ServerRequestContext>)
    }

    private let configuration: ServerConfiguration
    private let logger: Logger
    private let clock: any WallClock
    private let behind = Mutex(Behind.starting("Opening the state folder."))
    private let ending: EndNotice

    /// - Parameter ending: once it is given, `/readyz` says so while every request is still answered: who
    ///   distributes requests sends them elsewhere before the socket is closed.
    public init(
        _ configuration: ServerConfiguration, logger: Logger, clock: any WallClock = SystemClock(),
        ending: EndNotice = EndNotice()
    ) {
        self.ending = ending
        self.configuration = configuration
        self.logger = logger
        self.clock = clock
    }

    /// Notes what is done before the door is opened.
    public func tell(_ progress: String) { behind.withLock { $0 = .starting(progress) } }

    /// Lets requests through from now on.
    public func open(to server: HTTPServer) { behind.withLock { $0 = .server(server.responder) } }

    /// The socket as a service to run.
    /// - Parameter onListening: receives the port once connections are accepted.
    /// - Throws: where the certificate or its key is no good.
    public func application(onListening: @escaping @Sendable (Int) async -> Void) throws -> some ApplicationProtocol {
        let http = HTTPServerBuilder { [configuration, logger, clock] responder in
            HTTPConnections(
                responder: responder, configuration: configuration,
                refusal: HTTPServer.refusal(logger: logger, clock: clock))
        }
        return Application(
            responder: CallbackResponder { [self] (request: Request, context: ServerRequestContext) in
                if request.head.path == "/readyz", ending.isGiven {
                    return Response(.readiness(status: "stopping", failing: ["server"]))
                }
                return switch behind.withLock({ $0 }) {
                case .server(let responder): try await responder.respond(to: request, context: context)
                case .starting(let progress): answer(request, progress)
                }
            },
            server: try configuration.tls.map { try .tls(http, tlsConfiguration: $0) } ?? http,
            configuration: .init(
                address: .hostname(configuration.host, port: configuration.port), serverName: HTTPServer.name,
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.openConnections)),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: logger.forLibraries)
    }

    private func answer(_ request: Request, _ progress: String) -> Response {
        switch request.head.path {
        case "/healthz": return Response(.text("ok\n"))
        case "/readyz": return Response(.readiness(status: "starting", failing: ["catalog"], progress: progress))
        default:
            let error = ODataError(
                .serviceNotAvailable, "The server starts: \(progress) Try again a little later.",
                retryAfterSeconds: Self.retrySeconds)
            let identity = RequestIdentity(requestID: AccessLog.makeRequestID(), date: clock.now())
            return Response(error.response(for: identity), adding: CrossOrigin.apiFields)
        }
    }

    private static let retrySeconds = 2
}
