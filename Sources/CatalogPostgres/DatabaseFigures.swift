import Catalog

/// What a server of PostgreSQL says of itself, for a person who looks whether it is well.
public struct DatabaseFigures: Hashable, Sendable {
    /// As the server writes it, such as `15.14 (Debian 15.14-0+deb12u1)`.
    public var version: String
    public var maximumConnections: Int
    /// Those that an ordinary role can still open.
    public var freeConnections: Int
    /// Whether pages on disk carry checksums.
    public var hasChecksums: Bool

    public init(version: String, maximumConnections: Int, freeConnections: Int, hasChecksums: Bool) {
        self.version = version
        self.maximumConnections = maximumConnections
        self.freeConnections = freeConnections
        self.hasChecksums = hasChecksums
    }

    /// Asks with one connection for reading and one for writing, which are closed again.
    public static func read(_ settings: PostgresSettings) async throws -> DatabaseFigures {
        var settings = settings
        (settings.readers, settings.writers) = (1, 1)
        let driver = try await PostgresDriver(settings)
        do {
            let found = try await driver.read { try Self.figures(of: $0) }
            try await driver.close()
            return found
        } catch {
            try? await driver.close()
            throw error
        }
    }

    /// Every role may read these, unlike the list of sessions.
    private static func figures(of connection: any SQLConnection) throws -> DatabaseFigures {
        let row = try connection.query(
            """
            SELECT current_setting('server_version'), current_setting('max_connections')::bigint, \
            current_setting('max_connections')::bigint - current_setting('superuser_reserved_connections')::bigint \
            - (SELECT sum("numbackends")::bigint FROM "pg_stat_database"), \
            CASE WHEN current_setting('data_checksums') = 'on' THEN 1 ELSE 0 END
            """, []
        ).first
        guard let row, case .text(let version) = row[0], case .integer(let maximum) = row[1],
            case .integer(let free) = row[2]
        else { throw CatalogError(.unavailable, "The database does not say how it is configured.") }
        return DatabaseFigures(
            version: version, maximumConnections: Int(maximum), freeConnections: max(0, Int(free)),
            hasChecksums: row[3] == .integer(1))
    }
}
