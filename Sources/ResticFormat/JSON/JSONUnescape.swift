/// The escapes of JSON strings.
enum JSONUnescape {
    /// Replaces `output` with the unescaped `content`; false if an escape is not valid. Halves of
    /// surrogate pairs become U+FFFD, as in Go.
    static func unescape(_ content: UnsafeRawBufferPointer, into output: inout [UInt8]) -> Bool {
        output.removeAll(keepingCapacity: true)
        var position = 0
        while position < content.count {
            // In bounds: position < content.count.
            let byte = unsafe content[position]
            guard byte == UInt8(ascii: "\\") else {
                output.append(byte)
                position += 1
                continue
            }
            guard let length = unsafe appendEscape(content, at: position, to: &output) else { return false }
            position += length
        }
        return true
    }

    /// Appends what the escape at `position` means; answers the escape's length, nil if
    /// it is not valid.
    private static func appendEscape(
        _ content: UnsafeRawBufferPointer, at position: Int, to output: inout [UInt8]
    ) -> Int? {
        guard position + 1 < content.count else { return nil }
        switch unsafe content[position + 1] {
        case UInt8(ascii: "\""): output.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): output.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): output.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0c)
        case UInt8(ascii: "n"): output.append(0x0a)
        case UInt8(ascii: "r"): output.append(0x0d)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"): return unsafe appendUnicode(content, at: position, to: &output)
        case _: return nil
        }
        return 2
    }

    private static func appendUnicode(
        _ content: UnsafeRawBufferPointer, at position: Int, to output: inout [UInt8]
    ) -> Int? {
        guard let first = unsafe fourDigits(content, position + 2) else { return nil }
        if (0xd800..<0xdc00).contains(first), position + 7 < content.count,
            unsafe content[position + 6] == UInt8(ascii: "\\"), unsafe content[position + 7] == UInt8(ascii: "u"),
            let second = unsafe fourDigits(content, position + 8), (0xdc00..<0xe000).contains(second)
        {
            UTF8Scalar.append(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00), to: &output)
            return 12
        }
        UTF8Scalar.append(first, to: &output)
        return 6
    }

    private static func fourDigits(_ content: UnsafeRawBufferPointer, _ start: Int) -> UInt32? {
        guard start + 4 <= content.count else { return nil }
        var value: UInt32 = 0
        for index in start..<start + 4 {
            // In bounds: start + 4 was just compared with the length.
            guard let digit = unsafe Hex.value(ofDigit: content[index]) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
