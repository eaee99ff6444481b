import BackupTesting
import SampleData
import Catalog
import Testing

@Suite struct PredicateTests {
    private static let dates: [SQLValue] = [
        .null, Sample.later(0).sqlValue, Sample.later(1).sqlValue, .integer(.min), .integer(.max),
    ]

    private static func leaf(_ random: inout SeededGenerator) -> RowPredicate {
        let text = random.choice(RandomUnits.names)
        let column = random.choice([
            "displayName", "email", "policyId", "createdBy/user/displayName", "createdBy/user/id",
            "createdBy/application/id",
        ])
        switch random.number(below: 9) {
        case 0: return .compare(column, random.choice(Comparison.allCases), text.sqlValue)
        case 1:
            return .compare(
                random.choice(["nextBackupDateTime", "createdDateTime"]), random.choice(Comparison.allCases),
                random.choice(dates))
        case 2:
            return .oneOf(
                column, (0..<random.number(below: 4)).map { _ in random.choice(RandomUnits.names + ["p1"]).sqlValue })
        case 3:
            return .text(
                column, random.choice(RowPredicate.TextMatch.allCases),
                random.choice(["", "a", "A", "%", "_", "\\", "b", "da", "ë", "%\u{301}", "'"]))
        case 4: return .hasFlags("protectionSources", random.number(below: 4))
        case 5: return .equal("status", random.choice(ProtectionUnitStatus.allCases))
        case 6:
            return .related(
                column: "policyId", table: ProtectionPolicy.table.name, policyCondition(&random),
                testsEachRow: Bool.random(using: &random))
        case 7:
            let points = RowCount(
                RestorePoint.table.name, "unitId", of: ProtectionUnit.table.name,
                where: random.choice([.true, .equal("cadence", Cadence.weekly)]))
            return .count(points, random.choice(Comparison.allCases), Int64(random.number(below: 4)))
        default: return random.choice([.true, .false, .isNull(column)])
        }
    }

    private static func policyCondition(_ random: inout SeededGenerator) -> RowPredicate {
        random.choice([
            .true, .equal("status", ProtectionPolicyStatus.active), .compare("retentionDays", .greater, .integer(0)),
            .not(.equal("displayName", "b")),
        ])
    }

    static func predicate(_ random: inout SeededGenerator, depth: Int) -> RowPredicate {
        guard depth > 0 else { return leaf(&random) }
        switch random.number(below: 4) {
        case 0: return .and((0..<random.number(below: 4)).map { _ in predicate(&random, depth: depth - 1) })
        case 1: return .or((0..<random.number(below: 4)).map { _ in predicate(&random, depth: depth - 1) })
        case 2: return .not(predicate(&random, depth: depth - 1))
        default: return leaf(&random)
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64], CatalogEngine.allCases)
    func `a condition in SQL chooses what it chooses in memory`(seed: UInt64, engine: CatalogEngine) async throws {
        var random = SeededGenerator(seed: seed)
        let units = (0..<80).map { RandomUnits.unit($0, &random) }
        let points = units.flatMap { unit in
            (0..<random.number(below: 4)).map { number in
                RestorePoint(
                    id: "\(unit.id)-\(number)", unitId: unit.id, workload: unit.workload,
                    protectionDateTime: Sample.moment, expirationDateTime: Sample.moment, tags: [],
                    snapshotId: "s", cadence: random.choice(Cadence.allCases))
            }
        }
        let catalog = try await engine.make()
        try await catalog.store.write { writer in
            try writer.insert(contentsOf: RandomUnits.policyRecords())
            try writer.insert(contentsOf: units)
            try writer.insert(contentsOf: points)
        }
        let counted = points.map(Naive.row)
        let others = RandomUnits.policyRecords().map(Naive.row)
        var chosen = 0
        for _ in 0..<300 {
            let predicate = Self.predicate(&random, depth: 3)
            let found = try await catalog.store.read { reader in
                (
                    try reader.page(Query<ProtectionUnit>(where: predicate)),
                    try reader.count(Query<ProtectionUnit>(where: predicate))
                )
            }
            let expected = Set(
                units.filter { Naive.holds(predicate, Naive.row($0), others: others, counted: counted) }.map(\.id))
            #expect(Set(found.0.map(\.id)) == expected, "seed \(seed): \(predicate)")
            #expect(found.1 == expected.count)
            chosen += expected.count
        }
        #expect(chosen > 1_000, "the conditions choose too little to show anything")
    }

    private static let (missing, all): ([String], [String]) = (["unit-2"], ["named", "unit-2"])

    /// Source of the truth values: OData 4.01 URL Conventions, 5.1.1.1.
    @Test(
        arguments: [
            (.compare("displayName", .notEqual, .text("x")), missing),
            (.compare("displayName", .equal, .null), missing),
            (.compare("displayName", .notEqual, .null), ["named"]),
            (.compare("displayName", .less, .text("zzz")), ["named"]),
            (.not(.compare("displayName", .less, .text("zzz"))), missing),
            (.not(.compare("displayName", .equal, .text("x"))), missing),
            (.compare("displayName", .greater, .null), []), (.not(.compare("displayName", .greater, .null)), all),
            (.oneOf("displayName", [.null, .text("y")]), missing), (.not(.oneOf("displayName", [.text("y")])), all),
            (.not(.text("displayName", .prefix, "x")), missing),
            (.not(.not(.text("displayName", .substring, "X"))), ["named"]),
        ] as [(RowPredicate, [String])])
    func `missing values compare as OData says`(predicate: RowPredicate, expected: [String]) async throws {
        let catalog = try await TemporaryCatalog.make()
        var named = Sample.bareUnit
        named.id = "named"
        named.sourceId = "other"
        named.displayName = "x"
        try await catalog.store.write { [named] in try $0.insert(contentsOf: [Sample.bareUnit, named]) }
        let found = try await catalog.store.page(Query<ProtectionUnit>(where: predicate))
        #expect(found.map(\.id) == expected)
    }

    @Test(arguments: CatalogEngine.allCases)
    func `rows are counted by a column's values`(engine: CatalogEngine) async throws {
        let catalog = try await engine.make()
        let counts = try await catalog.store.write { writer in
            try writer.insert(Sample.fullSession)
            for number in 0..<5 {
                var artifact = Sample.bareArtifact
                artifact.id = "\(number)"
                artifact.ordinal = number
                artifact.status = number < 2 ? .succeeded : .failed
                artifact.restoredSiteId = number == 4 ? "site" : nil
                try writer.insert(artifact)
            }
            let all = Query<RestoreArtifact>(where: .equal("sessionId", "session-1"))
            return [try writer.groupedCount(all, by: "status"), try writer.groupedCount(all, by: "restoredSiteId")]
        }
        #expect(counts == [[.text("succeeded"): 2, .text("failed"): 3], [.null: 4, .text("site"): 1]])
    }
}
