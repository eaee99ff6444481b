import BackupTesting
import CatalogSQLite
import Testing

@testable import Catalog

/// What lists of a hundred thousand units cost: conditions, orders and searches are read off indexes.
@Suite struct UnitStateIndexTests {
    private static let orders = ["displayName", "sizeInBytes", "storedInBytes", "verifiedDateTime", "email"]

    private func plans(_ query: Query<UnitState>, _ catalog: TemporaryCatalog) async throws -> [String] {
        try await catalog.driver.read { connection in
            try query.rangeQueries(.sqlite).flatMap { fragment in
                try connection.query("EXPLAIN QUERY PLAN \(fragment.sql) LIMIT 100", fragment.arguments).map {
                    if case .text(let detail) = $0["detail"] { detail } else { "" }
                }
            }
        }
    }

    @Test(arguments: orders, [true, false])
    func `within a state every order is an index`(column: String, ascending: Bool) async throws {
        let catalog = try await TemporaryCatalog.make()
        var query = Query<UnitState>(
            where: .equal("standing", UnitStanding.protected), order: [.init(column, ascending: ascending)])
        for record in [nil, Sample.fullUnitState, Sample.bareUnitState] {
            query.after = record.map { query.key(of: $0) }
            for plan in try await plans(query, catalog) {
                #expect(plan.hasPrefix("SEARCH"), "\(plan)")
                #expect(plan.contains("unitState_standing_\(column)_id_newest"), "\(plan)")
            }
        }
    }

    /// A catalogue with units whose names end with numbers.
    private func filled(_ count: Int) async throws -> TemporaryCatalog {
        let catalog = try await TemporaryCatalog.make()
        try await catalog.store.write { writer in
            for number in 0..<count {
                var state = UnitState(sourceWithoutUnit: "s\(number)", .oneDriveForBusiness, since: Sample.moment)
                state.displayName = "Person \(number)"
                state.searchText = "person \(number) person\(number)@contoso.example"
                state.sizeInBytes = (number * 7919) % count
                try writer.insert(state)
            }
        }
        return catalog
    }

    private func page(
        _ query: Query<UnitState>, _ catalog: TemporaryCatalog
    ) async throws -> (ids: [String], steps: Int) {
        let before = catalog.stepsTaken
        let rows = try await catalog.store.page(query)
        return (rows.map(\.id), catalog.stepsTaken - before)
    }

    @Test func `a page costs the same whatever the list holds`() async throws {
        let catalog = try await filled(10_000)
        let ofState = RowPredicate.equal("standing", UnitStanding.notProtected)
        for column in ["displayName", "sizeInBytes"] {
            let found = try await page(Query(where: ofState, order: [.init(column)], limit: 200), catalog)
            #expect(found.ids.count == 200)
            #expect(found.steps < 30_000, "\(column): \(found.steps)")
        }
        for text in ["nobody at all", "person 9999x"] {
            let found = try await page(
                Query(where: .contains("searchText", text), order: [.init("displayName")], limit: 200), catalog)
            #expect(found.ids.isEmpty)
            #expect(found.steps < 5_000, "\(text): \(found.steps)")
        }
        let some = try await page(
            Query(where: .contains("searchText", "person 123"), order: [.init("displayName")], limit: 200), catalog)
        #expect(some.ids.count == 11)
        #expect(some.steps < 10_000, "\(some.steps)")
        // Nearly all fit: the page is full soon.
        let all = try await page(
            Query(where: .contains("searchText", "contoso"), order: [.init("displayName")], limit: 200), catalog)
        #expect(all.ids.count == 200)
        #expect(all.steps < 40_000, "\(all.steps)")
    }

    @Test func `a search finds what a walk over all rows finds`() async throws {
        let catalog = try await TemporaryCatalog.make()
        let texts = [
            "zo\u{eb} strasse", "a%b_c", "say \"hello\" and", "or not and near", "\u{1f600}\u{1f600}\u{1f600} smiles",
            "ab",
            "c:\\path", "* prefix*", "under_score", "",
        ]
        try await catalog.store.write { writer in
            for (number, text) in texts.enumerated() {
                var state = UnitState(sourceWithoutUnit: "s\(number)", .exchange, since: Sample.moment)
                state.searchText = text
                try writer.insert(state)
            }
        }
        let queries = [
            "stra", "zo\u{eb}", "%b_", "\"hello\"", "\"", "not and", "near", "\u{1f600}\u{1f600}\u{1f600}", "ab",
            "\\pa", "* p",
            "fix*", "er_s", "nowhere", "a%b_c", "",
        ]
        for query in queries {
            let found = try await page(Query(where: .contains("searchText", query)), catalog).ids
            let expected = texts.indices.filter { texts[$0].contains(query) || query.isEmpty }.map {
                "none:exchange:s\($0)"
            }
            #expect(Set(found) == Set(expected), "'\(query)'")
            #expect(
                try await catalog.store.count(Query<UnitState>(where: .contains("searchText", query)))
                    == expected.count, "'\(query)'")
        }
    }

    @Test func `the index follows every change of a row`() async throws {
        let catalog = try await filled(3)
        func found(_ text: String) async throws -> [String] {
            try await page(Query(where: .contains("searchText", text)), catalog).ids
        }
        let id = "none:oneDriveForBusiness:s1"
        try await catalog.store.write { writer in
            try writer.update(UnitState.self, where: .equal("id", id), set: ["searchText": .text("somebody else")])
        }
        #expect(try await found("somebody") == [id])
        #expect(try await found("person 1").isEmpty)
        #expect(try await found("person").count == 2)
        try await catalog.store.write { try $0.delete(UnitState.self, id: id) }
        #expect(try await found("somebody").isEmpty)
        await #expect(throws: (any Error).self) {
            try await catalog.store.write { writer in
                try writer.delete(UnitState.self, where: .true)
                throw CancellationError()
            }
        }
        #expect(try await found("person").count == 2)
        let left = try await catalog.driver.read {
            try $0.query(#"SELECT COUNT(*) FROM "unitState_searchText""#, [])[0][0]
        }
        #expect(left == .integer(2))
    }

    @Test func `an older catalogue gets the index with what it has`() async throws {
        let catalog = try TemporaryCatalog.unmigrated()
        try await catalog.driver.write { try Migration.apply(Array(Migration.all.prefix(19)), to: $0) }
        try await catalog.driver.write { connection in
            try connection.execute(
                """
                INSERT INTO "unitState" ("id", "workload", "sourceId", "searchText", "isOwnerGone", "isExcluded",
                    "standing", "standingSinceDateTime", "pointCount", "snapshotCount", "damagedPointCount")
                VALUES ('a', 'exchange', 's', 'an older name', 0, 0, 'notProtected', 1, 0, 0, 0)
                """, [])
        }
        try await catalog.store.migrate()
        #expect(try await page(Query(where: .contains("searchText", "older")), catalog).ids == ["a"])
    }
}
