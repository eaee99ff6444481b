import BackupServer
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

/// A server behind a proxy that ends TLS: links for those outside, and limits for each of them.
@Suite struct ProxyTests {
    private static let outside = "https://backup.example"

    /// What answers, and the text in it that has to begin with the public address.
    @Test(arguments: [
        ("/", "under https://backup.example/v1.0 and https://backup.example/beta"),
        ("/openapi.json", "\"url\":\"https://backup.example/v1.0\""),
        ("/beta/openapi.json", "\"url\":\"https://backup.example/beta\""),
        (
            "/\(TestServer.tenantID)/v2.0/.well-known/openid-configuration",
            "\"token_endpoint\":\"https://backup.example/\(TestServer.tenantID)/oauth2/v2.0/token\""
        ),
        (TestServer.root, "\"@odata.context\":\"https://backup.example/v1.0/$metadata"),
        ("/v1.0/users?$top=1", "\"@odata.nextLink\":\"https://backup.example/v1.0/users?"),
        ("/v1.0", "\"@odata.context\":\"https://backup.example/v1.0/"),
    ])
    func `every link begins with the public address, whatever the request says of itself`(
        path: String, text: String
    ) async throws {
        let server = try await TestServer()
        for user in ["adele", "ben", "cleo"] { try server.addUser("\(user)@contoso.example") }
        let token = try await server.token()
        try await server.run(configure: { $0.publicURL = Self.outside }) { client in
            let headers: HTTPFields = [
                .authorization: "Bearer \(token)", .init("X-Forwarded-Host")!: "evil.example",
                .init("X-Forwarded-Proto")!: "http", .init("Forwarded")!: "host=evil.example",
            ]
            let answer = try await client.execute(uri: path, method: .get, headers: headers)
            let body = String(buffer: answer.body)
            #expect(body.contains(text), "\(body.prefix(300))")
            #expect(!body.contains("evil.example"))
        }
    }

    @Test func `created things and challenges are at the public address, too`() async throws {
        let server = try await TestServer()
        let token = try await server.issuer.mint(
            applicationID: "0f8fad5b-d9cb-469f-a165-70867728950e", applicationName: nil,
            permissions: ["BackupRestore-Control.ReadWrite.All"], user: nil,
            lifetimeSeconds: 60)
        try await server.run(configure: { $0.publicURL = Self.outside }) { client in
            let headers: HTTPFields = [.authorization: "Bearer \(token)", .contentType: "application/json"]
            let made = try await client.execute(
                uri: TestServer.root + "/serviceApps", method: .post, headers: headers, body: ByteBuffer(string: "{}"))
            #expect(made.headers[.location]?.hasPrefix(Self.outside + "/v1.0/solutions/") == true)
            let refused = try await client.execute(uri: TestServer.root, method: .get)
            #expect(refused.headers[.wwwAuthenticate]?.contains("authorization_uri=\"\(Self.outside)/") == true)
        }
    }

    /// The addresses that fail, and what the last of them is told.
    @Test(arguments: [
        (["127.0.0.1"], ["198.51.100.1", "198.51.100.1"], 429), (["127.0.0.1"], ["198.51.100.1", "198.51.100.2"], 401),
        (["127.0.0.1"], ["1.1.1.1, 198.51.100.1", "2.2.2.2, 198.51.100.1"], 429),
        ([], ["198.51.100.1", "198.51.100.2"], 429),
        (["10.0.0.0/8"], ["198.51.100.1", "198.51.100.2"], 429), (["127.0.0.1"], ["2001:db8::1", "2001:db8::2"], 429),
        (["127.0.0.1"], ["2001:db8::1", "2001:db8:0:1::1"], 401),
        (["127.0.0.1"], ["198.51.100.1", "::ffff:198.51.100.2"], 401),
    ])
    func `failed sign-ins count for the client that a trusted proxy names`(
        trusted: [String], senders: [String], status: Int
    ) async throws {
        let server = try await TestServer()
        try await server.run(configure: {
            $0.trustedProxies = trusted.compactMap { AddressRange($0) }
            $0.signInFailuresPerMinute = 1
        }) { client in
            var last = 0
            for sender in senders {
                let form = "grant_type=client_credentials&scope=x/.default&client_id=a&client_secret=b"
                let answer = try await client.execute(
                    uri: "/\(TestServer.tenantID)/oauth2/v2.0/token", method: .post,
                    headers: [.init("X-Forwarded-For")!: sender],
                    body: ByteBuffer(string: form))
                last = answer.status.code
            }
            #expect(last == status)
        }
    }
}
