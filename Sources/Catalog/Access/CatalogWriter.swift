/// Reads and writes within one atomic change. Changes of rows that are followed are noted.
public struct CatalogWriter: CatalogAccess {
    /// For SQL that this protocol has no function for. What it changes is not noted.
    public let connection: any SQLConnection
    let gathering = ChangeGathering()

    init(connection: any SQLConnection) { self.connection = connection }

    /// Adds a record. Throws `duplicate` where its id or its unique values exist.
    public func insert<Record: CatalogRecord>(_ record: Record) throws(CatalogError) {
        try connection.execute(Record.table.insertSQL, Record.table.values(of: record))
        gathering.add(record)
    }

    /// Adds records, as many in one statement as the database takes gladly.
    public func insert<Record: CatalogRecord>(contentsOf records: [Record]) throws(CatalogError) {
        let (table, size) = (Record.table, connection.dialect.rowsPerInsert)
        var rest = records[...]
        while rest.count >= size, size > 1 {
            let group = rest.prefix(size)
            try connection.execute(table.insertSQL(rows: size), group.flatMap(table.values))
            for record in group { gathering.add(record) }
            rest = rest.dropFirst(size)
        }
        // Groups of one size are one statement; the rest is not worth one for each size.
        for record in rest { try insert(record) }
    }

    /// Replaces every value of the record with the same id. Throws `missing` where there is none.
    public func update<Record: CatalogRecord>(_ record: Record) throws(CatalogError) {
        let values = Record.table.values(of: record)
        let changed = try connection.execute(Record.table.updateSQL, Array(values.dropFirst()) + [.text(record.id)])
        guard changed == 1 else {
            throw CatalogError(.missing, "There is no row \(record.id) in \(Record.table.name) to update.")
        }
        gathering.add(record)
    }

    /// Adds a record, or replaces the one with the same id.
    public func save<Record: CatalogRecord>(_ record: Record) throws(CatalogError) {
        try connection.execute(Record.table.saveSQL, Record.table.values(of: record))
        gathering.add(record)
    }

    /// Removes the record with an id. Returns whether there was one.
    @discardableResult
    public func delete<Record: CatalogRecord>(_: Record.Type, id: String) throws(CatalogError) -> Bool {
        let deleted = try connection.execute(
            "DELETE FROM \(quoted(Record.table.name)) WHERE \"id\" = ?", [.text(id)])
        gathering.add(Record.self, rows: deleted)
        return deleted > 0
    }

    /// Sets columns of every row for which a condition holds. Returns how many there were.
    @discardableResult
    public func update<Record: CatalogRecord>(
        _: Record.Type, where predicate: RowPredicate, set values: [String: SQLValue]
    ) throws(CatalogError) -> Int {
        guard !values.isEmpty else {
            throw CatalogError(.invalidQuery, "An update of \(Record.table.name) sets no column.")
        }
        let columns = values.keys.sorted()
        for column in columns { try Record.table.check(column) }
        let condition = predicate.fragment(connection.dialect)
        let assignments = columns.map { "\(quoted($0)) = ?" }.joined(separator: ", ")
        let changed = try connection.execute(
            "UPDATE \(quoted(Record.table.name)) SET \(assignments) WHERE \(condition.sql)",
            columns.map { values[$0] ?? .null } + condition.arguments)
        gathering.add(Record.self, rows: changed)
        return changed
    }

    /// Removes every row for which a condition holds. Returns how many there were.
    @discardableResult
    public func delete<Record: CatalogRecord>(_: Record.Type, where predicate: RowPredicate) throws(CatalogError) -> Int
    {
        let condition = predicate.fragment(connection.dialect)
        let deleted = try connection.execute(
            "DELETE FROM \(quoted(Record.table.name)) WHERE \(condition.sql)", condition.arguments)
        gathering.add(Record.self, rows: deleted)
        return deleted
    }

    /// Removes at most `limit` of the rows for which a condition holds, in no order. Returns
    /// how many there were.
    ///
    /// For conditions that millions of rows may meet: the caller deletes them in pieces, each in
    /// its own transaction, and other writes run in between.
    @discardableResult
    public func delete<Record: CatalogRecord>(
        _: Record.Type, where predicate: RowPredicate, limit: Int
    ) throws(CatalogError) -> Int {
        let (table, condition) = (quoted(Record.table.name), predicate.fragment(connection.dialect))
        let deleted = try connection.execute(
            "DELETE FROM \(table) WHERE \"id\" IN (SELECT \"id\" FROM \(table) WHERE \(condition.sql) LIMIT ?)",
            condition.arguments + [.integer(Int64(limit))])
        gathering.add(Record.self, rows: deleted)
        return deleted
    }
}
