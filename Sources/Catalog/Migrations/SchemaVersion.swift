/// Which version of the schema a database has, without changing it.
public enum SchemaVersion {
    /// The version that this program brings a database to.
    public static var known: Int { Migration.all.last?.version ?? 0 }

    /// The version of a database.
    /// - Throws: `CatalogError`, also for a database that no program has brought to any version.
    public static func present(in driver: some SQLDriver) async throws -> Int {
        try await driver.read { try of($0) }
    }

    static func of(_ connection: any SQLConnection) throws(CatalogError) -> Int {
        let row = try connection.query(#"SELECT COALESCE(MAX("version"), 0) FROM "schemaVersion""#, []).first
        guard let version = row.flatMap({ Int(sqlValue: $0[0]) }) else {
            throw CatalogError(
                .damaged, "The catalogue's schema version cannot be read. Restore the catalogue from a copy.")
        }
        return version
    }
}
