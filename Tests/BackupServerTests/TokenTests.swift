import BackupAPI
import BackupServer
import ProtectionService
import BackupTesting
import Crypto
import Foundation
import JWTKit
import Testing

/// Who a bearer token speaks for, and which tokens speak for nobody.
@Suite struct TokenTests {
    private struct Claims: JWTPayload {
        var iss: String
        var aud = TokenIssuer.audience
        var exp: ExpirationClaim
        var nbf: NotBeforeClaim?
        var tid: String?
        var appid: String?
        var azp: String?
        var roles: [String]?
        var scp: String?
        var sub: String?
        func verify(using algorithm: some JWTAlgorithm) async throws {}
    }

    @Test func `a token speaks for its application until it expires`() async throws {
        let server = try await TestServer()
        let verifier = server.verifier()
        let token = try await server.token(["BackupRestore-Restore.Read.All"])
        let principal = await verifier.principal(authorization: "bearer \(token)")
        #expect(
            principal
                == Principal(
                    applicationID: "app", applicationName: "App", permissions: ["BackupRestore-Restore.Read.All"]))
        server.clock.turn(seconds: 3599)
        #expect(await verifier.principal(authorization: "Bearer \(token)") != nil)
        server.clock.turn(seconds: 1)
        #expect(await verifier.principal(authorization: "Bearer \(token)") == nil)
    }

    @Test func `a delegated token speaks for a person`() async throws {
        let server = try await TestServer()
        let user = try #require(try server.service.tenant.users().first)
        let token = try await server.issuer.mint(
            applicationID: "app", applicationName: nil, permissions: ["a", "b"], user: user, lifetimeSeconds: 60)
        let principal = try #require(await server.verifier().principal(authorization: "Bearer \(token)"))
        #expect(principal.user?.id == user.id)
        #expect(principal.user?.email == "adele@contoso.example")
        #expect(principal.permissions == ["a", "b"])
    }

    @Test func `a token of another key, another issuer, another form or another time speaks for nobody`() async throws {
        let server = try await TestServer()
        let verifier = server.verifier()
        let now = server.clock.now()
        let good = try await server.token()
        let parts = good.split(separator: ".")
        let foreign = JWTKeyCollection()
        await foreign.add(ecdsa: ES256PrivateKey(), kid: "foreign")
        let claims = Claims(
            iss: server.issuer.issuer, exp: .init(value: now + 60), tid: TestServer.tenantID, appid: "app", roles: ["x"]
        )
        let forged = try await foreign.sign(claims, kid: "foreign")
        let shared = JWTKeyCollection()
        await shared.add(
            hmac: HMACKey(from: String(repeating: "secret", count: 12)), digestAlgorithm: .sha256, kid: "shared")
        let symmetric = try await shared.sign(claims, kid: "shared")
        let none = Data(#"{"alg":"none","typ":"JWT"}"#.utf8).base64EncodedString().replacing("=", with: "")
        let bad: [String?] = [
            nil, "", "Bearer", "Bearer ", "Basic \(good)", good, "Bearer \(forged)", "Bearer \(symmetric)",
            "Bearer \(none).\(parts[1]).",
            "Bearer \(none).\(parts[1]).\(parts[2])", "Bearer \(parts[0]).\(parts[1])",
            "Bearer \(parts[0]).\(parts[1]).AAAA", "Bearer \(good)x",
            "Bearer " + String(repeating: "a", count: 1 << 20),
        ]
        for authorization in bad {
            let principal = await verifier.principal(authorization: authorization)
            #expect(principal == nil, "\(authorization?.prefix(40) ?? "none")")
        }
        #expect(await verifier.principal(authorization: "Bearer \(good)") != nil)
    }

    @Test func `an external issuer's tokens are taken with its keys, its audience and its own claims`() async throws {
        let server = try await TestServer()
        let outside = try await OutsideIssuer(clock: server.clock)
        let verifier = server.verifier([outside.issuer])
        let now = server.clock.now()
        let name = OutsideIssuer.name
        let program = Claims(iss: name, aud: "backup", exp: .init(value: now + 600), azp: "tool", roles: ["r"])
        let person = Claims(
            iss: name, aud: "backup", exp: .init(value: now + 600), appid: "tool", scp: "a b", sub: "someone")
        let first = try await outside.keys.sign(program, kid: "one")
        let second = try await outside.keys.sign(person, kid: "one")
        #expect(
            await verifier.principal(authorization: "Bearer \(first)")
                == Principal(applicationID: "tool", permissions: ["r"]))
        #expect(
            await verifier.principal(authorization: "Bearer \(second)")
                == Principal(applicationID: "tool", user: .init(id: "someone"), permissions: ["a", "b"]))
        for claims in [
            Claims(iss: name, aud: "other", exp: .init(value: now + 600), appid: "tool", roles: ["r"]),
            Claims(iss: name, aud: "backup", exp: .init(value: now), appid: "tool", roles: ["r"]),
            Claims(
                iss: name, aud: "backup", exp: .init(value: now + 600), nbf: .init(value: now + 61), appid: "tool",
                roles: ["r"]),
            Claims(iss: name, aud: "backup", exp: .init(value: now + 600), roles: ["r"]),
            Claims(
                iss: server.issuer.issuer, aud: "backup", exp: .init(value: now + 600), tid: TestServer.tenantID,
                appid: "tool", roles: ["r"]),
        ] {
            let token = try await outside.keys.sign(claims, kid: "one")
            #expect(await verifier.principal(authorization: "Bearer \(token)") == nil)
        }
    }

    @Test
    func `a new key of an external issuer is fetched when it is first seen, and not more often than once a minute`()
        async throws
    {
        let server = try await TestServer()
        let outside = try await OutsideIssuer(clock: server.clock)
        let verifier = server.verifier([outside.issuer])
        let claims = Claims(
            iss: OutsideIssuer.name, aud: "backup", exp: .init(value: server.clock.now() + 600), appid: "tool",
            roles: ["r"])
        let old = try await outside.keys.sign(claims, kid: "one")
        #expect(await verifier.principal(authorization: "Bearer \(old)") != nil)
        #expect(outside.fetches == 2)
        try await outside.publish("two")
        let new = try await outside.keys.sign(claims, kid: "two")
        #expect(await verifier.principal(authorization: "Bearer \(new)") == nil)
        #expect(outside.fetches == 2)
        server.clock.turn(seconds: 60)
        #expect(await verifier.principal(authorization: "Bearer \(new)") != nil)
        #expect(outside.fetches == 4)
    }

    @Test(arguments: [
        ("https://login.example/realm", true), ("http://127.0.0.1:9/x", true), ("http://localhost/x", true),
        ("http://login.example", false),
        ("ftp://login.example", false), ("login.example", false), ("http://127.0.0.1.evil.example", false),
    ])
    func `an issuer is named over a channel that nobody can change`(address: String, isTrustworthy: Bool) {
        #expect(ExternalIssuer.isTrustworthy(address) == isTrustworthy)
    }
}
