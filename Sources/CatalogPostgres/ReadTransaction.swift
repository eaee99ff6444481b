import Catalog

/// Reads from one state of the database.
enum ReadTransaction {
    static func run<Value>(
        on slot: ConnectionSlot, _ body: (any SQLConnection) throws -> Value
    ) throws -> Value {
        do {
            return try attempt(on: slot, body)
        } catch is Lost {
            // An idle connection may have been closed long ago; a fresh one tells.
            slot.drop()
            do { return try attempt(on: slot, body) } catch let lost as Lost { throw CatalogError(lost.failure) }
        }
    }

    /// The connection is of no more use, so the body may be run again.
    private struct Lost: Error { var failure: PostgresFailure }

    private static func attempt<Value>(
        on slot: ConnectionSlot, _ body: (any SQLConnection) throws -> Value
    ) throws -> Value {
        let connection: PostgresConnection
        do {
            connection = try slot.connection()
            try connection.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        } catch {
            throw Lost(failure: error)
        }
        let transaction = PostgresTransaction(connection)
        let outcome = Result { try body(transaction) }
        do {
            try connection.batch(transaction.failure == nil ? "COMMIT" : "ROLLBACK")
        } catch {
            slot.drop()
        }
        if let failure = transaction.failure, failure.isConnectionLost || failure.isStalePlan {
            throw Lost(failure: failure)
        }
        return try outcome.get()
    }
}
