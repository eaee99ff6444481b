/// One step of the schema, in portable SQL. Steps are never changed once released; a new version is a new file.
struct Migration: Sendable {
    /// The schema's version after this step, counted from 1.
    let version: Int
    /// The statements, in order.
    let statements: [String]
}

/// Every step, in order.
let migrations = [migration1]

extension Catalog {
    /// The version of the schema that this program reads and writes.
    public static let schemaVersion = migrations.count

    /// Brings the schema to this program's version. A second call changes nothing.
    /// - Throws: `newerVersion` where a newer program wrote the catalogue; nothing is changed then.
    public func migrate() async throws {
        try await driver.write { connection in
            try connection.execute("CREATE TABLE IF NOT EXISTS \"schema_version\" (\"version\" INTEGER NOT NULL PRIMARY KEY)", [])
            let row = try connection.query("SELECT MAX(\"version\") FROM \"schema_version\"", []).first
            var version = 0
            if case .integer(let found)? = row?[0] { version = Int(found) }
            guard version <= Self.schemaVersion else {
                throw CatalogError(
                    .newerVersion,
                    "The catalogue was written by a newer Holdfast (schema \(version), this program knows \(Self.schemaVersion)). Start the newer program; nothing was changed.")
            }
            for migration in migrations where migration.version > version {
                for statement in migration.statements { try connection.execute(statement, []) }
                try connection.execute("INSERT INTO \"schema_version\" (\"version\") VALUES (?)", [.integer(Int64(migration.version))])
            }
        }
    }
}
