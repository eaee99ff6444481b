import BackupTesting
import Foundation
import SampleData
import Testing

@testable import Catalog

/// The SQL that SQLite is given is, letter by letter, that of the program before there was a second
/// database: `Tests/Vectors/catalog/sqlite.txt`, written by commit d435dab3. Columns and tables
/// that were added since were added there by hand.
@Suite struct SQLTextTests {
    @Test func `SQLite is given the statements of before`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../Vectors/catalog/sqlite.txt")
        let expected = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
        let found = try Self.lines()
        #expect(found.count == expected.count)
        for (line, other) in zip(found, expected) where line != other { Issue.record("\(line)\nwas\n\(other)") }
    }

    private static func lines() throws -> [String] {
        var lines: [String] = []
        for migration in Migration.all.prefix(23) {
            lines.append("-- \(migration.version) \(migration.name)")
            lines += migration.statements(for: .sqlite)
        }
        lines += Sample.everyRecord.flatMap { $0.tableStatements }
        for query in queries() {
            for fragment in try fragments(query) { lines.append("\(fragment.sql) \(fragment.arguments)") }
        }
        return lines.map { $0.replacing("\\", with: "\\\\").replacing("\n", with: "\\n").replacing("\r", with: "\\r") }
    }

    private static func queries() -> [Query<ProtectionUnit>] {
        var random = SeededGenerator(seed: 1830)
        var queries: [Query<ProtectionUnit>] = []
        for _ in 0..<40 {
            var query = Query<ProtectionUnit>(where: PredicateTests.predicate(&random, depth: 2))
            for column in ["displayName", "createdDateTime", "status"] where Bool.random(using: &random) {
                query.order.append(.init(column, ascending: Bool.random(using: &random)))
            }
            if Bool.random(using: &random) { query.after = query.key(of: RandomUnits.unit(1, &random)) }
            queries.append(query)
        }
        queries.append(Query(where: .contains("searchText", "a_b")))
        return queries
    }

    private static func fragments(_ query: Query<ProtectionUnit>) throws -> [SQLFragment] {
        try query.rangeQueries(.sqlite) + [
            query.countQuery(.sqlite), query.boundedCountQuery(.sqlite, upTo: 7), query.idQuery(.sqlite),
            query.groupedCountQuery(.sqlite, by: "status"), query.sumQuery(.sqlite, of: "createdDateTime"),
        ]
    }
}
