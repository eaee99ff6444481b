/// A column of folded text in which texts are searched for. Databases that can keep an index for that.
public struct SearchedColumn: Sendable, Hashable {
    public let table: String
    public let column: String

    public init(_ table: String, _ column: String) { (self.table, self.column) = (table, column) }

    /// Every column that is searched so.
    public static let all = [SearchedColumn(UnitState.table.name, "searchText")]

    /// More hits than these are not fetched from the index: where many rows fit, a page is full soon
    /// when they are gone through in its order.
    public static let maximumHits = 500
}

extension RowPredicate {
    /// The same condition, in which what few rows contain names these rows.
    func narrowed(in table: String, by connection: any SQLConnection) throws(CatalogError) -> RowPredicate {
        switch self {
        case .contains(let column, let text):
            let searched = SearchedColumn(table, column)
            guard SearchedColumn.all.contains(searched),
                let ids = try connection.searchHits(in: searched, text, limit: SearchedColumn.maximumHits + 1),
                ids.count <= SearchedColumn.maximumHits
            else { return self }
            return .and([.oneOf("id", ids), self])
        case .and(let parts):
            var narrowed: [RowPredicate] = []
            for part in parts { narrowed.append(try part.narrowed(in: table, by: connection)) }
            return .and(narrowed)
        case .true, .false, .compare, .oneOf, .text, .hasFlags, .or, .not, .related, .count: return self
        }
    }
}

extension Query {
    /// The same query, in which what few rows contain names these rows.
    func narrowed(by connection: any SQLConnection) throws(CatalogError) -> Query {
        var query = self
        query.predicate = try predicate.narrowed(in: Record.table.name, by: connection)
        return query
    }
}
