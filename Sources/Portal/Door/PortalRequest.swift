public import OData
import Texts

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

    /// What cannot be decoded stays as it is.
    private static func decoded(_ text: Substring.UTF8View) -> String {
        PercentEncoding.decode(text, plusIsBlank: true) ?? String(decoding: text, as: UTF8.self)
    }

    /// Pairs as a query, or as a form.
    public static func query(_ pairs: [(String, String)]) -> String {
        pairs.map { "\(PercentEncoding.encode($0.0))=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
    }
}
