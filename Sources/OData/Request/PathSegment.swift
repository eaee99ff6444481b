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
