public import Catalog
import Foundation
import GRDB

/// The catalogue in one SQLite file: write-ahead log, every commit on disk before it is answered (`synchronous=FULL`), foreign keys on.
///
/// The folder is made with mode 0700 and the file with 0600. Readers have connections of their own; all writes go through one writer that puts
/// those waiting at the same time into one transaction.
public final class SQLiteDriver: SQLDriver {
    private let pool: DatabasePool
    private let writer: GroupCommitWriter

    /// Opens a database file, making it on the first time.
    /// - Parameter path: the file; `-wal` and `-shm` files appear beside it.
    /// - Throws: `CatalogError.Code.cannotOpen` or `damaged`, naming the file.
    public init(path: String) throws {
        do {
            try Self.prepareFile(path)
            pool = try DatabasePool(path: path, configuration: Self.configuration)
            // The pool itself chooses NORMAL for the write-ahead log, which may lose the last commits in a power cut.
            try pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
                try Self.requireSetting("synchronous", 2, in: database)
                try Self.requireSetting("foreign_keys", 1, in: database)
            }
        } catch let error as DatabaseError {
            throw Self.openingError(error, path)
        }
        writer = GroupCommitWriter(pool: pool)
    }

    /// Reads from one consistent state, on a connection of the pool.
    public func read<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value {
        do {
            return try await pool.read { try body(GRDBConnection(database: $0)) }
        } catch let error as DatabaseError {
            throw catalogError(error)
        }
    }

    /// Changes the database in a transaction that may be shared with other writes, in a savepoint of its own.
    public func write<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value {
        try await writer.write(body)
    }

    /// Closes every connection.
    public func close() async throws {
        try pool.close()
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(30)
        configuration.maximumReaderCount = 8
        configuration.label = "catalog"
        return configuration
    }

    private static func prepareFile(_ path: String) throws {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        let files = FileManager.default
        do {
            if !files.fileExists(atPath: folder) {
                try files.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            }
        } catch {
            throw CatalogError(.cannotOpen, "The folder '\(folder)' of the catalogue cannot be made: \(error.localizedDescription)")
        }
        if !files.fileExists(atPath: path), !files.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) {
            throw CatalogError(.cannotOpen, "The catalogue '\(path)' cannot be made. Look at the folder's permissions and free space.")
        }
    }

    private static func requireSetting(_ name: String, _ wanted: Int, in database: Database) throws {
        let found = try Int.fetchOne(database, sql: "PRAGMA \(name)")
        guard found == wanted else {
            throw CatalogError(.cannotOpen, "SQLite did not take the setting \(name)=\(wanted), so commits would not be safe.")
        }
    }

    private static func openingError(_ error: DatabaseError, _ path: String) -> CatalogError {
        switch error.resultCode.primaryResultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            CatalogError(.damaged, "The catalogue '\(path)' is damaged or no SQLite file. Put back a copy; the repositories are not affected.")
        default:
            CatalogError(.cannotOpen, "The catalogue '\(path)' cannot be opened (\(error)). Look at its permissions and at the disk.")
        }
    }
}

/// The catalogue's error for one of SQLite's.
func catalogError(_ error: DatabaseError) -> CatalogError {
    switch error.resultCode.primaryResultCode {
    case .SQLITE_CONSTRAINT: CatalogError(.constraint, "The change breaks a rule of the catalogue: \(error.message ?? "no message")")
    case .SQLITE_FULL: CatalogError(.outOfSpace, "There is no space for the catalogue. Free some; nothing was changed.")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: CatalogError(.damaged, "The catalogue is damaged: \(error.message ?? "no message"). Put back a copy.")
    case .SQLITE_BUSY, .SQLITE_LOCKED: CatalogError(.busy, "Another process holds the catalogue. Try again.")
    default: CatalogError(.database, "SQLite refused: \(error)")
    }
}
