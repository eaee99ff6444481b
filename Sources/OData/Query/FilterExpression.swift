/// A property as `$filter` and `$orderby` name it, resolved against the model.
public struct PropertyPath: Sendable, Equatable {
    /// The names from the entity inwards, in canonical spelling: one, or more for
    /// members of complex values.
    public let names: [String]
    /// Whether its values are ids of entities. GUIDs among them are kept in lower case
    /// and compared in it.
    var isIdentifier: Bool { names.last.map { $0 == "id" || $0.hasSuffix("Id") } ?? false }
    /// The name in a data source: the columns of the parts, joined with slashes.
    public let column: String
    public let type: EdmType
    /// Whether it may be null.
    public let isNullable: Bool
}

/// How two values are compared. The raw value is the word of the grammar.
public enum ComparisonOperator: String, Sendable, Hashable, CaseIterable {
    /// The same; null equals null.
    case equal = "eq"
    case notEqual = "ne"
    case greater = "gt"
    /// Greater, later, or the same.
    case greaterOrEqual = "ge"
    case less = "lt"
    /// Less, earlier, or the same.
    case lessOrEqual = "le"

    /// The same comparison with its sides exchanged.
    var mirrored: ComparisonOperator {
        switch self {
        case .equal, .notEqual: self
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        }
    }
}

/// A test on text. The raw value is the word of the grammar.
public enum TextFunction: String, Sendable, Hashable, CaseIterable {
    /// The text begins with the other.
    case startsWith = "startswith"
    /// The text ends with the other.
    case endsWith = "endswith"
    /// The other occurs in the text.
    case contains
}

/// A checked `$filter`: every property exists and may be filtered, every value is
/// of its property's type.
///
/// Truth has two values, as in OData 4.0 (part 2, 5.1.1.1): a comparison with a missing value is
/// false, except that null equals null; so `not (size gt 5)` is true where `size` is null. Text
/// compares by code points.
public indirect enum FilterExpression: Sendable, Equatable {
    /// `status eq 'active'`; null only with `equal` and `notEqual`.
    case comparison(PropertyPath, ComparisonOperator, FilterValue)
    /// A list of values: `id in ('a','b')`.
    case oneOf(PropertyPath, [FilterValue])
    /// A test of text: `startswith(displayName,'a')`.
    case text(TextFunction, PropertyPath, String)
    /// All of them; at least two.
    case and([FilterExpression])
    /// Any of them; at least two.
    case or([FilterExpression])
    case not(FilterExpression)
}

extension FilterExpression {
    /// The tests of one property each that the expression is made of.
    public var tests: [FilterExpression] {
        switch self {
        case .comparison, .oneOf, .text: [self]
        case .and(let terms), .or(let terms): terms.flatMap(\.tests)
        case .not(let term): term.tests
        }
    }

    /// The terms that must all hold: those of an `and` on the outside, else the expression itself.
    public var conjuncts: [FilterExpression] {
        if case .and(let terms) = self { terms.flatMap(\.conjuncts) } else { [self] }
    }
}

/// One key of `$orderby`.
public struct OrderItem: Sendable, Equatable {
    public let property: PropertyPath
    /// Whether greater values come first.
    public let isDescending: Bool
}

/// The limits on query options.
public struct QueryLimits: Sendable {
    /// The longest query string in bytes.
    public var maximumQueryBytes = 16_384
    /// The most comparisons in one `$filter`, list elements counted one by one.
    public var maximumFilterTerms = 100
    /// The deepest nesting of parentheses and `not`.
    public var maximumFilterDepth = 32
    /// The deepest nesting of `$expand`.
    public var maximumExpandDepth = 4
    /// The most names in one `$select`, `$expand` or `$orderby`.
    public var maximumListItems = 100

    public init() {}

    /// The refusal of a filter that breaks one of these limits.
    var filterTooLong: ODataError {
        ODataError(
            .filterLengthExceeded, "The filter has more than \(maximumFilterTerms) terms or is nested too deeply.",
            target: "$filter")
    }
}
