/// A connection within a transaction, through which records are read. Both `CatalogReader`
/// and `CatalogWriter` are one.
///
/// It is valid only inside the closure that receives it.
public protocol CatalogAccess {
    /// For SQL that this protocol has no function for.
    var connection: any SQLConnection { get }
}

extension CatalogAccess {
    /// The record with an id.
    public func find<Record: CatalogRecord>(_: Record.Type = Record.self, id: String) throws(CatalogError) -> Record? {
        let table = Record.table
        guard let row = try connection.query(table.findSQL, [.text(id)]).first else { return nil }
        return try table.record(from: row)
    }

    /// The records that some ids name, by their ids.
    public func records<Record: CatalogRecord>(
        _: Record.Type = Record.self, ids: some Sequence<String>
    ) throws(CatalogError) -> [String: Record] {
        let found: [Record] = try page(Query<Record>(where: .oneOf("id", Array(Set(ids)))))
        return Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
    }

    /// The rows of a query, in its order.
    public func page<Record>(_ query: Query<Record>) throws(CatalogError) -> [Record] {
        let table = Record.table
        var records: [Record] = []
        var toSkip = max(0, query.offset)
        for fragment in try query.narrowed(by: connection).rangeQueries(connection.dialect) {
            let remaining = query.limit.map { max(0, $0) - records.count }
            if let remaining, remaining <= 0 { break }
            let rows = try rows(of: fragment, limit: remaining, offset: toSkip, isLast: query.after == nil)
            for row in rows.dropFirst(query.after == nil ? 0 : toSkip) { records.append(try table.record(from: row)) }
            toSkip -= min(toSkip, rows.count)
        }
        return records
    }

    /// The first row of a query.
    public func first<Record>(_ query: Query<Record>) throws(CatalogError) -> Record? {
        var query = query
        query.limit = 1
        return try page(query).first
    }

    /// The ids of the first rows of a query, in its order; its position and offset do not matter.
    public func ids<Record>(_ query: Query<Record>) throws(CatalogError) -> [String] {
        let fragment = try query.idQuery(connection.dialect)
        return try rows(of: fragment, limit: query.limit, offset: 0, isLast: true).compactMap {
            String(sqlValue: $0[0])
        }
    }

    /// How many rows fulfil a query's condition; its position, offset and limit do not matter.
    public func count<Record>(_ query: Query<Record>) throws(CatalogError) -> Int {
        try number(query.narrowed(by: connection).countQuery(connection.dialect))
    }

    /// How many rows fulfil a query's condition, counted up to `most`, which bounds the cost.
    public func count<Record>(_ query: Query<Record>, upTo most: Int) throws(CatalogError) -> Int {
        try number(query.narrowed(by: connection).boundedCountQuery(connection.dialect, upTo: most))
    }

    /// The sum of a column of integers over the rows that fulfil a query's condition; its position,
    /// offset and limit do not matter.
    public func sum<Record>(_ query: Query<Record>, of column: String) throws(CatalogError) -> Int {
        try number(query.sumQuery(connection.dialect, of: column))
    }

    /// How many rows fulfil a query's condition, for every value of a column that occurs.
    public func groupedCount<Record>(_ query: Query<Record>, by column: String) throws(CatalogError) -> [SQLValue: Int]
    {
        let fragment = try query.groupedCountQuery(connection.dialect, by: column)
        var counts: [SQLValue: Int] = [:]
        for row in try connection.query(fragment.sql, fragment.arguments) { counts[row[0]] = Int(sqlValue: row[1]) }
        return counts
    }

    /// The one number that a statement returns.
    private func number(_ fragment: SQLFragment) throws(CatalogError) -> Int {
        try connection.query(fragment.sql, fragment.arguments).first.flatMap { Int(sqlValue: $0[0]) } ?? 0
    }

    /// The rows of one statement. Where several statements share an offset, each also returns the
    /// rows to skip, so that the caller knows how many remain.
    private func rows(of fragment: SQLFragment, limit: Int?, offset: Int, isLast: Bool) throws(CatalogError) -> [SQLRow]
    {
        guard limit != nil || (isLast && offset > 0) else {
            return try connection.query(fragment.sql, fragment.arguments)
        }
        let most = limit ?? Int.max
        let sum = most.addingReportingOverflow(offset)
        let bounds: [SQLValue] =
            isLast
            ? [.integer(Int64(most)), .integer(Int64(offset))]
            : [.integer(sum.overflow ? .max : Int64(sum.partialValue)), .integer(0)]
        return try connection.query(fragment.sql + " LIMIT ? OFFSET ?", fragment.arguments + bounds)
    }
}

/// Reads from one consistent state.
public struct CatalogReader: CatalogAccess {
    /// For SQL that this protocol has no function for.
    public let connection: any SQLConnection

    public init(connection: any SQLConnection) { self.connection = connection }
}
