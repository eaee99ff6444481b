import Catalog

/// Looks at a server and a database before anything is written.
struct DatabaseExamination {
    private let settings: PostgresSettings

    init(_ settings: PostgresSettings) { self.settings = settings }

    /// - Throws: `CatalogError` with the code `cannotOpen` or `unavailable`, naming the address.
    func require(_ slot: ConnectionSlot) throws {
        let connection: PostgresConnection
        do {
            connection = try slot.connection()
        } catch {
            throw opening(error)
        }
        try requireVersion(connection)
        try requireOrder(connection)
    }

    private func requireVersion(_ connection: PostgresConnection) throws {
        let version = try connection.batch("SHOW server_version_num").flatMap { Int($0) } ?? 0
        guard version >= 130_000 else {
            throw refusal("is on a server of version \(version / 10_000); Holdfast needs PostgreSQL 13 or later")
        }
    }

    /// The catalogue's pages and its uniqueness count on texts being compared by their bytes.
    private func requireOrder(_ connection: PostgresConnection) throws {
        let found = try connection.batch(
            """
            SELECT pg_encoding_to_char("encoding") || ' ' || "datcollate" || ' ' || "datctype" || ' ' \
            || COALESCE(to_jsonb("pg_database") ->> 'datlocprovider', 'c') \
            FROM "pg_database" WHERE "datname" = current_database()
            """)
        let parts = (found ?? "").split(separator: " ").map(String.init)
        let order = try connection.batch(
            """
            SELECT string_agg("v", ' ' ORDER BY "v") FROM \
            (VALUES ('a'), ('B'), ('_'), ('Z'), ('a-b'), ('ab'), (U&'\\00E4')) AS "t" ("v")
            """)
        let isPlain = ["C", "POSIX"].contains
        guard parts.count == 4, parts[0] == "UTF8", isPlain(parts[1]), isPlain(parts[2]), parts[3] == "c",
            order == "B Z _ a a-b ab \u{E4}"
        else {
            throw refusal(
                """
                keeps texts in another order or encoding (\(found ?? "unknown")) than by the bytes of UTF-8, so pages \
                of lists would repeat and lose rows. Make one with: CREATE DATABASE holdfast ENCODING 'UTF8' \
                LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0
                """)
        }
    }

    private func refusal(_ reason: String) -> CatalogError {
        CatalogError(.cannotOpen, "The catalogue's database '\(settings.shownAddress)' \(reason).")
    }

    private func opening(_ failure: PostgresFailure) -> CatalogError {
        let words = failure.message
        let advice =
            if words.contains("password authentication failed") || words.contains("no password supplied") {
                "Look at the name in the address and at the file of postgres.password-file"
            } else if words.contains("session is read-only") || words.contains("session is not read-write") {
                "It is a standby or takes no changes: name the primary too, as postgres://user@host1,host2/database"
            } else if words.contains("does not exist") {
                "Make the database and the role first, as docs/operate/postgresql.md shows"
            } else if words.contains("certificate") || words.contains("SSL") {
                "Look at postgres.ca-file and at the server's certificate"
            } else {
                "Is the server running, and is the address right?"
            }
        return CatalogError(
            .cannotOpen, "The catalogue '\(settings.shownAddress)' cannot be opened (\(words)). \(advice).")
    }
}
