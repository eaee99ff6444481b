public import OData

/// A request to the portal, as a value.
public struct PortalRequest: Sendable {
    /// Method, path, fields and body. Its origin is the scheme and authority that the client asked.
    public var question: ODataRequest
    /// The client's address, without port.
    public var address: String
    /// The `Host` field as it came.
    public var host: String

    public init(question: ODataRequest, address: String, host: String) {
        (self.question, self.address, self.host) = (question, address, host)
    }

    var method: String { question.method }
    var path: String { question.rawPath }
    var isSecure: Bool { question.origin.hasPrefix("https://") }

    /// The fields of the query, or of the form in the body.
    var query: FormFields { FormFields(question.rawQuery) }
    var form: FormFields { FormFields(String(decoding: question.body, as: UTF8.self)) }
}

/// Fields of the type `application/x-www-form-urlencoded`. Of several of one name the first counts.
public struct FormFields: Sendable {
    private var fields: [String: String] = [:]

    public init(_ text: String) {
        for pair in text.utf8.split(separator: UInt8(ascii: "&")).prefix(100) {
            let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = Self.decoded(halves[0])
            if fields[name] == nil { fields[name] = halves.count == 2 ? Self.decoded(halves[1]) : "" }
        }
    }

    /// The value; nil where it is missing or empty.
    public subscript(name: String) -> String? { fields[name].flatMap { $0.isEmpty ? nil : $0 } }

    private static func decoded(_ text: Substring.UTF8View) -> String { decoded(text, plusIsBlank: true) }

    /// A part of a path, decoded.
    static func plain(_ text: Substring.UTF8View) -> String { decoded(text, plusIsBlank: false) }

    /// Bytes, not characters: a mark behind a `%` is one character with it.
    private static func decoded(_ text: Substring.UTF8View, plusIsBlank: Bool) -> String {
        var bytes: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+") where plusIsBlank: bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                let digits = rest.prefix(2)
                guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16),
                    digits.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") })
                else {
                    bytes.append(byte)
                    continue
                }
                bytes.append(value)
                rest = rest.dropFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A text as a value of a query.
    public static func encoded(_ text: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        let digits = Array("0123456789ABCDEF")
        return text.utf8.map { byte in
            plain.contains(byte)
                ? String(UnicodeScalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }.joined()
    }

    /// Pairs as a query, or as a form.
    public static func query(_ pairs: [(String, String)]) -> String {
        pairs.map { "\(encoded($0.0))=\(encoded($0.1))" }.joined(separator: "&")
    }
}
