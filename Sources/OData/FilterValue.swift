public import Foundation

/// A value in `$filter`, typed by the property that it is compared with.
public enum FilterValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    case date(Date)
    /// Canonical member names; more than one for a set of flags.
    case enumeration([String])
}
