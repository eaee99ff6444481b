public import BackupAPI
public import ProtectionService
import Foundation
import HTTPTypes
public import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import NIOCore
import OData

/// The HTTP side: one catch-all route for the API, the issuer's documents, and health.
public struct HTTPServer: Sendable {
    private let api: any GraphAPI
    private let endpoints: IssuerEndpoints
    private let verifier: TokenVerifier
    private let configuration: ServerConfiguration
    private let logger: Logger
    private let gate: ConcurrencyGate
    private let signIns: SignInGuard
    private let clock: any WallClock
    private let health: HealthReport

    /// Assembles a server.
    /// - Parameter clock: for limits; the machine's clock, also in the sandbox.
    public init(
        api: any GraphAPI, service: ServiceContext, issuer: TokenIssuer, verifier: TokenVerifier,
        configuration: ServerConfiguration, logger: Logger,
        clock: any WallClock = SystemClock()
    ) {
        self.api = api
        endpoints = IssuerEndpoints(issuer: issuer, clients: ClientRegistry(service: service), service: service)
        self.verifier = verifier
        self.configuration = configuration
        self.logger = logger
        self.clock = clock
        health = service.dependencies.health
        gate = ConcurrencyGate(maximum: configuration.concurrentRequests)
        signIns = SignInGuard(failuresPerMinute: configuration.signInFailuresPerMinute, clock: clock)
    }

    /// The server as a service to run.
    /// - Parameter onListening: receives the port once connections are accepted.
    /// - Throws: where the certificate or its key is no good.
    public func application(onListening: @escaping @Sendable (Int) async -> Void) throws -> some ApplicationProtocol {
        let http = HTTPServerBuilder { [configuration] responder in
            HTTPConnections(responder: responder, configuration: configuration, refusal: refusal)
        }
        return Application(
            responder: CallbackResponder<ServerRequestContext> { request, context in await respond(to: request, context)
            },
            server: try configuration.tls.map { try .tls(http, tlsConfiguration: $0) } ?? http,
            configuration: .init(
                address: .hostname(configuration.host, port: configuration.port), serverName: Self.name,
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.openConnections)),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: logger.forLibraries)
    }

    private func respond(to request: Request, _ context: ServerRequestContext) async -> Response {
        let started = ContinuousClock.now
        var (answer, headers) = await answer(request, context)
        if answer.headers["request-id"] == nil { answer.headers["request-id"] = Self.makeRequestID() }
        let response = Self.response(answer, headers, compress: compresses(answer, for: request))
        let milliseconds = (ContinuousClock.now - started) / .milliseconds(1)
        logger.debug(
            "Answered.",
            metadata: [
                "method": "\(request.method.rawValue)", "path": "\(request.uri.path)", "status": "\(answer.status)",
                "milliseconds": .stringConvertible(Int(milliseconds)),
                "request-id": "\(answer.headers["request-id"] ?? "")",
            ])
        return response
    }

    private func answer(_ request: Request, _ context: ServerRequestContext) async -> (ODataResponse, HTTPFields) {
        let path = request.uri.path
        let source = RequestSource(
            peer: context.peerAddress, authority: request.head.authority, fields: request.headers,
            configuration: configuration)
        let question = question(request, source)
        if TargetLimit(maximumBytes: configuration.urlBytes).isBroken(by: request.head.path ?? "") {
            return (api.refusal(Self.urlTooLong, to: question), Self.apiHeaders)
        }
        switch (question.method, path) {
        case ("GET", "/healthz"): return (.text("ok\n"), [:])
        case ("GET", "/healthz/checks"): return (.checks(health), [:])
        case ("GET", "/"): return (.text(welcome(source)), [:])
        case ("OPTIONS", _): return (ODataResponse(status: 204), preflightHeaders(path))
        default: break
        }
        if let endpoint = endpoints.endpoint(method: question.method, path: path) {
            context.wantBody(of: request)
            let body: [UInt8]?
            do {
                body = try await RequestBodyReader(limitBytes: IssuerEndpoints.bodyLimitBytes).collect(request)
            } catch {
                guard error == .requestEntityTooLarge else { return (api.refusal(error, to: question), [:]) }
                body = nil
            }
            let answer = await gate.pass {
                await endpoints.answer(
                    endpoint, authorization: request.headers[.authorization], body: body, origin: source.origin,
                    peer: source.address,
                    signIns: signIns)
            }
            return (answer ?? api.refusal(Self.overloaded, to: question), [:])
        }
        var answer = await askAPI(question, bodyOf: request, context, from: source)
        if answer.status == 401 { answer.headers["WWW-Authenticate"] = endpoints.challenge(origin: source.origin) }
        return (answer, Self.apiHeaders)
    }

    private func welcome(_ source: RequestSource) -> String {
        let (stable, preview) =
            configuration.publicURL == nil ? ("/v1.0", "/beta") : ("\(source.origin)/v1.0", "\(source.origin)/beta")
        return
            "Holdfast answers the Microsoft 365 Backup Storage API of Microsoft Graph under \(stable) and \(preview).\n"
    }

    /// The request as the API takes it, without its body. HEAD is answered like GET, and the
    /// connection drops the body.
    private func question(_ request: Request, _ source: RequestSource) -> ODataRequest {
        var question = ODataRequest(
            method: request.method == .head ? "GET" : request.method.rawValue, rawPath: request.uri.path,
            rawQuery: request.uri.query ?? "",
            origin: source.origin)
        for field in request.headers { question.headers.add(field.name.rawName, field.value) }
        return question
    }

    /// Refuses an unauthenticated request before its body is read. Other requests count as
    /// concurrent only after their last byte, so that a slow sender occupies no place.
    private func askAPI(
        _ question: ODataRequest, bodyOf request: Request, _ context: ServerRequestContext, from source: RequestSource
    ) async -> ODataResponse {
        switch await verifier.verdict(authorization: request.headers[.authorization]) {
        case .absent: return await refuse(question, nil)
        case .refused(let reason):
            if let seconds = signIns.failed(address: source.address) {
                return api.refusal(
                    RequestThrottle.tooMany(afterSeconds: seconds, "This address sent too many invalid tokens."),
                    to: question)
            }
            return await refuse(question, reason)
        case .accepted(let principal):
            var question = question
            do {
                question.body = try await RequestBodyReader(limitBytes: configuration.bodyLimitBytes).read(
                    request, context)
            } catch {
                var answer = api.refusal(error, to: question)
                if error == RequestBodyReader.unknownEncoding { answer.headers["Accept-Encoding"] = "gzip" }
                return answer
            }
            return await gate.pass { [question] in await api.respond(to: question, principal: principal) }
                ?? api.refusal(Self.overloaded, to: question)
        }
    }

    /// The API's answer to a request without a valid token; a 401 says why the token was refused.
    private func refuse(_ question: ODataRequest, _ reason: TokenRefusal?) async -> ODataResponse {
        guard let answer = await gate.pass({ await api.respond(to: question, principal: nil) }) else {
            return api.refusal(Self.overloaded, to: question)
        }
        guard answer.status == 401, let reason else { return answer }
        return api.refusal(ODataError(.invalidAuthenticationToken, reason.message), to: question)
    }

    /// Answers unreadable requests, which never reach the API.
    private var refusal: ConnectionHandler.Refusal {
        let (clock, logger) = (clock, logger)
        return { error in
            let identity = RequestIdentity(requestID: Self.makeRequestID(), date: clock.now())
            var answer = error.response(for: identity)
            for field in Self.apiHeaders { answer.headers[field.name.rawName] = field.value }
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

    private func compresses(_ answer: ODataResponse, for request: Request) -> Bool {
        guard answer.body.count >= configuration.compressFromBytes, let accepted = request.headers[.acceptEncoding]
        else { return false }
        return Gzip.isAccepted(by: accepted)
    }

    private static let urlTooLong = ODataError(
        .uriTooLong, "The path with its query is too long; put filters into a batch or a body.")
    private static let overloaded = ODataError(
        .serviceNotAvailable, "The server is working on too many requests. Try again a little later.",
        retryAfterSeconds: 1)
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

    private static func makeRequestID() -> String { UUID().uuidString.lowercased() }

    private static let methods = ["GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"]

    /// The methods of a path, or those of the server for `*` and unknown paths. Pages of other
    /// origins may use all of them, as at Graph.
    private func preflightHeaders(_ path: String) -> HTTPFields {
        let offered = ["/", "/healthz"].contains(path) ? ["GET"] : api.methods(at: path)
        let own = offered.contains("GET") ? ["HEAD", "OPTIONS"] : ["OPTIONS"]
        return [
            .allow: (offered.isEmpty ? Self.methods : offered + own).joined(separator: ", "),
            .accessControlAllowOrigin: "*",
            .accessControlAllowMethods: Self.methods.joined(separator: ", "),
            .accessControlAllowHeaders: "*, Authorization",
        ]
    }

    /// The fields of every answer of the API. Source: contract README, CORS and response headers.
    private static let apiHeaders: HTTPFields = [
        .accessControlAllowOrigin: "*", .vary: "Accept-Encoding",
        .accessControlExposeHeaders:
            """
        ETag, Location, Preference-Applied, Content-Range, request-id, client-request-id, Retry-After, \
        WWW-Authenticate
        """,
    ]

    private static func response(_ answer: ODataResponse, _ added: HTTPFields, compress: Bool) -> Response {
        var headers = added
        for field in answer.headers.fields {
            if let name = HTTPField.Name(field.name) { headers.append(HTTPField(name: name, value: field.value)) }
        }
        var body = answer.body
        if compress, let compressed = Gzip.compress(body) {
            body = compressed
            headers[.contentEncoding] = "gzip"
        }
        return Response(
            status: .init(code: answer.status), headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}

extension ODataResponse {
    /// A short text, for people.
    static func text(_ text: String) -> ODataResponse {
        ODataResponse(status: 200, headers: ["Content-Type": "text/plain; charset=utf-8"], body: Array(text.utf8))
    }
}
