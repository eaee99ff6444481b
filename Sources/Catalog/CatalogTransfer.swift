/// Copies a whole catalogue from one database into another, of the same kind or another one.
///
/// Nobody else may use either of them meanwhile. The target is noted as half copied until everything
/// was copied and compared, so a copy that is interrupted can be made again and a server cannot start
/// on it. The source is left as it is until then.
public struct CatalogTransfer: Sendable {
    private let source: any SQLDriver
    private let target: any SQLDriver

    public init(from source: any SQLDriver, to target: any SQLDriver) { (self.source, self.target) = (source, target) }

    private static let pageSize = 1000
    /// What each database keeps for itself.
    private static let own: Set = ["commitMark", "catalogNote"]
    /// Triggers make these rows while others are copied, so they are replaced at the end.
    private static let derived = ["unitState", "unitTotals"]

    /// Copies everything, compares it row by row, and notes in the source where it went.
    /// - Parameter place: the target, as people are told of it.
    /// - Returns: how many rows there are.
    /// - Throws: `CatalogError` that names the row which cannot be copied.
    @discardableResult
    public func run(named place: String) async throws -> Int {
        let version = try await SchemaVersion.present(in: source)
        guard version == SchemaVersion.known else {
            throw CatalogError(
                .cannotOpen,
                """
                The catalogue has schema version \(version) and this program \(SchemaVersion.known). Bring it to that \
                first: start the server once, or run 'holdfast catalog migrate'.
                """)
        }
        try await CatalogNotes.requireCurrent(source)
        try await CatalogStore(driver: target).migrate()
        try await begin()
        let tables = Migration.tables.filter { !Self.own.contains($0) && !Self.derived.contains($0) }
        var count = 0
        for table in tables { count += try await copy(table) }
        for table in Self.derived {
            try await target.write { try $0.execute("DELETE FROM \(quoted(table))", []) }
            count += try await copy(table)
        }
        for table in tables + Self.derived { try await compare(table) }
        try await target.write { connection in
            try CatalogNotes.remove(CatalogNotes.copying, connection)
            // A catalogue that comes back was moved away before.
            try CatalogNotes.remove(CatalogNotes.movedTo, connection)
        }
        try await source.write { try CatalogNotes.set(CatalogNotes.movedTo, place, $0) }
        return count
    }

    /// Empties a target that holds half a copy, or one that counts no more. Any other has to be empty.
    private func begin() async throws {
        try await target.write { connection in
            let isFree = try [CatalogNotes.copying, CatalogNotes.movedTo].contains {
                try CatalogNotes.text(of: $0, connection) != nil
            }
            if isFree {
                try CatalogWriter(connection: connection).eraseEverything(keeping: Self.own)
            } else {
                for table in Migration.tables where !Self.own.contains(table) {
                    guard try connection.query("SELECT 1 FROM \(quoted(table)) LIMIT 1", []).isEmpty else {
                        throw CatalogError(
                            .cannotOpen,
                            "The database to copy into has rows in \(table): give an empty one."
                        )
                    }
                }
            }
            try CatalogNotes.set(CatalogNotes.copying, "a copy is under way", connection)
        }
    }

    private func copy(_ table: String) async throws -> Int {
        var (last, count) = ("", 0)
        while case let rows = try await page(source, table, after: last), let end = rows.last {
            try await add(rows, to: table)
            count += rows.count
            last = try Self.id(of: end, table)
        }
        return count
    }

    /// Adds rows, as many in one statement as the target takes. Where it refuses them, they are added
    /// one by one, which tells the row.
    private func add(_ rows: [SQLRow], to table: String) async throws {
        do {
            try await target.write { connection in
                let size = connection.dialect.rowsPerInsert
                for start in stride(from: 0, to: rows.count, by: size) {
                    try Self.insert(rows[start..<min(start + size, rows.count)], into: table, connection)
                }
            }
        } catch let error as CatalogError where !error.isTransient {
            try await target.write { connection in
                for row in rows {
                    do throws(CatalogError) {
                        try Self.insert([row], into: table, connection)
                    } catch {
                        throw CatalogError(
                            error.code,
                            "Row \(try Self.id(of: row, table)) of \(table) cannot be copied: \(error.message)")
                    }
                }
            }
        }
    }

    private static func insert(
        _ rows: ArraySlice<SQLRow>, into table: String, _ connection: any SQLConnection
    ) throws(CatalogError) {
        guard let columns = rows.first?.columns else { return }
        let names = columns.map(quoted).joined(separator: ", ")
        let marks = "(\(columns.map { _ in "?" }.joined(separator: ", ")))"
        try connection.execute(
            "INSERT INTO \(quoted(table)) (\(names)) VALUES \(rows.map { _ in marks }.joined(separator: ", "))",
            rows.flatMap(\.values))
    }

    /// Reads both once more and compares them.
    private func compare(_ table: String) async throws {
        var last = ""
        while true {
            let (rows, copies) = (
                try await page(source, table, after: last), try await page(target, table, after: last)
            )
            for (row, copy) in zip(rows, copies) where row.values != copy.values || row.columns != copy.columns {
                throw different("Row \(try Self.id(of: row, table)) of \(table)")
            }
            guard rows.count == copies.count else { throw different("The number of rows of \(table)") }
            guard let end = rows.last else { return }
            last = try Self.id(of: end, table)
        }
    }

    private func different(_ what: String) -> CatalogError {
        CatalogError(
            .unexpectedValue, "\(what) is another in the copy. The source still counts; nothing there was changed.")
    }

    private func page(_ driver: any SQLDriver, _ table: String, after id: String) async throws -> [SQLRow] {
        try await driver.read { connection in
            try connection.query(
                #"SELECT * FROM \#(quoted(table)) WHERE "id" > ? ORDER BY "id" LIMIT ?"#,
                [.text(id), .integer(Int64(Self.pageSize))])
        }
    }

    private static func id(of row: SQLRow, _ table: String) throws(CatalogError) -> String {
        guard case .text(let id) = row["id"] else {
            throw CatalogError(.unexpectedValue, "A row of \(table) has no id that is a text.")
        }
        return id
    }
}
