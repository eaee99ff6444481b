import Catalog
import OData

/// The places of a list's properties that are not columns of the same name. Filters and orders on
/// them become conditions on columns.
struct RowPlaces: Sendable {
    /// The tables behind navigations that filters may go through, by the navigation's name.
    var relations: [String: RowRelation] = [:]
    /// Properties by their path as the model spells it, such as `isEnabled` or `application/id`.
    var places: [String: RowPlace] = [:]

    /// A filter as a condition on columns.
    func predicate(_ filter: FilterExpression) throws(ODataError) -> RowPredicate {
        switch filter {
        case .comparison(let path, _, _), .oneOf(let path, _), .text(_, let path, _):
            try condition(filter, path.names[...], path.column)
        case .and(let terms): .and(try predicates(terms))
        case .or(let terms): .or(try predicates(terms))
        case .not(let term): .not(try predicate(term))
        }
    }

    /// The column that orders by a property; nil where every row has the same value. Refuses a
    /// property that is computed from several columns.
    func orderColumn(of path: PropertyPath) throws(ODataError) -> String? {
        switch places[path.names.joined(separator: "/")] ?? .column(path.column) {
        case .constant: return nil
        case .column(let name) where !name.contains("/"): return name
        // The placeholder for a missing value sorts first, as null does.
        case .exception(.column(let name), let isException, _) where isException == .isNull(name): return name
        case .column, .exception, .flag, .choice, .count:
            throw .badRequest(
                "The property '\(path.names.joined(separator: "/"))' cannot be used in $orderby.", target: "$orderby")
        }
    }

    private func predicates(_ terms: [FilterExpression]) throws(ODataError) -> [RowPredicate] {
        var list: [RowPredicate] = []
        for term in terms { list.append(try predicate(term)) }
        return list
    }

    /// A test of one property, which is reached by `names` and called `column` by the model.
    private func condition(
        _ test: FilterExpression, _ names: ArraySlice<String>, _ column: String
    ) throws(ODataError) -> RowPredicate {
        if names.count > 1, let name = names.first, let relation = relations[name] {
            let inner = String(column.drop { $0 != "/" }.dropFirst())
            // The id of the other row is this row's own column.
            if inner == "id" { return try test.condition(onColumn: relation.column) }
            let condition = try relation.places.condition(test, names.dropFirst(), inner)
            return .related(column: relation.column, table: relation.table, condition)
        }
        return try condition(test, at: places[names.joined(separator: "/")] ?? .column(column))
    }

    private func condition(_ test: FilterExpression, at place: RowPlace) throws(ODataError) -> RowPredicate {
        switch place {
        case .column(let name): return try test.condition(onColumn: name)
        case .count(let count): return test.condition(on: count)
        case .exception(let place, let isException, let value):
            let regular = RowPredicate.and([.not(isException), try condition(test, at: place)])
            return test.holds(for: value) ? .or([regular, isException]) : regular
        case .flag(let isTrue):
            switch (test.holds(for: .bool(true)), test.holds(for: .bool(false))) {
            case (true, true): return .true
            case (true, false): return isTrue
            case (false, true): return .not(isTrue)
            case (false, false): return .false
            }
        case .choice(let values):
            return .or(values.compactMap { value, condition in test.holds(for: value) ? condition : nil })
        case .constant(let value): return test.holds(for: value) ? .true : .false
        }
    }
}

/// The place of one property.
indirect enum RowPlace: Sendable {
    /// A column, or a member inside its JSON.
    case column(String)
    /// A number of rows of another table.
    case count(RowCount)
    /// A place, but rows that satisfy the condition have the value.
    case exception(RowPlace, where: RowPredicate, value: FilterValue)
    /// No column: true where the condition holds, and false elsewhere.
    case flag(RowPredicate)
    /// No column: one of several values, each where its condition holds; exactly one does.
    case choice([(value: FilterValue, condition: RowPredicate)])
    /// No column: the same value in every row.
    case constant(FilterValue)

    /// A column that may be null; the value stands for null.
    static func column(_ name: String, emptyAs value: FilterValue) -> RowPlace {
        .exception(.column(name), where: .isNull(name), value: value)
    }
}

/// A column that holds the ids of another table's rows.
struct RowRelation: Sendable {
    let column: String
    let table: String
    /// The places of the properties of those rows.
    var places = RowPlaces()
}

extension FilterExpression {
    /// Whether the test of one property holds for a value.
    fileprivate func holds(for value: FilterValue) -> Bool { matches { _ in value } }

    /// The test of one property as a condition on a column.
    fileprivate func condition(onColumn column: String) throws(ODataError) -> RowPredicate {
        switch self {
        case .comparison(let path, let comparison, let value):
            return .compare(column, Self.operation(comparison), try Self.sql(value, path.type))
        case .oneOf(let path, let values):
            var list: [SQLValue] = []
            for value in values { list.append(try Self.sql(value, path.type)) }
            return .oneOf(column, list)
        case .text(let function, _, let text): return .text(column, Self.match(function), text)
        case .and, .or, .not: preconditionFailure("a test is of one property")
        }
    }

    /// The test of a number as a condition on how many rows there are, which is never null.
    fileprivate func condition(on count: RowCount) -> RowPredicate {
        switch self {
        case .comparison(_, let comparison, .int(let number)): .count(count, Self.operation(comparison), number)
        case .comparison(_, let comparison, _): comparison == .notEqual ? .true : .false
        case .oneOf(_, let values):
            .or(values.compactMap { if case .int(let number) = $0 { .count(count, .equal, number) } else { nil } })
        case .text, .and, .or, .not: preconditionFailure("a number is compared")
        }
    }

    private static func operation(_ comparison: ComparisonOperator) -> Comparison {
        switch comparison {
        case .equal: .equal
        case .notEqual: .notEqual
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        }
    }

    private static func match(_ function: TextFunction) -> RowPredicate.TextMatch {
        switch function {
        case .startsWith: .prefix
        case .endsWith: .suffix
        case .contains: .substring
        }
    }

    private static func sql(_ value: FilterValue, _ type: EdmType) throws(ODataError) -> SQLValue {
        switch value {
        case .enumeration(let members) where type.isFlags: return .integer(type.sum(of: members))
        case .null: return .null
        case .bool(let flag): return flag.sqlValue
        case .int(let number): return .integer(number)
        case .double(let number): return .real(number)
        case .string(let text): return .text(text)
        case .date(let date): return date.sqlValue
        case .enumeration(let members) where members.count == 1: return .text(members[0])
        case .enumeration: throw ODataError.badRequest("This property cannot be compared with several members at once.")
        }
    }
}

extension EdmType {
    /// Whether values are sets, which the catalogue stores as the sum of their numbers.
    fileprivate var isFlags: Bool {
        if case .enumeration(let description) = self { description.isFlags } else { false }
    }

    fileprivate func sum(of members: [String]) -> Int64 {
        guard case .enumeration(let description) = self else { return 0 }
        return description.members.filter { members.contains($0.name) }.reduce(0) { $0 | Int64($1.number) }
    }
}
