import Texts

/// What the databases spell in different ways. All other SQL of the catalogue is the same for each.
///
/// A dialect is asked for the few places; there is no second set of queries.
public enum SQLDialect: Sendable, Hashable, CaseIterable {
    case sqlite
    case postgres

    /// The most rows that one statement adds.
    var rowsPerInsert: Int {
        switch self {
        case .sqlite: 1
        case .postgres: 100
        }
    }

    /// The greatest of some values, none of which is null.
    public func greatest(_ values: String...) -> String { "\(greatestFunction)(\(values.joined(separator: ", ")))" }

    /// The function that gives the greatest of some values.
    var greatestFunction: String {
        switch self {
        case .sqlite: "MAX"
        case .postgres: "GREATEST"
        }
    }

    /// A condition as 0 or 1.
    func number(_ condition: String) -> String {
        switch self {
        case .sqlite: condition
        case .postgres: "CASE WHEN \(condition) THEN 1 ELSE 0 END"
        }
    }

    /// The operator that tells two values apart and takes null for a value.
    var isNotSame: String {
        switch self {
        case .sqlite: "IS NOT"
        case .postgres: "IS DISTINCT FROM"
        }
    }

    /// What follows a query in parentheses after `FROM`. Where a name is needed, it is `of`.
    public var derivedTableName: String {
        switch self {
        case .sqlite: ""
        case .postgres: #" AS "of""#
        }
    }

    /// The text or number under some names in a column of JSON, null where there is none. PostgreSQL has
    /// numbers as text too.
    ///
    /// PostgreSQL reads no JSON with an escaped NUL, and one such row would make a condition fail for
    /// all; there it reads as U+FFFD.
    func inside(_ column: String, _ names: [String]) -> String {
        switch self {
        case .sqlite: "json_extract(\(column), '$.\(names.joined(separator: "."))')"
        case .postgres:
            #"(CAST(REPLACE(\#(column), '\u0000', '\ufffd') AS JSONB) #>> '{\#(names.joined(separator: ","))}')"#
        }
    }

    /// Whether a text matches a pattern, without regard to the case of ASCII letters.
    func like(_ text: String, _ pattern: String) -> SQLFragment {
        switch self {
        case .sqlite: SQLFragment(sql: "LOWER(\(text)) LIKE LOWER(?) ESCAPE '\\'", arguments: [.text(pattern)])
        case .postgres:
            // The pattern is folded here: the server would fold it by the database's rules.
            SQLFragment(
                sql: "LOWER(\(text) COLLATE \"C\") LIKE ? ESCAPE '\\'",
                arguments: [.text(String(decoding: pattern.foldingASCII, as: UTF8.self))])
        }
    }

    /// Whether a column's value is one of some, none of which is null.
    func isOneOf(_ place: String, _ values: [SQLValue]) -> SQLFragment {
        switch self {
        case .sqlite:
            let marks = values.map { _ in "?" }.joined(separator: ", ")
            return SQLFragment(sql: "\(place) IN (\(marks))", arguments: values)
        case .postgres:
            // One argument, so that lists of any length are one statement.
            let lists = PostgresList.lists(of: values)
            let parts = lists.map { "\(place) = ANY (CAST(? AS \($0.type)[]))" }
            return SQLFragment(
                sql: parts.count == 1 ? parts[0] : "(\(parts.joined(separator: " OR ")))",
                arguments: lists.map { .text($0.text) })
        }
    }

    /// A column in a form in which no index serves it, where the database has to be told.
    func withoutIndex(_ place: String) -> String {
        switch self {
        case .sqlite: "(\(place) || '')"
        case .postgres: place
        }
    }

    /// A value as it is compared with what `inside` gives.
    func comparedInside(_ value: SQLValue) -> SQLValue {
        guard self == .postgres, case .integer(let number) = value else { return value }
        return .text(String(number))
    }
}

/// Values as PostgreSQL reads arrays from a text. Source: PostgreSQL 15, 8.15.6.
struct PostgresList {
    var type: String
    var text: String

    /// A list for each type that occurs.
    static func lists(of values: [SQLValue]) -> [PostgresList] {
        var elements: [String: [String]] = [:]
        for value in values {
            switch value {
            case .null: continue
            case .integer(let number): elements["BIGINT", default: []].append(String(number))
            case .real(let number): elements["DOUBLE PRECISION", default: []].append("\(number)")
            case .text(let text): elements["TEXT", default: []].append(quoted(text))
            case .blob(let bytes): elements["BYTEA", default: []].append(quoted("\\x" + Hexadecimal.text(of: bytes)))
            }
        }
        return elements.sorted { $0.key < $1.key }.map { type, elements in
            PostgresList(type: type, text: "{\(elements.joined(separator: ","))}")
        }
    }

    private static func quoted(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        scalars.append("\"")
        for scalar in text.unicodeScalars {
            if scalar == "\\" || scalar == "\"" { scalars.append("\\") }
            scalars.append(scalar)
        }
        scalars.append("\"")
        return String(scalars)
    }
}
