import BackupTesting
import Foundation
import Testing

@testable import Catalog

/// What is read and written through a transaction, on the ledger: the smallest table.
@Suite struct AccessTests {
    private static let rows = (1...5).map { LedgerRow(unitId: $0 < 4 ? "a" : "b", sequence: $0, entry: "entry \($0)") }
    private static let ofA = Query<LedgerRow>(where: .equal("unitId", "a"), order: [.init("sequence")])

    private func filled() async throws -> TemporaryCatalog {
        let catalog = try await TemporaryCatalog.make()
        try await catalog.store.write { try $0.insert(contentsOf: Self.rows) }
        return catalog
    }

    @Test func `a record is found by its id`() async throws {
        let catalog = try await filled()
        let found = try await catalog.store.find(LedgerRow.self, id: "a/2")
        let missing = try await catalog.store.find(LedgerRow.self, id: "a/9")
        #expect(found == Self.rows[1])
        #expect(missing == nil)
    }

    @Test func `the first row of a query is that of its order`() async throws {
        let catalog = try await filled()
        let found = try await catalog.store.read { reader in
            [
                try reader.first(Self.ofA),
                try reader.first(Query<LedgerRow>(order: [.init("sequence", ascending: false)])),
                try reader.first(Query<LedgerRow>(where: .equal("unitId", "c"))),
            ]
        }
        #expect(found == [Self.rows[0], Self.rows[4], nil])
    }

    @Test func `ids come in order and up to the limit`() async throws {
        let catalog = try await filled()
        let ids = try await catalog.store.read { reader in
            var query = Query<LedgerRow>(order: [.init("sequence", ascending: false)], limit: 2)
            let last = try reader.ids(query)
            query.limit = nil
            return [last, try reader.ids(query)]
        }
        #expect(ids == [["b/5", "b/4"], ["b/5", "b/4", "a/3", "a/2", "a/1"]])
    }

    @Test func `a count knows no position, offset or limit`() async throws {
        let catalog = try await filled()
        var query = Self.ofA
        (query.limit, query.offset) = (1, 2)
        query.after = query.key(of: Self.rows[2])
        #expect(try await catalog.store.count(query) == 3)
    }

    @Test func `a sum of some rows is theirs, and of none 0`() async throws {
        let catalog = try await filled()
        let sums = try await catalog.store.read { reader in
            [
                try reader.sum(Self.ofA, of: "sequence"),
                try reader.sum(Query<LedgerRow>(where: .equal("unitId", "c")), of: "sequence"),
            ]
        }
        #expect(sums == [6, 0])
    }

    @Test func `rows are counted for each value that occurs`() async throws {
        let catalog = try await filled()
        let counts = try await catalog.store.read { try $0.groupedCount(Query<LedgerRow>(), by: "unitId") }
        #expect(counts == [.text("a"): 3, .text("b"): 2])
    }

    @Test(arguments: [0, -1]) func `a page of no rows is empty`(limit: Int) async throws {
        let catalog = try await filled()
        let page = try await catalog.store.page(Query<LedgerRow>(limit: limit))
        #expect(page == [])
    }

    @Test func `a negative offset is none`() async throws {
        let catalog = try await filled()
        let page = try await catalog.store.page(Query<LedgerRow>(order: [.init("sequence")], offset: -3, limit: 1))
        #expect(page == [Self.rows[0]])
    }

    @Test func `an offset and a limit beyond every row and number do not overflow`() async throws {
        let catalog = try await filled()
        var query = Self.ofA
        (query.offset, query.limit) = (2, .max)
        query.after = query.key(of: Self.rows[0])
        #expect(try await catalog.store.page(query) == [])
        query.offset = 1
        #expect(try await catalog.store.page(query) == [Self.rows[2]])
    }

    @Test func `saving adds a record or replaces the one with its id`() async throws {
        let catalog = try await filled()
        let changed = Self.rows[0].with { $0.entry = "changed" }
        let new = LedgerRow(unitId: "c", sequence: 1, entry: "new")
        try await catalog.store.write { writer in
            try writer.save(changed)
            try writer.save(new)
        }
        let rows = try await catalog.store.page(Query<LedgerRow>(order: [.init("id")]))
        #expect(rows == [changed] + Self.rows.dropFirst() + [new])
    }

    @Test func `saving does not replace a row with another id and the same unique values`() async throws {
        let catalog = try await filled()
        let twin = Self.rows[0].with { $0.id = "twin" }
        let error = await #expect(throws: CatalogError.self) { try await catalog.store.write { try $0.save(twin) } }
        #expect(error?.code == .duplicate)
        #expect(try await catalog.store.count(Query<LedgerRow>()) == 5)
    }

    @Test func `a deletion of at most some rows leaves the others`() async throws {
        let catalog = try await filled()
        var removed: [Int] = []
        repeat {
            removed.append(
                try await catalog.store.write { try $0.delete(LedgerRow.self, where: .equal("unitId", "a"), limit: 2) })
        } while removed.last != 0
        #expect(removed == [2, 1, 0])
        #expect(
            try await catalog.store.page(Query<LedgerRow>(order: [.init("sequence")])) == Array(Self.rows.suffix(2)))
    }

    @Test func `an update of no column is refused`() async throws {
        let catalog = try await filled()
        let error = await #expect(throws: CatalogError.self) {
            try await catalog.store.write { try $0.update(LedgerRow.self, where: .true, set: [:]) }
        }
        #expect(error?.code == .invalidQuery)
    }

    @Test func `an update sets the named columns of the rows that are meant`() async throws {
        let catalog = try await filled()
        let count = try await catalog.store.write {
            try $0.update(
                LedgerRow.self, where: .compare("sequence", .greaterOrEqual, .integer(4)),
                set: ["entry": .text("x"), "unitId": .text("c")])
        }
        #expect(count == 2)
        let rows = try await catalog.store.page(Query<LedgerRow>(order: [.init("sequence")]))
        #expect(rows.map(\.entry) == ["entry 1", "entry 2", "entry 3", "x", "x"])
        #expect(rows.map(\.unitId) == ["a", "a", "a", "c", "c"])
    }
}

@Suite struct CatalogErasureTests {
    @Test(arguments: CatalogEngine.allCases)
    func `everything goes but the tables that are kept, whatever refers to what`(engine: CatalogEngine) async throws {
        let catalog = try await engine.make()
        try await catalog.store.write { writer in
            try writer.insert(contentsOf: [Sample.fullPolicy, Sample.barePolicy])
            try writer.insert(Sample.fullUnit)
            try writer.insert(Sample.fullRepository)
            try writer.insert(Sample.fullPoint)
            try writer.insert(Sample.fullRule)
            try writer.insert(Sample.fullKey)
            try writer.insert(Sample.fullClient)
        }
        try await catalog.store.write { try $0.eraseEverything(keeping: ["signingKey", "clientApplication"]) }
        let counts = try await catalog.store.read { reader in
            [
                try reader.count(Query<ProtectionPolicy>()), try reader.count(Query<ProtectionUnit>()),
                try reader.count(Query<UnitRepository>()), try reader.count(Query<RestorePoint>()),
                try reader.count(Query<InclusionRule>()), try reader.count(Query<SigningKey>()),
                try reader.count(Query<ClientApplication>()),
            ]
        }
        #expect(counts == [0, 0, 0, 0, 0, 1, 1])
    }

    @Test(arguments: CatalogEngine.allCases)
    func `the schema stays, so the catalogue is used on`(engine: CatalogEngine) async throws {
        let catalog = try await engine.make()
        try await catalog.store.write { try $0.eraseEverything(keeping: []) }
        try await catalog.store.migrate()
        try await catalog.store.write { try $0.insert(Sample.fullJob) }
        #expect(try await catalog.store.page(Query<Job>()) == [Sample.fullJob])
    }
}
