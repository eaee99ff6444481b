/// Which rows, in which order, and how many. The order always ends with the id, so
/// that it is total.
public struct Query<Record: CatalogRecord>: Sendable {
    public var predicate: RowPredicate
    /// The columns to order by; the id is added automatically. Missing values come
    /// first in ascending order.
    public var order: [Order]
    /// Where the last page ended: the values of `order`'s columns and the id of
    /// its last row (`Query.key(of:)`).
    public var after: [SQLValue]?
    /// How many rows to skip after that.
    public var offset: Int
    /// The most rows to return; nil for all.
    public var limit: Int?

    /// A column and a direction.
    public struct Order: Sendable, Hashable {
        public var column: String
        /// Whether small values come first.
        public var isAscending: Bool

        /// Orders by a column.
        public init(_ column: String, ascending: Bool = true) {
            self.column = column
            isAscending = ascending
        }
    }

    public init(
        where predicate: RowPredicate = .true, order: [Order] = [], after: [SQLValue]? = nil, offset: Int = 0,
        limit: Int? = nil
    ) {
        self.predicate = predicate
        self.order = order
        self.after = after
        self.offset = offset
        self.limit = limit
    }

    /// The position of a row in this query's order, for `after`.
    public func key(of record: Record) -> [SQLValue] {
        totalOrder.map { Record.table.columnsByName[$0.column]?.read(record) ?? .null }
    }

    /// The order with the id at its end. Columns after the id are dropped: they decide nothing.
    var totalOrder: [Order] {
        let named = order.prefix { $0.column != "id" }
        let id = order.first { $0.column == "id" } ?? Order("id", ascending: order.last?.isAscending ?? true)
        return named + [id]
    }
}
