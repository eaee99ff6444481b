public import BackupAPI
public import BackupService
import Foundation
import HTTPTypes
public import Hummingbird
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

    /// Puts a server together.
    public init(
        api: any GraphAPI, service: ProtectionService, issuer: TokenIssuer, verifier: TokenVerifier, configuration: ServerConfiguration, logger: Logger
    ) {
        self.api = api
        endpoints = IssuerEndpoints(issuer: issuer, clients: ClientRegistry(service: service), service: service)
        self.verifier = verifier
        self.configuration = configuration
        self.logger = logger
    }

    /// The server as a service to run.
    /// - Parameter onListening: told the port once connections are accepted.
    /// - Throws: where the certificate or its key is no good.
    public func application(onListening: @escaping @Sendable (Int) async -> Void) throws -> some ApplicationProtocol {
        Application(
            responder: CallbackResponder<BasicRequestContext> { request, _ in await respond(to: request) },
            server: try configuration.tls.map { try .tls(.http1(), tlsConfiguration: $0) } ?? .http1(),
            configuration: .init(address: .hostname(configuration.host, port: configuration.port), serverName: "Holdfast"),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: logger)
    }

    private func respond(to request: Request) async -> Response {
        let started = ContinuousClock.now
        let (answer, headers) = await answer(request)
        let response = Self.response(answer, headers, compress: compresses(answer, for: request))
        let milliseconds = (ContinuousClock.now - started) / .milliseconds(1)
        logger.info(
            "request",
            metadata: [
                "method": "\(request.method.rawValue)", "path": "\(request.uri.path)", "status": "\(answer.status)",
                "milliseconds": "\(Int(milliseconds))", "request-id": "\(answer.headers["request-id"] ?? "")",
            ])
        return response
    }

    private func answer(_ request: Request) async -> (ODataResponse, HTTPFields) {
        let path = request.uri.path
        switch (request.method, path) {
        case (.get, "/healthz"): return (.text("ok\n"), [:])
        case (.get, "/"): return (.text("Holdfast answers the Microsoft 365 Backup Storage API of Microsoft Graph under /v1.0 and /beta.\n"), [:])
        case (.options, _): return (ODataResponse(status: 204), Self.preflightHeaders)
        default: break
        }
        if let endpoint = endpoints.endpoint(method: request.method.rawValue, path: path) {
            let body = (try? await request.body.collect(upTo: IssuerEndpoints.bodyLimitBytes)).map { [UInt8](buffer: $0) }
            return (await endpoints.answer(endpoint, authorization: request.headers[.authorization], body: body, origin: origin(of: request)), [:])
        }
        return (await askAPI(request), Self.apiHeaders)
    }

    private func askAPI(_ request: Request) async -> ODataResponse {
        var question = ODataRequest(
            method: request.method.rawValue, rawPath: request.uri.path, rawQuery: request.uri.query ?? "", origin: origin(of: request))
        for field in request.headers { question.headers.add(field.name.rawName, field.value) }
        do {
            question.body = try await body(of: request)
        } catch {
            return api.refusal(error, to: question)
        }
        let principal = await verifier.principal(authorization: request.headers[.authorization])
        var answer = await api.respond(to: question, principal: principal)
        if answer.status == 401 { answer.headers["WWW-Authenticate"] = endpoints.challenge(origin: origin(of: request)) }
        return answer
    }

    /// The body, decoded of its `Content-Encoding`, within the limit before and after.
    private func body(of request: Request) async throws(ODataError) -> [UInt8] {
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
