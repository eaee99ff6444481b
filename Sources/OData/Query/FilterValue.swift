public import Foundation

/// A value in `$filter`, typed by the property that it is compared with.
public enum FilterValue: Sendable, Equatable {
    case null
    /// Of a Boolean property.
    case bool(Bool)
    /// Of a property of whole numbers, 32 or 64 bits.
    case int(Int64)
    /// Of a property of floating point numbers.
    case double(Double)
    /// Of a text property; also a duration, as it was written.
    case string(String)
    /// Of a property of moments.
    case date(Date)
    /// Canonical member names; more than one for a set of flags.
    case enumeration([String])
}
