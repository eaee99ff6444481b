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

    /// A number without leading zeros.
    static func string(_ value: UInt64) -> String { String(value, radix: 16) }
}
