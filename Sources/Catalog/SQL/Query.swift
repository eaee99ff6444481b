/// Which rows, in which order, and how many. The order always ends with the id, so that it is total.
public struct Query<Record: CatalogRecord>: Sendable {
    /// The condition.
    public var predicate: Predicate
    /// The columns to order by; the id is added by itself. Missing values come first in ascending order.
    public var order: [Order]
    /// Where the last page ended: the values of `order`'s columns and the id of its last row (`Query.key(of:)`).
    public var after: [SQLValue]?
    /// How many rows to skip after that.
    public var offset: Int
    /// The most rows to give; nil for all.
    public var limit: Int?

    /// A column and a direction.
    public struct Order: Sendable, Hashable {
        /// The column's name.
        public var column: String
        /// From small to great.
        public var isAscending: Bool

        /// Orders by a column.
        public init(_ column: String, ascending: Bool = true) {
            self.column = column
            isAscending = ascending
        }
    }

    /// Makes a query.
    public init(where predicate: Predicate = .all, order: [Order] = [], after: [SQLValue]? = nil, offset: Int = 0, limit: Int? = nil) {
        self.predicate = predicate
        self.order = order
        self.after = after
        self.offset = offset
        self.limit = limit
    }

    /// The position of a row in this query's order, for `after`.
    public func key(of record: Record) -> [SQLValue] {
        totalOrder.map { order in
            Record.table.columns.first { $0.name == order.column }?.read(record) ?? .null
        }
    }

    /// The order with the id at its end.
    var totalOrder: [Order] {
        let named = order.filter { $0.column != "id" }
        let id = order.first { $0.column == "id" } ?? Order("id", ascending: order.last?.isAscending ?? true)
        return named + [id]
    }

    /// The rows as SQL.
    func select() throws(CatalogError) -> SQLFragment {
        var fragment = try condition(with: after)
        fragment.sql = "SELECT \(Record.table.selectList) FROM \(quoted(Record.table.name)) WHERE \(fragment.sql) ORDER BY "
            + totalOrder.map { "\(quoted($0.column)) \($0.isAscending ? "ASC NULLS FIRST" : "DESC NULLS LAST")" }.joined(separator: ", ")
        if limit != nil || offset > 0 {
            fragment.sql += " LIMIT ? OFFSET ?"
            fragment.arguments += [.integer(limit.map(Int64.init) ?? .max), .integer(Int64(offset))]
        }
        return fragment
    }

    /// The number of rows regardless of `after`, `offset` and `limit`, as SQL.
    func count() throws(CatalogError) -> SQLFragment {
        var fragment = try condition(with: nil)
        fragment.sql = "SELECT COUNT(*) FROM \(quoted(Record.table.name)) WHERE \(fragment.sql)"
        return fragment
    }

    private func condition(with after: [SQLValue]?) throws(CatalogError) -> SQLFragment {
        for order in totalOrder where !Record.table.columnNames.contains(order.column) {
            throw CatalogError(.database, "\(Record.table.name) has no column \(order.column) to order by")
        }
        let condition = predicate.fragment
        guard let after else { return condition }
        guard after.count == totalOrder.count else {
            throw CatalogError(.unexpectedValue, "A position in \(Record.table.name) has \(totalOrder.count) values, not \(after.count).")
        }
        let position = Self.beyond(totalOrder, after)
        return SQLFragment(sql: "(\(condition.sql)) AND (\(position.sql))", arguments: condition.arguments + position.arguments)
    }

    /// "Comes after this position", written so that an index on the first column narrows it.
    private static func beyond(_ order: [Order], _ values: [SQLValue]) -> SQLFragment {
        guard let first = order.first, let value = values.first else { return SQLFragment(sql: "1 = 0") }
        let column = quoted(first.column)
        let isNullable = Record.table.columns.contains { $0.name == first.column && $0.isNullable }
        let (atOrBeyond, beyond) = bounds(column, first.isAscending, isNullable, value)
        guard order.count > 1 else { return beyond }
        let rest = Self.beyond(Array(order.dropFirst()), Array(values.dropFirst()))
        return SQLFragment(
            sql: "\(atOrBeyond.sql) AND (\(beyond.sql) OR (\(rest.sql)))",
            arguments: atOrBeyond.arguments + beyond.arguments + rest.arguments)
    }

    private static func bounds(_ column: String, _ isAscending: Bool, _ isNullable: Bool, _ value: SQLValue) -> (SQLFragment, SQLFragment) {
        switch (isAscending, value) {
        case (true, .null): (SQLFragment(sql: "1 = 1"), SQLFragment(sql: "\(column) IS NOT NULL"))
        case (true, _): (SQLFragment(sql: "\(column) >= ?", arguments: [value]), SQLFragment(sql: "\(column) > ?", arguments: [value]))
        case (false, .null): (SQLFragment(sql: "\(column) IS NULL"), SQLFragment(sql: "1 = 0"))
        case (false, _) where !isNullable:
            (SQLFragment(sql: "\(column) <= ?", arguments: [value]), SQLFragment(sql: "\(column) < ?", arguments: [value]))
        case (false, _):
            (
                SQLFragment(sql: "(\(column) <= ? OR \(column) IS NULL)", arguments: [value]),
                SQLFragment(sql: "(\(column) < ? OR \(column) IS NULL)", arguments: [value])
            )
        }
    }
}
