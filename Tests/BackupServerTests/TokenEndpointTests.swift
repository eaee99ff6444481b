import BackupServer
import ProtectionService
import Catalog
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

/// Client credentials, as azure-identity and msal ask for them.
@Suite struct TokenEndpointTests {
    private struct Answer: Decodable {
        var token_type: String?
        var expires_in: Int?
        var access_token: String?
        var error: String?
    }

    private static let form = HTTPFields([.init(name: .contentType, value: "application/x-www-form-urlencoded")])
    private static let scope = "scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"

    private func ask(
        _ client: any TestClientProtocol, _ body: String, tenant: String = TestServer.tenantID, basic: String? = nil
    ) async throws
        -> (status: Int, answer: Answer)
    {
        var headers = Self.form
        if let basic { headers[.authorization] = "Basic " + Data(basic.utf8).base64EncodedString() }
        let response = try await client.execute(
            uri: "/\(tenant)/oauth2/v2.0/token", method: .post, headers: headers, body: ByteBuffer(string: body))
        #expect(response.headers[.cacheControl] == "no-store")
        return (
            response.status.code, try JSONDecoder().decode(Answer.self, from: Data(response.body.readableBytesView))
        )
    }

    @Test func `a registered program gets a token that carries its roles and no more`() async throws {
        let server = try await TestServer()
        let (application, secret) = try await server.clients.add(
            name: "Tool", roles: ["BackupRestore-Control.Read.All"])
        let credentials = "client_id=\(application.id.uppercased())&client_secret=\(secret)"
        try await server.run { client in
            for tenant in [TestServer.tenantID, "contoso.example"] {
                let (status, answer) = try await ask(
                    client, "grant_type=client_credentials&\(Self.scope)&\(credentials)", tenant: tenant)
                #expect(status == 200)
                #expect(answer.token_type == "Bearer")
                #expect(answer.expires_in == 3599)
                let token = try #require(answer.access_token)
                let read = try await client.execute(
                    uri: TestServer.root, method: .get, headers: [.authorization: "Bearer \(token)"])
                #expect(read.status == .ok)
                let sessions = TestServer.root + "/restoreSessions"
                let refused = try await client.execute(
                    uri: sessions, method: .get, headers: [.authorization: "Bearer \(token)"])
                #expect(refused.status == .forbidden)
            }
            let basic = try await ask(
                client, "grant_type=client_credentials&\(Self.scope)", basic: "\(application.id):\(secret)")
            #expect(basic.status == 200)
        }
    }

    @Test func `what is wrong is told in OAuth's words`() async throws {
        let server = try await TestServer()
        let (application, secret) = try await server.clients.add(name: "Tool", roles: [])
        let grant = "grant_type=client_credentials"
        let id = "client_id=\(application.id)"
        let cases: [(String, Int, String)] = [
            ("\(grant)&\(Self.scope)&\(id)&client_secret=\(secret)x", 401, "invalid_client"),
            ("\(grant)&\(Self.scope)&\(id)&client_secret=", 401, "invalid_client"),
            ("\(grant)&\(Self.scope)&client_id=nobody&client_secret=\(secret)", 401, "invalid_client"),
            ("\(grant)&\(Self.scope)&\(id)", 400, "invalid_request"),
            ("\(grant)&\(id)&client_secret=\(secret)", 400, "invalid_scope"),
            ("\(grant)&scope=User.Read&\(id)&client_secret=\(secret)", 400, "invalid_scope"),
            ("grant_type=password&\(Self.scope)&\(id)&client_secret=\(secret)", 400, "unsupported_grant_type"),
            ("", 400, "unsupported_grant_type"),
            (String(repeating: "a", count: 65 << 10), 413, "invalid_request"),
        ]
        try await server.run { client in
            for (body, status, error) in cases {
                let given = try await ask(client, body)
                #expect(given.status == status, "\(body.prefix(80))")
                #expect(given.answer.error == error, "\(body.prefix(80))")
                #expect(given.answer.access_token == nil)
            }
        }
    }

    @Test func `a removed program gets no token`() async throws {
        let server = try await TestServer()
        let (application, secret) = try await server.clients.add(name: "Tool", roles: [])
        let wasThere = try await server.clients.remove(id: application.id)
        #expect(wasThere)
        try await server.run { client in
            let given = try await ask(
                client,
                "grant_type=client_credentials&\(Self.scope)&client_id=\(application.id)&client_secret=\(secret)")
            #expect(given.status == 401)
        }
    }

    @Test func `the discovery document leads to the keys and the token endpoint, and other tenants have none`()
        async throws
    {
        struct Discovery: Decodable {
            var issuer: String
            var authorization_endpoint: String
            var token_endpoint: String
            var jwks_uri: String
        }
        struct Keys: Decodable {
            struct Key: Decodable {
                var kty: String
                var crv: String
                var kid: String
                var d: String?
            }
            var keys: [Key]
        }
        let server = try await TestServer()
        try await server.run { client in
            let path = "/\(TestServer.tenantID)/v2.0/.well-known/openid-configuration"
            let answer = try await client.execute(uri: path, method: .get)
            let discovery = try JSONDecoder().decode(Discovery.self, from: Data(answer.body.readableBytesView))
            #expect(discovery.issuer == server.issuer.issuer)
            #expect(discovery.token_endpoint.hasSuffix("/\(TestServer.tenantID)/oauth2/v2.0/token"))
            let keysPath = try #require(URL(string: discovery.jwks_uri)?.path())
            let keys = try JSONDecoder().decode(
                Keys.self, from: Data((try await client.execute(uri: keysPath, method: .get).body).readableBytesView)
            ).keys
            #expect(keys.count == 1)
            #expect(keys.first?.kty == "EC")
            #expect(keys.first?.d == nil)
            let other = "/11111111-2222-4333-8444-555555555555/v2.0/.well-known/openid-configuration"
            #expect(try await client.execute(uri: other, method: .get).status != .ok)
        }
    }
}
