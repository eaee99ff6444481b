import Foundation
import ProtectionRules
import Testing

@testable import ProtectionService

private func bytes(_ hex: String) -> [UInt8] {
    let digits = Array(hex.filter { !$0.isWhitespace }.utf8)
    return stride(from: 0, to: digits.count, by: 2).map {
        UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16) ?? 0
    }
}

@Suite struct PasswordHashTests {
    /// RFC 7914, section 12: the vectors that need less than 64 MiB.
    @Test(
        arguments: [
            (
                "", "", 16, 1, 1,
                """
                77 d6 57 62 38 65 7b 20 3b 19 ca 42 c1 8a 04 97 f1 6b 48 44 e3 07 4a e8 df df fa 3f ed e2 14 42
                fc d0 06 9d ed 09 48 f8 32 6a 75 3a 0f c8 1f 17 e8 d3 e0 fb 2e 0d 36 28 cf 35 e2 0c 38 d1 89 06
                """
            ),
            (
                "password", "NaCl", 1024, 8, 16,
                """
                fd ba be 1c 9d 34 72 00 78 56 e7 19 0d 01 e9 fe 7c 6a d7 cb c8 23 78 30 e7 73 76 63 4b 37 31 62
                2e af 30 d9 2e 22 a3 88 6f f1 09 27 9d 98 30 da c7 27 af b9 4a 83 ee 6d 83 60 cb df a2 cc 06 40
                """
            ),
            (
                "pleaseletmein", "SodiumChloride", 16384, 8, 1,
                """
                70 23 bd cb 3a fd 73 48 46 1c 06 cd 81 fd 38 eb fd a8 fb ba 90 4f 8e 3e a9 b5 43 f6 54 5d a1 f2
                d5 43 29 55 61 3f 0f cf 62 d4 97 05 24 2a 9a f9 e6 1e 85 dc 0d 65 1e 40 df cf 01 7b 45 57 58 87
                """
            ),
        ] as [(String, String, UInt64, UInt64, UInt64, String)])
    func `scrypt makes what the RFC says`(
        password: String, salt: String, n: UInt64, r: UInt64, p: UInt64, expected: String
    ) throws {
        let made = try PasswordHash.scrypt(Array(password.utf8), salt: Array(salt.utf8), count: 64, cost: (n, r, p))
        #expect(made == bytes(expected))
    }

    @Test func `only the same password matches, however it was typed`() throws {
        let kept = try PasswordHash.make("caf\u{e9} au lait", salt: [UInt8](0..<16))
        #expect(kept.count == 49)
        #expect(try PasswordHash.matches("cafe\u{301} au lait", kept))
        #expect(try !PasswordHash.matches("cafe au lait", kept))
        #expect(try !PasswordHash.matches("", kept))
        #expect(try !PasswordHash.matches("", PasswordHash.ofNobody))
    }

    @Test func `a hash of an unknown form is no password`() {
        #expect(throws: ServiceError.self) { try PasswordHash.matches("x", [2] + [UInt8](repeating: 0, count: 48)) }
        #expect(throws: ServiceError.self) { try PasswordHash.matches("x", []) }
    }
}

@Suite struct OneTimePasswordTests {
    private let secret = Array("12345678901234567890".utf8)

    /// RFC 6238, appendix B, the column of SHA-1.
    @Test(
        arguments: [
            (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
        ])
    func `the codes of the RFC`(seconds: Int, code: String) {
        let step = OneTimePassword.step(at: Date(timeIntervalSince1970: Double(seconds)))
        #expect(OneTimePassword.code(secret: secret, step: step, digits: 8) == code)
    }

    /// RFC 4226, appendix D.
    @Test func `the codes of the counter`() {
        let codes = (0..<10).map { OneTimePassword.code(secret: secret, step: $0) }
        #expect(
            codes == [
                "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
            ])
    }

    @Test(
        arguments: [
            ("969429", nil, 3), ("338314", nil, 4), ("254676", nil, 5), ("359152", nil, nil), ("287922", nil, nil),
            (" 338 314 ", nil, 4), ("338314", 4, nil), ("338314", 3, 4), ("254676", 4, 5), ("", nil, nil),
            ("33831", nil, nil), ("3383144", nil, nil), ("abcdef", nil, nil),
        ] as [(String, Int?, Int?)])
    func `a code of now, the step before or after is taken, and none twice`(given: String, last: Int?, step: Int?) {
        let now = Date(timeIntervalSince1970: 4 * 30 + 10)
        #expect(OneTimePassword.acceptedStep(given, secret: secret, now: now, last: last) == step)
    }

    /// RFC 4648, section 10, without padding.
    @Test(arguments: [
        ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
    ])
    func `a secret in base 32`(text: String, encoded: String) {
        #expect(OneTimePassword.text(ofSecret: Array(text.utf8)) == encoded)
    }
}

@Suite struct SecretTextTests {
    /// RFC 7636, appendix B.
    @Test func `the challenge of the RFC's verifier`() {
        #expect(
            SecretText.challenge(of: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
                == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    }

    @Test func `equal texts of two purposes have two hashes`() {
        #expect(SecretText.hash("x", for: "one") != SecretText.hash("x", for: "two"))
        #expect(SecretText.hash("x", for: "one").utf8.count == 64)
    }

    @Test func `numbers below a bound are drawn without a lean to the small ones`() {
        var source: [UInt8] = [255, 254, 248, 247, 0]
        let drawn = (0..<2).map { _ in SecretText.number(below: 31) { _ in [source.removeFirst()] } }
        // 248 is the largest multiple of 31; bytes from there on are drawn again.
        #expect(drawn == [30, 0])
    }
}
