import Foundation

/// The schema's statements in PostgreSQL's words. There is one text of the schema, and it is SQLite's.
///
/// `INTEGER` has 64 bits in SQLite and 32 in PostgreSQL. Texts are compared by their bytes, whatever
/// the database's rules are. An index gives an order in which null
/// is the least value only where it was made so.
enum PostgresSchema {
    static func spelled(_ statement: String) -> String {
        if statement.hasPrefix("CREATE TABLE") || statement.hasPrefix("ALTER TABLE") {
            return replacingWords(in: statement)
        }
        return statement.hasPrefix("CREATE INDEX") || statement.hasPrefix("CREATE UNIQUE INDEX")
            ? withNullsFirst(statement) : statement
    }

    private static let words = ["INTEGER": "BIGINT", "BLOB": "BYTEA", "TEXT": #"TEXT COLLATE "C""#]

    /// Replaces the names of types. What stands in quotes is left alone.
    private static func replacingWords(in statement: String) -> String {
        var (result, word) = ("", "")
        var quote: Character?
        for character in statement + " " {
            if quote == nil, character.isLetter {
                word.append(character)
                continue
            }
            result += words[word] ?? word
            word = ""
            if quote == nil, character == "'" || character == "\"" {
                quote = character
            } else if character == quote {
                quote = nil
            }
            result.append(character)
        }
        return String(result.dropLast())
    }

    /// `NULLS FIRST` after each column of an index that may hold null.
    private static func withNullsFirst(_ statement: String) -> String {
        guard let on = statement.range(of: #"ON ""#), let open = statement[on.upperBound...].firstIndex(of: "("),
            let close = statement[open...].firstIndex(of: ")")
        else { preconditionFailure("an index is declared as INDEX name ON table (columns)") }
        let table = statement[on.upperBound..<open].filter { $0 != "\"" && !$0.isWhitespace }
        let columns = statement[statement.index(after: open)..<close].split(separator: ",").map { column in
            let name = column.filter { $0 != "\"" && !$0.isWhitespace }
            return nullableColumns[table]?.contains(name) == true ? column + " NULLS FIRST" : String(column)
        }
        return statement[...open] + columns.joined(separator: ",") + statement[close...]
    }

    /// The columns of each table that may hold null, in every version of the schema.
    private static let nullableColumns: [String: Set<String>] = {
        var columns: [String: Set<String>] = [:]
        for statement in Migration.all.flatMap({ $0.statements(for: .sqlite) }) {
            let parts = statement.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let table = String(parts[1])
            let definitions =
                switch String(parts[0]) {
                case "CREATE TABLE ": definitions(in: parts[2])
                case "ALTER TABLE ": [parts[2].drop { $0 != "\"" }]
                default: [Substring]()
                }
            for definition in definitions where definition.hasPrefix("\"") && !definition.contains("NOT NULL") {
                columns[table, default: []].insert(String(definition.dropFirst().prefix { $0 != "\"" }))
            }
        }
        return columns
    }()

    /// What stands between the outer parentheses of a table, by its commas.
    private static func definitions(in text: Substring) -> [Substring] {
        var (depth, start) = (0, text.startIndex)
        var found: [Substring] = []
        for place in text.indices {
            switch text[place] {
            case "(":
                depth += 1
                if depth == 1 { start = text.index(after: place) }
            case ")":
                depth -= 1
                if depth == 0 { found.append(text[start..<place]) }
            case "," where depth == 1:
                found.append(text[start..<place])
                start = text.index(after: place)
            default: continue
            }
        }
        return found.map { $0.drop(while: \.isWhitespace) }
    }
}

extension SQLDialect {
    /// What is done before the version of the schema is looked at.
    var beforeMigrations: [String] {
        let versions = """
            CREATE TABLE IF NOT EXISTS "schemaVersion" ("version" INTEGER PRIMARY KEY NOT NULL, "name" TEXT NOT NULL)
            """
        return switch self {
        case .sqlite: [versions]
        // A step may take as long as it needs, but what waits for a lock keeps others waiting behind it.
        case .postgres:
            [
                "SET LOCAL statement_timeout = 0", "SET LOCAL lock_timeout = '10s'",
                "SET LOCAL client_min_messages = warning", PostgresSchema.spelled(versions),
            ]
        }
    }
}
