public import Catalog
public import CatalogSQLite
import Foundation

/// A migrated catalogue in a folder of its own, which is removed with its owner.
public final class TemporaryCatalog: Sendable {
    public let store: CatalogStore
    public let driver: SQLiteDriver
    public let path: String
    private let folder: URL

    private init(folder: URL, waitingWritesLimit: Int) throws {
        self.folder = folder
        path = folder.appending(path: "catalog.sqlite").path
        driver = try SQLiteDriver(path: path, waitingWritesLimit: waitingWritesLimit)
        store = CatalogStore(driver: driver)
    }

    deinit {
        // What cannot be removed stays in the folder for temporary files, which the system empties.
        try? FileManager.default.removeItem(at: folder)
    }

    /// The steps of SQLite's machine that statements took so far: their cost on every computer.
    public var stepsTaken: Int { driver.stepsTaken }

    /// Makes a catalogue with this program's schema.
    public static func make(waitingWritesLimit: Int = 10_000) async throws -> TemporaryCatalog {
        let catalog = try unmigrated(waitingWritesLimit: waitingWritesLimit)
        try await catalog.store.migrate()
        return catalog
    }

    /// Makes a catalogue over an empty database.
    public static func unmigrated(waitingWritesLimit: Int = 10_000) throws -> TemporaryCatalog {
        let folder = FileManager.default.temporaryDirectory.appending(path: "catalog-" + UUID().uuidString)
        return try TemporaryCatalog(folder: folder, waitingWritesLimit: waitingWritesLimit)
    }
}

extension TemporaryCatalog {
    /// Every row of every table as text, in a fixed order: equal before and after whatever changes nothing.
    /// Without the audit trail, in which a refusal leaves a record too.
    public func rows() async throws -> [String] {
        try await driver.read { connection in
            let tables = try connection.query(
                """
                SELECT "name" FROM "sqlite_master" WHERE "type" = 'table' AND "name" <> 'auditRecord' ORDER BY "name"
                """, [])
            var lines: [String] = []
            for row in tables {
                guard case .text(let table) = row["name"] else { continue }
                let columns = try connection.query("PRAGMA table_info(\"\(table)\")", [])
                let rows = try connection.query("SELECT * FROM \"\(table)\" ORDER BY 1", [])
                lines += rows.map { row in "\(table): \(columns.indices.map { "\(row[$0])" }.joined(separator: ", "))" }
            }
            return lines
        }
    }
}
