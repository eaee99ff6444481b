import BackupTesting
import SampleData
import Testing

@testable import Catalog

/// The same rows and the same questions in both databases: the answers are the same, order included.
@Suite struct EnginesAgreeTests {
    @Test(arguments: [101, 102] as [UInt64])
    func `both databases give the same pages and the same counts`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let units = (0..<120).map { RandomUnits.unit($0, &random) }
        let catalogs = [try await CatalogEngine.sqlite.make(), try await CatalogEngine.postgres.make()]
        for catalog in catalogs {
            try await catalog.store.write {
                try $0.insert(contentsOf: RandomUnits.policyRecords())
                try $0.insert(contentsOf: units)
            }
        }
        var rows = 0
        for _ in 0..<300 {
            var query = Query<ProtectionUnit>(where: PredicateTests.predicate(&random, depth: 2), limit: 50)
            for column in ["displayName", "email", "createdBy", "nextBackupDateTime", "status"]
            where random.number(below: 3) == 0 {
                query.order.append(.init(column, ascending: Bool.random(using: &random)))
            }
            if random.number(below: 2) == 0 { query.after = query.key(of: random.choice(units)) }
            var answers: [([String], Int, [SQLValue: Int])] = []
            for catalog in catalogs {
                let answer = try await catalog.store.read { [query] reader in
                    (
                        try reader.page(query).map(\.id), try reader.count(query),
                        try reader.groupedCount(query, by: "displayName")
                    )
                }
                answers.append(answer)
            }
            #expect(answers[0].0 == answers[1].0, "\(query)")
            #expect(answers[0].1 == answers[1].1, "\(query)")
            #expect(answers[0].2 == answers[1].2, "\(query)")
            rows += answers[0].0.count
        }
        #expect(rows > 1_000, "the conditions choose too little to show anything")
    }

    /// Triggers keep the states and their sums, in other words in each database.
    @Test func `both databases keep the same states of units`() async throws {
        var random = SeededGenerator(seed: 7)
        let units = (0..<40).map { RandomUnits.unit($0, &random) }
        let points = units.flatMap { unit in (0..<5).map { Self.point(of: unit, $0, &random) } }
        let damaged = points.filter { _ in Bool.random(using: &random) }
        let gone = Set(points.filter { _ in random.number(below: 3) == 0 }.map(\.id))
        let excluded = units.filter { _ in random.number(below: 4) == 0 }
        var found: [[[String]]] = []
        for engine in CatalogEngine.allCases {
            let catalog = try await engine.make()
            var states: [[String]] = []
            func look() async throws {
                let (units, totals) = try await catalog.store.read { reader in
                    (try reader.page(Query<UnitState>()), try reader.page(Query<UnitTotals>()))
                }
                states.append(units.map { "\($0)" } + totals.map { "\($0)" })
            }
            try await catalog.store.write { writer in
                try writer.insert(contentsOf: RandomUnits.policyRecords())
                try writer.insert(contentsOf: units)
                try writer.insert(contentsOf: points)
            }
            try await look()
            try await catalog.store.write { writer in
                for point in damaged { try writer.update(point.with { $0.isDamaged = true }) }
                for unit in excluded {
                    try writer.insert(Self.exclusion(of: unit))
                    try writer.update(unit.with { $0.failingSinceDateTime = Sample.moment })
                }
            }
            try await look()
            try await catalog.store.write { writer in
                try writer.delete(RestorePoint.self, where: .oneOf("id", gone.sorted()))
                try writer.update(
                    RestorePoint.self, where: .true,
                    set: ["snapshotId": .text("one"), "protectionDateTime": .integer(9)])
                try writer.delete(ExclusionUnit.self, where: .true)
            }
            try await look()
            found.append(states)
        }
        #expect(found[0][0] == found[1][0])
        #expect(found[0][1] == found[1][1])
        #expect(found[0][2] == found[1][2])
        #expect(Set(found[0].map { $0.joined() }).count == 3, "nothing changed from look to look")
    }

    private static func point(of unit: ProtectionUnit, _ number: Int, _ random: inout SeededGenerator) -> RestorePoint {
        RestorePoint(
            id: "\(unit.id)-\(number)", unitId: unit.id, workload: unit.workload,
            protectionDateTime: Sample.later(Double(random.number(below: 9))), expirationDateTime: Sample.moment,
            tags: [],
            snapshotId: random.choice(["one", "two", "three"]), cadence: .weekly)
    }

    private static func exclusion(of unit: ProtectionUnit) -> ExclusionUnit {
        ExclusionUnit().with {
            $0.id = "x-\(unit.id)"
            $0.workload = unit.workload
            $0.policyId = "p1"
            $0.sourceId = unit.sourceId
            $0.createdDateTime = Sample.later(1)
        }
    }
}
