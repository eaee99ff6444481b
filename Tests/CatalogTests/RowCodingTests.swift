import Foundation
import Testing

@testable import Catalog

/// A record with a column of every form, to see what a row holds of it without a database.
private struct Sheet: CatalogRecord, Hashable {
    var id = ""
    var count = 0
    var isOpen = false
    var day = Date(timeIntervalSince1970: 0)
    var bytes: [UInt8] = []
    var state: JobState = .waiting
    var tags: RestorePointTags = []
    var names: StringList = []
    var note: String?
    var total: Int?
    var error: PublicError?

    static let table = Table<Sheet>(
        "sheet",
        [
            Column("id", \.id), Column("count", \.count), Column("isOpen", \.isOpen), Column("day", \.day),
            Column("bytes", \.bytes), Column("state", \.state), Column("tags", \.tags), Column("names", \.names),
            Column("note", \.note), Column("total", \.total), Column("error", \.error),
        ])

    static let full = Sheet().with {
        ($0.id, $0.count, $0.isOpen) = ("one", -7, true)
        $0.day = Date(timeIntervalSince1970: 1.5)
        ($0.bytes, $0.state, $0.tags) = ([0, 255], .running, [.fastRestore, .includeNewerItems])
        ($0.names, $0.note, $0.total) = (["a", "b\"c"], "", 0)
        $0.error = PublicError(code: "c", message: "m")
    }
}

@Suite struct RowCodingTests {
    private func row(_ values: [SQLValue]) -> SQLRow { SQLRow(names: Sheet.table.columnNames, values: values) }

    @Test func `each form has its value in a row`() {
        #expect(
            Sheet.table.values(of: .full) == [
                .text("one"), .integer(-7), .integer(1), .integer(1_500_000), .blob([0, 255]), .text("running"),
                .integer(5), .text(#"["a","b\"c"]"#), .text(""), .integer(0),
                .text(#"{"code":"c","details":[],"message":"m"}"#),
            ])
    }

    @Test func `a missing value is null, and an empty one is not`() {
        let values = Sheet.table.values(of: Sheet().with { $0.note = "" })
        #expect(values.suffix(3) == [.text(""), .null, .null])
    }

    @Test(arguments: [Sheet.full, Sheet(), Sheet().with { $0.day = Date(timeIntervalSince1970: -0.000_001) }])
    fileprivate func `a record comes back from its own values`(sheet: Sheet) throws {
        let values = Sheet.table.values(of: sheet)
        #expect(try Sheet.table.record(from: row(values)) == sheet)
    }

    @Test(
        arguments: [
            (1, .text("7")), (1, .null), (2, .integer(2)), (2, .integer(-1)), (3, .real(1.5)), (4, .text("bytes")),
            (5, .text("asleep")), (5, .integer(0)), (6, .text("5")), (7, .text("[")), (7, .text(#"{"a":1}"#)),
            (8, .integer(1)),
            (9, .text("")), (10, .text(#"{"code":"c"}"#)), (10, .blob([])),
        ] as [(Int, SQLValue)])
    func `a value of another form names its column, table and row`(place: Int, value: SQLValue) {
        var values = Sheet.table.values(of: .full)
        values[place] = value
        let row = row(values)
        let error = #expect(throws: CatalogError.self) { try Sheet.table.record(from: row) }
        #expect(error?.code == .unexpectedValue)
        #expect(error?.message.hasPrefix("Column \(Sheet.table.columnNames[place]) of sheet in row one ") == true)
    }

    @Test func `the statements name every column once, and update by the id`() {
        let table = LedgerRow.table
        #expect(
            table.insertSQL == #"INSERT INTO "ledgerRow" ("id", "unitId", "sequence", "entry") VALUES (?, ?, ?, ?)"#)
        #expect(table.updateSQL == #"UPDATE "ledgerRow" SET "unitId" = ?, "sequence" = ?, "entry" = ? WHERE "id" = ?"#)
        #expect(
            table.saveSQL == table.insertSQL
                + #" ON CONFLICT ("id") DO UPDATE SET "unitId" = excluded."unitId", "#
                + #""sequence" = excluded."sequence", "entry" = excluded."entry""#)
        #expect(table.findSQL == #"SELECT "id", "unitId", "sequence", "entry" FROM "ledgerRow" WHERE "id" = ?"#)
    }

    @Test func `only an optional property makes a column that may be null`() {
        let nullable = Sheet.table.columns.filter(\.form.isNullable).map(\.name)
        #expect(nullable == ["note", "total", "error"])
    }

    @Test func `a changed copy leaves the record as it was`() {
        let record = Sheet.full
        let copy = record.with { $0.count = 8 }
        #expect(copy.count == 8)
        #expect(record.count == -7)
        #expect(copy.with { $0.count = -7 } == record)
    }
}

@Suite struct SQLConvertibleTests {
    /// 64 bits of microseconds reach about 292,000 years in both directions.
    @Test(
        arguments: [
            (Date(timeIntervalSince1970: 0), 0), (Date(timeIntervalSince1970: 1e-6), 1),
            (Date(timeIntervalSince1970: 0.000_000_6), 1), (Date(timeIntervalSince1970: -0.000_000_6), -1),
            (.distantFuture, 64_092_211_200_000_000), (Date(timeIntervalSince1970: 1e300), .max),
            (Date(timeIntervalSince1970: -1e300), .min),
        ] as [(Date, Int64)])
    func `a date is rounded to microseconds and bounded by 64 bits`(date: Date, microseconds: Int64) {
        #expect(date.sqlValue == .integer(microseconds))
    }

    @Test func `a date of whole microseconds comes back equal`() {
        for microseconds in [-1, 0, 1, 999_999, 1_700_000_000_123_456] as [Int64] {
            let date = Date(sqlValue: .integer(microseconds))
            #expect(date?.sqlValue == .integer(microseconds))
        }
    }

    @Test func `an optional reads null as nil and refuses another form`() {
        #expect(Int?(sqlValue: .null) == .some(nil))
        #expect(Int?(sqlValue: .integer(4)) == .some(4))
        #expect(Int?(sqlValue: .text("4")) == nil)
        #expect(String(sqlValue: .null) == nil)
    }

    @Test func `an enumeration is read by its own names only`() {
        #expect(Workload(sqlValue: .text("sharePoint")) == .sharePoint)
        #expect(Workload(sqlValue: .text("SharePoint")) == nil)
        #expect(Workload(sqlValue: .text("")) == nil)
    }

    @Test func `flags keep bits that have no name`() throws {
        #expect(RestorePointTags(sqlValue: .integer(2))?.rawValue == 2)
        #expect(RestorePointTags(sqlValue: .integer(6))?.contains(.includeNewerItems) == true)
        let tags = try #require(RestorePointTags(sqlValue: .integer(2)))
        #expect(!tags.contains(.fastRestore))
    }

    @Test func `JSON has sorted names, plain slashes and no empty ones`() {
        let who = IdentitySet(user: Identity(id: "a/b", displayName: "Zo\u{eb}"))
        #expect(who.sqlValue == .text("{\"user\":{\"displayName\":\"Zo\u{eb}\",\"id\":\"a/b\"}}"))
    }

    @Test func `identities that look the same are two`() {
        let composed = IdentitySet(user: Identity(id: "1", displayName: "Caf\u{e9}"))
        let decomposed = IdentitySet(user: Identity(id: "1", displayName: "Cafe\u{301}"))
        #expect(composed != decomposed)
        #expect(composed.sqlValue != decomposed.sqlValue)
        #expect(IdentitySet(sqlValue: decomposed.sqlValue) == decomposed)
    }

    @Test func `a list of texts is an array, and an object is none`() {
        #expect(StringList(["a", ""]).sqlValue == .text(#"["a",""]"#))
        #expect(StringList(sqlValue: .text("[]")) == [])
        #expect(StringList(sqlValue: .text(#"{"values":["a"]}"#)) == nil)
    }
}

@Suite struct SQLRowTests {
    @Test func `a value is found by the name of its column`() {
        let row = SQLRow(names: ["a", "b", "a"], values: [.integer(1), .null, .integer(3)])
        #expect(row["a"] == .integer(1))
        #expect(row["b"] == .null)
        #expect(row["c"] == .null)
        #expect(row[2] == .integer(3))
    }

    @Test func `texts are equal by their bytes, and so are their hashes`() {
        let (composed, decomposed) = (SQLValue.text("Caf\u{e9}"), SQLValue.text("Cafe\u{301}"))
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed, .text("Caf\u{e9}")]).count == 2)
    }

    @Test func `values of different forms are never equal`() {
        let values: [SQLValue] = [.null, .integer(1), .real(1), .text("1"), .blob([0x31])]
        for (place, value) in values.enumerated() {
            #expect(values.indices.filter { values[$0] == value } == [place])
        }
    }
}
