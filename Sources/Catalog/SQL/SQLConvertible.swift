public import Foundation

/// The form in which a kind of value is stored.
public struct SQLForm: Sendable, Hashable {
    /// The least value of this form.
    public var least: SQLValue
    /// Whether a column of it may hold null.
    public var isNullable = false

    public static let integer = SQLForm(least: .integer(.min))
    public static let text = SQLForm(least: .text(""))
    public static let blob = SQLForm(least: .blob([]))
}

/// A Swift value that has one form in a column.
public protocol SQLConvertible: Sendable {
    /// The form of every value except null.
    static var sqlForm: SQLForm { get }

    /// The value as it is stored.
    var sqlValue: SQLValue { get }

    /// Reads a stored value; nil where it has another form.
    init?(sqlValue: SQLValue)
}

extension String: SQLConvertible {
    public static var sqlForm: SQLForm { .text }

    public var sqlValue: SQLValue { .text(self) }

    public init?(sqlValue: SQLValue) {
        guard case .text(let text) = sqlValue else { return nil }
        self = text
    }
}

extension Int: SQLConvertible {
    public static var sqlForm: SQLForm { .integer }

    public var sqlValue: SQLValue { .integer(Int64(self)) }

    public init?(sqlValue: SQLValue) {
        guard case .integer(let number) = sqlValue else { return nil }
        self = Int(number)
    }
}

extension Bool: SQLConvertible {
    public static var sqlForm: SQLForm { .integer }

    /// 0 or 1.
    public var sqlValue: SQLValue { .integer(self ? 1 : 0) }

    public init?(sqlValue: SQLValue) {
        guard case .integer(let number) = sqlValue, number == 0 || number == 1 else { return nil }
        self = number == 1
    }
}

extension Date: SQLConvertible {
    public static var sqlForm: SQLForm { .integer }

    /// Microseconds since 1970-01-01T00:00:00Z, rounded; a date beyond 64 bits becomes
    /// the nearest one within.
    public var sqlValue: SQLValue {
        let microseconds = (timeIntervalSince1970 * 1_000_000).rounded()
        return .integer(Int64(exactly: microseconds) ?? (microseconds < 0 ? .min : .max))
    }

    public init?(sqlValue: SQLValue) {
        guard case .integer(let microseconds) = sqlValue else { return nil }
        self.init(timeIntervalSince1970: Double(microseconds) / 1_000_000)
    }
}

extension [UInt8]: SQLConvertible {
    public static var sqlForm: SQLForm { .blob }

    public var sqlValue: SQLValue { .blob(self) }

    public init?(sqlValue: SQLValue) {
        guard case .blob(let bytes) = sqlValue else { return nil }
        self = bytes
    }
}

extension Optional: SQLConvertible where Wrapped: SQLConvertible {
    /// The wrapped value's form, or null.
    public static var sqlForm: SQLForm { SQLForm(least: Wrapped.sqlForm.least, isNullable: true) }

    /// Null, or the value's form.
    public var sqlValue: SQLValue { self?.sqlValue ?? .null }

    /// Reads null or a value.
    public init?(sqlValue: SQLValue) {
        if sqlValue == .null {
            self = nil
        } else {
            guard let value = Wrapped(sqlValue: sqlValue) else { return nil }
            self = .some(value)
        }
    }
}

/// An enumeration stored by the name that it has on the wire.
public protocol SQLEnum: SQLConvertible, RawRepresentable where RawValue == String {}

extension SQLEnum {
    public static var sqlForm: SQLForm { .text }

    public var sqlValue: SQLValue { .text(rawValue) }

    public init?(sqlValue: SQLValue) {
        guard case .text(let name) = sqlValue else { return nil }
        self.init(rawValue: name)
    }
}

/// A set of flags stored as the sum of their numbers.
public protocol SQLFlags: SQLConvertible, OptionSet, Hashable where RawValue == Int {}

extension SQLFlags {
    public static var sqlForm: SQLForm { .integer }

    public var sqlValue: SQLValue { .integer(Int64(rawValue)) }

    public init?(sqlValue: SQLValue) {
        guard case .integer(let number) = sqlValue else { return nil }
        self.init(rawValue: Int(number))
    }
}

/// A nested value stored as JSON text with sorted keys.
public protocol SQLJSON: SQLConvertible, Codable {}

extension SQLJSON {
    public static var sqlForm: SQLForm { .text }

    public var sqlValue: SQLValue { .text(jsonText) }

    public init?(sqlValue: SQLValue) {
        guard case .text(let text) = sqlValue else { return nil }
        self.init(jsonText: text)
    }

    /// The value as JSON.
    var jsonText: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // The conforming types hold only strings, integers and nested values of
        // these, which always encode.
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("a catalogue value of plain fields always encodes")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// Reads JSON; nil where it is not of this type.
    init?(jsonText: String) {
        guard let value = try? JSONDecoder().decode(Self.self, from: Data(jsonText.utf8)) else { return nil }
        self = value
    }
}
