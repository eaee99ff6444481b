import Texts

/// One part of a path between slashes, percent-decoded once.
struct PathSegment: Sendable, Equatable {
    /// The segment after one percent-decoding.
    let text: String

    /// Splits a path as sent. Drops empty parts, so that `//` counts as `/`.
    ///
    /// Splits before decoding, so that an encoded slash belongs to its segment.
    static func split(_ rawPath: String, maximumSegments: Int = 32) throws(ODataError) -> [PathSegment] {
        guard rawPath.utf8.count <= 8192 else { throw .badRequest("The path is too long.") }
        let parts = rawPath.parts(at: "/", keepingEmpty: false)
        guard parts.count <= maximumSegments else { throw .badRequest("The path has too many segments.") }
        var segments: [PathSegment] = []
        for part in parts {
            guard let text = PercentEncoding.decode(part.utf8) else {
                throw .badRequest("The path is not correctly percent-encoded.")
            }
            guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
                throw .badRequest("The path contains a control character.")
            }
            segments.append(PathSegment(text: text))
        }
        return segments
    }

    /// The text before `(` and the text between the parentheses; nil where the segment does
    /// not end with `)`.
    var call: (name: String, arguments: String?) {
        let scalars = text.unicodeScalars
        guard scalars.last == ")", let open = scalars.firstIndex(of: "(") else { return (text, nil) }
        return (String(scalars[..<open]), String(scalars[scalars.index(after: open)...].dropLast()))
    }
}

/// Percent-encoding of URLs. Source: RFC 3986, section 2.1.
public enum PercentEncoding {
    /// Decodes once; nil for a `%` without two hexadecimal digits, or a result that is not UTF-8.
    public static func decode(_ encoded: some Sequence<UInt8>, plusIsBlank: Bool = false) -> String? {
        var bytes: [UInt8] = []
        var iterator = encoded.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(digit), let low = iterator.next().flatMap(digit) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsBlank: bytes.append(0x20)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Encodes everything but the unreserved characters and those of `allowing`.
    public static func encode(_ text: String, allowing extra: String = "") -> String {
        let allowed = Set(extra.utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte) || allowed.contains(byte) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(contentsOf: [hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let hexadecimal = Array("0123456789ABCDEF".utf8)

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// Literals as paths have them: `'it''s'`, `true`, `null`, `12`.
enum PathLiteral {
    /// The text of a quoted string with doubled quotes undone; nil for any other text.
    static func unquoted(_ text: some StringProtocol) -> String? {
        let scalars = text.unicodeScalars
        guard text.utf8.count >= 2, scalars.first == "'", scalars.last == "'" else { return nil }
        var result = String.UnicodeScalarView()
        var isQuote = false
        for scalar in scalars.dropFirst().dropLast() {
            if scalar == "'" {
                if isQuote { result.append("'") }
                isQuote.toggle()
            } else {
                guard !isQuote else { return nil }
                result.append(scalar)
            }
        }
        return isQuote ? nil : String(result)
    }

    /// Splits `a='x,y',b=2` at the commas that are not inside of quotes.
    static func list(_ text: String) -> [Substring] {
        var parts: [Substring] = []
        var start = text.startIndex
        var isInside = false
        let scalars = text.unicodeScalars
        for index in scalars.indices {
            if scalars[index] == "'" { isInside.toggle() }
            if scalars[index] == ",", !isInside {
                parts.append(text[start..<index])
                start = scalars.index(after: index)
            }
        }
        parts.append(text[start...])
        return parts
    }

    /// The value of a literal.
    static func value(_ text: String) -> JSONValue? {
        if let string = unquoted(text) { return .string(string) }
        switch text {
        case "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: break
        }
        if let number = Int64(text) { return .int(number) }
        if text.has("'") || text.isEmpty { return nil }
        return .string(text)
    }
}
