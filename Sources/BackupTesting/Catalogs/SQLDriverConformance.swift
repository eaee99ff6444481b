public import Catalog

/// What every `SQLDriver` promises, as checks that any test target can run against its own driver.
public struct SQLDriverConformance: Sendable, CustomStringConvertible {
    /// What is checked, in words.
    public let description: String
    private let check: @Sendable (any SQLDriver) async throws -> [String]

    /// Runs the check on an **empty** database. Returns what was violated, empty when all is well.
    public func violations(of driver: any SQLDriver) async throws -> [String] {
        try await check(driver)
    }

    private init(_ description: String, _ check: @escaping @Sendable (any SQLDriver) async throws -> [String]) {
        self.description = description
        self.check = check
    }

    /// All checks. Each needs a fresh database.
    public static let all: [SQLDriverConformance] = [
        SQLDriverConformance("values come back as they were stored", values),
        SQLDriverConformance("a statement tells how many rows it changed", changes),
        SQLDriverConformance("a write that throws changes nothing", rollback),
        SQLDriverConformance(
            "writes at the same time are serialised, and a throwing one undoes only itself", concurrentWrites),
        SQLDriverConformance("a read sees one state", snapshots),
        SQLDriverConformance("the schema's rules are enforced and told apart", constraints),
        SQLDriverConformance("a text that cannot be stored whole is refused", nulCharacters),
        SQLDriverConformance("a closed database refuses calls", closing),
    ]

    /// Thrown by bodies of writes that are to be undone.
    private struct Refused: Error {}

    private static func values(_ driver: any SQLDriver) async throws -> [String] {
        let values: [SQLValue] = [
            .null, .integer(.min), .integer(.max), .integer(0), .real(-0.5), .text(""),
            .text("O'Brien \"x\" ; -- ? \u{1F600} e\u{301}"), .blob([]), .blob([0, 255, 39]),
        ]
        try await driver.write { connection in
            let isPostgres = connection.dialect == .postgres
            let types = [
                "tI": isPostgres ? "BIGINT" : "INTEGER", "tD": "DOUBLE PRECISION", "tT": "TEXT",
                "tB": isPostgres ? "BYTEA" : "BLOB",
            ]
            for (table, type) in types { try connection.execute("CREATE TABLE \"\(table)\" (\"v\" \(type))", []) }
            for value in values {
                try connection.execute("INSERT INTO \"\(table(for: value))\" (\"v\") VALUES (?)", [value])
            }
        }
        return try await driver.read { connection in
            var violations: [String] = []
            for value in values where value != .null {
                let rows = try connection.query(
                    "SELECT \"v\", \"v\" AS \"again\" FROM \"\(table(for: value))\" WHERE \"v\" = ?", [value])
                if rows.count != 1 || rows[0][0] != value || rows[0]["again"] != value {
                    violations.append("\(value) came back as \(rows.map { $0[0] })")
                }
            }
            if try connection.query("SELECT \"v\" FROM \"tI\" WHERE \"v\" IS NULL", []).map({ $0[0] }) != [.null] {
                violations.append("null did not come back")
            }
            return violations
        }
    }

    private static func table(for value: SQLValue) -> String {
        switch value {
        case .null, .integer: "tI"
        case .real: "tD"
        case .text: "tT"
        case .blob: "tB"
        }
    }

    private static func changes(_ driver: any SQLDriver) async throws -> [String] {
        try await driver.write { connection in
            try connection.execute("CREATE TABLE \"n\" (\"v\" INTEGER)", [])
            var counts: [Int] = []
            for number in 0..<5 {
                counts.append(try connection.execute("INSERT INTO \"n\" (\"v\") VALUES (?)", [.integer(Int64(number))]))
            }
            counts.append(try connection.execute("UPDATE \"n\" SET \"v\" = 9 WHERE \"v\" >= ?", [.integer(3)]))
            counts.append(try connection.execute("UPDATE \"n\" SET \"v\" = 9 WHERE \"v\" > 100", []))
            counts.append(try connection.execute("DELETE FROM \"n\"", []))
            return counts == [1, 1, 1, 1, 1, 2, 0, 5] ? [] : ["the counts were \(counts)"]
        }
    }

    private static func rollback(_ driver: any SQLDriver) async throws -> [String] {
        try await makeNumbers(driver)
        var violations: [String] = []
        do {
            try await driver.write { connection in
                try connection.execute("INSERT INTO \"n\" (\"k\", \"v\") VALUES ('a', 1)", [])
                throw Refused()
            }
            violations.append("the error was lost")
        } catch is Refused {}
        if try await sum(driver) != 0 { violations.append("a write that threw left something") }
        return violations
    }

    private static func concurrentWrites(_ driver: any SQLDriver) async throws -> [String] {
        try await makeNumbers(driver)
        try await driver.write { try $0.execute("INSERT INTO \"n\" (\"k\", \"v\") VALUES ('counter', 0)", []) }
        let failures = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<300 {
                group.addTask {
                    do {
                        try await driver.write { connection in
                            try add(1, to: "counter", connection, thenRefuse: number.isMultiple(of: 3))
                        }
                        return false
                    } catch is Refused {
                        return true
                    }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        var violations: [String] = []
        if failures != 100 { violations.append("\(failures) writes failed instead of 100") }
        let total = try await sum(driver)
        if total != 200 { violations.append("200 additions of one made \(total)") }
        return violations
    }

    private static func snapshots(_ driver: any SQLDriver) async throws -> [String] {
        try await makeNumbers(driver)
        try await driver.write {
            try $0.execute("INSERT INTO \"n\" (\"k\", \"v\") VALUES ('left', 500), ('right', 500)", [])
        }
        return try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<100 {
                group.addTask {
                    try await driver.write { connection in
                        try add(-1, to: "left", connection, thenRefuse: false)
                        try add(1, to: "right", connection, thenRefuse: false)
                    }
                    return []
                }
                group.addTask {
                    try await driver.read { connection in
                        let total = try value("left", connection) + value("right", connection)
                        return total == 1000 ? [] : ["a read saw half a write: \(total)"]
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }
}

extension SQLDriverConformance {
    private static func constraints(_ driver: any SQLDriver) async throws -> [String] {
        try await driver.write { connection in
            try connection.execute("CREATE TABLE \"p\" (\"id\" TEXT PRIMARY KEY NOT NULL, \"u\" TEXT UNIQUE)", [])
            try connection.execute(
                """
                CREATE TABLE \"c\" (\"id\" TEXT PRIMARY KEY NOT NULL REFERENCES \"p\" (\"id\"), \"v\" INTEGER NOT \
                NULL CHECK (\"v\" > 0))
                """,
                [])
            try connection.execute("INSERT INTO \"p\" (\"id\", \"u\") VALUES ('1', 'x')", [])
            try connection.execute("INSERT INTO \"c\" (\"id\", \"v\") VALUES ('1', 1)", [])
        }
        let cases: [(String, CatalogError.Code)] = [
            ("INSERT INTO \"p\" (\"id\", \"u\") VALUES ('1', 'y')", .duplicate),
            ("INSERT INTO \"p\" (\"id\", \"u\") VALUES ('2', 'x')", .duplicate),
            ("INSERT INTO \"c\" (\"id\", \"v\") VALUES ('none', 1)", .constraint), ("DELETE FROM \"p\"", .constraint),
            ("UPDATE \"c\" SET \"v\" = 0", .constraint), ("UPDATE \"c\" SET \"v\" = NULL", .constraint),
            ("SELECT nothing FROM nowhere", .database),
        ]
        var violations: [String] = []
        for (sql, expected) in cases {
            let found = await code { _ = try await driver.write { try $0.execute(sql, []) } }
            if found != expected {
                violations.append("\(sql) gave \(found.map { "\($0)" } ?? "no error") instead of \(expected)")
            }
        }
        return violations
    }

    private static func nulCharacters(_ driver: any SQLDriver) async throws -> [String] {
        try await makeNumbers(driver)
        let found = await code {
            _ = try await driver.write {
                try $0.execute("INSERT INTO \"n\" (\"k\", \"v\") VALUES (?, 1)", [.text("a\u{0}b")])
            }
        }
        return found == .unexpectedValue ? [] : ["a text with NUL was taken"]
    }

    private static func closing(_ driver: any SQLDriver) async throws -> [String] {
        try await makeNumbers(driver)
        try await driver.close()
        var violations: [String] = []
        if await code({ _ = try await sum(driver) }) == nil { violations.append("a closed database was read") }
        if await code({ _ = try await driver.write { try $0.execute("DELETE FROM \"n\"", []) } }) == nil {
            violations.append("a closed database was written")
        }
        return violations
    }

    private static func makeNumbers(_ driver: any SQLDriver) async throws {
        try await driver.write {
            try $0.execute("CREATE TABLE \"n\" (\"k\" TEXT PRIMARY KEY NOT NULL, \"v\" INTEGER NOT NULL)", [])
        }
    }

    private static func value(_ key: String, _ connection: any SQLConnection) throws -> Int {
        try connection.query("SELECT \"v\" FROM \"n\" WHERE \"k\" = ?", [.text(key)]).first.flatMap {
            Int(sqlValue: $0[0])
        } ?? 0
    }

    /// Reads, computes and writes, so that two at once would lose an addition.
    private static func add(_ number: Int, to key: String, _ connection: any SQLConnection, thenRefuse: Bool) throws {
        let sum = try value(key, connection) + number
        try connection.execute("UPDATE \"n\" SET \"v\" = ? WHERE \"k\" = ?", [.integer(Int64(sum)), .text(key)])
        if thenRefuse { throw Refused() }
    }

    private static func sum(_ driver: any SQLDriver) async throws -> Int {
        try await driver.read { connection in
            try connection.query("SELECT COALESCE(SUM(\"v\"), 0) FROM \"n\"", []).first.flatMap { Int(sqlValue: $0[0]) }
                ?? -1
        }
    }

    private static func code(_ body: () async throws -> Void) async -> CatalogError.Code? {
        do {
            try await body()
            return nil
        } catch let error as CatalogError {
            return error.code
        } catch {
            return .database
        }
    }
}
