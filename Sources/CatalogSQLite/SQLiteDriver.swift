public import Catalog
import GRDB

/// The catalogue in one SQLite file: write-ahead log, every commit on disk before it is answered
/// (`synchronous=FULL`), foreign keys on.
///
/// The folder is made with mode 0700 and the file with 0600. Readers have connections of their own
/// and see the last committed state; all writes go through one writer, which puts writes that wait
/// at the same time into one transaction.
public final class SQLiteDriver: SQLDriver {
    private let path: String
    private let queue: DatabaseQueue
    private let readers: ReaderConnections
    private let writer: GroupCommitWriter
    private let statements: StatementAdmission

    /// The steps of SQLite's machine that reads and writes took so far, on every machine alike.
    package var stepsTaken: Int { statements.stepsTaken }

    /// Opens a database file, and creates it and its folder where they are missing.
    /// - Parameters:
    ///   - path: The file; SQLite keeps `-wal` and `-shm` files beside it.
    ///   - waitingWritesLimit: The most writes that may wait; further ones are refused with `busy`.
    ///   - readers: How many connections for reading stay open; while more threads
    ///     read, there are more.
    /// - Throws: `CatalogError` with the code `cannotOpen`, `damaged`, `busy` or
    ///   `outOfSpace`, naming the file.
    public init(path: String, waitingWritesLimit: Int = 10_000, readers: Int = 8) throws(CatalogError) {
        try DatabaseFile.prepare(path)
        self.path = path
        let statements = StatementAdmission()
        self.statements = statements
        var configuration = Self.configuration
        do {
            configuration.journalMode = .wal
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.inDatabase { database in
                try Self.makeDurable(database)
                // Savepoints keep what they may undo in memory; otherwise many commits would create
                // and remove a file for it.
                try database.execute(sql: "PRAGMA temp_store = MEMORY")
            }
        } catch let error as DatabaseError {
            throw CatalogError.opening(path, error)
        } catch let error as CatalogError {
            throw error
        } catch {
            throw CatalogError(.cannotOpen, "The catalogue '\(path)' cannot be opened (\(error)).")
        }
        self.readers = ReaderConnections(
            path: path, configuration: Self.configuration, kept: readers, statements: statements)
        writer = GroupCommitWriter(queue: queue, statements: statements, queueLimit: waitingWritesLimit)
    }

    /// Reads from one consistent state, on a connection for reading.
    ///
    /// The read runs on the caller's thread: most reads take less time than waking another thread.
    /// A server with many callers should run them on its own threads.
    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        do {
            return try readers.read { try body($0) }
        } catch let error as DatabaseError {
            throw CatalogError(error)
        }
    }

    /// Changes the database in a transaction that may be shared with other writes, in a savepoint
    /// of its own. A write that waits is made even if its task is cancelled.
    @discardableResult
    public func write<Value: Sendable>(
        _ strength: WriteStrength, _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await writer.write(body)
    }

    /// Reads the whole file and verifies its structure, its indexes against its tables, and the
    /// schema's rules for values.
    ///
    /// It cannot see a changed value in a column without rule and index: SQLite keeps
    /// no checksums of content.
    /// - Throws: `CatalogError` with the code `damaged`, naming the file; `CancellationError` soon
    ///   after the task is cancelled.
    public func requireSound() async throws {
        do {
            let connection = try readers.open()
            let found = try await withTaskCancellationHandler {
                try Self.check(connection)
            } onCancel: {
                connection.interrupt()
            }
            try Task.checkCancellation()
            guard found == "ok" else {
                let line = found.split(separator: "\n").first.map(String.init) ?? found
                throw CatalogError(
                    .damaged,
                    "The catalogue '\(path)' is damaged (\(line)). Put back a copy; the repositories are not affected.")
            }
        } catch let error as DatabaseError {
            guard error.resultCode != .SQLITE_INTERRUPT else { throw CancellationError() }
            throw CatalogError.opening(path, error)
        }
    }

    /// What SQLite finds wrong, or `ok`. On the thread of the caller.
    private static func check(_ connection: DatabaseQueue) throws -> String {
        try connection.unsafeRead { try String.fetchOne($0, sql: "PRAGMA integrity_check(1)") } ?? "nothing was read"
    }

    /// Closes every connection, after the writes that wait. The write-ahead log is copied into the
    /// file first, so that a copy of a stopped catalogue's file is complete. While other processes
    /// have it open, that may not succeed; nothing depends on it.
    public func close() async throws {
        writer.close()
        // SQLite does it by itself only when the last process closes the file.
        _ = try? await queue.writeWithoutTransaction { try $0.checkpoint(.passive) }
        try translatingErrors {
            try readers.close()
            try queue.close()
        }
    }

    /// The settings that durability and integrity depend on, as the writing connection has them.
    func settings() async throws -> [String: String] {
        try await queue.writeWithoutTransaction { database in
            var values: [String: String] = [:]
            for name in ["journal_mode", "synchronous", "foreign_keys", "busy_timeout"] {
                values[name] = try String.fetchOne(database, sql: "PRAGMA \(name)")
            }
            return values
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(30)
        configuration.label = "catalog"
        return configuration
    }

    /// GRDB sets NORMAL for the write-ahead log, which may lose the last commits in a power cut. So
    /// FULL is set afterwards, and read back with the other settings.
    private static func makeDurable(_ database: Database) throws {
        try database.execute(sql: "PRAGMA synchronous = FULL")
        for (name, wanted) in [("synchronous", "2"), ("foreign_keys", "1"), ("journal_mode", "wal")] {
            let found = try String.fetchOne(database, sql: "PRAGMA \(name)")
            guard found == wanted else {
                throw CatalogError(
                    .cannotOpen,
                    """
                    SQLite has \(name)=\(found ?? "nothing") instead of \(wanted), so commits would not be safe. \
                    Is the file system able to lock?
                    """
                )
            }
        }
    }
}
