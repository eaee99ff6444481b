/// How a column is compared.
public enum Comparison: String, Sendable, CaseIterable {
    case equal = "="
    /// Not equal; true for null against a value.
    case notEqual = "<>"
    /// Less than; false for null.
    case less = "<"
    /// Less or equal; false for null.
    case lessOrEqual = "<="
    /// Greater than; false for null.
    case greater = ">"
    /// Greater or equal; false for null.
    case greaterOrEqual = ">="
}

/// A condition on rows. Truth is two-valued, as in OData: a comparison with a missing value
/// is false, except `notEqual`.
///
/// A column that holds JSON can be looked into: `createdBy/user/id` is a text or a number inside of
/// the column `createdBy`, or missing. `size/$text` is the number of a column as decimal text.
public indirect enum RowPredicate: Sendable, Hashable {
    case `true`
    case `false`
    /// A column against a value; `null` compares equal to a missing value.
    case compare(String, Comparison, SQLValue)
    /// A column is one of some values.
    case oneOf(String, [SQLValue])
    /// A text column starts with, ends with or contains a text, without regard to the
    /// case of ASCII letters.
    case text(String, TextMatch, String)
    /// A text column that holds folded text contains a text that is folded as it is. Where the database
    /// has an index for that (`SearchedColumn`), rare texts are found by it.
    case contains(String, String)
    /// A flags column holds every flag of a number.
    case hasFlags(String, Int)
    case and([RowPredicate])
    case or([RowPredicate])
    case not(RowPredicate)
    /// A column holds the id of a row of another table for which the condition holds. With
    /// `testsEachRow` the rows are walked in their order and tested, instead of found by an index
    /// on the column: better where many of the other rows fit.
    case related(column: String, table: String, RowPredicate, testsEachRow: Bool = false)
    /// The number of rows of another table that belong to the row.
    case count(RowCount, Comparison, Int64)

    /// Where a text is searched for.
    public enum TextMatch: Sendable, Hashable, CaseIterable {
        case prefix
        case suffix
        case substring
    }

    /// Equality with a value.
    public static func equal(_ column: String, _ value: some SQLConvertible) -> RowPredicate {
        .compare(column, .equal, value.sqlValue)
    }

    /// The column has no value.
    public static func isNull(_ column: String) -> RowPredicate { .compare(column, .equal, .null) }

    /// One of some values.
    public static func oneOf(_ column: String, _ values: [some SQLConvertible]) -> RowPredicate {
        .oneOf(column, values.map(\.sqlValue))
    }
}

/// The rows of another table that refer to a row and meet a condition.
public struct RowCount: Sendable, Hashable {
    /// The table whose rows are counted.
    public let table: String
    /// Its column that holds the id.
    public let column: String
    /// The table whose row has the id; another one than `table`.
    public let owner: String
    /// Which of them count.
    public let condition: RowPredicate

    /// Declares what is counted.
    public init(_ table: String, _ column: String, of owner: String, where condition: RowPredicate = .true) {
        self.table = table
        self.column = column
        self.owner = owner
        self.condition = condition
    }
}

/// SQL text with its arguments.
struct SQLFragment {
    var sql: String
    var arguments: [SQLValue] = []

    /// The fragment between two texts, with the same arguments.
    func wrapped(_ before: String, _ after: String) -> SQLFragment {
        SQLFragment(sql: before + sql + after, arguments: arguments)
    }
}

extension RowPredicate {
    /// The condition as SQL that is always true or false, never null.
    func fragment(_ dialect: SQLDialect) -> SQLFragment {
        func place(_ column: String) -> String { Catalog.place(column, dialect) }
        return switch self {
        case .true: SQLFragment(sql: "1 = 1")
        case .false: SQLFragment(sql: "1 = 0")
        case .compare(let column, let comparison, .null): Self.compareWithNull(place(column), comparison)
        case .compare(let column, let comparison, let value):
            Self.compare(place(column), comparison, isInside(column) ? dialect.comparedInside(value) : value)
        case .oneOf(let column, let values):
            Self.oneOfFragment(place(column), isInside(column) ? values.map(dialect.comparedInside) : values, dialect)
        case .text(let column, let match, let text):
            dialect.like(place(column), Self.pattern(match, text)).wrapped("(\(place(column)) IS NOT NULL AND ", ")")
        case .contains(let column, let text):
            SQLFragment(
                sql: "(\(place(column)) IS NOT NULL AND \(place(column)) LIKE ? ESCAPE '\\')",
                arguments: [.text(Self.pattern(.substring, text))])
        case .hasFlags(let column, let flags):
            SQLFragment(sql: "(\(place(column)) & ?) = ?", arguments: [.integer(Int64(flags)), .integer(Int64(flags))])
        case .and(let parts): Self.join(parts, dialect, word: " AND ", empty: "1 = 1")
        case .or(let parts): Self.join(parts, dialect, word: " OR ", empty: "1 = 0")
        case .not(let part): part.fragment(dialect).wrapped("NOT (", ")")
        case .related(let column, let table, let part, let testsEachRow):
            // No index contains an expression.
            part.fragment(dialect).wrapped(
                "(\(place(column)) IS NOT NULL AND "
                    + "\(testsEachRow ? dialect.withoutIndex(place(column)) : place(column)) "
                    + "IN (SELECT \"id\" FROM \(quoted(table)) WHERE ",
                "))")
        case .count(let count, let comparison, let number):
            Self.count(count, dialect, is: "\(comparison.rawValue) ?", .integer(number))
        }
    }

    private static func compare(_ place: String, _ comparison: Comparison, _ value: SQLValue) -> SQLFragment {
        switch comparison {
        case .notEqual: SQLFragment(sql: "(\(place) IS NULL OR \(place) <> ?)", arguments: [value])
        case .equal, .less, .lessOrEqual, .greater, .greaterOrEqual:
            SQLFragment(sql: "(\(place) IS NOT NULL AND \(place) \(comparison.rawValue) ?)", arguments: [value])
        }
    }

    private static func count(
        _ count: RowCount, _ dialect: SQLDialect, is comparison: String, _ number: SQLValue
    ) -> SQLFragment {
        let condition = count.condition.fragment(dialect)
        return SQLFragment(
            sql:
                "((SELECT COUNT(*) FROM \(quoted(count.table)) "
                + "WHERE \(quoted(count.column)) = \(quoted(count.owner)).\"id\" "
                + "AND \(condition.sql)) \(comparison))",
            arguments: condition.arguments + [number])
    }

    private static func compareWithNull(_ place: String, _ comparison: Comparison) -> SQLFragment {
        switch comparison {
        // Only (in)equality can hold where a side is missing (OData 4.0 URL Conventions, 5.1.1.1),
        // as in the evaluator of `OData`.
        case .equal: SQLFragment(sql: "\(place) IS NULL")
        case .notEqual: SQLFragment(sql: "\(place) IS NOT NULL")
        case .less, .lessOrEqual, .greater, .greaterOrEqual: SQLFragment(sql: "1 = 0")
        }
    }

    private static func oneOfFragment(
        _ place: String, _ values: [SQLValue], _ dialect: SQLDialect
    ) -> SQLFragment {
        let present = values.filter { $0 != .null }
        var alternatives: [SQLFragment] = []
        if present.count < values.count { alternatives.append(SQLFragment(sql: "\(place) IS NULL")) }
        if !present.isEmpty {
            alternatives.append(dialect.isOneOf(place, present).wrapped("(\(place) IS NOT NULL AND ", ")"))
        }
        return alternatives.isEmpty
            ? SQLFragment(sql: "1 = 0")
            : SQLFragment(
                sql: "(\(alternatives.map(\.sql).joined(separator: " OR ")))",
                arguments: alternatives.flatMap(\.arguments))
    }

    private static func pattern(_ match: TextMatch, _ text: String) -> String {
        // Scalar by scalar: a wildcard that carries a combining accent is one character to Swift,
        // but still a wildcard to the database.
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if ["\\", "%", "_"].contains(scalar) { escaped.append("\\") }
            escaped.append(scalar)
        }
        let literal = String(escaped)
        return switch match {
        case .prefix: literal + "%"
        case .suffix: "%" + literal
        case .substring: "%" + literal + "%"
        }
    }

    private static func join(
        _ parts: [RowPredicate], _ dialect: SQLDialect, word: String, empty: String
    ) -> SQLFragment {
        guard !parts.isEmpty else { return SQLFragment(sql: empty) }
        let fragments = parts.map { $0.fragment(dialect) }
        return SQLFragment(
            sql: "(" + fragments.map(\.sql).joined(separator: word) + ")", arguments: fragments.flatMap(\.arguments))
    }
}

/// A column in SQL. `column/name/name` is the value under the names in the JSON of
/// a column, or null.
private func place(_ column: String, _ dialect: SQLDialect) -> String {
    let parts = column.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count > 1 else { return quoted(column) }
    if parts.count == 2, parts[1] == "$text" { return "CAST(\(quoted(String(parts[0]))) AS TEXT)" }
    let names = parts.dropFirst()
    precondition(
        names.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isLetter) },
        "names inside of JSON are declared as letters only")
    return dialect.inside(quoted(String(parts[0])), names.map(String.init))
}

/// Whether a column is named with the place of a value in its JSON.
private func isInside(_ column: String) -> Bool { column.contains("/") && !column.hasSuffix("/$text") }

private func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
}

/// A quoted name. Names come from declarations, never from a client.
func quoted(_ name: String) -> String {
    precondition(!name.contains("\""), "names of tables and columns are declared without quotes")
    return "\"\(name)\""
}
