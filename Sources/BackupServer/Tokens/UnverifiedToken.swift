import Foundation

/// The unverified contents of a token, which select the key that verifies it and must not be
/// used for anything else.
struct UnverifiedToken {
    /// The id of the signing key, if the token names one.
    let keyID: String?
    /// The algorithm that the token names.
    let algorithm: String?
    /// The issuer that the token names.
    let issuer: String

    /// Reads a compact JWS of three parts, or nil.
    init?(_ token: String) {
        struct Header: Decodable {
            var kid: String?
            var alg: String?
        }
        struct Payload: Decodable { var iss: String }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header: Header = Self.decoded(parts[0]),
            let payload: Payload = Self.decoded(parts[1])
        else { return nil }
        keyID = header.kid
        algorithm = header.alg
        issuer = payload.iss
    }

    private static func decoded<Value: Decodable>(_ part: Substring) -> Value? {
        let base64 = String(part).replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        return Data(base64Encoded: base64 + padding).flatMap { try? JSONDecoder().decode(Value.self, from: $0) }
    }
}
