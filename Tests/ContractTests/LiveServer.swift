import BackupAPI
import BackupServer
import ProtectionService
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import OData

/// An answer that came over HTTP.
struct LiveAnswer: Sendable {
    let status: Int
    let headers: HTTPFields
    let body: [UInt8]

    var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }
    var text: String { String(decoding: body, as: UTF8.self) }
    var code: String? { json["error"]?["code"]?.stringValue }

    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
}

/// A client of a running server, signed in as Ines through the controller.
struct LiveClient: Sendable {
    let client: any TestClientProtocol
    let token: String

    func send(
        _ method: String, _ target: String, _ body: JSONValue? = nil, headers: [(name: String, value: String)] = []
    ) async throws -> LiveAnswer {
        try await sendText(method, target, body.map { String(decoding: $0.encoded, as: UTF8.self) }, headers: headers)
    }

    /// Sends a body as it is, which need not be JSON.
    func sendText(
        _ method: String, _ target: String, _ body: String? = nil, headers: [(name: String, value: String)] = []
    ) async throws -> LiveAnswer {
        var fields: HTTPFields = [.authorization: "Bearer \(token)"]
        for (name, value) in headers where name != "Authorization" {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        if body != nil, fields[.contentType] == nil { fields[.contentType] = "application/json" }
        let uri = target.replacing(" ", with: "%20").replacing("'", with: "%27")
        let method = HTTPRequest.Method(rawValue: method) ?? .get
        // Without a body a POST says so, as the SDKs do:
        // `Content-Length: 0`. Source: graph-clients.md.
        let sent = method == .post || method == .patch ? body ?? "" : body
        let answer = try await client.execute(
            uri: uri, method: method, headers: fields, body: sent.map { ByteBuffer(string: $0) })
        return LiveAnswer(
            status: answer.status.code, headers: answer.headers, body: Array(answer.body.readableBytesView))
    }
}

extension World {
    /// A free port of the loopback address.
    static let configuration = ServerConfiguration(host: "127.0.0.1", port: 0)

    /// Runs a server over this world while `body` asks it.
    func run(
        _ configuration: ServerConfiguration = configuration,
        _ body: @escaping @Sendable (LiveClient) async throws -> Void
    ) async throws {
        var logger = Logger(label: "contract")
        logger.logLevel = .critical
        let issuer = try await TokenIssuer(service: service)
        let ines = try service.tenant.users().first { $0.id == Self.ines }
        let token = try await issuer.mint(
            applicationID: Self.application, applicationName: "Fjordlabs Backup Console",
            permissions: GraphPermission.all, user: ines,
            // Longer than any test turns the clock.
            lifetimeSeconds: 400 * 86_400)
        let server = HTTPServer(
            api: api, service: service, issuer: issuer, verifier: TokenVerifier(issuer: issuer, clock: clock),
            configuration: configuration, logger: logger)
        try await server.application { _ in }.test(.live) { try await body(LiveClient(client: $0, token: token)) }
    }
}
