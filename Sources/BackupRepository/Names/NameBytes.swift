import ResticFormat

// The numbers and texts of the name index. A number has seven bits in a byte, the lowest first,
// and the eighth bit says that more follow; a signed one is folded so that small ones stay short;
// a text is preceded by its length.

extension [UInt8] {
    mutating func append(number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func append(count: Int) { append(number: UInt64(count)) }

    mutating func append(signed number: Int64) {
        append(number: UInt64(bitPattern: (number << 1) ^ (number >> 63)))
    }

    mutating func append(counted text: some Collection<UInt8>) {
        append(count: text.count)
        append(contentsOf: text)
    }

    /// Eight bytes, the lowest first.
    mutating func append(word: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
}

/// Reads what the above wrote; whatever does not fit is `malformed`.
struct NameBytesReader {
    let bytes: [UInt8]
    private(set) var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    mutating func byte() throws(FormatError) -> UInt8 {
        guard place < bytes.count else { throw Self.short }
        defer { place += 1 }
        return bytes[place]
    }

    mutating func number() throws(FormatError) -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            guard shift < 63 || (shift == 63 && next <= 1) else {
                throw FormatError(.malformed, "a number of the name index is too long")
            }
            number |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return number }
            shift += 7
        }
    }

    mutating func signed() throws(FormatError) -> Int64 {
        let number = try number()
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    /// A number of things of which each takes a byte at least, so that no claim takes memory.
    mutating func count() throws(FormatError) -> Int {
        let number = try number()
        guard number <= UInt64(bytes.count) else { throw Self.short }
        return Int(number)
    }

    mutating func number32() throws(FormatError) -> UInt32 {
        guard let number = UInt32(exactly: try number()) else {
            throw FormatError(.malformed, "a number of the name index is too great")
        }
        return number
    }

    mutating func text() throws(FormatError) -> [UInt8] { Array(bytes[try range(try count())]) }

    mutating func word() throws(FormatError) -> UInt64 {
        bytes[try range(8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func id() throws(FormatError) -> ObjectID {
        guard let id = ObjectID(bytes: bytes[try range(ObjectID.byteCount)]) else { throw Self.short }
        return id
    }

    /// Where the next bytes are, which are passed over.
    mutating func range(_ count: Int) throws(FormatError) -> Range<Int> {
        guard count <= bytes.count - place else { throw Self.short }
        defer { place += count }
        return place..<(place + count)
    }

    private static let short = FormatError(.malformed, "a part of the name index is cut short")
}
