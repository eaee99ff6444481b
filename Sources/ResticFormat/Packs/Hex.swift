/// Hexadecimal digits, lower case as the format writes them.
enum Hex {
    /// The digit of 0...15.
    @inline(__always)
    static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + (value - 10)
    }

    /// The value of one of 0...9, a...f.
    @inline(__always)
    static func value(ofLowerCaseDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case _: nil
        }
    }

    /// The value of a digit of either case, as JSON and Go escapes allow.
    @inline(__always)
    static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        case _: value(ofLowerCaseDigit: digit)
        }
    }

    /// The eight digits of four bytes. The first byte of the text is the lowest of the result.
    ///
    /// All eight at once, without a branch: IDs are random, so branches on their digits would be
    /// mispredicted half of the time.
    @inline(__always)
    static func digits(of word: UInt32) -> UInt64 {
        var spread = UInt64(word.byteSwapped)
        spread = (spread | spread << 16) & 0x0000_ffff_0000_ffff
        spread = (spread | spread << 8) & 0x00ff_00ff_00ff_00ff
        let values = (spread >> 4 & 0x000f_000f_000f_000f) | (spread & 0x000f_000f_000f_000f) << 8
        return text(ofNibbles: values)
    }

    /// Each byte 0...15 as its digit: 0x30 more, and 0x27 more again from ten on.
    @inline(__always)
    private static func text(ofNibbles values: UInt64) -> UInt64 {
        let isLetter = (values &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return values &+ 0x3030_3030_3030_3030 &+ isLetter &* 0x27
    }

    /// The value of eight lower-case digits, the first of which is the lowest byte; nil if one
    /// is not a digit.
    @inline(__always)
    static func value(ofEightDigits digits: UInt64) -> UInt32? {
        let isLetter = digits >> 6 & 0x0101_0101_0101_0101
        let values = (digits & 0x0f0f_0f0f_0f0f_0f0f) &+ isLetter &* 9
        // A wrong character gives a value above 15, or another character when written again.
        guard values & 0xf0f0_f0f0_f0f0_f0f0 == 0, text(ofNibbles: values) == digits else { return nil }
        var packed = (values << 4 | values >> 8) & 0x00ff_00ff_00ff_00ff
        packed = (packed | packed >> 8) & 0x0000_ffff_0000_ffff
        packed = packed | packed >> 16
        return UInt32(truncatingIfNeeded: packed).byteSwapped
    }

    /// A number without leading zeros.
    static func string(_ value: UInt64) -> String { String(value, radix: 16) }
}
