import BackupAPI
import ProtectionService
import BackupTesting
import Crypto
import Foundation
import JWTKit
import Testing

@testable import BackupServer

/// Tokens made by somebody who knows everything that is public: the issuer's name, its keys' public
/// halves and ids, and tokens of others.
@Suite struct ForgedTokenTests {
    /// Claims as an attacker writes them; they come with any signature.
    private struct Payload: JWTPayload {
        var iss: String?
        var aud: String?
        var tid: String?
        var exp: Double?
        var nbf: Double?
        var appid: String? = "app"
        var roles = ["BackupRestore-Restore.ReadWrite.All"]
        func verify(using algorithm: some JWTAlgorithm) async throws {}
    }

    private func payload(_ server: TestServer) -> Payload {
        let now = server.clock.now().timeIntervalSince1970
        return Payload(iss: server.issuer.issuer, aud: TokenIssuer.audience, tid: TestServer.tenantID, exp: now + 600)
    }

    /// A compact JWS of any header over any claims.
    private func token(_ header: [String: String], _ payload: Payload, sign: (Data) -> Data) throws -> String {
        let parts = [try JSONEncoder().encode(header).base64URL, try JSONEncoder().encode(payload).base64URL]
        let text = parts.joined(separator: ".")
        return text + "." + sign(Data(text.utf8)).base64URL
    }

    /// Every form in which a public key is handed out.
    private func publicForms(_ server: TestServer) async throws -> [Data] {
        let keys = await server.issuer.jwks()
        let jwk = try #require(keys.keys.first)
        func bytes(_ text: String) -> Data {
            let base64 = text.replacing("-", with: "+").replacing("_", with: "/")
            return Data(base64Encoded: base64 + String(repeating: "=", count: (4 - base64.count % 4) % 4)) ?? Data()
        }
        let key = try P256.Signing.PublicKey(rawRepresentation: bytes(jwk.x) + bytes(jwk.y))
        let pem = Data(key.pemRepresentation.utf8)
        return [
            pem, pem + Data("\n".utf8), key.derRepresentation, key.rawRepresentation, key.x963Representation,
            key.compressedRepresentation,
            bytes(jwk.x), Data(jwk.x.utf8), try JSONEncoder().encode(jwk), try JSONEncoder().encode(keys),
            Data(), Data(jwk.kid.utf8),
        ]
    }

    @Test func `the public key as a shared secret signs nothing`() async throws {
        let server = try await TestServer()
        let verifier = server.verifier()
        for secret in try await publicForms(server) {
            let key = SymmetricKey(data: secret)
            for (algorithm, sign) in [
                ("HS256", { (data: Data) in Data(HMAC<SHA256>.authenticationCode(for: data, using: key)) }),
                ("HS384", { Data(HMAC<SHA384>.authenticationCode(for: $0, using: key)) }),
                ("HS512", { Data(HMAC<SHA512>.authenticationCode(for: $0, using: key)) }),
                // The right algorithm's name over the wrong kind of signature.
                ("ES256", { Data(HMAC<SHA512>.authenticationCode(for: $0, using: key)) }),
            ] {
                let forged = try token(
                    ["alg": algorithm, "typ": "JWT", "kid": server.issuer.keyID], payload(server), sign: sign)
                #expect(
                    await verifier.principal(authorization: "Bearer \(forged)") == nil,
                    "\(algorithm) over \(secret.count) bytes")
            }
        }
    }

    @Test(arguments: ["none", "None", "NONE", "nOnE", "", "HS256", "RS256", "PS256", "EdDSA", "ES384"])
    func `a token that is not signed by the issuer's algorithm speaks for nobody`(algorithm: String) async throws {
        let server = try await TestServer()
        let verifier = server.verifier()
        let good = try await server.token()
        let signature = try #require(good.split(separator: ".").last)
        for kid in [server.issuer.keyID, "", "other", "../../etc/passwd", "' OR 1=1 --"] {
            let unsigned = try token(["alg": algorithm, "kid": kid], payload(server)) { _ in Data() }
            let borrowed = unsigned + signature
            for forged in [
                unsigned, String(unsigned.dropLast()), borrowed, unsigned + String(repeating: "A", count: 86),
            ] {
                #expect(
                    await verifier.principal(authorization: "Bearer \(forged)") == nil, "\(algorithm), kid '\(kid)'")
            }
        }
    }

    @Test func `a key that the token brings along or points to is not used`() async throws {
        let server = try await TestServer()
        let outside = try await OutsideIssuer(clock: server.clock)
        let verifier = server.verifier([outside.issuer])
        let key = P256.Signing.PrivateKey()
        let jwk = #"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#
        for header in [
            ["alg": "ES256", "jwk": jwk], ["alg": "ES256", "jku": "https://evil.example/keys"],
            ["alg": "ES256", "x5u": "https://evil.example/cert"],
            ["alg": "ES256", "kid": server.issuer.keyID, "jku": "https://evil.example/keys"],
            ["alg": "ES256", "crit": "exp"],
        ] {
            let forged = try token(header, payload(server)) {
                (try? key.signature(for: $0).rawRepresentation) ?? Data()
            }
            #expect(await verifier.principal(authorization: "Bearer \(forged)") == nil, "\(header)")
        }
        #expect(outside.fetches == 0, "nobody is asked for keys because of a forged token of the embedded issuer")
    }

    /// What even a token with a good signature does not get through with.
    @Test func `the right key over wrong claims speaks for nobody`() async throws {
        let server = try await TestServer()
        let verifier = server.verifier()
        let now = server.clock.now().timeIntervalSince1970
        let good = payload(server)
        func changed(_ change: (inout Payload) -> Void) -> Payload {
            var payload = good
            change(&payload)
            return payload
        }
        func principal(_ payload: Payload) async throws -> Principal? {
            let signed = try await server.issuer.keys.sign(payload, kid: JWKIdentifier(string: server.issuer.keyID))
            return await verifier.principal(authorization: "Bearer \(signed)")
        }
        #expect(try await principal(good) != nil)
        let other = "00000000-1111-4222-8333-444444444444"
        for (what, payload) in [
            ("another tenant", changed { $0.tid = other }), ("no tenant", changed { $0.tid = nil }),
            ("another tenant's issuer", changed { $0.iss = "https://holdfast.invalid/\(other)/v2.0" }),
            ("the issuer with a slash", changed { $0.iss = server.issuer.issuer + "/" }),
            ("no issuer", changed { $0.iss = nil }),
            ("another audience", changed { $0.aud = "https://vault.azure.net" }),
            ("no audience", changed { $0.aud = nil }), ("an empty audience", changed { $0.aud = "" }),
            ("the audience with a slash", changed { $0.aud = TokenIssuer.audience + "/" }),
            ("expired", changed { $0.exp = now }), ("no expiry", changed { $0.exp = nil }),
            ("a negative expiry", changed { $0.exp = -1 }),
            ("not yet", changed { $0.nbf = now + 61 }), ("no application", changed { $0.appid = nil }),
        ] {
            #expect(try await principal(payload) == nil, "\(what)")
        }
    }

    @Test func `a token of one installation means nothing in another, and a used one nothing after its end`()
        async throws
    {
        let (first, second) = (try await TestServer(), try await TestServer())
        let token = try await first.token()
        // Same tenant, same name of the issuer, another key.
        #expect(await second.verifier().principal(authorization: "Bearer \(token)") == nil)
        let verifier = first.verifier()
        for _ in 0..<3 { #expect(await verifier.principal(authorization: "Bearer \(token)") != nil) }
        first.clock.turn(seconds: 3600)
        for _ in 0..<3 {
            #expect(
                await verifier.principal(authorization: "Bearer \(token)") == nil,
                "a remembered token ends like any other")
        }
    }
}
