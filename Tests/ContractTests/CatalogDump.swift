import BackupTesting
import Catalog
import CatalogSQLite

extension World {
    /// Every row of every table as text, to see that nothing has changed.
    func dump() async throws -> [String] {
        try await catalog.driver.read { connection in
            let tables = try connection.query(
                "SELECT \"name\" FROM \"sqlite_master\" WHERE \"type\" = 'table' ORDER BY \"name\"", [])
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
