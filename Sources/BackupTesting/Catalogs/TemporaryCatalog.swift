public import Catalog
public import CatalogSQLite
import Foundation

/// A migrated catalogue in a folder of its own, which is removed with its owner.
public final class TemporaryCatalog: Sendable {
    public let store: CatalogStore
    public let driver: SQLiteDriver
    public let path: String
    private let folder: URL
    /// Where the records are in place of the file, for a catalogue in PostgreSQL.
    private let postgres: PostgresCatalog?
    /// The database that holds the records, for whoever puts something before it.
    public let database: any SQLDriver

    private init(folder: URL, waitingWritesLimit: Int, postgres: PostgresCatalog? = nil) throws {
        self.folder = folder
        path = folder.appending(path: "catalog.sqlite").path
        driver = try SQLiteDriver(path: path, waitingWritesLimit: waitingWritesLimit)
        self.postgres = postgres
        let used: any SQLDriver = postgres?.driver ?? driver
        database = LockCheckDriver(Self.isTwice ? TwiceDriver(used) : used)
        store = CatalogStore(driver: database)
    }

    /// Whether the bodies of all calls run twice: `HOLDFAST_TWICE=1 swift test …` runs any suite so.
    private static let isTwice = ProcessInfo.processInfo.environment["HOLDFAST_TWICE"] == "1"

    deinit {
        // What cannot be removed stays in the folder for temporary files, which the system empties.
        try? FileManager.default.removeItem(at: folder)
    }

    /// The steps of SQLite's machine that statements took so far: their cost on every computer.
    public var stepsTaken: Int { driver.stepsTaken }

    /// Makes a catalogue with this program's schema.
    public static func make(
        in engine: CatalogEngine = .ofRun, waitingWritesLimit: Int = 10_000
    ) async throws -> TemporaryCatalog {
        let postgres = engine == .postgres ? try await PostgresCatalog.make() : nil
        let catalog = try TemporaryCatalog(
            folder: newFolder(), waitingWritesLimit: waitingWritesLimit, postgres: postgres)
        if postgres == nil { try await catalog.store.migrate() }
        return catalog
    }

    private static func newFolder() -> URL {
        FileManager.default.temporaryDirectory.appending(path: "catalog-" + UUID().uuidString)
    }

    /// Makes a catalogue over an empty database.
    public static func unmigrated(waitingWritesLimit: Int = 10_000) throws -> TemporaryCatalog {
        try TemporaryCatalog(folder: newFolder(), waitingWritesLimit: waitingWritesLimit)
    }
}

extension TemporaryCatalog {
    /// Every row of every table as text, in a fixed order: equal before and after whatever changes nothing.
    /// Without the audit trail, in which a refusal leaves a record too.
    public func rows() async throws -> [String] {
        try await database.read { connection in
            let names =
                switch connection.dialect {
                case .sqlite: #"SELECT "name" FROM "sqlite_master" WHERE "type" = 'table'"#
                case .postgres: #"SELECT "tablename" FROM "pg_tables" WHERE "schemaname" = 'public'"#
                }
            let tables = try connection.query(names, []).compactMap { row in
                if case .text(let name) = row[0] { name } else { nil }
            }
            var lines: [String] = []
            for table in tables.sorted() where !["auditRecord", "commitMark"].contains(table) {
                let rows = try connection.query("SELECT * FROM \"\(table)\" ORDER BY 1", [])
                lines += rows.map { row in "\(table): \(row.values.map { "\($0)" }.joined(separator: ", "))" }
            }
            return lines
        }
    }
}
