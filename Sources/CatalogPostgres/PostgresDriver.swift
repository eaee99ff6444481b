public import Catalog
public import Foundation

/// The catalogue in a database of PostgreSQL, version 13 or later.
///
/// Each read is a transaction that sees one state. Each write is a transaction of its own, which is
/// made again where others were in its way or the connection was lost before it ended. A connection
/// belongs to a thread.
public final class PostgresDriver: SQLDriver {
    private let readers: ConnectionThreads
    private let writers: ConnectionThreads
    private let writing: WriteTransactions
    /// Its one connection holds the right to serve the catalogue.
    private let serving: ConnectionThreads
    private let settings: PostgresSettings

    /// Looks at the server and the database first, so that nothing is written to one that is unfit.
    /// - Throws: `CatalogError` that names the server and says what to do.
    public init(_ settings: PostgresSettings) async throws {
        let servers = KnownServers()
        self.settings = settings
        readers = ConnectionThreads(
            count: settings.readers, limit: settings.waitingLimit, settings: settings, servers: servers)
        writers = ConnectionThreads(
            count: settings.writers, limit: settings.waitingLimit, settings: settings, servers: servers)
        serving = ConnectionThreads(count: 1, limit: 1, settings: settings, servers: servers)
        writing = WriteTransactions(settings, servers)
        do {
            try await Self.on(writers) { [settings] slot in
                try DatabaseExamination(settings).require(slot)
            }
        } catch {
            try? await close()
            throw error
        }
    }

    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await Self.on(readers) { slot in try ReadTransaction.run(on: slot, body) }
    }

    @discardableResult
    public func write<Value: Sendable>(
        _ strength: WriteStrength, _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await Self.on(writers) { [writing] slot in try writing.run(strength, on: slot, body) }
    }

    /// Closes every connection, after the calls that wait.
    public func close() async throws {
        await writers.close()
        await readers.close()
        // A session ends some time after its connection; the next server need not wait for that.
        try? await Self.on(serving) { slot in _ = try slot.present?.batch("SELECT pg_advisory_unlock_all()") }
        await serving.close()
    }

    /// The time of day by the database's clock.
    public func time() async throws -> Date {
        let microseconds = try await read { try $0.query("SELECT \(WriteTransactions.now)", []).first?[0] }
        guard case .integer(let number) = microseconds else {
            throw CatalogError(.database, "PostgreSQL did not tell the time.")
        }
        return Date(timeIntervalSince1970: Double(number) / 1_000_000)
    }

    /// The version of the schema; nil for a database that has none yet.
    public func schemaVersion() async throws -> Int? {
        let hasVersions = try await read { connection in
            try connection.query(#"SELECT to_regclass('"schemaVersion"') IS NOT NULL"#, []).first?[0] == .integer(1)
        }
        return hasVersions ? try await SchemaVersion.present(in: self) : nil
    }

    /// Makes this the one driver that a server writes with: whoever served the catalogue before, and
    /// only seemed gone, can change nothing any more.
    /// - Throws: `CatalogError` with the code `cannotOpen` while another server is connected.
    public func takeOver() async throws {
        try await Self.on(serving) { [settings] slot in
            let isFree: Bool
            do {
                let lock = "SELECT pg_try_advisory_lock(\(WriteTransactions.lockClass), 2)"
                isFree = try slot.connection().batch(lock) == "t"
            } catch let failure as PostgresFailure {
                throw CatalogError(failure)
            }
            guard isFree else {
                throw CatalogError(
                    .cannotOpen,
                    "Another server uses the catalogue '\(settings.shownAddress)'. Stop that one first.")
            }
        }
        try await writing.takeOver { owner in
            _ = try await write { connection in
                try connection.execute(
                    """
                    INSERT INTO "catalogNote" VALUES ('servedBy', ?)
                    ON CONFLICT ("id") DO UPDATE SET "text" = excluded."text"
                    """,
                    [.text(owner)])
            }
        }
    }

    private static func on<Value: Sendable>(
        _ threads: ConnectionThreads, _ work: @escaping @Sendable (ConnectionSlot) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try threads.submit { slot in continuation.resume(with: Result { try work(slot) }) }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}
