import Catalog
import OData

/// Where the properties of a list lie that are no columns of their own name: filters and orders on
/// them become conditions on columns.
struct RowPlaces: Sendable {
    /// Where filters go on to another table, by the name of the navigation.
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

    /// The column that orders by a property; nil where every row has the same value. 400 for what
    /// is computed from several.
    func orderColumn(of path: PropertyPath) throws(ODataError) -> String? {
        switch places[path.names.joined(separator: "/")] ?? .column(path.column) {
        case .constant: return nil
        case .column(let name) where !name.contains("/"): return name
        // What stands for nothing is less than any other value, as null is.
        case .exception(.column(let name), let isException, _) where isException == .isNull(name): return name
        case .column, .exception, .flag, .count:
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
            // The id of the other row is the column that leads there.
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
        case .constant(let value): return test.holds(for: value) ? .true : .false
        }
    }
}

/// Where one property lies.
indirect enum RowPlace: Sendable {
    /// In a column, also inside of its JSON.
    case column(String)
    /// In no column: it is a number of rows of another table.
    case count(RowCount)
    /// At a place, but rows for which the condition holds have the value.
    case exception(RowPlace, where: RowPredicate, value: FilterValue)
    /// In no column: it is true where the condition holds, and false elsewhere.
    case flag(RowPredicate)
    /// In no column: it has the same value everywhere.
    case constant(FilterValue)

    /// In a column that may be empty; the value stands for none.
    static func column(_ name: String, emptyAs value: FilterValue) -> RowPlace {
        .exception(.column(name), where: .isNull(name), value: value)
    }
}

/// A column that holds the ids of another table's rows.
struct RowRelation: Sendable {
    let column: String
    let table: String
    /// Where the properties of those rows lie.
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
