import ProtectionService
import BackupTesting
import Crypto
import Foundation
import HTTPTypes
import HummingbirdTesting
import JWTKit
import Logging
import NIOCore
import Testing

@testable import BackupServer

/// What a client is told of a token that is no good: always 401 `InvalidAuthenticationToken`, with
/// the true reason, and of a forged one nothing more.
@Suite struct TokenRefusalTests {
    private struct Claims: JWTPayload {
        var iss: String
        var aud = TokenIssuer.audience
        var exp: ExpirationClaim
        var nbf: NotBeforeClaim?
        var tid: String? = TestServer.tenantID
        var appid: String? = "app"
        var roles = ["x"]
        var groups: [String]?
        func verify(using algorithm: some JWTAlgorithm) async throws {}
    }

    /// The messages for tokens, each in one request, from the server's start on.
    private func messages(
        _ tokens: [String?], of server: TestServer, _ outside: [ExternalIssuer] = []
    ) async throws -> [String] {
        let told = LogMemory()
        try await server.run(outside) { client in
            for token in tokens {
                let headers: HTTPFields = token.map { [.authorization: $0] } ?? [:]
                let answer = try await client.execute(uri: TestServer.root, method: .get, headers: headers)
                let error = try JSONDecoder().decode([String: Failure].self, from: Data(answer.body.readableBytesView))[
                    "error"]
                #expect(answer.status == .unauthorized)
                #expect(error?.code == "InvalidAuthenticationToken")
                #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer ") == true)
                told.logger.info("\(error?.message ?? "")")
            }
        }
        return told.lines
    }

    private struct Failure: Decodable {
        var code: String
        var message: String
    }

    private func sign(_ claims: Claims, _ server: TestServer) async throws -> String {
        "Bearer " + (try await server.issuer.keys.sign(claims, kid: JWKIdentifier(string: server.issuer.keyID)))
    }

    @Test func `the reason is told`() async throws {
        let server = try await TestServer()
        let now = server.clock.now()
        let outside = try await OutsideIssuer(clock: server.clock)
        let own = server.issuer.issuer
        func claims(_ issuer: String, _ change: (inout Claims) -> Void = { _ in }) -> Claims {
            var claims = Claims(iss: issuer, exp: .init(value: now + 600))
            change(&claims)
            return claims
        }
        let other = "https://holdfast.invalid/11111111-2222-4333-8444-555555555555/v2.0"
        let cases: [(String?, String)] = [
            (nil, "is empty"), ("", "is empty"), ("Bearer", "is empty"), ("Bearer  ", "is empty"),
            ("Basic YTpi", "not of the form 'Bearer <token>'"),
            ("Bearer abc", "not a JSON Web Token"), ("Bearer a.b.c", "not a JSON Web Token"),
            ("Bearer \(String(repeating: "a", count: 20_000))", "not a JSON Web Token"),
            (
                try await sign(claims(own) { $0.exp = .init(value: now - 1) }, server),
                "expired: it was good until \(now.addingTimeInterval(-1).formatted(.iso8601))"
            ),
            (
                try await sign(claims(own) { $0.nbf = .init(value: now + 100) }, server),
                "not yet valid: it is good from \(now.addingTimeInterval(100).formatted(.iso8601))"
            ),
            (
                try await sign(claims(own) { $0.aud = "api://other" }, server),
                "Invalid audience: it is for 'api://other'"
            ),
            (
                try await sign(claims(own) { $0.tid = "another" }, server),
                "another Holdfast server, for the tenant 'another'"
            ),
            (try await sign(claims(own) { $0.appid = nil }, server), "names no application"),
            (
                try await sign(claims(other), server),
                "another Holdfast server, for the tenant '11111111-2222-4333-8444-555555555555'"
            ),
            (
                try await sign(claims("https://sts.windows.net/x\u{7}'/"), server),
                "was made by 'https://sts.windows.net/x??/'"
            ),
            (try await sign(claims(own), server) + "x", "signature is of none of this issuer's keys"),
            (
                try await sign(claims(OutsideIssuer.name), server),
                "signed with a key that '\(OutsideIssuer.name)' does not publish"
            ),
        ]
        let lines = try await messages(cases.map(\.0), of: server, [outside.issuer])
        for (line, tried) in zip(lines, cases) { #expect(line.contains(tried.1), "\(tried.0?.prefix(40) ?? "none")") }
    }

    @Test func `an issuer whose keys cannot be read is named`() async throws {
        let server = try await TestServer()
        let outside = try await OutsideIssuer(clock: server.clock)
        outside.setDown(true)
        let token = try await sign(Claims(iss: OutsideIssuer.name, exp: .init(value: server.clock.now() + 600)), server)
        let lines = try await messages([token], of: server, [outside.issuer])
        #expect(lines.first?.contains("the keys of '\(OutsideIssuer.name)' cannot be read now") == true)
    }

    @Test func `a forged token learns nothing of its claims`() async throws {
        let server = try await TestServer()
        let now = server.clock.now()
        let forger = JWTKeyCollection()
        await forger.add(ecdsa: ES256PrivateKey(), kid: JWKIdentifier(string: server.issuer.keyID))
        var tokens: [String] = []
        for (seconds, audience, tenant) in [
            (600.0, TokenIssuer.audience, TestServer.tenantID), (-600, TokenIssuer.audience, TestServer.tenantID),
            (600, "other", TestServer.tenantID),
            (600, TokenIssuer.audience, "other"),
        ] {
            let claims = Claims(iss: server.issuer.issuer, aud: audience, exp: .init(value: now + seconds), tid: tenant)
            tokens.append("Bearer " + (try await forger.sign(claims, kid: JWKIdentifier(string: server.issuer.keyID))))
        }
        #expect(Set(try await messages(tokens, of: server)).count == 1)
    }

    /// Entra ID and Keycloak write a person's groups into the token. The bound is
    /// that on header fields.
    @Test(arguments: [100, 450])
    func `a token with many groups is taken`(groups: Int) async throws {
        let server = try await TestServer()
        let names = (0..<groups).map { _ in UUID().uuidString }
        let token = try await sign(
            Claims(iss: server.issuer.issuer, exp: .init(value: server.clock.now() + 600), groups: names), server)
        #expect(await server.verifier().principal(authorization: token) != nil)
        try await server.run { client in
            let answer = try await client.execute(uri: TestServer.root, method: .get, headers: [.authorization: token])
            #expect(answer.status == .forbidden)
        }
    }
}
