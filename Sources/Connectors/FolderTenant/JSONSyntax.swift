/// Finds where a text stops being JSON: the decoder does not say. Source:
/// RFC 8259, section 2.
struct JSONSyntax {
    private let bytes: [UInt8]
    private var position = 0

    /// Deeper nesting is not checked.
    private static let depthLimit = 200

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Line and column, counted from 1 in bytes, of the first byte that is not allowed; nil where
    /// the text is well formed.
    static func firstError(in bytes: [UInt8]) -> (line: Int, column: Int)? {
        var syntax = JSONSyntax(bytes)
        if syntax.value(depth: 0) {
            syntax.skipSpace()
            if syntax.position == bytes.count { return nil }
        }
        let before = bytes.prefix(syntax.position)
        let line = 1 + before.count { $0 == UInt8(ascii: "\n") }
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return (line, syntax.position - start + 1)
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    private mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    /// Moves past a value. Returns false with the position at the wrong byte.
    private mutating func value(depth: Int) -> Bool {
        guard depth < JSONSyntax.depthLimit else {
            position = bytes.count
            return true
        }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return list(end: "}") { $0.string() && $0.colon() && $0.value(depth: depth + 1) }
        case UInt8(ascii: "["): return list(end: "]") { $0.value(depth: depth + 1) }
        case UInt8(ascii: "\""): return string()
        default: return word()
        }
    }

    private mutating func list(end: Unicode.Scalar, _ element: (inout JSONSyntax) -> Bool) -> Bool {
        position += 1
        skipSpace()
        if take(end) { return true }
        while true {
            skipSpace()
            guard element(&self) else { return false }
            skipSpace()
            if take(end) { return true }
            guard take(",") else { return false }
        }
    }

    private mutating func colon() -> Bool {
        skipSpace()
        return take(":")
    }

    private mutating func string() -> Bool {
        guard take("\"") else { return false }
        while let byte = next, byte >= 0x20 {
            position += 1
            if byte == UInt8(ascii: "\"") { return true }
            if byte == UInt8(ascii: "\\"), next != nil { position += 1 }
        }
        return false
    }

    /// `true`, `false`, `null` or a number. Only the characters of a number are checked.
    private mutating func word() -> Bool {
        for text in ["true", "false", "null"] where bytes[position...].starts(with: text.utf8) {
            position += text.utf8.count
            return true
        }
        let start = position
        while let byte = next, "0123456789+-.eE".utf8.contains(byte) { position += 1 }
        return position > start
    }
}
