/// Base64 with the standard alphabet and padding, as Go's `encoding/json` writes bytes.
///
/// Not Foundation's, which accepts texts with unused bits set: a tree is read only as it was written.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")

    /// The text of the bytes.
    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var position = 0
        while position < bytes.count {
            let first = bytes[position]
            let second = position + 1 < bytes.count ? bytes[position + 1] : 0
            let third = position + 2 < bytes.count ? bytes[position + 2] : 0
            text.append(alphabet[Int(first >> 2)])
            text.append(alphabet[Int((first & 3) << 4 | second >> 4)])
            text.append(position + 1 < bytes.count ? alphabet[Int((second & 15) << 2 | third >> 6)] : padding)
            text.append(position + 2 < bytes.count ? alphabet[Int(third & 63)] : padding)
            position += 3
        }
        return text
    }

    /// The bytes of a text; nil if it is not well-formed: length, alphabet, padding, unused bits.
    static func decode(_ text: [UInt8]) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        let pads = text.suffix(2).reversed().prefix { $0 == padding }.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var bits: UInt32 = 0
        for (index, character) in text.dropLast(pads).enumerated() {
            guard let value = value(of: character) else { return nil }
            bits = bits << 6 | UInt32(value)
            if index % 4 == 3 { append(bits, 3, to: &bytes) }
            if index % 4 == 3 { bits = 0 }
        }
        switch pads {
        case 1 where bits & 3 == 0: append(bits >> 2, 2, to: &bytes)
        case 2 where bits & 15 == 0: append(bits >> 4, 1, to: &bytes)
        case 0: break
        case _: return nil
        }
        return bytes
    }

    private static func append(_ bits: UInt32, _ count: Int, to bytes: inout [UInt8]) {
        for index in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(8 * index))) }
    }

    private static func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        case _: nil
        }
    }
}
