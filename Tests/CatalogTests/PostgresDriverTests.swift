import BackupTesting
import Catalog
import Synchronization
import Testing

@testable import CatalogPostgres

@Suite struct PostgresDriverTests {
    @Test(arguments: SQLDriverConformance.all)
    func `the driver keeps its promises`(_ check: SQLDriverConformance) async throws {
        let catalog = try await PostgresCatalog.unmigrated()
        #expect(try await check.violations(of: catalog.driver) == [])
    }

    @Test func `two drivers on one database add without a loss`() async throws {
        let catalog = try await PostgresCatalog.unmigrated()
        let other = try await PostgresDriver(PostgresSettings(address: catalog.address, readers: 1, writers: 2))
        try await catalog.driver.write {
            try $0.execute(#"CREATE TABLE "n" ("v" BIGINT)"#, [])
            try $0.execute(#"INSERT INTO "n" VALUES (0)"#, [])
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                let driver = number.isMultiple(of: 2) ? catalog.driver : other
                group.addTask {
                    try await driver.write { connection in
                        let value = try Self.number(connection, #"SELECT "v" FROM "n""#)
                        try connection.execute(#"UPDATE "n" SET "v" = ?"#, [.integer(value + 1)])
                    }
                }
            }
            try await group.waitForAll()
        }
        let sum = try await other.read { try Self.number($0, #"SELECT "v" FROM "n""#) }
        try await other.close()
        #expect(sum == 100)
    }

    /// The plain write waits for the control write to end if they exclude each other, and this one
    /// waits for the plain one.
    @Test(arguments: WriteStrength.allCases)
    func `a plain change runs beside a control change, another control change does not`(
        strength: WriteStrength
    ) async throws {
        let catalog = try await PostgresCatalog.unmigrated()
        let others = try await PostgresServer.shared()
        let database = try #require(catalog.address.split(separator: "/").last.map(String.init))
        try await catalog.driver.write { _ in
            // A session as a second process has it, which gives up at once where it would have to wait.
            let lock = "SET lock_timeout = '50ms'; SELECT pg_advisory_xact_lock(1215261796, 1)"
            let found = Result { try others.run(strength == .control ? lock : "SELECT 1", database: database) }
            switch strength {
            case .control: #expect(throws: PostgresServer.Failure.self) { try found.get() }
            case .work, .plain: #expect(throws: Never.self) { try found.get() }
            }
        }
    }

    @Test func `a change that met another is made again`() async throws {
        let catalog = try await PostgresCatalog.unmigrated()
        let runs = Mutex(0)
        try await catalog.driver.write { try $0.execute(#"CREATE TABLE "n" ("v" BIGINT)"#, []) }
        try await catalog.driver.write { connection in
            try connection.execute(#"INSERT INTO "n" VALUES (1)"#, [])
            let run = runs.withLock { runs in
                runs += 1
                return runs
            }
            guard run < 3 else { return }
            try connection.execute("DO $$ BEGIN RAISE EXCEPTION 'a deadlock' USING ERRCODE = '40P01'; END $$", [])
        }
        let count = try await catalog.driver.read { try Self.number($0, #"SELECT COUNT(*) FROM "n""#) }
        #expect(runs.withLock { $0 } == 3)
        #expect(count == 1)
    }

    @Test func `a session that the server ends is replaced`() async throws {
        let catalog = try await PostgresCatalog.make()
        let server = try await PostgresServer.shared()
        let database = try #require(catalog.address.split(separator: "/").last.map(String.init))
        for _ in 0..<2 {
            try server.run(
                """
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = '\(database)' AND pid <> pg_backend_pid()
                """)
            let count = try await catalog.store.count(Query<Job>())
            #expect(count == 0)
            try await catalog.driver.write {
                try $0.execute(#"INSERT INTO "catalogNote" VALUES (?, 'x') ON CONFLICT DO NOTHING"#, [.text("n")])
            }
        }
    }

    @Test func `a body that goes on after a refusal changes nothing, and fails`() async throws {
        let catalog = try await PostgresCatalog.make()
        await #expect(throws: CatalogError.self) {
            try await catalog.driver.write { connection in
                try connection.execute(#"INSERT INTO "catalogNote" VALUES ('a', 'x')"#, [])
                _ = try? connection.execute(#"INSERT INTO "catalogNote" VALUES ('a', 'y')"#, [])
            }
        }
        let count = try await catalog.driver.read { try Self.number($0, #"SELECT COUNT(*) FROM "catalogNote""#) }
        #expect(count == 0)
    }

    @Test func `lists of any length are one argument`() async throws {
        let catalog = try await PostgresCatalog.make()
        let ids = (0..<100_000).map { "id \($0) \"\\{}," }
        try await catalog.store.write { try $0.insert(contentsOf: ids[..<3].map { LedgerRow.sample($0) }) }
        let found = try await catalog.store.records(LedgerRow.self, ids: ids)
        #expect(Set(found.keys) == Set(ids[..<3]))
    }

    static func number(_ connection: any SQLConnection, _ sql: String) throws -> Int64 {
        guard case .integer(let number)? = try connection.query(sql, []).first.map({ $0[0] }) else { return -1 }
        return number
    }
}

extension LedgerRow {
    fileprivate static func sample(_ id: String) -> LedgerRow {
        LedgerRow().with {
            $0.id = id
            $0.unitId = id
            $0.sequence = 1
        }
    }
}
