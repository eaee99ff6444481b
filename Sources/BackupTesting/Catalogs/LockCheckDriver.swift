public import Catalog
import Synchronization

/// A database that fails a `work` change which changes rows without having locked any of their table
/// before, or numbers something without holding the numbers. Every catalogue of a test has one.
public final class LockCheckDriver: SQLDriver {
    private let base: any SQLDriver

    public init(_ base: any SQLDriver) { self.base = base }

    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await base.read(body)
    }

    @discardableResult
    public func write<Value: Sendable>(
        _ strength: WriteStrength, _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        guard strength == .work else { return try await base.write(strength, body) }
        return try await base.write(strength) { try body(LockCheckConnection($0)) }
    }

    public func close() async throws { try await base.close() }
}

/// Used within one body of a write, by its thread alone.
private final class LockCheckConnection: SQLConnection {
    private let base: any SQLConnection
    private var locked: Set<String> = []
    /// What is numbered one by one.
    private static let numbered: Set<String> = ["auditRecord", "changeNote"]

    init(_ base: any SQLConnection) { self.base = base }

    var dialect: SQLDialect { base.dialect }

    func holdNumbers() throws(CatalogError) {
        locked.formUnion(Self.numbered)
        try base.holdNumbers()
    }

    func query(_ sql: String, _ arguments: [SQLValue]) throws(CatalogError) -> [SQLRow] {
        if sql.hasSuffix(" FOR UPDATE"), let match = sql.firstMatch(of: /FROM "(\w+)"/) {
            locked.insert(String(match.output.1))
        }
        return try base.query(sql, arguments)
    }

    func execute(_ sql: String, _ arguments: [SQLValue]) throws(CatalogError) -> Int {
        try check(sql)
        return try base.execute(sql, arguments)
    }

    private func check(_ sql: String) throws(CatalogError) {
        guard let match = sql.firstMatch(of: /^(UPDATE|DELETE FROM|INSERT INTO) "(\w+)"/) else {
            throw CatalogError(.invalidQuery, "A 'work' change runs a statement that is not known: \(sql)")
        }
        let table = String(match.output.2)
        let isNewRow = match.output.1 == "INSERT INTO" && !sql.contains("DO UPDATE") && !Self.numbered.contains(table)
        guard isNewRow || locked.contains(table) else {
            throw CatalogError(.invalidQuery, "A 'work' change did not lock what it changes: \(sql)")
        }
    }

    func makeSearchIndex(of column: SearchedColumn) throws(CatalogError) { try base.makeSearchIndex(of: column) }

    func searchHits(in column: SearchedColumn, _ text: String, limit: Int) throws(CatalogError) -> [String]? {
        try base.searchHits(in: column, text, limit: limit)
    }
}
