extension Query {
    /// The queries that return, one after the other, the rows of this query in its order.
    ///
    /// Without a position there is one. After a position (a, b, id) the rest is a chain of ranges,
    /// each of which an index finds at once: first the rows with the same a and b and a later id,
    /// then those with the same a and a later b, then those with a later a. A single condition with
    /// OR would make the database walk over all rows before the position.
    func rangeQueries(_ dialect: SQLDialect) throws(CatalogError) -> [SQLFragment] {
        try checkColumns()
        let condition = predicate.fragment(dialect)
        guard let after else { return [select(condition)] }
        guard after.count == totalOrder.count else {
            throw CatalogError(
                .invalidQuery,
                "A position in \(Record.table.name) has \(totalOrder.count) values here, not \(after.count).")
        }
        return Self.ranges(totalOrder, after).map { range in
            select(
                SQLFragment(sql: "\(condition.sql) AND \(range.sql)", arguments: condition.arguments + range.arguments))
        }
    }

    /// The number of rows regardless of `after`, `offset` and `limit`, as SQL.
    func countQuery(_ dialect: SQLDialect) throws(CatalogError) -> SQLFragment {
        let condition = predicate.fragment(dialect)
        return SQLFragment(
            sql: "SELECT COUNT(*) FROM \(quoted(Record.table.name)) WHERE \(condition.sql)",
            arguments: condition.arguments)
    }

    /// The number of rows as SQL that stops counting at `most`.
    func boundedCountQuery(_ dialect: SQLDialect, upTo most: Int) throws(CatalogError) -> SQLFragment {
        let condition = predicate.fragment(dialect)
        return SQLFragment(
            sql: "SELECT COUNT(*) FROM (SELECT 1 FROM \(quoted(Record.table.name)) WHERE \(condition.sql) LIMIT ?)"
                + dialect.derivedTableName,
            arguments: condition.arguments + [.integer(Int64(most))])
    }

    /// The ids of the rows in order, regardless of `after`, `offset` and `limit`, as SQL.
    func idQuery(_ dialect: SQLDialect) throws(CatalogError) -> SQLFragment {
        try checkColumns()
        return select(predicate.fragment(dialect), list: quoted("id"))
    }

    /// The number of rows per value of a column, as SQL.
    func groupedCountQuery(_ dialect: SQLDialect, by column: String) throws(CatalogError) -> SQLFragment {
        try Record.table.check(column)
        let condition = predicate.fragment(dialect)
        return SQLFragment(
            sql:
                """
                SELECT \(quoted(column)), COUNT(*) FROM \(quoted(Record.table.name)) WHERE \(condition.sql) GROUP \
                BY \(quoted(column))
                """,
            arguments: condition.arguments)
    }

    /// The sum of a column of integers, 0 where there is no row, as SQL.
    func sumQuery(_ dialect: SQLDialect, of column: String) throws(CatalogError) -> SQLFragment {
        try Record.table.check(column)
        let condition = predicate.fragment(dialect)
        return SQLFragment(
            sql:
                """
                SELECT CAST(COALESCE(SUM(\(quoted(column))), 0) AS BIGINT) FROM \(quoted(Record.table.name)) WHERE \
                \(condition.sql)
                """,
            arguments: condition.arguments)
    }

    private func checkColumns() throws(CatalogError) {
        for order in order { try Record.table.check(order.column) }
    }

    private func select(_ condition: SQLFragment, list: String = Record.table.selectList) -> SQLFragment {
        let terms = totalOrder.map { order in
            let nulls = Record.table.columnsByName[order.column]?.form.isNullable == true
            let direction = order.isAscending ? "ASC" : "DESC"
            return "\(quoted(order.column)) \(direction)"
                + (nulls ? (order.isAscending ? " NULLS FIRST" : " NULLS LAST") : "")
        }
        return SQLFragment(
            sql:
                """
                SELECT \(list) FROM \(quoted(Record.table.name)) WHERE \(condition.sql) ORDER BY \
                \(terms.joined(separator: ", "))
                """,
            arguments: condition.arguments)
    }

    /// The ranges after a position: for every prefix of the order, from the longest to none, the
    /// rows that share the prefix and lie beyond in the column after it.
    private static func ranges(_ order: [Order], _ values: [SQLValue]) -> [SQLFragment] {
        order.indices.reversed().flatMap { place in
            let shared = (0..<place).map { same(order[$0].column, values[$0]) }
            return beyond(order[place], values[place]).map { last in
                SQLFragment(
                    sql: (shared + [last]).map(\.sql).joined(separator: " AND "),
                    arguments: (shared + [last]).flatMap(\.arguments))
            }
        }
    }

    private static func same(_ column: String, _ value: SQLValue) -> SQLFragment {
        value == .null
            ? SQLFragment(sql: "\(quoted(column)) IS NULL")
            : SQLFragment(sql: "\(quoted(column)) = ?", arguments: [value])
    }

    /// The rows beyond a value of one column, in their order: null is the least value.
    private static func beyond(_ order: Order, _ value: SQLValue) -> [SQLFragment] {
        let column = quoted(order.column)
        let form = Record.table.columnsByName[order.column]?.form ?? .text
        switch (order.isAscending, value) {
        case (true, .null):
            // "Not null", in a form in which an index can start there.
            return [SQLFragment(sql: "\(column) >= ?", arguments: [form.least])]
        case (true, _): return [SQLFragment(sql: "\(column) > ?", arguments: [value])]
        case (false, .null): return []
        case (false, _):
            let less = SQLFragment(sql: "\(column) < ?", arguments: [value])
            return form.isNullable ? [less, SQLFragment(sql: "\(column) IS NULL")] : [less]
        }
    }
}

extension Table {
    /// Refuses a name that is no column before it becomes part of SQL.
    func check(_ column: String) throws(CatalogError) {
        guard columnsByName[column] != nil else {
            throw CatalogError(.invalidQuery, "\(name) has no column named \(column).")
        }
    }
}
