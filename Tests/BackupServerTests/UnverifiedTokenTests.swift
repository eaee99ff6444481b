import Foundation
import JWTKit
import Testing

@testable import BackupServer

@Suite struct UnverifiedTokenTests {
    private func part(_ json: String) -> String { Data(json.utf8).base64URL }

    private func read(_ header: String, _ payload: String) -> UnverifiedToken? {
        UnverifiedToken("\(part(header)).\(part(payload)).x")
    }

    @Test func `key, algorithm and issuer are read`() throws {
        let token = try #require(read(#"{"kid":"k","alg":"ES256","typ":"JWT"}"#, #"{"iss":"https://a","exp":1}"#))
        #expect(token.keyID == "k")
        #expect(token.algorithm == "ES256")
        #expect(token.issuer == "https://a")
    }

    @Test func `a token need not name key and algorithm`() throws {
        let token = try #require(read("{}", #"{"iss":""}"#))
        #expect(token.keyID == nil)
        #expect(token.algorithm == nil)
        #expect(token.issuer.isEmpty)
    }

    @Test(arguments: [
        ("{}", "{}"), ("{}", #"{"iss":5}"#), ("[]", #"{"iss":"a"}"#), ("{", #"{"iss":"a"}"#),
        (#"{"kid":5}"#, #"{"iss":"a"}"#),
        ("", #"{"iss":"a"}"#), ("{}", ""),
    ])
    func `a token without an issuer is none`(header: String, payload: String) {
        #expect(read(header, payload) == nil)
    }

    @Test(arguments: [0, 1, 2, 4, 5]) func `a token has three parts`(count: Int) {
        let parts = [part("{}"), part(#"{"iss":"a"}"#), "x", "y", "z"].prefix(count)
        #expect(UnverifiedToken(parts.joined(separator: ".")) == nil)
    }

    /// The alphabet of URLs, and texts of every remainder by three.
    @Test(arguments: ["", "a", "ab", "abc", "~~~???>>>", "é\u{fffd}😀"]) func `any issuer survives its encoding`(
        issuer: String
    ) throws {
        let payload = String(decoding: try JSONEncoder().encode(["iss": issuer]), as: UTF8.self)
        #expect(read("{}", payload)?.issuer == issuer)
    }
}

@Suite struct TokenRefusalMessageTests {
    @Test func `a text of the token's maker is cut and shows no quotes or control characters`() {
        let message = TokenRefusal.unknownIssuer("https://evil'\u{1b}[31m\n<é>" + String(repeating: "x", count: 500))
            .message
        #expect(message.contains("'https://evil??[31m?<?>xxx"))
        #expect(message.utf8.count < 400)
        #expect(message.unicodeScalars.allSatisfy { (0x20...0x7e).contains($0.value) })
    }

    @Test(arguments: [
        (TokenRefusal.expired(Date(timeIntervalSince1970: 1_772_444_467)), "2026-03-02T09:41:07Z"),
        (.notYetValid(Date(timeIntervalSince1970: 0)), "1970-01-01T00:00:00Z"), (.wrongAudience(["a", "b"]), "'a, b'"),
        (.keysUnavailable(issuer: "https://i"), "'https://i'"), (.unknownKey(issuer: "https://i"), "'https://i'"),
        (.anotherTenant("t"), "'t'"), (.noApplication, "appid"), (.notBearer, "Bearer <token>"),
        (.notAToken, "JSON Web Token"), (.badSignature, "signature"),
    ])
    func `a refusal names what it is about`(refusal: TokenRefusal, words: String) {
        #expect(refusal.message.contains(words))
    }
}

@Suite struct AccessTokenClaimsTests {
    private func read(_ json: String) throws -> AccessTokenClaims {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .secondsSince1970
        return try decoder.decode(AccessTokenClaims.self, from: Data(json.utf8))
    }

    @Test func `an application carries roles`() throws {
        let claims = try read(#"{"iss":"i","aud":"a","exp":60,"appid":"app","roles":["x","y"],"tid":"t"}"#)
        #expect(claims.roles == ["x", "y"])
        #expect(claims.appid == "app")
        #expect(claims.tid == "t")
        #expect(claims.exp.value == Date(timeIntervalSince1970: 60))
        #expect(claims.scp == nil)
    }

    @Test func `an audience is one text or several`() throws {
        #expect(try read(#"{"iss":"i","aud":"a","exp":1}"#).aud.value == ["a"])
        #expect(try read(#"{"iss":"i","aud":["a","b"],"exp":1}"#).aud.value == ["a", "b"])
    }

    @Test(arguments: [#"{"aud":"a","exp":1}"#, #"{"iss":"i","exp":1}"#, #"{"iss":"i","aud":"a"}"#])
    func `issuer, audience and end are always there`(json: String) {
        #expect(throws: DecodingError.self) { try read(json) }
    }

    @Test(
        arguments: [
            ("https://holdfast.invalid/abc/v2.0", "abc"), ("https://holdfast.invalid//v2.0", nil),
            ("https://holdfast.invalid/v2.0", nil), ("https://holdfast.invalid/abc", nil),
            ("https://other/abc/v2.0", nil),
            ("https://holdfast.invalid/a/b/v2.0", "a/b"),
        ] as [(String, String?)])
    func `an embedded issuer's name tells its tenant`(name: String, tenant: String?) {
        #expect(TokenIssuer.tenantID(ofIssuer: name) == tenant)
    }
}
