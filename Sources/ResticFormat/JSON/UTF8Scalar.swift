/// One Unicode scalar as it stands in UTF-8, decoded as strictly as Go's `utf8.DecodeRune`:
/// shortest forms only, no surrogates.
struct UTF8Scalar {
    /// The code point.
    let value: UInt32
    /// The number of bytes, 1 to 4.
    let length: Int

    /// Decodes what begins at `position` (less than `text.count`); nil if it is not valid.
    init?(_ text: UnsafeRawBufferPointer, at position: Int) {
        let first = unsafe text[position]
        switch first {
        case 0x00...0x7f: (value, length) = (UInt32(first), 1)
        case 0xc2...0xdf:
            guard let rest = unsafe Self.continuation(text, position + 1, count: 1, firstAtLeast: 0x80, atMost: 0xbf)
            else { return nil }
            (value, length) = (UInt32(first & 0x1f) << 6 | rest, 2)
        case 0xe0...0xef:
            let low: UInt8 = first == 0xe0 ? 0xa0 : 0x80
            let high: UInt8 = first == 0xed ? 0x9f : 0xbf
            guard let rest = unsafe Self.continuation(text, position + 1, count: 2, firstAtLeast: low, atMost: high)
            else { return nil }
            (value, length) = (UInt32(first & 0x0f) << 12 | rest, 3)
        case 0xf0...0xf4:
            let low: UInt8 = first == 0xf0 ? 0x90 : 0x80
            let high: UInt8 = first == 0xf4 ? 0x8f : 0xbf
            guard let rest = unsafe Self.continuation(text, position + 1, count: 3, firstAtLeast: low, atMost: high)
            else { return nil }
            (value, length) = (UInt32(first & 0x07) << 18 | rest, 4)
        case _: return nil
        }
    }

    private static func continuation(
        _ text: UnsafeRawBufferPointer, _ position: Int, count: Int, firstAtLeast low: UInt8, atMost high: UInt8
    ) -> UInt32? {
        guard position + count <= text.count else { return nil }
        var value: UInt32 = 0
        for index in 0..<count {
            // In bounds: position + count was just compared with the length.
            let byte = unsafe text[position + index]
            guard index == 0 ? (low...high).contains(byte) : byte & 0xc0 == 0x80 else { return nil }
            value = value << 6 | UInt32(byte & 0x3f)
        }
        return value
    }

    /// Appends the UTF-8 of a code point; surrogates and numbers above U+10FFFF become U+FFFD.
    static func append(_ value: UInt32, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: String(Unicode.Scalar(value) ?? "\u{fffd}").utf8)
    }
}
