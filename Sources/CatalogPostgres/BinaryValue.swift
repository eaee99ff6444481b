import Catalog

/// Values in PostgreSQL's binary form. Source: `src/backend/utils/adt`, the functions `*send` and
/// `*recv` of each type.
enum BinaryValue {
    /// Numbers of types. Source: `src/include/catalog/pg_type.dat`.
    enum TypeNumber {
        static let unknown: UInt32 = 0
        static let bool: UInt32 = 16
        static let bytea: UInt32 = 17
        static let int8: UInt32 = 20
        static let int2: UInt32 = 21
        static let int4: UInt32 = 23
        static let text: UInt32 = 25
        static let float4: UInt32 = 700
        static let float8: UInt32 = 701
        static let numeric: UInt32 = 1700
        /// Types that are sent as the bytes of their text.
        static let texts: Set<UInt32> = [18, 19, text, 705, 1042, 1043]
    }

    /// The type that a value is declared with; null is of whatever type its place has.
    static func type(of value: SQLValue) -> UInt32 {
        switch value {
        case .null: TypeNumber.unknown
        case .integer: TypeNumber.int8
        case .real: TypeNumber.float8
        case .text: TypeNumber.text
        case .blob: TypeNumber.bytea
        }
    }

    /// The bytes of a value; nil for null.
    static func encode(_ value: SQLValue) throws(CatalogError) -> [UInt8]? {
        switch value {
        case .null: return nil
        case .integer(let number): return bigEndian(UInt64(bitPattern: number))
        case .real(let number): return bigEndian(number.bitPattern)
        case .blob(let bytes): return bytes
        case .text(let text):
            let bytes = Array(text.utf8)
            guard !bytes.contains(0) else {
                throw CatalogError(.unexpectedValue, "A text for the catalogue holds a NUL character.")
            }
            return bytes
        }
    }

    /// The value of some bytes of a type; nil where the type is none that the catalogue has.
    static func decode(_ bytes: [UInt8], type: UInt32) -> SQLValue? {
        switch type {
        case TypeNumber.int8, TypeNumber.int4, TypeNumber.int2, TypeNumber.bool: return .integer(integer(bytes))
        case TypeNumber.float8: return .real(Double(bitPattern: UInt64(bitPattern: integer(bytes))))
        case TypeNumber.float4: return .real(Double(Float(bitPattern: UInt32(truncatingIfNeeded: integer(bytes)))))
        case TypeNumber.numeric: return numeric(bytes)
        case TypeNumber.bytea: return .blob(bytes)
        default: return TypeNumber.texts.contains(type) ? .text(String(decoding: bytes, as: UTF8.self)) : nil
        }
    }

    private static func bigEndian(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
    }

    /// A number with its sign, of up to eight bytes. A truth value is 0 or 1.
    private static func integer(_ bytes: [UInt8]) -> Int64 {
        guard let first = bytes.first else { return 0 }
        let isNegative = bytes.count > 1 && first & 0x80 != 0
        return bytes.reduce(isNegative ? -1 : 0) { $0 << 8 | Int64($1) }
    }

    /// A sum of whole numbers is one of any length: whole where it fits, else the nearest number that
    /// has a fraction. Source: `numeric_send`: count of digits, weight, sign, scale, and the
    /// digits to the base of 10,000.
    private static func numeric(_ bytes: [UInt8]) -> SQLValue? {
        guard bytes.count >= 8 else { return nil }
        func short(_ place: Int) -> Int { Int(bytes[place]) << 8 | Int(bytes[place + 1]) }
        let (count, weight, sign) = (short(0), Int(Int16(truncatingIfNeeded: short(2))), short(4))
        guard bytes.count == 8 + 2 * count, sign == 0 || sign == 0x4000 else { return nil }
        let digits = (0..<count).map { short(8 + 2 * $0) }
        if count <= weight + 1, let whole = whole(digits, weight: weight, isNegative: sign != 0) {
            return .integer(whole)
        }
        var value = 0.0
        for digit in digits { value = value * 10_000 + Double(digit) }
        for _ in 0..<max(0, weight + 1 - count) { value *= 10_000 }
        for _ in 0..<max(0, count - weight - 1) { value /= 10_000 }
        return .real(sign == 0 ? value : -value)
    }

    private static func whole(_ digits: [Int], weight: Int, isNegative: Bool) -> Int64? {
        var value: Int64 = 0
        for place in 0..<(weight + 1) {
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10_000)
            let digit = Int64(place < digits.count ? digits[place] : 0)
            let (sum, overflow) = product.addingReportingOverflow(isNegative ? -digit : digit)
            if isTooLarge || overflow { return nil }
            value = sum
        }
        return value
    }
}
