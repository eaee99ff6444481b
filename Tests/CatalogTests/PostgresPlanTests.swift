import BackupTesting
import CatalogPostgres
import Foundation
import Testing

@testable import Catalog

/// In PostgreSQL too every order of the API is read off an index, and a look for work that is not due
/// reads none of what waits.
@Suite struct PostgresPlanTests {
    /// What the database does for a page at the beginning and one in the middle, where it must sort only
    /// if no index has the order.
    private func plans<Record: CatalogRecord>(
        _ query: Query<Record>, _ record: Record, _ catalog: PostgresCatalog
    ) async throws -> [String] {
        var later = query
        later.after = query.key(of: record)
        let queries = [query, later]
        return try await catalog.driver.read { connection in
            for setting in ["enable_seqscan", "enable_bitmapscan", "enable_sort", "enable_incremental_sort"] {
                _ = try connection.query("SET LOCAL \(setting) = off", [])
            }
            return try queries.flatMap { query in
                try query.rangeQueries(.postgres).map { fragment in
                    let rows = try connection.query("EXPLAIN \(fragment.sql) LIMIT 100", fragment.arguments)
                    return rows.map { if case .text(let line) = $0[0] { line } else { "" } }.joined(separator: "\n")
                }
            }
        }
    }

    private func check<Record: CatalogRecord>(
        _ query: Query<Record>, _ record: Record, _ catalog: PostgresCatalog
    ) async throws {
        for plan in try await plans(query, record, catalog) {
            #expect(plan.contains("Index"), "\(Record.table.name) \(query.order): \(plan)")
            #expect(!plan.contains("Sort"), "\(Record.table.name) \(query.order): \(plan)")
        }
    }

    private func checkBothWays<Record: CatalogRecord>(
        _ columns: [String], of records: [Record], where conditions: [RowPredicate] = [.true],
        _ catalog: PostgresCatalog
    ) async throws {
        for condition in conditions {
            for column in columns {
                for ascending in [true, false] {
                    for record in records {
                        let query = Query<Record>(where: condition, order: [.init(column, ascending: ascending)])
                        try await check(query, record, catalog)
                    }
                }
            }
        }
    }

    private static let ofWorkload = RowPredicate.equal("workload", Workload.sharePoint)

    // Those of `ListOrders` in the API, and of the lists of states.
    @Test func `every order is read off an index, both ways and with nulls`() async throws {
        let catalog = try await PostgresCatalog.make()
        try await checkBothWays(
            [
                "id", "createdDateTime", "lastModifiedDateTime", "status", "policyId", "sourceId", "displayName",
                "email", "siteName",
            ], of: [Sample.fullUnit, Sample.bareUnit],
            where: [.true, Self.ofWorkload, .equal("policyId", "p")], catalog)
        try await checkBothWays(
            ["id", "createdDateTime", "lastModifiedDateTime", "completedDateTime", "status", "restoreJobType"],
            of: [Sample.fullSession], where: [.true, Self.ofWorkload], catalog)
        try await checkBothWays(
            ["createdDateTime", "lastModifiedDateTime", "displayName", "status"], of: [Sample.fullPolicy], catalog)
        try await checkBothWays(["protectionDateTime", "expirationDateTime"], of: [Sample.fullPoint], catalog)
        try await checkBothWays(
            ["displayName", "email", "newestPointDateTime", "sizeInBytes", "storedInBytes", "verifiedDateTime"],
            of: [Sample.fullUnitState, Sample.bareUnitState], catalog)
        try await checkBothWays(["createdDateTime"], of: [Sample.fullJob], catalog)
    }

    @Test func `a look for due jobs reads none of 200,000 that wait for later`() async throws {
        let catalog = try await PostgresCatalog.make()
        try await catalog.driver.write { connection in
            try connection.execute(
                """
                INSERT INTO "job" ("id", "kind", "subjectId", "state", "runAfterDateTime", "attempt", "createdDateTime")
                SELECT 'job-' || "n", 'backup', 'unit-' || "n", 'waiting', 2000000000000000 + "n", 0, 0
                FROM generate_series(1, 200000) AS "n"
                """, [])
            try connection.execute(#"ANALYZE "job""#, [])
        }
        let now = Date(timeIntervalSince1970: 1_900_000_000)
        let due = Query<Job>(
            where: .and([
                .oneOf("kind", ["backup", "prune", "restore"]), .equal("state", JobState.waiting),
                .compare("runAfterDateTime", .lessOrEqual, now.sqlValue),
            ]), order: [.init("runAfterDateTime")], limit: 5)
        let plan = try await catalog.driver.read { connection in
            let fragment = try due.countQuery(.postgres)
            let rows = try connection.query("EXPLAIN (ANALYZE, BUFFERS) \(fragment.sql)", fragment.arguments)
            return rows.map { if case .text(let line) = $0[0] { line } else { "" } }.joined(separator: "\n")
        }
        let condition = try #require(plan.split(separator: "\n").first { $0.contains("Index Cond") }, "\(plan)")
        #expect(condition.contains("runAfterDateTime"), "\(plan)")
        #expect(try await catalog.store.page(due).isEmpty)
        // One that another test keeps waiting says nothing.
        var shortest = Duration.seconds(60)
        for _ in 0..<20 {
            let start = ContinuousClock.now
            #expect(try await catalog.store.count(due) == 0)
            shortest = min(shortest, start.duration(to: .now))
        }
        #expect(shortest < .milliseconds(10))
    }
}
