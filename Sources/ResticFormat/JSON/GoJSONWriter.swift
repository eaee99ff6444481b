/// Writes JSON as Go's `encoding/json` does: no white space, the same escapes. Callers give the
/// fields in canonical order.
///
/// Source: restic-format.md section 10.2.
struct GoJSONWriter {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    mutating func beginObject() { begin(UInt8(ascii: "{")) }
    mutating func endObject() { end(UInt8(ascii: "}")) }
    mutating func beginArray() { begin(UInt8(ascii: "[")) }
    mutating func endArray() { end(UInt8(ascii: "]")) }

    private mutating func begin(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// Writes the name of the next value; names are ours and need no escapes.
    mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func null() { literal("null") }
    mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }

    private mutating func literal(_ text: StaticString) {
        separate()
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func number(_ value: UInt64) {
        separate()
        decimal(value)
    }

    mutating func number(_ value: Int64) {
        separate()
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        decimal(value.magnitude)
    }

    private mutating func decimal(_ value: UInt64) {
        guard value >= 10 else { return bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value)) }
        var rest = value
        let start = bytes.count
        while rest > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        }
        bytes[start...].reverse()
    }

    mutating func string(_ text: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in unsafe appendEscaped(UnsafeRawBufferPointer(utf8)) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes bytes as a string; each byte that is not part of valid UTF-8 becomes
    /// U+FFFD, as in Go.
    mutating func string(_ text: [UInt8]) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        unsafe text.withUnsafeBytes { unsafe appendEscaped($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func string(_ id: ObjectID) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        id.appendHex(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func base64(_ value: [UInt8]) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: Base64.encode(value))
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func string(_ time: NodeTime) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        time.appendRFC3339(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes text that is JSON already.
    mutating func raw(_ json: [UInt8]) {
        separate()
        bytes.append(contentsOf: json)
    }

    /// Appends one newline, after the end of the document.
    mutating func newline() { bytes.append(UInt8(ascii: "\n")) }

    private mutating func appendEscaped(_ text: UnsafeRawBufferPointer) {
        var position = 0
        while position < text.count {
            // In bounds: `position` and `plain` are between 0 and `text.count`.
            var plain = position
            while plain < text.count, unsafe JSONEscape.isPlain(text[plain]) { plain += 1 }
            if plain > position {
                unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[position..<plain]))
                position = plain
            } else {
                unsafe position += appendSpecial(text, at: position)
            }
        }
    }

    /// Writes what stands at `position` and answers its length.
    private mutating func appendSpecial(_ text: UnsafeRawBufferPointer, at position: Int) -> Int {
        let byte = unsafe text[position]
        guard byte >= 0x80 else {
            JSONEscape.append(byte, to: &bytes)
            return 1
        }
        guard let scalar = unsafe UTF8Scalar(text, at: position) else {
            bytes.append(contentsOf: "\\ufffd".utf8)
            return 1
        }
        if scalar.value == 0x2028 || scalar.value == 0x2029 {
            bytes.append(contentsOf: (scalar.value == 0x2028 ? "\\u2028" : "\\u2029").utf8)
        } else {
            unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[position..<position + scalar.length]))
        }
        return scalar.length
    }
}

/// The escapes of Go's `encoding/json` for single bytes.
enum JSONEscape {
    /// Whether the byte is ASCII that stands for itself.
    @inline(__always)
    static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"): false
        case 0x20...0x7f: true
        case _: false
        }
    }

    /// Writes an ASCII byte that is not plain.
    static func append(_ byte: UInt8, to bytes: inout [UInt8]) {
        let short: UInt8? =
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
            case 0x08: UInt8(ascii: "b")
            case 0x0c: UInt8(ascii: "f")
            case UInt8(ascii: "\n"): UInt8(ascii: "n")
            case UInt8(ascii: "\r"): UInt8(ascii: "r")
            case UInt8(ascii: "\t"): UInt8(ascii: "t")
            case _: nil
            }
        bytes.append(UInt8(ascii: "\\"))
        if let short {
            bytes.append(short)
        } else {
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(Hex.digit(byte >> 4))
            bytes.append(Hex.digit(byte & 15))
        }
    }
}
