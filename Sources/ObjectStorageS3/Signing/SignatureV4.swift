import Crypto
import Texts

/// Signature Version 4 of Amazon, for requests whose body is known: pure functions.
///
/// What is signed is what goes on the wire: a path is encoded once by its maker, and nobody makes
/// it shorter than it was.
enum SignatureV4 {
    /// A request as it is signed.
    struct Form: Sendable {
        var method: String
        /// The path as it goes on the wire.
        var path: String
        /// The query as it goes on the wire, without the question mark.
        var query = ""
        /// Every header field that is signed, `host` among them.
        var headers: [(name: String, value: String)]
        /// The hash of the body in hexadecimal, as `x-amz-content-sha256` has it.
        var payloadHash: String
    }

    /// Where and when a signature counts.
    struct Scope: Sendable {
        var region: String
        var service = "s3"
        /// As `x-amz-date` has it: 20130524T000000Z.
        var time: String

        var text: String { "\(time.prefix(8))/\(region)/\(service)/aws4_request" }
    }

    /// The names of the signed header fields, as the signature lists them.
    static func signedHeaders(_ form: Form) -> String {
        form.headers.map { $0.name.lowercased() }.sorted().joined(separator: ";")
    }

    /// The request in the one form that both sides compute.
    static func canonicalRequest(_ form: Form) -> String {
        let fields = form.headers.map { ($0.name.lowercased(), collapsed($0.value)) }.sorted { $0.0 < $1.0 }
        let lines = fields.map { "\($0.0):\($0.1)\n" }.joined()
        return [
            form.method, form.path, canonicalQuery(form.query), lines, signedHeaders(form), form.payloadHash,
        ].joined(separator: "\n")
    }

    static func stringToSign(_ canonicalRequest: String, _ scope: Scope) -> String {
        let hash = Hexadecimal.text(of: Hashes.sha256(Array(canonicalRequest.utf8)))
        return "AWS4-HMAC-SHA256\n\(scope.time)\n\(scope.text)\n\(hash)"
    }

    static func signingKey(secret: String, _ scope: Scope) -> [UInt8] {
        let parts = [String(scope.time.prefix(8)), scope.region, scope.service, "aws4_request"]
        return parts.reduce(Array("AWS4\(secret)".utf8)) { code($1, key: $0) }
    }

    static func signature(of form: Form, secret: String, _ scope: Scope) -> String {
        let text = stringToSign(canonicalRequest(form), scope)
        return Hexadecimal.text(of: code(text, key: signingKey(secret: secret, scope)))
    }

    /// The value of the header field `Authorization`.
    static func authorization(of form: Form, by credentials: S3Credentials, _ scope: Scope) -> String {
        let signature = signature(of: form, secret: credentials.secretAccessKey, scope)
        return """
            AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope.text), \
            SignedHeaders=\(signedHeaders(form)), Signature=\(signature)
            """
    }

    private static func code(_ text: String, key: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key)))
    }

    /// Sorted by the bytes of name, then of value; a name alone gets its sign of equality.
    private static func canonicalQuery(_ query: String) -> String {
        let pairs = query.utf8.split(separator: UInt8(ascii: "&")).map { pair in
            let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return (Array(halves[0]), halves.count > 1 ? Array(halves[1]) : [])
        }
        let sorted = pairs.sorted { first, second in
            first.0 == second.0
                ? first.1.lexicographicallyPrecedes(second.1) : first.0.lexicographicallyPrecedes(second.0)
        }
        return sorted.map { String(decoding: $0.0 + [UInt8(ascii: "=")] + $0.1, as: UTF8.self) }.joined(separator: "&")
    }

    /// Without blanks at its ends, and with one where several stand in a row.
    private static func collapsed(_ value: String) -> String {
        value.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
    }
}
