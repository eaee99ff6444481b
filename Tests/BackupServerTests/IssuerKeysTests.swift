import BackupServer
import BackupTesting
import Foundation
import JWTKit
import Testing

/// Key sets of outside issuers as they really are: with keys for other things, of other kinds,
/// without names, exchanged, or not to be had.
@Suite struct IssuerKeysTests {
    private struct Claims: JWTPayload {
        var iss = OutsideIssuer.name
        var aud = "backup"
        var exp: ExpirationClaim
        var appid = "tool"
        var roles = ["r"]
        /// Makes tokens of the same claims differ, so that none is remembered.
        var jti = UUID().uuidString
        func verify(using algorithm: some JWTAlgorithm) async throws {}
    }

    private func token(_ outside: OutsideIssuer, _ clock: ManualClock, kid: String = "one") async throws -> String {
        "Bearer "
            + (try await outside.keys.sign(
                Claims(exp: .init(value: clock.now() + 86_400)), kid: JWKIdentifier(string: kid)))
    }

    private static let coordinate = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
    private static let modulus = String(repeating: "v", count: 342)

    /// What stands in real sets beside keys for signatures, or will. Source: RFC 7517, 7518
    /// and 8037; draft-ietf-cose-dilithium (AKP).
    static let strange: [[String: String]] = [
        ["kty": "RSA", "use": "enc", "alg": "RSA-OAEP-256", "n": modulus, "e": "AQAB"],
        ["kty": "RSA", "alg": "RSA-OAEP-256", "n": modulus, "e": "AQAB"],
        ["kty": "RSA", "use": "enc", "n": modulus, "e": "AQAB"], ["kty": "AKP", "alg": "ML-DSA-44", "pub": "AAAA"],
        ["kty": "EC", "crv": "secp256k1", "alg": "ES256K", "x": coordinate, "y": coordinate],
        ["kty": "OKP", "crv": "X25519", "x": coordinate],
        ["kty": "OKP", "crv": "Ed448", "alg": "EdDSA", "x": coordinate],
        ["kty": "oct", "alg": "HS256", "k": coordinate], ["use": "sig"],
        ["kty": "EC", "crv": "P-256", "x": coordinate],
        ["kty": "EC", "crv": "P-384", "alg": "ES256", "x": coordinate, "y": coordinate], [:],
    ]

    @Test(arguments: strange)
    func `a key that is not understood takes nothing from the others, and is told once`(
        key: [String: String]
    ) async throws {
        let server = try await TestServer()
        let outside = try await OutsideIssuer(clock: server.clock)
        outside.publish(other: key.merging(["kid": "strange"]) { $1 })
        try await outside.publish("two")
        let verifier = server.verifier([outside.issuer])
        for kid in ["one", "two"] {
            #expect(try await verifier.principal(authorization: token(outside, server.clock, kid: kid)) != nil)
        }
        server.clock.turn(seconds: 7200)
        #expect(try await verifier.principal(authorization: token(outside, server.clock)) != nil)
        #expect(outside.fetches == 4)
        #expect(outside.log.lines.filter { $0.contains("key=strange") }.count == 1, "\(outside.log.lines)")
    }

    @Test func `of keys with one name each is tried`() async throws {
        let server = try await TestServer()
        let outside = try await OutsideIssuer(clock: server.clock)
        let first = try await token(outside, server.clock)
        try await outside.publish("one")
        let second = try await token(outside, server.clock)
        let verifier = server.verifier([outside.issuer])
        #expect(await verifier.principal(authorization: first) != nil)
        #expect(await verifier.principal(authorization: second) != nil)
    }

    @Test func `a key without a name signs for tokens whose key is not known by its name`() async throws {
        let server = try await TestServer()
        let outside = try await OutsideIssuer(clock: server.clock)
        try await outside.publish("nameless", isNamed: false)
        #expect(
            try await server.verifier([outside.issuer]).principal(
                authorization: token(outside, server.clock, kid: "nameless")) != nil)
    }

    @Test func `a withdrawn key is no good an hour later, and a new one is`() async throws {
        let server = try await TestServer()
        let outside = try await OutsideIssuer(clock: server.clock)
        let verifier = server.verifier([outside.issuer])
        #expect(try await verifier.principal(authorization: token(outside, server.clock)) != nil)
        outside.withdrawAll()
        try await outside.publish("two")
        server.clock.turn(seconds: 3600)
        #expect(try await verifier.principal(authorization: token(outside, server.clock)) == nil)
        #expect(try await verifier.principal(authorization: token(outside, server.clock, kid: "two")) != nil)
    }

    @Test func `while the issuer is down its known keys stay, also where the set has none any more`() async throws {
        let server = try await TestServer()
        let outside = try await OutsideIssuer(clock: server.clock)
        let verifier = server.verifier([outside.issuer])
        #expect(try await verifier.principal(authorization: token(outside, server.clock)) != nil)
        outside.setDown(true)
        server.clock.turn(seconds: 7200)
        #expect(try await verifier.principal(authorization: token(outside, server.clock)) != nil)
        outside.setDown(false)
        outside.withdrawAll()
        server.clock.turn(seconds: 7200)
        #expect(try await verifier.principal(authorization: token(outside, server.clock)) != nil)
        #expect(outside.log.lines.filter { $0.hasPrefix("warning") }.count == 2, "\(outside.log.lines)")
    }

    @Test func `an issuer that was never reached is asked every five seconds at most, whoever knocks`() async throws {
        let server = try await TestServer()
        let outside = try await OutsideIssuer(clock: server.clock)
        outside.setDown(true)
        let verifier = server.verifier([outside.issuer])
        for _ in 0..<20 { #expect(try await verifier.principal(authorization: token(outside, server.clock)) == nil) }
        #expect(outside.fetches == 1)
        outside.setDown(false)
        server.clock.turn(seconds: 5)
        #expect(try await verifier.principal(authorization: token(outside, server.clock)) != nil)
    }

    @Test func `of a set without end the first keys are used`() async throws {
        let server = try await TestServer()
        let outside = try await OutsideIssuer(clock: server.clock)
        for number in 0..<300 { outside.publish(other: ["kty": "AKP", "kid": "\(number)"]) }
        try await outside.publish("last")
        let verifier = server.verifier([outside.issuer])
        #expect(try await verifier.principal(authorization: token(outside, server.clock)) != nil)
        #expect(try await verifier.principal(authorization: token(outside, server.clock, kid: "last")) == nil)
        #expect(outside.log.lines.contains { $0.contains("the set is too long") })
    }

    /// Entra ID's keys name no algorithm. Whoever forges a token chooses one, and must not choose
    /// it for the tokens of others.
    @Test(arguments: ["PS256", "RS512", "ES256", "none"])
    func `a forged token that names another algorithm spoils no key`(algorithm: String) async throws {
        let server = try await TestServer()
        let outside = try await OutsideIssuer(clock: server.clock)
        let key = try Insecure.RSA.PrivateKey(
            pem: String(decoding: pipe("/usr/bin/openssl", ["genrsa", "2048"], Data()), as: UTF8.self))
        let (modulus, exponent) = try key.publicKey.getKeyPrimitives()
        outside.publish(other: [
            "kty": "RSA", "use": "sig", "kid": "rsa", "n": base64URL(modulus), "e": base64URL(exponent),
        ])
        await outside.keys.add(rsa: key, digestAlgorithm: .sha256, kid: "rsa")
        let verifier = server.verifier([outside.issuer])
        let good = try await token(outside, server.clock, kid: "rsa")
        let header = base64URL(Data(#"{"alg":"\#(algorithm)","kid":"rsa"}"#.utf8))
        let forged = "Bearer \(header)." + good.split(separator: ".").dropFirst().joined(separator: ".")
        #expect(await verifier.principal(authorization: forged) == nil)
        #expect(await verifier.principal(authorization: good) != nil)
    }

    private func base64URL(_ bytes: Data) -> String {
        bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
