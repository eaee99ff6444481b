public import BackupAPI
public import BackupService
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

    /// Puts a server together.
    /// - Parameter clock: for limits; the machine's, also in the sandbox.
    public init(
        api: any GraphAPI, service: ProtectionService, issuer: TokenIssuer, verifier: TokenVerifier, configuration: ServerConfiguration, logger: Logger,
        clock: any WallClock = SystemClock()
    ) {
        self.api = api
        endpoints = IssuerEndpoints(issuer: issuer, clients: ClientRegistry(service: service), service: service)
        self.verifier = verifier
        self.configuration = configuration
        self.logger = logger
        gate = ConcurrencyGate(most: configuration.concurrentRequests)
        signIns = SignInGuard(failuresPerMinute: configuration.signInFailuresPerMinute, clock: clock)
    }

    /// The server as a service to run.
    /// - Parameter onListening: told the port once connections are accepted.
    /// - Throws: where the certificate or its key is no good.
    public func application(onListening: @escaping @Sendable (Int) async -> Void) throws -> some ApplicationProtocol {
        let http = HTTPServerBuilder.http1(configuration: configuration.http1)
        return Application(
            responder: CallbackResponder<ServerRequestContext> { request, context in await respond(to: request, from: context.peerAddress) },
            server: try configuration.tls.map { try .tls(http, tlsConfiguration: $0) } ?? http,
            configuration: .init(
                address: .hostname(configuration.host, port: configuration.port), serverName: "Holdfast",
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.openConnections)),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: logger.forLibraries)
    }

    private func respond(to request: Request, from peer: String) async -> Response {
        let started = ContinuousClock.now
        let (answer, headers) = await answer(request, peer)
        let response = Self.response(answer, headers, compress: compresses(answer, for: request))
        let milliseconds = (ContinuousClock.now - started) / .milliseconds(1)
        logger.debug(
            "Answered.",
            metadata: [
                "method": "\(request.method.rawValue)", "path": "\(request.uri.path)", "status": "\(answer.status)",
                "milliseconds": .stringConvertible(Int(milliseconds)), "request-id": "\(answer.headers["request-id"] ?? "")",
            ])
        return response
    }

    private func answer(_ request: Request, _ peer: String) async -> (ODataResponse, HTTPFields) {
        let path = request.uri.path
        guard request.head.path?.utf8.count ?? 0 <= configuration.urlBytes else {
            return (api.refusal(Self.urlTooLong, to: question(request)), Self.apiHeaders)
        }
        switch (request.method, path) {
        case (.get, "/healthz"): return (.text("ok\n"), [:])
        case (.get, "/"): return (.text("Holdfast answers the Microsoft 365 Backup Storage API of Microsoft Graph under /v1.0 and /beta.\n"), [:])
        case (.options, _): return (ODataResponse(status: 204), Self.preflightHeaders)
        default: break
        }
        if let endpoint = endpoints.endpoint(method: request.method.rawValue, path: path) {
            let body = (try? await request.body.collect(upTo: IssuerEndpoints.bodyLimitBytes)).map { [UInt8](buffer: $0) }
            let answer = await gate.pass {
                await endpoints.answer(
                    endpoint, authorization: request.headers[.authorization], body: body, origin: origin(of: request), peer: peer, signIns: signIns)
            }
            return (answer ?? api.refusal(Self.overloaded, to: question(request)), [:])
        }
        return (await askAPI(request, peer), Self.apiHeaders)
    }

    /// The request as the API takes it, without its body.
    private func question(_ request: Request) -> ODataRequest {
        var question = ODataRequest(
            method: request.method.rawValue, rawPath: request.uri.path, rawQuery: request.uri.query ?? "", origin: origin(of: request))
        for field in request.headers { question.headers.add(field.name.rawName, field.value) }
        return question
    }

    /// A request counts against the bound on concurrent ones from its last byte on: who sends slowly takes nobody's place.
    private func askAPI(_ request: Request, _ peer: String) async -> ODataResponse {
        var question = question(request)
        do {
            question.body = try await body(of: request)
        } catch {
            return api.refusal(error, to: question)
        }
        return await gate.pass { [question] in await ask(question, request, peer) } ?? api.refusal(Self.overloaded, to: question)
    }

    private func ask(_ question: ODataRequest, _ request: Request, _ peer: String) async -> ODataResponse {
        let authorization = request.headers[.authorization]
        let principal = await verifier.principal(authorization: authorization)
        if principal == nil, authorization != nil, let seconds = signIns.failed(address: peer) {
            return api.refusal(RequestThrottle.tooMany(afterSeconds: seconds, "Too many tokens from this address were no good."), to: question)
        }
        var answer = await api.respond(to: question, principal: principal)
        if answer.status == 401 { answer.headers["WWW-Authenticate"] = endpoints.challenge(origin: origin(of: request)) }
        return answer
    }

    /// The body, decoded of its `Content-Encoding`, within the limit before and after.
    private func body(of request: Request) async throws(ODataError) -> [UInt8] {
        guard Self.saysItsLength(request) else { throw .lengthRequired }
        let encoding = request.headers[.contentEncoding]?.lowercased() ?? "identity"
        guard encoding == "identity" || encoding == "gzip" else { throw .unsupportedMediaType }
        let limit = configuration.bodyLimitBytes
        guard let sent = try? await request.body.collect(upTo: limit) else { throw .requestEntityTooLarge }
        let bytes = [UInt8](buffer: sent)
        guard encoding == "gzip" else { return bytes }
        do {
            return try Gzip.decompress(bytes, limit: limit)
        } catch {
            switch error {
            case .tooLong: throw .requestEntityTooLarge
            case .damaged: throw ODataError(status: 400, code: "BadRequest", message: "The body is not the gzip that its Content-Encoding says.")
            }
        }
    }

    /// Whether a request to Graph's surface says where its body ends. Methods that carry none need not. Source: contract errors.md, 411.
    private static func saysItsLength(_ request: Request) -> Bool {
        guard let version = request.uri.path.split(separator: "/").first?.lowercased(), ["v1.0", "beta"].contains(version) else { return true }
        return switch request.method {
        case .post, .patch, .put: request.headers[.contentLength] != nil || request.headers[.transferEncoding] != nil
        default: true
        }
    }

    /// Scheme and authority that the client asked. A `Host` header that is no authority is not echoed into links.
    private func origin(of request: Request) -> String {
        let own = "\(configuration.host):\(configuration.port)"
        let named = request.head.authority ?? own
        let isAuthority = !named.isEmpty && named.utf8.allSatisfy { Self.authorityBytes.contains($0) }
        return "\(configuration.scheme)://\(isAuthority ? named : own)"
    }

    private func compresses(_ answer: ODataResponse, for request: Request) -> Bool {
        guard answer.body.count >= configuration.compressFromBytes, let accepted = request.headers[.acceptEncoding] else { return false }
        return accepted.lowercased().split(separator: ",").contains { offer in
            let words = offer.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
            return words.first == "gzip" && words.dropFirst().allSatisfy { Double($0.dropFirst(2)) != 0 }
        }
    }

    private static let urlTooLong = ODataError(status: 414, code: "uriTooLong", message: "The path with its query is too long; put filters into a batch or a body.")
    private static let overloaded = ODataError(
        status: 503, code: "serviceNotAvailable", message: "Too many requests are under way. Ask again a little later.", retryAfterSeconds: 1)
    private static let authorityBytes = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:[]%".utf8)

    private static let preflightHeaders: HTTPFields = [
        .accessControlAllowOrigin: "*", .accessControlAllowMethods: "GET, POST, PATCH, DELETE, OPTIONS",
        .accessControlAllowHeaders: "*, Authorization",
    ]

    /// What every answer of the API carries besides its own. Source: contract README, CORS and response headers.
    private static let apiHeaders: HTTPFields = [
        .accessControlAllowOrigin: "*", .vary: "Accept-Encoding",
        .accessControlExposeHeaders:
            "ETag, Location, Preference-Applied, Content-Range, request-id, client-request-id, Retry-After, WWW-Authenticate",
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
        return Response(status: .init(code: answer.status), headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}

extension ODataResponse {
    /// A short text, for people.
    static func text(_ text: String) -> ODataResponse {
        ODataResponse(status: 200, headers: ["Content-Type": "text/plain; charset=utf-8"], body: Array(text.utf8))
    }
}
