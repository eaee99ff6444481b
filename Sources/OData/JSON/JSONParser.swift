/// Why a text is not JSON, and where.
public struct JSONParseError: Error, Sendable, Equatable {
    /// The byte position of the fault, from zero.
    public var offset: Int
    /// What is wrong there.
    public var message: String
    /// The members and elements that lead there, as `a/b[2]`; empty at the top.
    public var property: String = ""

    /// The same fault, located from the enclosing object or array.
    func inside(_ step: String) -> JSONParseError {
        var error = self
        error.property = JSONValue.joined(step, property)
        return error
    }
}

/// The limits on one JSON text.
public struct JSONLimits: Sendable {
    /// The largest text in bytes.
    public var maximumBytes: Int
    /// The deepest nesting of arrays and objects.
    public var maximumDepth: Int

    /// Makes limits; the defaults are four MiB and 32 levels.
    public init(maximumBytes: Int = 4 << 20, maximumDepth: Int = 32) {
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
    }
}

extension JSONValue {
    /// Reads one JSON text (RFC 8259): UTF-8 without byte order mark, nothing but
    /// white space around it.
    ///
    /// Repeated member names, lone surrogates, and numbers outside of `Double` are refused.
    public init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONParseError) {
        guard bytes.count <= limits.maximumBytes else {
            throw JSONParseError(
                offset: limits.maximumBytes, message: "The text is longer than \(limits.maximumBytes) bytes.")
        }
        var parser = JSONParser(bytes: bytes, maximumDepth: limits.maximumDepth)
        self = try parser.document()
    }

    /// Reads one JSON text given as a string.
    public init(parsing text: String, limits: JSONLimits = JSONLimits()) throws(JSONParseError) {
        self = try JSONValue(parsing: Array(text.utf8), limits: limits)
    }
}

/// A recursive descent parser; its recursion is bounded by `maximumDepth`.
private struct JSONParser {
    let bytes: [UInt8]
    let maximumDepth: Int
    var position = 0

    init(bytes: [UInt8], maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    mutating func document() throws(JSONParseError) -> JSONValue {
        let result = try value(depth: 0)
        skipBlanks()
        guard position == bytes.count else { throw fault("Unexpected text after the value.") }
        return result
    }

    private mutating func value(depth: Int) throws(JSONParseError) -> JSONValue {
        skipBlanks()
        guard let byte = peek() else { throw fault("Unexpected end of the text.") }
        switch byte {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw fault("A value was expected.")
        }
    }

    private mutating func object(depth: Int) throws(JSONParseError) -> JSONObject {
        try enter(depth)
        var result = JSONObject()
        if takeAfterBlanks("}") { return result }
        while true {
            skipBlanks()
            let start = position
            guard peek() == UInt8(ascii: "\"") else { throw fault("A member name was expected.") }
            let name = try string()
            guard result[name] == nil else {
                throw JSONParseError(offset: start, message: "The member \"\(name)\" appears twice.")
            }
            guard takeAfterBlanks(":") else { throw fault("A colon was expected.") }
            do throws(JSONParseError) {
                result[name] = try value(depth: depth)
            } catch {
                throw error.inside(name)
            }
            if takeAfterBlanks("}") { return result }
            guard takeAfterBlanks(",") else { throw fault("A comma or a closing brace was expected.") }
        }
    }

    private mutating func array(depth: Int) throws(JSONParseError) -> [JSONValue] {
        try enter(depth)
        var result: [JSONValue] = []
        if takeAfterBlanks("]") { return result }
        while true {
            do throws(JSONParseError) {
                result.append(try value(depth: depth))
            } catch {
                throw error.inside("[\(result.count)]")
            }
            if takeAfterBlanks("]") { return result }
            guard takeAfterBlanks(",") else { throw fault("A comma or a closing bracket was expected.") }
        }
    }

    private mutating func enter(_ depth: Int) throws(JSONParseError) {
        guard depth <= maximumDepth else { throw fault("The value is nested deeper than \(maximumDepth) levels.") }
        position += 1
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONParseError) -> JSONValue {
        for byte in "\(text)".utf8 {
            guard peek() == byte else { throw fault("A value was expected.") }
            position += 1
        }
        return value
    }

    private mutating func number() throws(JSONParseError) -> JSONValue {
        let start = position
        _ = take("-")
        if !take("0") { try digits() }
        var isWhole = true
        if take(".") {
            isWhole = false
            try digits()
        }
        if take("e") || take("E") {
            isWhole = false
            if !take("+") { _ = take("-") }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let number = Int64(text) { return .int(number) }
        guard let number = Double(text), number.isFinite else {
            throw JSONParseError(offset: start, message: "The number is out of range.")
        }
        return .double(number)
    }

    private mutating func digits() throws(JSONParseError) {
        let start = position
        while let byte = peek(), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
        guard position > start else { throw fault("A digit was expected.") }
    }

    /// Reads a string whose opening quote is the next byte.
    private mutating func string() throws(JSONParseError) -> String {
        let start = position
        position += 1
        var copied: [UInt8] = []
        var runStart = position
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\""):
                copied.append(contentsOf: bytes[runStart..<position])
                position += 1
                guard let text = String(validating: copied, as: UTF8.self) else {
                    throw JSONParseError(offset: start, message: "The string is not valid UTF-8.")
                }
                return text
            case UInt8(ascii: "\\"):
                copied.append(contentsOf: bytes[runStart..<position])
                position += 1
                try escape(into: &copied)
                runStart = position
            case 0..<0x20:
                throw fault("A control character must be escaped.")
            default:
                position += 1
            }
        }
        throw fault("The string is not closed.")
    }

    private mutating func escape(into copied: inout [UInt8]) throws(JSONParseError) {
        guard let byte = peek() else { throw fault("The string is not closed.") }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): copied.append(byte)
        case UInt8(ascii: "b"): copied.append(0x08)
        case UInt8(ascii: "f"): copied.append(0x0c)
        case UInt8(ascii: "n"): copied.append(0x0a)
        case UInt8(ascii: "r"): copied.append(0x0d)
        case UInt8(ascii: "t"): copied.append(0x09)
        case UInt8(ascii: "u"):
            position += 1
            copied.append(contentsOf: String(Character(try scalar())).utf8)
            return
        default: throw fault("The escape is not known.")
        }
        position += 1
    }

    /// Reads four hexadecimal digits, and the second half where they are the first half
    /// of a surrogate pair.
    private mutating func scalar() throws(JSONParseError) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xdc00, take("\\"), take("u") else { throw fault("A surrogate stands alone.") }
        let second = try hexadecimal()
        guard (0xdc00...0xdfff).contains(second),
            let scalar = Unicode.Scalar(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))
        else { throw fault("A surrogate stands alone.") }
        return scalar
    }

    private mutating func hexadecimal() throws(JSONParseError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw fault("Four hexadecimal digits were expected.")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func takeAfterBlanks(_ character: Unicode.Scalar) -> Bool {
        skipBlanks()
        return take(character)
    }

    private mutating func skipBlanks() {
        while let byte = peek(), byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    private func fault(_ message: String) -> JSONParseError { JSONParseError(offset: position, message: message) }
}
