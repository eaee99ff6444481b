/// A polynomial over GF(2) of a degree up to 63; bit i is the coefficient of x^i.
/// Source: restic-format.md section 13.
public struct Polynomial: Hashable, Sendable, CustomStringConvertible {
    /// The coefficients.
    public let bits: UInt64

    /// The degree that restic's chunker uses.
    public static let chunkerDegree = 53

    public init(bits: UInt64) { self.bits = bits }

    /// Reads 1 to 16 hexadecimal digits without prefix; nil for anything else.
    public init?(hex: String) {
        guard (1...16).contains(hex.utf8.count) else { return nil }
        var bits: UInt64 = 0
        for digit in hex.utf8 {
            guard let value = Hex.value(ofDigit: digit) else { return nil }
            bits = bits << 4 | UInt64(value)
        }
        self.bits = bits
    }

    /// Lower-case hexadecimal digits without prefix and leading zeros, as `config` has them.
    public var hex: String { Hex.string(bits) }
    public var description: String { hex }
    /// The highest power with a coefficient; -1 for the zero polynomial.
    public var degree: Int { 63 - bits.leadingZeroBitCount }

    /// Draws an irreducible polynomial of degree 53; about one in 27 drawn is.
    public static func random(using generator: inout some RandomNumberGenerator) -> Polynomial {
        while true {
            let bits = generator.next() & (1 << 54 - 1) | 1 << 53 | 1
            let polynomial = Polynomial(bits: bits)
            if polynomial.isIrreducible { return polynomial }
        }
    }

    /// Whether it has no divisors but itself and 1 (Ben-Or's test). Constants are not irreducible.
    public var isIrreducible: Bool {
        guard degree >= 1 else { return false }
        var power = Self.remainder(2, bits)
        for _ in 0..<degree / 2 {
            power = Self.product(power, power, modulo: bits)
            guard Self.greatestCommonDivisor(bits, power ^ Self.remainder(2, bits)) == 1 else { return false }
        }
        return true
    }

    static func remainder(_ value: UInt64, _ divisor: UInt64) -> UInt64 {
        var value = value
        while value.leadingZeroBitCount <= divisor.leadingZeroBitCount, value != 0 {
            value ^= divisor << UInt64(divisor.leadingZeroBitCount - value.leadingZeroBitCount)
        }
        return value
    }

    /// `left * right mod divisor`; both factors are of a lower degree than the divisor.
    static func product(_ left: UInt64, _ right: UInt64, modulo divisor: UInt64) -> UInt64 {
        let top: UInt64 = 1 << UInt64(63 - divisor.leadingZeroBitCount)
        var product: UInt64 = 0
        var rest = right
        var multiple = left
        while rest != 0 {
            if rest & 1 != 0 { product ^= multiple }
            rest >>= 1
            // For degree 63 the bit above is shifted out, which is the same as taking it away.
            let carries = multiple & (top >> 1) != 0
            multiple <<= 1
            if carries { multiple ^= divisor }
        }
        return product
    }

    private static func greatestCommonDivisor(_ left: UInt64, _ right: UInt64) -> UInt64 {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, remainder(left, right)) }
        return left
    }
}
