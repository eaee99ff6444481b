import Catalog
import GRDB

/// An index of the groups of three letters in a column (FTS5 with the tokenizer `trigram`), kept by
/// triggers, so that texts are found wherever they stand in it.
///
/// A table of its own gives each row a number that stays: SQLite may renumber the rows of other tables.
struct SearchIndex {
    private let column: SearchedColumn
    /// Letters of a group.
    private static let groupLength = 3
    /// More groups of a text than these are not looked up: the rows are compared anyway.
    private static let maximumGroups = 32

    init(_ column: SearchedColumn) { self.column = column }

    private var texts: String { "\(column.table)_\(column.column)" }
    private var groups: String { "\(texts)_groups" }

    /// The statements that make it, with what the table has already.
    var statements: [String] {
        let (table, text) = (column.table, column.column)
        let added = #"INSERT INTO "\#(texts)" ("id", "text") VALUES (NEW."id", NEW."\#(text)")"#
        let removed = #"DELETE FROM "\#(texts)" WHERE "id" = OLD."id""#
        func trigger(_ name: String, _ event: String, _ body: String...) -> String {
            #"CREATE TRIGGER "\#(name)" AFTER \#(event) BEGIN \#(body.joined(separator: "; ")); END"#
        }
        let isOther = #"WHEN NEW."\#(text)" IS NOT OLD."\#(text)""#
        let grouped = #"INSERT INTO "\#(groups)" (rowid, "text") VALUES (NEW."number", NEW."text")"#
        let ungrouped =
            #"INSERT INTO "\#(groups)" ("\#(groups)", rowid, "text") VALUES ('delete', OLD."number", OLD."text")"#
        return [
            """
            CREATE TABLE "\(texts)" (
                "number" INTEGER PRIMARY KEY, "id" TEXT NOT NULL UNIQUE, "text" TEXT NOT NULL
            )
            """,
            """
            CREATE VIRTUAL TABLE "\(groups)" USING fts5("text", content='\(texts)', content_rowid='number', \
            tokenize='trigram case_sensitive 1', detail=none)
            """,
            trigger("\(texts)_inserted", #"INSERT ON "\#(texts)""#, grouped),
            trigger("\(texts)_deleted", #"DELETE ON "\#(texts)""#, ungrouped),
            trigger("\(table)_inserted_search", #"INSERT ON "\#(table)""#, added),
            trigger("\(table)_deleted_search", #"DELETE ON "\#(table)""#, removed),
            trigger(
                "\(table)_updated_search", #"UPDATE OF "\#(text)" ON "\#(table)" \#(isOther)"#, removed, added),
            #"INSERT INTO "\#(texts)" ("id", "text") SELECT "id", "\#(text)" FROM "\#(table)""#,
        ]
    }

    /// Whether there is one.
    func exists(_ connection: GRDBConnection) throws(CatalogError) -> Bool {
        let sql = #"SELECT 1 FROM "sqlite_master" WHERE "type" = 'table' AND "name" = ?"#
        return try !connection.query(sql, [.text(groups)]).isEmpty
    }

    /// The statement that finds ids, with its arguments; nil for a text that is too short.
    func hits(_ text: String, limit: Int) -> (sql: String, arguments: [SQLValue])? {
        let letters = Array(text.unicodeScalars)
        guard letters.count >= Self.groupLength else { return nil }
        let starts = (0...(letters.count - Self.groupLength)).prefix(Self.maximumGroups)
        // Each in quotes, so that none is a word of the query language.
        let found: [String] = starts.map { start in
            var group = String.UnicodeScalarView()
            for letter in letters[start..<(start + Self.groupLength)] {
                if letter == "\"" { group.append(letter) }
                group.append(letter)
            }
            return "\"\(String(group))\""
        }
        return (
            """
            SELECT "id" FROM "\(texts)" WHERE "number" IN \
            (SELECT rowid FROM "\(groups)" WHERE "\(groups)" MATCH ? LIMIT ?)
            """,
            [.text(found.joined(separator: " ")), .integer(Int64(limit))]
        )
    }
}

extension GRDBConnection {
    func makeSearchIndex(of column: SearchedColumn) throws(CatalogError) {
        let index = SearchIndex(column)
        guard try !index.exists(self) else { return }
        for statement in index.statements { _ = try execute(statement, []) }
    }

    func searchHits(in column: SearchedColumn, _ text: String, limit: Int) throws(CatalogError) -> [String]? {
        guard let (sql, arguments) = SearchIndex(column).hits(text, limit: limit) else { return nil }
        return try query(sql, arguments).compactMap { if case .text(let id) = $0[0] { id } else { nil } }
    }
}
