import Catalog
import Foundation
import OData

/// Lists of rows: a checked filter becomes a condition with parameters, and pages go on by key, so that none loses or repeats an entry.
struct RowList<Record: CatalogRecord> {
    let catalog: CatalogStore
    /// The column whose order holds where the client names none; the id follows by itself.
    let defaultOrder: String
    /// Whether that order is descending.
    var newestFirst = false
    /// Where filters may go on to another table, by the name of the navigation.
    var relations: [String: RowRelation] = [:]

    /// One page of the rows that fit `base` and the client's filter.
    func page(_ context: RequestContext<APICaller>, where base: RowPredicate = .true) async throws -> (rows: [Record], next: String?, count: Int?) {
        var parts = [base]
        if let filter = context.options.filter { parts.append(try Self.predicate(filter, relations)) }
        let order = context.options.orderBy.map { Query<Record>.Order($0.property.column, ascending: !$0.isDescending) }
        var query = Query<Record>(where: .and(parts), order: order.isEmpty ? [.init(defaultOrder, ascending: !newestFirst)] : order)
        let count = context.options.counts ? try await catalog.count(query) : nil
        guard context.pageSize > 0 else { return ([], nil, count) }
        query.after = try context.position.map(Self.key)
        query.offset = context.options.skip ?? 0
        query.limit = context.pageSize + 1
        var rows = try await catalog.page(query)
        guard rows.count > context.pageSize else { return (rows, nil, count) }
        rows.removeLast()
        return (rows, try rows.last.map { try Self.position(query.key(of: $0)) }, count)
    }

    /// A filter as a condition on columns.
    static func predicate(_ filter: FilterExpression, _ relations: [String: RowRelation] = [:]) throws(ODataError) -> RowPredicate {
        switch filter {
        case .comparison(let path, let comparison, let value):
            let value = try sql(value, path.type)
            return related(path, relations) { .compare($0, operation(comparison), value) }
        case .oneOf(let path, let values):
            var list: [SQLValue] = []
            for value in values { list.append(try sql(value, path.type)) }
            return related(path, relations) { [list] in .oneOf($0, list) }
        case .text(let function, let path, let text): return related(path, relations) { .text($0, match(function), text) }
        case .and(let terms): return .and(try predicates(terms, relations))
        case .or(let terms): return .or(try predicates(terms, relations))
        case .not(let term): return .not(try predicate(term, relations))
        }
    }

    /// A condition on a column of this table, or of the one that the path leads to. An id there is the column that leads there.
    private static func related(_ path: PropertyPath, _ relations: [String: RowRelation], _ condition: (String) -> RowPredicate) -> RowPredicate {
        guard path.names.count > 1, let relation = relations[path.names[0]] else { return condition(path.column) }
        let inner = String(path.column.drop { $0 != "/" }.dropFirst())
        return inner == "id" ? condition(relation.column) : .related(column: relation.column, table: relation.table, condition(inner))
    }

    private static func predicates(_ terms: [FilterExpression], _ relations: [String: RowRelation]) throws(ODataError) -> [RowPredicate] {
        var list: [RowPredicate] = []
        for term in terms { list.append(try predicate(term, relations)) }
        return list
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

    /// A row's place in the order, as text for a token: each value with a letter for its kind.
    private static func position(_ key: [SQLValue]) throws -> String {
        let texts = key.map { value in
            switch value {
            case .null: "n"
            case .integer(let number): "i\(number)"
            case .real(let number): "r\(number)"
            case .text(let text): "t\(text)"
            case .blob(let bytes): "b\(Data(bytes).base64EncodedString())"
            }
        }
        return String(decoding: try JSONEncoder().encode(texts), as: UTF8.self)
    }

    private static func key(_ position: String) throws(ODataError) -> [SQLValue] {
        guard let texts = try? JSONDecoder().decode([String].self, from: Data(position.utf8)) else {
            throw ODataError.badRequest("The skip token is not valid.")
        }
        return texts.map { text in
            let rest = String(text.dropFirst())
            return switch text.first {
            case "i": Int64(rest).map { .integer($0) } ?? .null
            case "r": Double(rest).map { .real($0) } ?? .null
            case "t": .text(rest)
            case "b": Data(base64Encoded: rest).map { .blob([UInt8]($0)) } ?? .null
            default: .null
            }
        }
    }
}

/// A column that holds the ids of another table's rows.
struct RowRelation {
    let column: String
    let table: String
}

extension EdmType {
    /// Whether values are sets, which the catalogue stores as the sum of their numbers.
    fileprivate var isFlags: Bool { if case .enumeration(let description) = self { description.isFlags } else { false } }

    fileprivate func sum(of members: [String]) -> Int64 {
        guard case .enumeration(let description) = self else { return 0 }
        return description.members.filter { members.contains($0.name) }.reduce(0) { $0 | Int64($1.number) }
    }
}
