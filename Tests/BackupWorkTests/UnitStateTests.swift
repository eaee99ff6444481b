import BackupTesting
import Catalog
import Connectors
import Foundation
import ProtectionRules
import Testing

@testable import BackupWork
@testable import ProtectionService

/// The rows that lists of units show follow units, points, health and exclusions by themselves.
@Suite struct UnitStateTests {
    private let tenant: ContosoTenant
    private let fixture: ServiceFixture
    private let start: Date

    init() async throws {
        tenant = try ContosoTenant()
        fixture = try await ServiceFixture(tenant: try tenant.open())
        start = fixture.clock.now()
    }

    private func unit(_ id: String, _ change: (inout ProtectionUnit) -> Void = { _ in }) -> ProtectionUnit {
        ProtectionUnit(
            id: id, workload: .oneDriveForBusiness, sourceId: "source-\(id)", status: .unprotected,
            protectionSources: .manual, createdDateTime: start
        ).with(change)
    }

    private func point(_ id: String, of unitID: String, at seconds: Double, snapshot: String = "s") -> RestorePoint {
        RestorePoint(
            id: id, unitId: unitID, workload: .oneDriveForBusiness,
            protectionDateTime: start.addingTimeInterval(seconds), expirationDateTime: .distantFuture,
            snapshotId: snapshot, cadence: .tenMinutes)
    }

    private func write(_ change: @escaping @Sendable (CatalogWriter) throws -> Void) async throws {
        try await fixture.catalog.write { try change($0) }
    }

    private func state(_ id: String = "u") async throws -> UnitState {
        try #require(try await fixture.catalog.find(UnitState.self, id: id))
    }

    private func totals() async throws -> [String: Int] {
        let rows = try await fixture.catalog.page(Query<UnitTotals>(where: .compare("units", .greater, .integer(0))))
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0.units) })
    }

    private func counts(_ state: UnitState) -> [Int] {
        [state.pointCount, state.snapshotCount, state.damagedPointCount]
    }

    private func counts(_ totals: UnitTotals) -> [Int] {
        [totals.units, totals.sizeInBytes, totals.storedInBytes, totals.damagedPoints]
    }

    @Test func `the schema has the rule of standings for every combination`() async throws {
        let policy = ProtectionPolicy().with {
            ($0.id, $0.displayName, $0.createdDateTime) = ("p", "P", start)
        }
        try await write { try $0.insert(policy) }
        var expected: [String: UnitStanding] = [:]
        var units: [ProtectionUnit] = []
        var excluded: [ExclusionUnit] = []
        for status in ProtectionUnitStatus.allCases {
            for bits in 0..<32 {
                let circumstances = UnitCircumstances(
                    unitStatus: status, hasPolicy: bits & 1 > 0, isFailing: bits & 2 > 0, isDue: bits & 4 > 0,
                    isOwnerGone: bits & 8 > 0, isExcluded: bits & 16 > 0)
                let id = "\(status.rawValue)-\(bits)"
                expected[id] = UnitStanding(circumstances)
                units.append(
                    unit(id) {
                        $0.status = status
                        $0.policyId = circumstances.hasPolicy ? "p" : nil
                        $0.failingSinceDateTime = circumstances.isFailing ? start : nil
                        $0.nextBackupDateTime = circumstances.isDue ? start : nil
                        $0.displayName = circumstances.isOwnerGone ? "" : "Ada"
                    })
                guard circumstances.isExcluded else { continue }
                excluded.append(
                    ExclusionUnit().with {
                        ($0.id, $0.policyId, $0.sourceId, $0.createdDateTime) = ("x\(id)", "p", "source-\(id)", start)
                    })
            }
        }
        // One half has its exclusion before its unit, the other after it.
        let (before, after) = (Array(excluded.prefix(64)), Array(excluded.dropFirst(64)))
        try await write { [units] writer in
            try writer.insert(contentsOf: before)
            try writer.insert(contentsOf: units)
            try writer.insert(contentsOf: after)
        }
        func standings() async throws -> [String: UnitStanding] {
            let rows = try await fixture.catalog.page(Query<UnitState>())
            return Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0.standing) })
        }
        #expect(try await standings() == expected)
        // An update comes to the same as an insertion.
        let turned = units.map { $0.with { $0.status = .protected } }
        try await write { for unit in turned { try $0.update(unit) } }
        try await write { [units] in for unit in units { try $0.update(unit) } }
        #expect(try await standings() == expected)
        var sums: [String: Int] = [:]
        for standing in expected.values { sums["oneDriveForBusiness/\(standing.rawValue)", default: 0] += 1 }
        #expect(try await totals() == sums)
    }

    @Test func `points are counted as they come, move and go`() async throws {
        let points = [
            point("a", of: "u", at: 0), point("b", of: "u", at: 600), point("c", of: "u", at: 1200, snapshot: "t"),
        ]
        try await write { [unit = unit("u")] in
            try $0.insert(unit)
            try $0.insert(contentsOf: points)
        }
        var state = try await state()
        #expect(counts(state) == [3, 2, 0])
        #expect(state.newestPointDateTime == start.addingTimeInterval(1200))
        #expect(state.oldestPointDateTime == start)
        try await write {
            try $0.update(points[1].with { $0.isDamaged = true })
            try $0.update(points[0].with { $0.protectionDateTime = start.addingTimeInterval(-60) })
            try $0.delete(RestorePoint.self, id: "c")
        }
        state = try await self.state()
        #expect(counts(state) == [2, 1, 1])
        #expect(state.newestPointDateTime == start.addingTimeInterval(600))
        #expect(state.oldestPointDateTime == start.addingTimeInterval(-60))
        try await write { try $0.delete(RestorePoint.self, where: .equal("unitId", "u")) }
        state = try await self.state()
        #expect(counts(state) == [0, 0, 0])
        #expect(state.newestPointDateTime == nil)
    }

    @Test func `sums follow sizes, health and damage`() async throws {
        try await write { [unit = unit("u"), point = point("a", of: "u", at: 0)] in
            try $0.insert(unit)
            try $0.insert(point.with { $0.isDamaged = true })
            try $0.insert(UnitRepository(id: "u", createdDateTime: start, sealedMasterKey: [1], location: "u"))
            try $0.insert(RepositoryHealth(id: "u", verifiedDateTime: start, storedBytes: 70))
            try $0.update(UnitState.self, where: .equal("id", "u"), set: ["sizeInBytes": .integer(90)])
        }
        let sums = try #require(try await fixture.catalog.find(UnitTotals.self, id: "oneDriveForBusiness/notProtected"))
        #expect(counts(sums) == [1, 90, 70, 1])
        #expect(try await state().verifiedDateTime == start)
        try await write { try $0.delete(RepositoryHealth.self, id: "u") }
        let after = try #require(
            try await fixture.catalog.find(UnitTotals.self, id: "oneDriveForBusiness/notProtected"))
        #expect(counts(after) == [1, 0, 0, 1])
    }

    @Test func `sources without a unit have rows, until they get one`() async throws {
        try await Scheduler(fixture.service).followSources(start)
        let sources = try fixture.service.dependencies.tenant.sources()
        let rows = try await fixture.catalog.page(Query<UnitState>())
        #expect(Set(rows.map(\.sourceId)) == Set(sources.map(\.id.objectID)))
        #expect(rows.allSatisfy { $0.standing == .notProtected })
        #expect(rows.allSatisfy { $0.id == UnitState.id(ofSource: $0.sourceId, $0.workload) })
        let drive = try #require(rows.first { $0.workload == .oneDriveForBusiness })
        try await write {
            try $0.insert(
                ProtectionUnit(
                    id: "u", workload: .oneDriveForBusiness, sourceId: drive.sourceId, status: .unprotected,
                    protectionSources: .manual, createdDateTime: start))
        }
        try await Scheduler(fixture.service).followSources(start)
        let ids = try await fixture.catalog.page(Query<UnitState>()).map(\.id)
        #expect(ids.contains("u"))
        #expect(!ids.contains(drive.id))
        #expect(ids.count == rows.count)
    }

    @Test func `rows of sources that are gone go, and renamed ones get the new name`() async throws {
        let sources = try fixture.service.dependencies.tenant.sources()
        let rows = SourcesWithoutUnit(fixture.catalog, piece: 2)
        try await rows.follow(sources, start)
        var renamed = try #require(sources.first)
        renamed.displayName = "Zoë Straße"
        try await rows.follow([renamed], start.addingTimeInterval(60))
        let left = try await fixture.catalog.page(Query<UnitState>())
        #expect(left.map(\.displayName) == ["Zoë Straße"])
        #expect(left.map(\.standingSinceDateTime) == [start])
        #expect(try await totals().values.reduce(0, +) == 1)
        for word in ["zoë", "STRASSE", "ZOE\u{308}", "zoë strasse"] {
            let found = Query<UnitState>(where: UnitStateOperations.condition(search: word))
            #expect(try await fixture.catalog.count(found) == 1, "\(word)")
        }
        let found = Query<UnitState>(where: UnitStateOperations.condition(search: "zoe%"))
        #expect(try await fixture.catalog.count(found) == 0)
    }

    @Test(arguments: ProtectionState.allCases) func `the condition of a state finds what the rule says`(
        state: ProtectionState
    ) async throws {
        let oldest = start.addingTimeInterval(-1200)
        var rows: [UnitState] = []
        for standing in UnitStanding.allCases {
            for (name, newest) in [("none", nil), ("old", oldest.addingTimeInterval(-1)), ("new", oldest)] {
                rows.append(
                    UnitState(sourceWithoutUnit: "\(standing.rawValue)-\(name)", .sharePoint, since: start).with {
                        ($0.standing, $0.newestPointDateTime) = (standing, newest)
                    })
            }
        }
        try await write { [rows] in try $0.insert(contentsOf: rows) }
        let expected = rows.filter {
            ProtectionState($0.standing, newest: $0.newestPointDateTime, oldestInTime: oldest) == state
        }.map(\.id)
        let condition = UnitStateOperations.condition(state, oldestInTime: oldest)
        let found = try await fixture.catalog.page(Query<UnitState>(where: condition)).map(\.id)
        #expect(found.sorted() == expected.sorted())
    }
}
