import BackupTesting
import Testing

@testable import Catalog

/// Conditions over missing values, case by case, against rows that are few enough to read.
///
/// Source of the truth values: OData 4.0 URL Conventions, section 5.1.1.1.
@Suite struct NullPredicateTests {
    /// Units whose email is missing, empty, `a` and `b`; their ids are `null`, `empty`, `a` and `b`.
    private static func units() -> [ProtectionUnit] {
        zip(["null", "empty", "a", "b"], [nil, "", "a", "b"]).map { id, email in
            ProtectionUnit(
                id: id, workload: .oneDriveForBusiness, sourceId: id, status: .protected, protectionSources: [],
                createdDateTime: Sample.moment
            ).with { $0.email = email }
        }
    }

    private func chosen(
        _ predicate: RowPredicate, of units: [ProtectionUnit] = Self.units()
    ) async throws -> Set<String> {
        let catalog = try await TemporaryCatalog.make()
        return try await catalog.store.write { writer in
            try writer.insert(contentsOf: units)
            return Set(try writer.ids(Query<ProtectionUnit>(where: predicate)))
        }
    }

    private static let everyRow: Set<String> = ["null", "empty", "a", "b"]

    @Test(
        arguments: [
            (.equal, ["a"]), (.notEqual, ["null", "empty", "b"]), (.less, ["empty"]), (.lessOrEqual, ["empty", "a"]),
            (.greater, ["b"]), (.greaterOrEqual, ["a", "b"]),
        ] as [(Comparison, Set<String>)])
    func `against a value only notEqual holds for a missing one`(comparison: Comparison, rows: Set<String>) async throws
    {
        let predicate = RowPredicate.compare("email", comparison, .text("a"))
        #expect(try await chosen(predicate) == rows)
        #expect(try await chosen(.not(predicate)) == Self.everyRow.subtracting(rows))
    }

    @Test(
        arguments: [
            (.equal, ["null"]), (.notEqual, ["empty", "a", "b"]), (.less, []), (.lessOrEqual, []), (.greater, []),
            (.greaterOrEqual, []),
        ] as [(Comparison, Set<String>)])
    func `against null only equality can hold`(comparison: Comparison, rows: Set<String>) async throws {
        let predicate = RowPredicate.compare("email", comparison, .null)
        #expect(try await chosen(predicate) == rows)
        #expect(try await chosen(.not(predicate)) == Self.everyRow.subtracting(rows))
    }

    @Test(
        arguments: [
            ([], []), ([nil], ["null"]), (["a", "x"], ["a"]), ([nil, "b", ""], ["null", "b", "empty"]),
        ] as [([String?], Set<String>)])
    func `a list of values holds null like any other value`(values: [String?], rows: Set<String>) async throws {
        let predicate = RowPredicate.oneOf("email", values)
        #expect(try await chosen(predicate) == rows)
        #expect(try await chosen(.not(predicate)) == Self.everyRow.subtracting(rows))
    }

    @Test(arguments: RowPredicate.TextMatch.allCases)
    func `the empty text is in every text and in no missing one`(match: RowPredicate.TextMatch) async throws {
        #expect(try await chosen(.text("email", match, "")) == ["empty", "a", "b"])
        #expect(try await chosen(.not(.text("email", match, ""))) == ["null"])
    }

    @Test func `no condition at all is true, no alternative at all is false`() async throws {
        #expect(try await chosen(.and([])) == Self.everyRow)
        #expect(try await chosen(.or([])) == [])
        #expect(try await chosen(.not(.or([]))) == Self.everyRow)
    }

    @Test func `a missing value within a conjunction is false and within an alternative harmless`() async throws {
        let isLess = RowPredicate.compare("email", .less, .text("b"))
        #expect(try await chosen(.and([isLess, .true])) == ["empty", "a"])
        #expect(try await chosen(.or([isLess, .isNull("email")])) == ["empty", "a", "null"])
        #expect(try await chosen(.not(.and([isLess, .isNull("email")]))) == Self.everyRow)
    }

    // MARK: Texts

    private static func named(_ names: [String]) -> [ProtectionUnit] {
        names.map { name in
            ProtectionUnit(
                id: name, workload: .oneDriveForBusiness, sourceId: name, status: .protected, protectionSources: [],
                createdDateTime: Sample.moment
            ).with { $0.displayName = name }
        }
    }

    @Test(
        arguments: [
            ("50%", ["50% off"]), ("a_b", ["a_b"]), (#"\"#, [#"back\slash"#]), ("'", ["O'Neil"]), ("%", ["50% off"]),
            ("_", ["a_b"]),
        ] as [(String, Set<String>)])
    func `wildcards of the database are ordinary characters`(part: String, rows: Set<String>) async throws {
        let units = Self.named(["50% off", "500 off", "a_b", "axb", #"back\slash"#, "O'Neil"])
        #expect(try await chosen(.text("displayName", .substring, part), of: units) == rows)
    }

    @Test func `letters of ASCII match in both cases, other letters in their own`() async throws {
        let units = Self.named(["ZO\u{cb}", "zo\u{eb}"])
        #expect(try await chosen(.text("displayName", .prefix, "Zo"), of: units) == ["ZO\u{cb}", "zo\u{eb}"])
        #expect(try await chosen(.text("displayName", .suffix, "O\u{eb}"), of: units) == ["zo\u{eb}"])
    }

    @Test func `a text is found at the start, at the end or anywhere`() async throws {
        let units = Self.named(["abc", "bca", "cab"])
        #expect(try await chosen(.text("displayName", .prefix, "ab"), of: units) == ["abc"])
        #expect(try await chosen(.text("displayName", .suffix, "ab"), of: units) == ["cab"])
        #expect(try await chosen(.text("displayName", .substring, "bc"), of: units) == ["abc", "bca"])
    }

    @Test func `equality is by bytes`() async throws {
        let units = Self.named(["Caf\u{e9}", "Cafe\u{301}", "caf\u{e9}"])
        let found = try await chosen(.equal("displayName", "Cafe\u{301}"), of: units)
        #expect(found.map { Array($0.utf8) } == [Array("Cafe\u{301}".utf8)])
    }

    // MARK: Inside of JSON

    private static func made(_ id: String, by creator: IdentitySet?) -> ProtectionUnit {
        ProtectionUnit(
            id: id, workload: .oneDriveForBusiness, sourceId: id, status: .protected, protectionSources: [],
            createdDateTime: Sample.moment
        ).with { $0.createdBy = creator }
    }

    private static let creators = [
        made("person", by: IdentitySet(user: Identity(id: "7", displayName: "Ada"))),
        made("nameless", by: IdentitySet(user: Identity(id: "8"))),
        made("program", by: IdentitySet(application: Identity(id: "7"))),
        made("unknown", by: nil),
    ]

    @Test func `a name within JSON is a value, or missing where any part of the way is`() async throws {
        #expect(try await chosen(.equal("createdBy/user/id", "7"), of: Self.creators) == ["person"])
        #expect(try await chosen(.equal("createdBy/application/id", "7"), of: Self.creators) == ["program"])
        #expect(
            try await chosen(.isNull("createdBy/user/displayName"), of: Self.creators)
                == ["nameless", "program", "unknown"])
        #expect(
            try await chosen(.not(.equal("createdBy/user/id", "7")), of: Self.creators)
                == ["nameless", "program", "unknown"])
    }

    @Test func `a number within JSON compares as a number`() async throws {
        let units = [2, 10].map { days in
            Self.made("days-\(days)", by: nil).with {
                $0.retentionChange = RetentionChange(targetDays: days, effective: Sample.moment)
            }
        }
        #expect(
            try await chosen(.compare("retentionChange/targetDays", .greater, .integer(9)), of: units) == ["days-10"])
    }

    @Test func `a number can be compared as decimal text`() async throws {
        let units = [2, 10].map { (days: Int) in Self.made("days-\(days)", by: nil).with { $0.retentionDays = days } }
        #expect(try await chosen(.text("retentionDays/$text", .prefix, "1"), of: units) == ["days-10"])
        #expect(try await chosen(.equal("retentionDays/$text", "2"), of: units) == ["days-2"])
    }

    // MARK: Flags

    @Test(
        arguments: [
            (0, ["0", "1", "2", "3"]), (1, ["1", "3"]), (2, ["2", "3"]), (3, ["3"]),
        ] as [(Int, Set<String>)])
    func `flags are held when each of them is set`(flags: Int, rows: Set<String>) async throws {
        let units = (0..<4).map { sources in
            Self.made("\(sources)", by: nil).with { $0.protectionSources = ProtectionSources(rawValue: sources) }
        }
        #expect(try await chosen(.hasFlags("protectionSources", flags), of: units) == rows)
    }

    // MARK: Other tables

    @Test(arguments: [false, true])
    func `a row without the other row is not related to any`(testsEachRow: Bool) async throws {
        let catalog = try await TemporaryCatalog.make()
        let ids = try await catalog.store.write { writer in
            let policy = Sample.barePolicy
            try writer.insert(policy)
            try writer.insert(Self.made("in", by: nil).with { $0.policyId = policy.id })
            try writer.insert(Self.made("out", by: nil))
            let related = RowPredicate.related(
                column: "policyId", table: ProtectionPolicy.table.name, .equal("id", policy.id),
                testsEachRow: testsEachRow)
            return [
                try writer.ids(Query<ProtectionUnit>(where: related)),
                try writer.ids(Query<ProtectionUnit>(where: .not(related))),
            ]
        }
        #expect(ids == [["in"], ["out"]])
    }

    @Test(
        arguments: [
            (.equal, 0, ["none"]), (.greater, 0, ["one", "two"]), (.less, 2, ["none", "one"]),
            (.notEqual, 1, ["none", "two"]),
        ] as [(Comparison, Int64, [String])])
    func `rows of another table are counted for each row`(
        comparison: Comparison, number: Int64, rows: [String]
    ) async throws {
        let catalog = try await TemporaryCatalog.make()
        let members = RowCount(RuleMember.table.name, "unitId", of: ProtectionUnit.table.name)
        let found = try await catalog.store.write { writer in
            try writer.insert(Sample.fullPolicy)
            var rules: [InclusionRule] = []
            for id in ["rule-a", "rule-b"] {
                var rule = InclusionRule()
                (rule.id, rule.policyId) = (id, Sample.fullPolicy.id)
                rules.append(rule)
            }
            try writer.insert(contentsOf: rules)
            try writer.insert(contentsOf: ["none", "one", "two"].map { Self.made($0, by: nil) })
            try writer.insert(contentsOf: [
                RuleMember(ruleId: "rule-a", unitId: "one"), RuleMember(ruleId: "rule-a", unitId: "two"),
                RuleMember(ruleId: "rule-b", unitId: "two"),
            ])
            return try writer.ids(Query<ProtectionUnit>(where: .count(members, comparison, number)))
        }
        #expect(found == rows)
    }
}
