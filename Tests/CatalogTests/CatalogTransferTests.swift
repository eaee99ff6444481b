import BackupTesting
import CatalogPostgres
import SampleData
import Testing

@testable import Catalog

@Suite struct CatalogTransferTests {
    private static func driver(of catalog: any TestCatalog) throws -> any SQLDriver {
        if let catalog = catalog as? TemporaryCatalog { return catalog.driver }
        return try #require(catalog as? PostgresCatalog).driver
    }

    /// Every kind of record, with and without its optional values, and units with all that follows.
    private static func fill(_ store: CatalogStore) async throws {
        var random = SeededGenerator(seed: 31)
        let units = (0..<30).map { RandomUnits.unit($0, &random) }
        try await store.write {
            try $0.insert(contentsOf: RandomUnits.policyRecords())
            try $0.insert(contentsOf: units)
            try $0.insert(contentsOf: [Sample.fullJob, Sample.bareJob])
            try $0.insert(contentsOf: [Sample.fullClient, Sample.bareClient])
        }
    }

    /// What the tables hold, without what each database keeps for itself.
    private static func rows(_ driver: any SQLDriver) async throws -> [String] {
        try await driver.read { connection in
            try Migration.tables.filter { !["commitMark", "catalogNote"].contains($0) }.flatMap { table in
                try connection.query("SELECT * FROM \"\(table)\" ORDER BY \"id\"", []).map { "\(table) \($0.values)" }
            }
        }
    }

    @Test func `a catalogue goes over to PostgreSQL and comes back the same`() async throws {
        let (first, second) = (try await TemporaryCatalog.make(), try await PostgresCatalog.make())
        let third = try await TemporaryCatalog.make()
        try await Self.fill(first.store)
        let before = try await Self.rows(first.driver)
        let count = try await CatalogTransfer(from: first.driver, to: second.driver).run(named: "postgres")
        let amid = try await Self.rows(second.driver)
        try await CatalogTransfer(from: second.driver, to: third.driver).run(named: "sqlite")
        let after = try await Self.rows(third.driver)
        #expect(count == before.count)
        #expect(amid == before)
        #expect(after == before)
    }

    @Test func `a catalogue that was moved is refused with where it went`() async throws {
        let (first, second) = (try await TemporaryCatalog.make(), try await TemporaryCatalog.make())
        try await CatalogTransfer(from: first.driver, to: second.driver).run(named: "the other place")
        let error = await #expect(throws: CatalogError.self) { try await CatalogNotes.requireCurrent(first.driver) }
        #expect(error?.message.contains("the other place") == true)
        try await CatalogNotes.requireCurrent(second.driver)
        // Back again, over what is there from before.
        try await Self.fill(second.store)
        try await CatalogTransfer(from: second.driver, to: first.driver).run(named: "second")
        try await CatalogNotes.requireCurrent(first.driver)
        let (found, expected) = (try await Self.rows(first.driver), try await Self.rows(second.driver))
        #expect(found == expected)
    }

    @Test(arguments: CatalogEngine.allCases)
    func `a database with rows is not copied into`(engine: CatalogEngine) async throws {
        let (first, second) = (try await TemporaryCatalog.make(), try await engine.make())
        try await Self.fill(second.store)
        let driver = try Self.driver(of: second)
        let error = await #expect(throws: CatalogError.self) {
            try await CatalogTransfer(from: first.driver, to: driver).run(named: "x")
        }
        #expect(error?.message.contains("has rows in") == true)
        try await CatalogNotes.requireCurrent(first.driver)
    }

    /// SQLite stores a text in a column of numbers.
    @Test func `a value of another form stops the copy and names its row`() async throws {
        let (first, second) = (try await TemporaryCatalog.make(), try await PostgresCatalog.make())
        try await Self.fill(first.store)
        try await first.driver.write {
            try $0.execute(#"UPDATE "job" SET "runAfterDateTime" = 'soon' WHERE "id" = ?"#, [.text(Sample.bareJob.id)])
        }
        let error = await #expect(throws: CatalogError.self) {
            try await CatalogTransfer(from: first.driver, to: second.driver).run(named: "x")
        }
        #expect(error?.message.contains("Row \(Sample.bareJob.id) of job") == true)
        let half = await #expect(throws: CatalogError.self) { try await CatalogNotes.requireCurrent(second.driver) }
        #expect(half?.message.contains("did not end") == true)
        // Mended, the copy begins anew.
        try await first.driver.write {
            try $0.execute(#"UPDATE "job" SET "runAfterDateTime" = 5"#, [])
        }
        try await CatalogTransfer(from: first.driver, to: second.driver).run(named: "x")
        let (found, expected) = (try await Self.rows(second.driver), try await Self.rows(first.driver))
        #expect(found == expected)
    }
}
