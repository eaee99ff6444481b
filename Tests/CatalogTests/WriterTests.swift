import BackupTesting
import Catalog
import Testing

@Suite struct WriterTests {
    private struct Refused: Error {}

    @Test(arguments: CatalogEngine.allCases)
    func `updates and deletes by condition tell how many rows they met`(engine: CatalogEngine) async throws {
        let catalog = try await engine.make()
        let counts = try await catalog.store.write { writer in
            try writer.insert(Sample.fullSession)
            try writer.insert(contentsOf: [Sample.fullArtifact, Sample.bareArtifact])
            let updated = try writer.update(
                RestoreArtifact.self, where: .equal("sessionId", "session-1"),
                set: ["status": ArtifactRestoreStatus.scheduled.sqlValue, "error": .null])
            let none = try writer.update(
                RestoreArtifact.self, where: .equal("sessionId", "other"), set: ["ordinal": .integer(0)])
            let deleted = try writer.delete(RestoreArtifact.self, where: .equal("ordinal", 4))
            return [updated, none, deleted]
        }
        #expect(counts == [2, 0, 1])
        let left = try await catalog.store.page(Query<RestoreArtifact>())
        #expect(left.map(\.id) == ["artifact-2"])
        #expect(left.map(\.status) == [.scheduled])
    }

    @Test(arguments: CatalogEngine.allCases)
    func `a missing row cannot be updated, and deleting it says so`(engine: CatalogEngine) async throws {
        let catalog = try await engine.make()
        let error = await #expect(throws: CatalogError.self) {
            try await catalog.store.write { try $0.update(Sample.barePolicy) }
        }
        #expect(error?.code == .missing)
        let isDeleted = try await catalog.store.write { try $0.delete(ProtectionPolicy.self, id: "policy-2") }
        #expect(!isDeleted)
    }

    @Test(arguments: CatalogEngine.allCases)
    func `names that are no columns never reach the database`(engine: CatalogEngine) async throws {
        let catalog = try await engine.make()
        let set = await #expect(throws: CatalogError.self) {
            try await catalog.store.write { try $0.update(Job.self, where: .true, set: ["kind\" = '' --": .null]) }
        }
        let order = await #expect(throws: CatalogError.self) {
            try await catalog.store.page(Query<Job>(order: [.init("nothing")]))
        }
        let position = await #expect(throws: CatalogError.self) {
            try await catalog.store.page(Query<Job>(after: [.text("a"), .text("b")]))
        }
        #expect([set?.code, order?.code, position?.code] == [.invalidQuery, .invalidQuery, .invalidQuery])
    }

    @Test(arguments: CatalogEngine.allCases)
    func `the schema holds what belongs together`(engine: CatalogEngine) async throws {
        let catalog = try await engine.make()
        try await catalog.store.write { writer in
            try writer.insert(Sample.fullPolicy)
            try writer.insert(Sample.fullUnit)
            try writer.insert(Sample.fullRepository)
            try writer.insert(Sample.fullPoint)
            try writer.insert(Sample.fullSession)
            try writer.insert(contentsOf: [Sample.fullArtifact, Sample.bareArtifact])
        }
        try await refused(.constraint, catalog) { try $0.delete(ProtectionPolicy.self, id: "policy-1") }
        try await refused(.constraint, catalog) { try $0.delete(ProtectionUnit.self, id: "unit-1") }
        try await refused(.constraint, catalog) { writer in
            var point = Sample.barePoint
            point.unitId = "none"
            try writer.insert(point)
        }
        try await refused(.duplicate, catalog) { writer in
            var twin = Sample.fullUnit
            twin.id = "unit-3"
            try writer.insert(twin)
        }
        try await refused(.constraint, catalog) { writer in
            var job = Sample.fullJob
            job.leaseOwner = nil
            try writer.insert(job)
        }
        try await refused(.constraint, catalog) {
            try $0.update(ProtectionUnit.self, where: .true, set: ["status": .text("unknown")])
        }
        try await catalog.store.write { try $0.delete(RestoreSession.self, id: "session-1") }
        #expect(try await catalog.store.count(Query<RestoreArtifact>()) == 0)
        #expect(try await catalog.store.find(ProtectionUnit.self, id: "unit-1") == Sample.fullUnit)
    }

    private func refused(
        _ code: CatalogError.Code, _ catalog: any TestCatalog,
        _ body: @escaping @Sendable (CatalogWriter) throws -> Void
    ) async throws {
        let error = await #expect(throws: CatalogError.self) { try await catalog.store.write { try body($0) } }
        #expect(error?.code == code)
    }

    @Test(arguments: CatalogEngine.allCases)
    func `a body that throws after several changes leaves none`(engine: CatalogEngine) async throws {
        let catalog = try await engine.make()
        await #expect(throws: Refused.self) {
            try await catalog.store.write { writer in
                try writer.insert(Sample.fullPolicy)
                try writer.insert(Sample.fullUnit)
                throw Refused()
            }
        }
        #expect(try await catalog.store.count(Query<ProtectionPolicy>()) == 0)
    }
}
