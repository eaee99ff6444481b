/// What the service remembers, over any database.
public struct Catalog: Sendable {
    let driver: any SQLDriver

    /// A catalogue over a database. Call `migrate` once before anything else.
    public init(driver: any SQLDriver) {
        self.driver = driver
    }

    /// Reads from one consistent state.
    public func read<Value: Sendable>(_ body: @escaping @Sendable (CatalogReader) throws -> Value) async throws -> Value {
        try await driver.read { try body(CatalogReader(connection: $0)) }
    }

    /// Changes the catalogue, all or nothing; durable when it returns. The body may run in a transaction shared with other writes.
    public func write<Value: Sendable>(_ body: @escaping @Sendable (CatalogWriter) throws -> Value) async throws -> Value {
        try await driver.write { try body(CatalogWriter(connection: $0)) }
    }

    /// One row by its id, or nil.
    public func find<Record: CatalogRecord>(_ type: Record.Type = Record.self, _ id: String) async throws -> Record? {
        try await read { try $0.find(type, id) }
    }

    /// The rows of a query.
    public func page<Record: CatalogRecord>(_ query: Query<Record>) async throws -> [Record] {
        try await read { try $0.page(query) }
    }

    /// The number of rows of a query, regardless of its position and limit.
    public func count<Record: CatalogRecord>(_ query: Query<Record>) async throws -> Int {
        try await read { try $0.count(query) }
    }

    /// Closes the database.
    public func close() async throws {
        try await driver.close()
    }
}

/// Questions to the catalogue.
public protocol CatalogReading {
    /// The connection that the questions go to.
    var connection: any SQLConnection { get }
}

/// Reads in one consistent state.
public struct CatalogReader: CatalogReading {
    /// The connection of this state.
    public let connection: any SQLConnection
}

/// Reads and changes in one transaction.
public struct CatalogWriter: CatalogReading {
    /// The connection of this transaction.
    public let connection: any SQLConnection
}

extension CatalogReading {
    /// One row by its id, or nil.
    public func find<Record: CatalogRecord>(_ type: Record.Type = Record.self, _ id: String) throws(CatalogError) -> Record? {
        let table = Record.table
        let rows = try connection.query("SELECT \(table.selectList) FROM \(quoted(table.name)) WHERE \"id\" = ?", [.text(id)])
        return try rows.first.map { row throws(CatalogError) in try table.record(from: row) }
    }

    /// The rows of a query.
    public func page<Record: CatalogRecord>(_ query: Query<Record>) throws(CatalogError) -> [Record] {
        let select = try query.select()
        var records: [Record] = []
        for row in try connection.query(select.sql, select.arguments) {
            records.append(try Record.table.record(from: row))
        }
        return records
    }

    /// The first row of a query, or nil.
    public func first<Record: CatalogRecord>(_ query: Query<Record>) throws(CatalogError) -> Record? {
        var query = query
        query.limit = 1
        return try page(query).first
    }

    /// The number of rows of a query, regardless of its position and limit.
    public func count<Record: CatalogRecord>(_ query: Query<Record>) throws(CatalogError) -> Int {
        let count = try query.count()
        guard case .integer(let number)? = try connection.query(count.sql, count.arguments).first?[0] else { return 0 }
        return Int(number)
    }

    /// How many rows there are of each value of a column.
    public func counts<Record: CatalogRecord>(_ type: Record.Type, by column: String, where predicate: Predicate = .all) throws(CatalogError) -> [SQLValue: Int] {
        let condition = predicate.fragment
        let sql = "SELECT \(quoted(column)), COUNT(*) FROM \(quoted(Record.table.name)) WHERE \(condition.sql) GROUP BY \(quoted(column))"
        var counts: [SQLValue: Int] = [:]
        for row in try connection.query(sql, condition.arguments) {
            if case .integer(let number) = row[1] { counts[row[0]] = Int(number) }
        }
        return counts
    }
}

extension CatalogWriter {
    /// Adds a row.
    /// - Throws: `constraint` where one of that id or key is there already, or a referenced row is not.
    public func insert<Record: CatalogRecord>(_ record: Record) throws(CatalogError) {
        try connection.execute(Record.table.insertSQL, Record.table.values(of: record))
    }

    /// Replaces a row by its id; false where there is none.
    @discardableResult
    public func update<Record: CatalogRecord>(_ record: Record) throws(CatalogError) -> Bool {
        let values = Record.table.values(of: record)
        return try connection.execute(Record.table.updateSQL, Array(values.dropFirst()) + [values[0]]) == 1
    }

    /// Sets columns of every row for which a condition holds, and gives how many there were.
    @discardableResult
    public func update<Record: CatalogRecord>(
        _ type: Record.Type, where predicate: Predicate, set values: [String: SQLValue]
    ) throws(CatalogError) -> Int {
        let condition = predicate.fragment
        let sorted = values.sorted { $0.key < $1.key }
        let assignments = sorted.map { "\(quoted($0.key)) = ?" }.joined(separator: ", ")
        let sql = "UPDATE \(quoted(Record.table.name)) SET \(assignments) WHERE \(condition.sql)"
        return try connection.execute(sql, sorted.map(\.value) + condition.arguments)
    }

    /// Removes every row for which a condition holds, and gives how many there were.
    @discardableResult
    public func delete<Record: CatalogRecord>(_ type: Record.Type, where predicate: Predicate) throws(CatalogError) -> Int {
        let condition = predicate.fragment
        return try connection.execute("DELETE FROM \(quoted(Record.table.name)) WHERE \(condition.sql)", condition.arguments)
    }

    /// Removes a row; false where there is none.
    @discardableResult
    public func delete<Record: CatalogRecord>(_ type: Record.Type, _ id: String) throws(CatalogError) -> Bool {
        try delete(type, where: .equal("id", id)) == 1
    }
}
