public import Concurrency

/// The catalogue: records over a database.
///
/// It is named so because the module is `Catalog`, and a type of a module's own
/// name hides the module.
public struct CatalogStore: Sendable {
    private let driver: any SQLDriver
    /// Moves on after each write of this store that changed something that is followed.
    public let changed = WorkSignal()
    /// Closed once the database is found damaged.
    public let writeGate = WriteGate()

    /// What has to hold for each change.
    private var condition: (@Sendable (CatalogWriter) throws -> Void)?

    /// A catalogue over a database. Call `migrate` before anything else.
    public init(driver: any SQLDriver) { self.driver = driver }

    /// The version of the schema that this program writes.
    public static var schemaVersion: Int { Migration.all.last?.version ?? 0 }

    /// Brings the schema to this program's version. Does nothing where it is. Throws `newerVersion`
    /// where a newer program wrote the database.
    public func migrate() async throws {
        try await migrate(with: Migration.all)
    }

    /// Brings the schema to the last of some versions.
    func migrate(with migrations: [Migration]) async throws {
        try await driver.write { connection in
            try Migration.apply(migrations, to: connection)
            for column in SearchedColumn.all where migrations.contains(where: \.hasSearchedColumns) {
                try connection.makeSearchIndex(of: column)
            }
        }
    }

    /// Reads from one consistent state.
    public func read<Value: Sendable>(_ body: @escaping @Sendable (CatalogReader) throws -> Value) async throws -> Value
    {
        try await driver.read { try body(CatalogReader(connection: $0)) }
    }

    /// Makes one atomic change, durable when this returns. A body that throws changes nothing. It may
    /// run more than once, each time as if for the first time.
    /// - Throws: `readOnly` where the database is damaged.
    @discardableResult
    public func write<Value: Sendable>(
        _ body: @escaping @Sendable (CatalogWriter) throws -> Value
    ) async throws -> Value {
        try await write(.control, body)
    }

    /// The same, beside other changes where the strength says so.
    @discardableResult
    public func write<Value: Sendable>(
        _ strength: WriteStrength, _ body: @escaping @Sendable (CatalogWriter) throws -> Value
    ) async throws -> Value {
        try writeGate.requireOpen()
        let (value, hasChanges) = try await driver.write(strength) { connection in
            let writer = CatalogWriter(connection: connection)
            try condition?(writer)
            let value = try body(writer)
            let hasChanges = try writer.writeChanges()
            precondition(strength != .plain || !hasChanges, "the numbers of the feed are given out one by one")
            return (value, hasChanges)
        }
        if hasChanges { changed.notify() }
        return value
    }

    /// The same catalogue for a caller whose changes need a condition: it is looked at within each of
    /// their transactions, before the change.
    /// - Parameter condition: throws where the change may not be made.
    package func requiring(_ condition: @escaping @Sendable (CatalogWriter) throws -> Void) -> CatalogStore {
        var store = self
        store.condition = condition
        return store
    }

    /// The record with an id.
    public func find<Record: CatalogRecord>(_: Record.Type = Record.self, id: String) async throws -> Record? {
        try await read { try $0.find(Record.self, id: id) }
    }

    /// The records that some ids name, by their ids.
    public func records<Record: CatalogRecord>(
        _: Record.Type = Record.self, ids: [String]
    ) async throws -> [String: Record] {
        try await read { try $0.records(Record.self, ids: ids) }
    }

    /// The rows of a query.
    public func page<Record>(_ query: Query<Record>) async throws -> [Record] {
        try await read { try $0.page(query) }
    }

    /// How many rows fulfil a query's condition.
    public func count<Record>(_ query: Query<Record>) async throws -> Int {
        try await read { try $0.count(query) }
    }

    /// Closes the database. Calls after it fail.
    public func close() async throws {
        try await driver.close()
    }
}
