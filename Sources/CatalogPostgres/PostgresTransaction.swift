import Catalog

/// A transaction with the catalogue's interface, valid only within the access that made it.
final class PostgresTransaction: SQLConnection {
    private let connection: PostgresConnection
    /// The first statement that the server refused. The transaction can then only be undone.
    private(set) var failure: PostgresFailure?
    /// Whether a statement ran that may have changed something.
    private(set) var hasChanges = false

    var dialect: SQLDialect { .postgres }

    private let strength: WriteStrength
    private var holdsNumbers = false

    init(_ connection: PostgresConnection, _ strength: WriteStrength = .control) {
        self.connection = connection
        self.strength = strength
    }

    /// A `control` change is alone anyway.
    func holdNumbers() throws(CatalogError) {
        guard strength == .work, !holdsNumbers else { return }
        _ = try query("SELECT CAST(pg_advisory_xact_lock(\(WriteTransactions.lockClass), 3) AS TEXT)", [])
        holdsNumbers = true
    }

    func query(_ sql: String, _ arguments: [SQLValue]) throws(CatalogError) -> [SQLRow] {
        try run(sql, arguments).rows
    }

    func execute(_ sql: String, _ arguments: [SQLValue]) throws(CatalogError) -> Int {
        hasChanges = true
        return try run(sql, arguments).changedRows
    }

    private func run(_ sql: String, _ arguments: [SQLValue]) throws(CatalogError) -> PostgresAnswer {
        let numbered = StatementText.numbered(sql)
        var values: [[UInt8]?] = []
        values.reserveCapacity(arguments.count)
        for argument in arguments { values.append(try BinaryValue.encode(argument)) }
        do {
            let answer = try connection.run(numbered, arguments.map(BinaryValue.type), values)
            if let type = answer.strangeType {
                throw CatalogError(.unexpectedValue, "PostgreSQL answered with a value of the type \(type).")
            }
            return answer
        } catch let found as PostgresFailure {
            if failure == nil { failure = found }
            throw CatalogError(found)
        } catch let error as CatalogError {
            throw error
        } catch {
            throw CatalogError(.database, "\(error)")
        }
    }
}
