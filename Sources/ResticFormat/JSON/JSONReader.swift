/// Reads JSON from memory, value by value, without building a document. Answers every malformed
/// input with an error.
///
/// As lenient as the format asks for: white space anywhere, unknown fields skipped, `null` means
/// "not there", the last of equal keys counts. As strict as JSON otherwise: valid UTF-8, no
/// trailing commas, nothing after the end, nesting of at most 128.
///
/// `@safe` although it holds a pointer: it only lives inside `read`, which keeps the memory
/// alive, and every access to `text` stands behind a comparison of its index with `length`, the
/// number of its bytes.
@safe
struct JSONReader {
    private let text: UnsafeRawBufferPointer
    private let length: Int
    private(set) var position = 0
    private var depth = 0
    /// The unescaped form of the last string that had escapes.
    private var scratch: [UInt8] = []
    /// The last time that was read, and where its text stands.
    private var lastTime = (value: NodeTime.absent, text: 0..<0)

    private static let maximumDepth = 128

    private init(_ text: UnsafeRawBufferPointer) {
        unsafe self.text = text
        length = text.count
    }

    /// Reads one document: `body` must take exactly one value.
    static func read<Value>(
        _ bytes: Span<UInt8>, _ body: (inout JSONReader) throws(FormatError) -> Value
    ) throws(FormatError) -> Value {
        func parse(_ text: UnsafeRawBufferPointer) throws(FormatError) -> Value {
            var reader = unsafe JSONReader(text)
            let value = try body(&reader)
            reader.skipSpace()
            guard reader.position == reader.length else { throw reader.error("bytes after the end of the document") }
            return value
        }
        return try unsafe bytes.bytes.withUnsafeBytes(parse)
    }

    /// An error at the present position.
    func error(_ message: String) -> FormatError { FormatError(.malformed, message, byteOffset: position) }

    // MARK: Structure

    /// How far an object was read.
    struct ObjectCursor {
        fileprivate var isFirst = true
        /// The number of the name that usually comes next.
        fileprivate var hint = 0
    }

    /// How far an array was read.
    struct ArrayCursor {
        fileprivate var isFirst = true
    }

    /// Enters an object; `nextField` reads it up to its end.
    mutating func beginObject() throws(FormatError) -> ObjectCursor {
        try enter(UInt8(ascii: "{"))
        return ObjectCursor()
    }

    /// The number of the next one of `names` whose value is not null, with the reader at the value,
    /// which has to be read; nil at the end of the object, which is taken.
    @inline(__always)
    mutating func nextField(of object: inout ObjectCursor, _ names: FieldNames) throws(FormatError) -> Int? {
        while try next(isFirst: &object.isFirst, end: UInt8(ascii: "}")) {
            let index = try key(names, object.hint)
            try expect(UInt8(ascii: ":"))
            skipSpace()
            guard let index else {
                try skipValue()
                continue
            }
            object.hint = index + 1
            if !takeNull() { return index }
        }
        return nil
    }

    /// Enters an array; `nextElement` reads it up to its end.
    mutating func beginArray() throws(FormatError) -> ArrayCursor {
        try enter(UInt8(ascii: "["))
        return ArrayCursor()
    }

    /// Whether there is another element, with the reader at it, which has to be read. The end of
    /// the array is taken.
    @inline(__always)
    mutating func nextElement(of array: inout ArrayCursor) throws(FormatError) -> Bool {
        try next(isFirst: &array.isFirst, end: UInt8(ascii: "]"))
    }

    private mutating func enter(_ bracket: UInt8) throws(FormatError) {
        try expect(bracket)
        depth += 1
        guard depth <= Self.maximumDepth else {
            throw FormatError(.tooLarge, "nested too deeply", byteOffset: position)
        }
    }

    /// Whether another element follows; if not, the closing bracket is taken.
    @inline(__always)
    private mutating func next(isFirst: inout Bool, end: UInt8) throws(FormatError) -> Bool {
        skipSpace()
        if peek() == end {
            position += 1
            depth -= 1
            return false
        }
        if !isFirst {
            try expect(UInt8(ascii: ","))
            skipSpace()
        }
        isFirst = false
        return true
    }

    private mutating func key(_ names: FieldNames, _ hint: Int) throws(FormatError) -> Int? {
        if let index = takeUsualKey(names, hint) { return index }
        return try unsafe withString { key, _ in unsafe names.index(of: key, startingAt: hint) }
    }

    /// Takes a key without looking at each of its characters, where one of the names from `hint` on
    /// stands there as it is.
    @inline(__always)
    private mutating func takeUsualKey(_ names: FieldNames, _ hint: Int) -> Int? {
        guard peek() == UInt8(ascii: "\"") else { return nil }
        let start = position + 1
        for index in hint..<max(hint, names.count) {
            let end = start + names.length(of: index)
            // In bounds: the text is compared up to `end`, which is below `length`.
            guard end < length, unsafe text[end] == UInt8(ascii: "\""),
                unsafe names.matches(index, UnsafeRawBufferPointer(rebasing: text[start..<end]))
            else { continue }
            position = end + 1
            return index
        }
        return nil
    }

    // MARK: Characters

    /// The next byte, 0 at the end (which is not valid anywhere outside of a string, nor inside).
    @inline(__always)
    private func peek() -> UInt8 { position < length ? unsafe text[position] : 0 }

    @inline(__always)
    private mutating func expect(_ byte: UInt8) throws(FormatError) {
        skipSpace()
        guard position < length, peek() == byte else { throw error("expected '\(Unicode.Scalar(byte))'") }
        position += 1
    }

    @inline(__always)
    private mutating func skipSpace() {
        while position < length {
            switch peek() {
            case 0x20, 0x09, 0x0a, 0x0d: position += 1
            case _: return
            }
        }
    }

    private mutating func takeNull() -> Bool { peek() == UInt8(ascii: "n") && take("null") }

    private mutating func take(_ literal: StaticString) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard count <= length - position else { return false }
        // In bounds: `count` bytes remain, and the literal has `count` bytes.
        for index in 0..<count where unsafe text[position + index] != literal.utf8Start[index] { return false }
        position += count
        return true
    }

    // MARK: Values

    /// Reads a string and gives `body` its bytes, valid UTF-8 without escapes, and whether the JSON
    /// had escapes. The bytes are only valid inside `body`.
    @inline(__always)
    mutating func withString<Value>(
        _ body: (UnsafeRawBufferPointer, Bool) throws(FormatError) -> Value
    ) throws(FormatError) -> Value {
        try expect(UInt8(ascii: "\""))
        let start = position
        var hasEscapes = false
        var hasHighBytes = false
        scan: while true {
            guard position < length else { throw error("a string does not end") }
            let byte = unsafe text[position]
            switch byte {
            case UInt8(ascii: "\""): break scan
            case UInt8(ascii: "\\"):
                hasEscapes = true
                position += 2
            case 0x00..<0x20: throw error("a control character in a string")
            case 0x80...0xff:
                hasHighBytes = true
                position += 1
            case _: position += 1
            }
        }
        // In bounds: start ≤ position < length.
        let content = unsafe UnsafeRawBufferPointer(rebasing: text[start..<position])
        position += 1
        if hasHighBytes { unsafe try validate(content) }
        guard hasEscapes else { return unsafe try body(content, false) }
        unsafe try unescape(content)
        func use(_ unescaped: UnsafeRawBufferPointer) throws(FormatError) -> Value { unsafe try body(unescaped, true) }
        return try unsafe scratch.span.bytes.withUnsafeBytes(use)
    }

    private func validate(_ content: UnsafeRawBufferPointer) throws(FormatError) {
        var index = 0
        while index < content.count {
            guard let scalar = unsafe UTF8Scalar(content, at: index) else { throw error("a string is not valid UTF-8") }
            index += scalar.length
        }
    }

    private mutating func unescape(_ content: UnsafeRawBufferPointer) throws(FormatError) {
        guard unsafe JSONUnescape.unescape(content, into: &scratch) else { throw error("an escape is not valid") }
    }

    mutating func string() throws(FormatError) -> String {
        try unsafe withString { bytes, _ in unsafe String(decoding: bytes, as: UTF8.self) }
    }

    /// Reads a string as its UTF-8.
    mutating func stringBytes() throws(FormatError) -> [UInt8] {
        try unsafe withString { bytes, _ in unsafe Array(bytes) }
    }

    /// Reads a whole number without sign, fraction or exponent, at most `limit`.
    mutating func number(atMost limit: UInt64 = .max) throws(FormatError) -> UInt64 {
        skipSpace()
        let start = position
        var value: UInt64 = 0
        while case let digit = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) {
            let (scaled, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = scaled.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
            guard !overflowed, !carried else { throw error("a number is too large") }
            value = sum
            position += 1
        }
        guard position > start else { throw error("expected a whole number that is not negative") }
        // In bounds: a digit was read at `start`.
        let first = unsafe text[start]
        guard position == start + 1 || first != UInt8(ascii: "0") else { throw error("a number has a leading zero") }
        switch peek() {
        case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): throw error("expected a whole number")
        case _: break
        }
        guard value <= limit else { throw error("a number is above \(limit)") }
        return value
    }

    /// Reads a number that fits 32 bits.
    mutating func number32() throws(FormatError) -> UInt32 { UInt32(try number(atMost: UInt64(UInt32.max))) }

    /// Reads `true` or `false`.
    mutating func bool() throws(FormatError) -> Bool {
        skipSpace()
        if take("true") { return true }
        if take("false") { return false }
        throw error("expected true or false")
    }

    /// Reads an ID as 64 hexadecimal digits.
    mutating func id() throws(FormatError) -> ObjectID {
        guard let id = try unsafe withString({ bytes, _ in unsafe ObjectID(hexDigits: bytes) }) else {
            throw error("an ID has 64 lower-case hexadecimal digits")
        }
        return id
    }

    /// Reads a time in RFC 3339.
    mutating func time() throws(FormatError) -> NodeTime {
        skipSpace()
        let start = position + 1
        // A node's times are mostly one and the same.
        let end = start + lastTime.text.count
        if end > start, end < length, peek() == UInt8(ascii: "\""), unsafe text[end] == UInt8(ascii: "\""),
            hasSame(start, as: lastTime.text)
        {
            position = end + 1
            return lastTime.value
        }
        guard
            let time = try unsafe withString({ bytes, _ in
                unsafe NodeTime(rfc3339: bytes.bindMemory(to: UInt8.self).span)
            })
        else {
            throw error("a time is not in RFC 3339")
        }
        lastTime = (time, start..<(position - 1))
        return time
    }

    /// Whether the text from `start` on is that of a range before it, both of them within the text.
    private func hasSame(_ start: Int, as range: Range<Int>) -> Bool {
        for index in 0..<range.count where unsafe text[start + index] != text[range.lowerBound + index] { return false }
        return true
    }

    /// Reads base64 with padding.
    mutating func base64() throws(FormatError) -> [UInt8] {
        guard let bytes = Base64.decode(try stringBytes()) else { throw error("not valid base64") }
        return bytes
    }

    /// Reads any value and gives its text as it stands.
    mutating func rawValue() throws(FormatError) -> [UInt8] {
        skipSpace()
        let start = position
        try skipValue()
        // In bounds: start ≤ position ≤ length.
        return unsafe Array(text[start..<position])
    }

    /// Reads any value and forgets it. The nesting is limited, so the recursion is.
    mutating func skipValue() throws(FormatError) {
        skipSpace()
        switch peek() {
        case UInt8(ascii: "{"):
            var object = try beginObject()
            while try nextField(of: &object, .none) != nil {}
        case UInt8(ascii: "["):
            var array = try beginArray()
            while try nextElement(of: &array) { try skipValue() }
        case UInt8(ascii: "\""): try unsafe withString { _, _ in }
        case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try bool()
        case UInt8(ascii: "n"): guard take("null") else { throw error("expected a value") }
        case _: try skipNumber()
        }
    }

    private mutating func skipNumber() throws(FormatError) {
        if peek() == UInt8(ascii: "-") { position += 1 }
        if peek() == UInt8(ascii: "0") { position += 1 } else { try skipDigits() }
        if peek() == UInt8(ascii: ".") {
            position += 1
            try skipDigits()
        }
        guard peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") else { return }
        position += 1
        if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { position += 1 }
        try skipDigits()
    }

    private mutating func skipDigits() throws(FormatError) {
        let start = position
        while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(peek()) { position += 1 }
        guard position > start else { throw error("expected a value") }
    }
}
