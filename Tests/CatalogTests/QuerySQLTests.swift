import Testing

@testable import Catalog

/// The SQL of queries, as text: each range can be found in an index, and the ranges together are
/// the rows after a position. That they give the right rows is shown by `PagingTests`.
@Suite struct QuerySQLTests {
    /// What stands between `WHERE` and `ORDER BY`, and the arguments.
    private struct Range: Equatable {
        var condition: String
        var arguments: [SQLValue]

        init(_ condition: String, _ arguments: SQLValue...) {
            self.condition = condition
            self.arguments = arguments
        }

        init(_ fragment: SQLFragment) {
            let rest = fragment.sql.split(separator: " WHERE ", maxSplits: 1).last ?? ""
            // The query of these tests has no condition of its own.
            condition = String(rest.split(separator: " ORDER BY ").first ?? "").replacing("1 = 1 AND ", with: "")
            arguments = fragment.arguments
        }
    }

    private func ranges(_ query: Query<ProtectionUnit>) throws -> [Range] {
        try query.rangeQueries(.sqlite).map(Range.init)
    }

    private func order(_ query: Query<ProtectionUnit>) throws -> Substring? {
        try query.rangeQueries(.sqlite).first?.sql.split(separator: " ORDER BY ").last
    }

    @Test func `a query without a position is one statement over every column`() throws {
        let statements = try Query<LedgerRow>(where: .equal("unitId", "u")).rangeQueries(.sqlite)
        #expect(
            statements.map(\.sql) == [
                #"SELECT "id", "unitId", "sequence", "entry" FROM "ledgerRow" "#
                    + #"WHERE ("unitId" IS NOT NULL AND "unitId" = ?) ORDER BY "id" ASC"#
            ])
        #expect(statements.map(\.arguments) == [[.text("u")]])
    }

    @Test func `without a column the order is that of the ids`() throws {
        let ascending = try order(Query())
        let descending = try order(Query(order: [.init("id", ascending: false)]))
        #expect(ascending == #""id" ASC"#)
        #expect(descending == #""id" DESC"#)
    }

    /// Missing values are the least, in both directions; a column that is never null says nothing of
    /// them, because that would keep an index from giving the order.
    @Test(
        arguments: [
            (["displayName": true], #""displayName" ASC NULLS FIRST, "id" ASC"#),
            (["displayName": false], #""displayName" DESC NULLS LAST, "id" DESC"#),
            (["createdDateTime": true], #""createdDateTime" ASC, "id" ASC"#),
            (["createdDateTime": false], #""createdDateTime" DESC, "id" DESC"#),
        ] as [([String: Bool], String)])
    func `the order says where missing values stand`(column: [String: Bool], expected: String) throws {
        let order = try order(Query(order: column.map { .init($0, ascending: $1) }))
        #expect(order.map(String.init) == expected)
    }

    @Test func `the id goes at the end in the direction of the last column`() {
        let query = Query<ProtectionUnit>(order: [.init("status"), .init("email", ascending: false)])
        #expect(query.totalOrder.map(\.column) == ["status", "email", "id"])
        #expect(query.totalOrder.map(\.isAscending) == [true, false, false])
    }

    @Test func `columns after the id are dropped, since no two rows share an id`() {
        let query = Query<ProtectionUnit>(order: [.init("status"), .init("id", ascending: false), .init("email")])
        #expect(query.totalOrder == [.init("status"), .init("id", ascending: false)])
    }

    @Test func `a position of a column that is never null leaves two ranges`() throws {
        let found = try ranges(Query(order: [.init("createdDateTime")], after: [.integer(7), .text("u")]))
        #expect(
            found == [
                Range(#""createdDateTime" = ? AND "id" > ?"#, .integer(7), .text("u")),
                Range(#""createdDateTime" > ?"#, .integer(7)),
            ])
    }

    @Test func `descending, the rows without a value come last, as a range of their own`() throws {
        let found = try ranges(
            Query(order: [.init("displayName", ascending: false)], after: [.text("b"), .text("u")]))
        #expect(
            found == [
                Range(#""displayName" = ? AND "id" < ?"#, .text("b"), .text("u")),
                Range(#""displayName" < ?"#, .text("b")),
                Range(#""displayName" IS NULL"#),
            ])
    }

    @Test func `descending, a column that is never null has no such range`() throws {
        let found = try ranges(
            Query(order: [.init("createdDateTime", ascending: false)], after: [.integer(7), .text("u")]))
        #expect(
            found == [
                Range(#""createdDateTime" = ? AND "id" < ?"#, .integer(7), .text("u")),
                Range(#""createdDateTime" < ?"#, .integer(7)),
            ])
    }

    @Test func `ascending from a missing value, every value lies beyond`() throws {
        let found = try ranges(Query(order: [.init("displayName")], after: [.null, .text("u")]))
        #expect(
            found == [
                Range(#""displayName" IS NULL AND "id" > ?"#, .text("u")),
                Range(#""displayName" >= ?"#, .text("")),
            ])
    }

    @Test func `of a nullable number every value lies beyond the least one`() throws {
        let found = try ranges(Query(order: [.init("nextBackupDateTime")], after: [.null, .text("u")]))
        #expect(found.last == Range(#""nextBackupDateTime" >= ?"#, .integer(.min)))
    }

    @Test func `descending from a missing value only ids are left`() throws {
        let found = try ranges(Query(order: [.init("displayName", ascending: false)], after: [.null, .text("u")]))
        #expect(found == [Range(#""displayName" IS NULL AND "id" < ?"#, .text("u"))])
    }

    @Test func `several columns make a chain from the longest shared prefix to none`() throws {
        let found = try ranges(
            Query(
                order: [.init("status"), .init("createdDateTime", ascending: false)],
                after: [.text("protected"), .integer(7), .text("u")]))
        #expect(
            found == [
                Range(
                    #""status" = ? AND "createdDateTime" = ? AND "id" < ?"#, .text("protected"), .integer(7),
                    .text("u")),
                Range(#""status" = ? AND "createdDateTime" < ?"#, .text("protected"), .integer(7)),
                Range(#""status" > ?"#, .text("protected")),
            ])
    }

    @Test func `each range keeps the condition of the query, and its arguments come first`() throws {
        let statements = try Query<LedgerRow>(
            where: .equal("unitId", "u"), order: [.init("sequence")], after: [.integer(3), .text("u/3")]
        ).rangeQueries(.sqlite)
        let condition = #"("unitId" IS NOT NULL AND "unitId" = ?)"#
        #expect(statements.allSatisfy { $0.sql.contains("WHERE \(condition) AND ") })
        #expect(
            statements.map(\.arguments) == [
                [.text("u"), .integer(3), .text("u/3")], [.text("u"), .integer(3)],
            ])
    }

    @Test(arguments: [[], [.text("a")], [.text("a"), .text("b"), .text("c")]] as [[SQLValue]])
    func `a position of another order is refused`(position: [SQLValue]) throws {
        let query = Query<ProtectionUnit>(order: [.init("status")], after: position)
        let error = #expect(throws: CatalogError.self) { try query.rangeQueries(.sqlite) }
        #expect(error?.code == .invalidQuery)
        #expect(error?.message == "A position in protectionUnit has 2 values here, not \(position.count).")
    }

    @Test func `a position is read from a row in the order of the columns`() {
        let query = Query<ProtectionUnit>(order: [.init("email"), .init("createdDateTime")])
        let unit = ProtectionUnit(
            id: "u", workload: .exchange, sourceId: "s", status: .protected, protectionSources: [],
            createdDateTime: Sample.later(1))
        #expect(query.key(of: unit) == [.null, .integer(1_700_000_001_000_000), .text("u")])
    }

    @Test func `a count looks at no order and no position`() throws {
        let statement = try Query<LedgerRow>(
            order: [.init("sequence")], after: [.integer(1), .text("a")], offset: 5, limit: 1
        ).countQuery(.sqlite)
        #expect(statement.sql == #"SELECT COUNT(*) FROM "ledgerRow" WHERE 1 = 1"#)
        #expect(statement.arguments.isEmpty)
    }

    @Test func `a bounded count stops at its bound`() throws {
        let statement = try Query<LedgerRow>(where: .equal("unitId", "u")).boundedCountQuery(.sqlite, upTo: 9)
        #expect(statement.sql.hasSuffix(" LIMIT ?)"))
        #expect(statement.arguments == [.text("u"), .integer(9)])
    }

    @Test func `a sum of no rows is 0 and not null`() throws {
        let statement = try Query<LedgerRow>().sumQuery(.sqlite, of: "sequence")
        #expect(
            statement.sql
                == #"SELECT CAST(COALESCE(SUM("sequence"), 0) AS BIGINT) FROM "ledgerRow" WHERE 1 = 1"#)
    }

    @Test func `counts by a column's values are grouped by it`() throws {
        let statement = try Query<LedgerRow>().groupedCountQuery(.sqlite, by: "unitId")
        #expect(statement.sql == #"SELECT "unitId", COUNT(*) FROM "ledgerRow" WHERE 1 = 1 GROUP BY "unitId""#)
    }

    /// Names reach SQL as text, so each of them is looked up first.
    @Test(arguments: ["none", "", "sequence; --", "SEQUENCE", "entry\""])
    func `a name that is no column reaches no statement`(name: String) {
        let query = Query<LedgerRow>(order: [.init(name)])
        let attempts: [() throws -> SQLFragment] = [
            { try query.idQuery(.sqlite) }, { try query.sumQuery(.sqlite, of: name) },
            { try query.groupedCountQuery(.sqlite, by: name) },
        ]
        for attempt in attempts {
            let error = #expect(throws: CatalogError.self) { try attempt() }
            #expect(error?.code == .invalidQuery)
        }
    }
}
