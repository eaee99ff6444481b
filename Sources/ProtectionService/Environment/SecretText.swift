import Crypto
import Foundation
import Texts

/// Secrets that are shown once and kept as hashes. They have 256 random bits, so one hash is enough.
package enum SecretText {
    /// 32 bytes as 43 characters of base64url.
    static func make(_ randomBytes: (Int) -> [UInt8]) -> String { base64URL(randomBytes(32)) }

    /// SHA-256 as hexadecimal digits. Equal texts of two purposes have two hashes.
    package static func hash(_ text: String, for purpose: String) -> String {
        Hexadecimal.text(of: SHA256.hash(data: Array("holdfast \(purpose)\n\(text)".utf8)))
    }

    /// Whether two texts are the same, in the same time wherever they differ.
    package static func isSame(_ left: String, _ right: String) -> Bool { isSame(left.utf8, right.utf8) }

    /// Whether the bytes are the same, in the same time wherever they differ.
    static func isSame(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        left.count == right.count && zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// PKCE's S256. Source: RFC 7636, section 4.2.
    package static func challenge(of verifier: String) -> String {
        base64URL(Array(SHA256.hash(data: Array(verifier.utf8))))
    }

    /// A number from 0 up to a bound, each with the same chance.
    static func number(below bound: Int, _ randomBytes: (Int) -> [UInt8]) -> Int {
        precondition((1...256).contains(bound), "one byte is drawn")
        let limit = 256 / bound * bound
        while true {
            if let byte = randomBytes(1).first, Int(byte) < limit { return Int(byte) % bound }
        }
    }

    /// Base64 of the URL alphabet, without padding.
    package static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
