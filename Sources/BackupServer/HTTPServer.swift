public import BackupAPI
import BackupService
import Foundation
import HTTPTypes
public import Hummingbird
public import Logging
import NIOCore
import OData

/// The HTTP side: one catch-all route for the API, the issuer's documents, and health.
public struct HTTPServer: Sendable {
    /// Where and how to listen.
    public struct Configuration: Sendable {
        /// The address, for example `127.0.0.1`.
        public var host: String
        /// The port; 0 takes a free one.
        public var port: Int
        /// The longest body that is taken, in bytes.
        public var bodyLimitBytes = 4 << 20

        /// Listens on an address.
        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// Whether only programs of this machine can connect. Plain HTTP is for those alone.
        public var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
    }

    private let api: any GraphAPI
    private let issuer: TokenIssuer
    private let verifier: TokenVerifier
    private let configuration: Configuration
    private let logger: Logger

    /// Puts a server together.
    public init(api: any GraphAPI, issuer: TokenIssuer, verifier: TokenVerifier, configuration: Configuration, logger: Logger) {
        self.api = api
        self.issuer = issuer
        self.verifier = verifier
        self.configuration = configuration
        self.logger = logger
    }

    /// The server as a service to run.
    /// - Parameter onListening: told the port once connections are accepted.
    public func application(onListening: @escaping @Sendable (Int) async -> Void) -> some ApplicationProtocol {
        Application(
            responder: CallbackResponder<BasicRequestContext> { request, _ in await respond(to: request) },
            configuration: .init(address: .hostname(configuration.host, port: configuration.port), serverName: "Holdfast"),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: logger)
    }

    private func respond(to request: Request) async -> Response {
        let started = ContinuousClock.now
        let response = await answer(request)
        let milliseconds = (ContinuousClock.now - started) / .milliseconds(1)
        logger.info(
            "request",
            metadata: [
                "method": "\(request.method.rawValue)", "path": "\(request.uri.path)", "status": "\(response.status.code)",
                "milliseconds": "\(Int(milliseconds))", "request-id": "\(HTTPField.Name("request-id").flatMap { response.headers[$0] } ?? "")",
            ])
        return response
    }

    private func answer(_ request: Request) async -> Response {
        switch (request.method, request.uri.path) {
        case (.get, "/healthz"): return Self.text("ok\n")
        case (.get, "/"): return Self.text("Holdfast answers the Microsoft 365 Backup Storage API of Microsoft Graph under /v1.0 and /beta.\n")
        case (.get, "/\(issuer.tenantID)/v2.0/.well-known/openid-configuration"): return json(discovery(request))
        case (.get, "/\(issuer.tenantID)/discovery/v2.0/keys"): return json(issuer.jwks)
        case (.options, _): return Self.preflight
        default: return await askAPI(request)
        }
    }

    private func askAPI(_ request: Request) async -> Response {
        var question = ODataRequest(
            method: request.method.rawValue, rawPath: request.uri.path, rawQuery: request.uri.query ?? "", origin: origin(of: request))
        for field in request.headers { question.headers.add(field.name.rawName, field.value) }
        if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
            return Self.response(api.refusal(.unsupportedMediaType, to: question))
        }
        do {
            question.body = [UInt8](buffer: try await request.body.collect(upTo: configuration.bodyLimitBytes))
        } catch {
            return Self.response(api.refusal(.requestEntityTooLarge, to: question))
        }
        let principal = await verifier.principal(authorization: request.headers[.authorization])
        var answer = await api.respond(to: question, principal: principal)
        if answer.status == 401 {
            answer.headers["WWW-Authenticate"] =
                "Bearer realm=\"\", authorization_uri=\"\(origin(of: request))/\(issuer.tenantID)/oauth2/authorize\", client_id=\"\(TokenIssuer.audience)\""
        }
        return Self.response(answer)
    }

    private func origin(of request: Request) -> String {
        "http://\(request.head.authority ?? request.headers[.init("Host") ?? .userAgent] ?? configuration.host)"
    }

    private func discovery(_ request: Request) -> [String: String] {
        let base = "\(origin(of: request))/\(issuer.tenantID)"
        return ["issuer": issuer.issuer, "jwks_uri": "\(base)/discovery/v2.0/keys"]
    }

    private func json(_ value: some Encodable) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { return Response(status: .internalServerError) }
        return Response(status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }

    private static func text(_ text: String) -> Response {
        Response(status: .ok, headers: [.contentType: "text/plain; charset=utf-8"], body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    private static let preflight = response(ODataResponse(status: 204, headers: [
        "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE, OPTIONS",
        "Access-Control-Allow-Headers": "*, Authorization",
    ]))

    private static func response(_ answer: ODataResponse) -> Response {
        var headers = HTTPFields()
        for field in answer.headers.fields {
            if let name = HTTPField.Name(field.name) { headers.append(HTTPField(name: name, value: field.value)) }
        }
        return Response(status: .init(code: answer.status), headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}
