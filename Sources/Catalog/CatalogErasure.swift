extension CatalogWriter {
    /// Empties every table except those in `kept`; tables that refer to others come first. The
    /// sandbox starts over with it and keeps its keys.
    public func eraseEverything(keeping kept: Set<String>) throws(CatalogError) {
        for table in Migration.tables.reversed() where !kept.contains(table) {
            try connection.execute("DELETE FROM \(quoted(table))", [])
        }
    }
}

extension Migration {
    /// Every table of records, each after those that it refers to.
    static let tables = all.flatMap(\.tables)

    /// The tables that the step makes, in the order of their making.
    fileprivate var tables: [String] {
        statements(for: .sqlite).compactMap { statement in
            let words = statement.split(whereSeparator: { $0.isWhitespace || $0 == "(" }).prefix(3)
            guard words.count == 3, words[0] == "CREATE", words[1] == "TABLE" else { return nil }
            return words[2].trimmingPrefix("\"").split(separator: "\"").first.map(String.init)
        }
    }
}
