public import Foundation

/// A Swift value that has one form in a column.
public protocol SQLConvertible: Sendable {
    /// The value as it is stored.
    var sqlValue: SQLValue { get }

    /// Reads a stored value; nil where it has another form.
    init?(sqlValue: SQLValue)
}

extension String: SQLConvertible {
    /// Text.
    public var sqlValue: SQLValue { .text(self) }

    /// Reads text.
    public init?(sqlValue: SQLValue) {
        guard case .text(let text) = sqlValue else { return nil }
        self = text
    }
}

extension Int: SQLConvertible {
    /// An integer.
    public var sqlValue: SQLValue { .integer(Int64(self)) }

    /// Reads an integer.
    public init?(sqlValue: SQLValue) {
        guard case .integer(let number) = sqlValue else { return nil }
        self = Int(number)
    }
}

extension Bool: SQLConvertible {
    /// 0 or 1.
    public var sqlValue: SQLValue { .integer(self ? 1 : 0) }

    /// Reads 0 or 1.
    public init?(sqlValue: SQLValue) {
        guard case .integer(let number) = sqlValue, number == 0 || number == 1 else { return nil }
        self = number == 1
    }
}

extension Date: SQLConvertible {
    /// Microseconds since 1970-01-01T00:00:00Z, rounded.
    public var sqlValue: SQLValue { .integer(Int64((timeIntervalSince1970 * 1_000_000).rounded())) }

    /// Reads microseconds.
    public init?(sqlValue: SQLValue) {
        guard case .integer(let microseconds) = sqlValue else { return nil }
        self.init(timeIntervalSince1970: Double(microseconds) / 1_000_000)
    }
}

extension [UInt8]: SQLConvertible {
    /// Bytes.
    public var sqlValue: SQLValue { .blob(self) }

    /// Reads bytes.
    public init?(sqlValue: SQLValue) {
        guard case .blob(let bytes) = sqlValue else { return nil }
        self = bytes
    }
}

extension Optional: SQLConvertible where Wrapped: SQLConvertible {
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
    /// The name.
    public var sqlValue: SQLValue { .text(rawValue) }

    /// Reads a name.
    public init?(sqlValue: SQLValue) {
        guard case .text(let name) = sqlValue else { return nil }
        self.init(rawValue: name)
    }
}

/// A set of flags stored as the sum of their numbers.
public protocol SQLFlags: SQLConvertible, OptionSet, Hashable where RawValue == Int {}

extension SQLFlags {
    /// The sum.
    public var sqlValue: SQLValue { .integer(Int64(rawValue)) }

    /// Reads a sum.
    public init?(sqlValue: SQLValue) {
        guard case .integer(let number) = sqlValue else { return nil }
        self.init(rawValue: Int(number))
    }
}

/// A nested value stored as JSON text with sorted keys.
public protocol SQLJSON: SQLConvertible, Codable {}

extension SQLJSON {
    /// JSON text.
    public var sqlValue: SQLValue {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // The values that conform hold only strings, integers and nested values of the same kind, which always encode.
        guard let data = try? encoder.encode(self) else { preconditionFailure("a catalogue value of plain fields always encodes") }
        return .text(String(decoding: data, as: UTF8.self))
    }

    /// Reads JSON text.
    public init?(sqlValue: SQLValue) {
        guard case .text(let text) = sqlValue, let value = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)) else { return nil }
        self = value
    }
}
