/// A step from one version of the schema to the next.
struct Migration: Sendable {
    /// The version after it; the first is 1.
    var version: Int
    var name: String
    private var spelling: @Sendable (SQLDialect) -> [String]

    /// A step whose statements are SQLite's, and PostgreSQL's with other words for types and orders.
    init(version: Int, name: String, statements: [String]) {
        self.init(version: version, name: name) { _ in statements }
    }

    /// A step that is not the same for each database.
    init(version: Int, name: String, statements: @escaping @Sendable (SQLDialect) -> [String]) {
        self.version = version
        self.name = name
        spelling = statements
    }

    /// Its statements as a database wants them.
    func statements(for dialect: SQLDialect) -> [String] {
        switch dialect {
        case .sqlite: spelling(.sqlite)
        case .postgres: spelling(.postgres).map(PostgresSchema.spelled)
        }
    }

    /// Every step, in order. A published step never changes; later changes are new steps.
    static let all: [Migration] = [
        .migration1, .migration2, .migration3, .migration4, .migration5, .migration6, .migration7, .migration8,
        .migration9, .migration10, .migration11, .migration12, .migration13, .migration14, .migration15,
        .migration16, .migration17, .migration18, .migration19, .migration20, .migration21, .migration22,
        .migration23, .migration24, .migration25, .migration26, .migration27,
    ]

    /// Whether the columns of `SearchedColumn` are there from this step on.
    var hasSearchedColumns: Bool { version == Self.migration14.version }

    /// Applies the steps that are missing, within the caller's transaction.
    static func apply(_ migrations: [Migration], to connection: any SQLConnection) throws(CatalogError) {
        let dialect = connection.dialect
        for statement in dialect.beforeMigrations { try connection.execute(statement, []) }
        let present = try SchemaVersion.of(connection)
        let latest = migrations.last?.version ?? 0
        guard present <= latest else {
            throw CatalogError(
                .newerVersion,
                "The catalogue has schema version \(present), but this program knows versions up to \(latest). "
                    + """
                    It was last used by a newer program: start that one, or restore a copy of the catalogue made \
                    before the upgrade.
                    """
            )
        }
        for migration in migrations where migration.version > present {
            for statement in migration.statements(for: dialect) { try connection.execute(statement, []) }
            try connection.execute(
                #"INSERT INTO "schemaVersion" ("version", "name") VALUES (?, ?)"#,
                [.integer(Int64(migration.version)), .text(migration.name)])
        }
    }
}
