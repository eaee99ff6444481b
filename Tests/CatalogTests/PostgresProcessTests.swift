import BackupTesting
import Catalog
import Foundation
import Testing

@testable import CatalogPostgres

/// Several processes with one catalogue, each with connections of its own.
@Suite struct PostgresProcessTests {
    private static func driver(_ catalog: PostgresCatalog) async throws -> PostgresDriver {
        try await PostgresDriver(PostgresSettings(address: catalog.address, readers: 1, writers: 1))
    }

    private static let moment = Date(timeIntervalSince1970: 1_800_000_000)

    private static func jobs(_ count: Int) -> [Job] {
        (0..<count).map { number in
            Job(
                id: "job-\(number)", kind: "backup", subjectId: "unit-\(number)", runAfterDateTime: moment,
                createdDateTime: moment)
        }
    }

    /// Claims what is due and notes it, until nothing is.
    /// - Parameter isKilled: whether the process dies with what it has claimed, by the number of its claims.
    private static func work(
        _ name: String, _ catalog: PostgresCatalog, isKilled: @escaping (Int) -> Bool = { _ in false }
    ) async throws {
        let driver = try await driver(catalog)
        let store = CatalogStore(driver: driver)
        for round in 0... {
            let claimed = try await store.write { writer in
                try writer.claimJobs(owner: name, now: moment, leaseSeconds: 60, kinds: ["backup"], limit: 25)
            }
            if claimed.isEmpty || isKilled(round) { break }
            try await store.write { writer in
                for job in claimed {
                    try writer.connection.execute(
                        #"INSERT INTO "done" VALUES (?, ?)"#, [.text(job.id), .integer(Int64(job.attempt))])
                    guard try writer.finishJob(job, at: moment) else { throw CatalogError(.missing, "the lease") }
                }
            }
        }
        try await driver.close()
    }

    private func counts(_ catalog: PostgresCatalog, _ sql: String) async throws -> Int64 {
        try await catalog.driver.read { try PostgresDriverTests.number($0, sql) }
    }

    @Test func `eight processes do 5,000 jobs, each once`() async throws {
        let catalog = try await PostgresCatalog.make()
        try await catalog.driver.write { try $0.execute(#"CREATE TABLE "done" ("job" TEXT, "attempt" BIGINT)"#, []) }
        try await catalog.store.write { try $0.insert(contentsOf: Self.jobs(5000)) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 { group.addTask { try await Self.work("process-\(number)", catalog) } }
            try await group.waitForAll()
        }
        #expect(try await counts(catalog, #"SELECT COUNT(*) FROM "done" WHERE "attempt" = 1"#) == 5000)
        #expect(try await counts(catalog, #"SELECT COUNT(DISTINCT "job") FROM "done""#) == 5000)
        #expect(try await catalog.store.count(Query<Job>(where: .equal("state", JobState.done))) == 5000)
    }

    @Test func `what killed processes had claimed is done once, by others`() async throws {
        let catalog = try await PostgresCatalog.make()
        try await catalog.driver.write { try $0.execute(#"CREATE TABLE "done" ("job" TEXT, "attempt" BIGINT)"#, []) }
        try await catalog.store.write { try $0.insert(contentsOf: Self.jobs(600)) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<4 {
                group.addTask {
                    try await Self.work("killed-\(number)", catalog) { $0 == 1 + number % 2 }
                }
            }
            try await group.waitForAll()
        }
        let left = try await catalog.store.page(Query<Job>(where: .equal("state", JobState.running)))
        #expect(left.count == 100)
        // Their leases run out.
        try await catalog.store.write { writer in
            let again = try writer.claimJobs(
                owner: "other", now: Self.moment.addingTimeInterval(61), leaseSeconds: 60, kinds: ["backup"],
                limit: 1000)
            #expect(again.count { $0.attempt == 2 } == 100)
            for job in again {
                try writer.connection.execute(
                    #"INSERT INTO "done" VALUES (?, ?)"#, [.text(job.id), .integer(Int64(job.attempt))])
                #expect(try writer.finishJob(job, at: Self.moment))
            }
            for job in left { #expect(try !writer.finishJob(job, at: Self.moment)) }
        }
        #expect(try await counts(catalog, #"SELECT COUNT(*) FROM "done""#) == 600)
        #expect(try await counts(catalog, #"SELECT COUNT(DISTINCT "job") FROM "done""#) == 600)
    }

    @Test func `a process that stands still within a change keeps the others waiting for a moment only`() async throws {
        let catalog = try await PostgresCatalog.make()
        let settings = try PostgresSettings(address: catalog.address)
        #expect(settings.session.contains("idle_in_transaction_session_timeout = '15s'"))
        let sleeper = try PostgresConnection(settings)
        try sleeper.batch(
            """
            SET idle_in_transaction_session_timeout = '1s'; BEGIN; \
            SELECT pg_advisory_xact_lock(\(WriteTransactions.lockClass), 1); \
            INSERT INTO "catalogNote" VALUES ('sleeper', 'x')
            """)
        try await catalog.driver.write { try $0.execute(#"INSERT INTO "catalogNote" VALUES ('other', 'x')"#, []) }
        #expect(throws: PostgresFailure.self) { try sleeper.batch("COMMIT") }
        #expect(try await counts(catalog, #"SELECT COUNT(*) FROM "catalogNote""#) == 1)
    }

    @Test func `a turn is taken by one of many, and by another when its holder is gone`() async throws {
        let catalog = try await PostgresCatalog.make()
        @Sendable func take(_ owner: String, after seconds: Double) async throws -> Bool {
            let driver = try await Self.driver(catalog)
            let store = CatalogStore(driver: driver)
            let isTaken = try await store.write(.plain) { writer in
                try writer.takeTurn(
                    "look", owner: owner, now: Self.moment.addingTimeInterval(seconds), leaseSeconds: 60)
            }
            try await driver.close()
            return isTaken
        }
        let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<8 { group.addTask { try await take("process-\(number)", after: 0) } }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(taken == 1)
        #expect(try await !take("late", after: 59))
        #expect(try await take("other", after: 60))
        let holder = try await catalog.store.page(Query<ScheduleTurn>()).first
        #expect(holder?.leaseOwner == "other")
        // Whose turn was taken over ends nothing.
        try await catalog.store.write(.plain) {
            try $0.endTurn("look", owner: "process-0", next: Self.moment.addingTimeInterval(500))
        }
        #expect(try await catalog.store.page(Query<ScheduleTurn>()).first?.leaseOwner == "other")
        try await catalog.store.write(.plain) {
            try $0.endTurn("look", owner: "other", next: Self.moment.addingTimeInterval(500))
        }
        #expect(try await !take("late", after: 499))
        #expect(try await take("late", after: 500))
    }

    @Test func `a 'work' change waits for a control change and not for its like`() async throws {
        let catalog = try await PostgresCatalog.make()
        let server = try await PostgresServer.shared()
        let database = try #require(catalog.address.split(separator: "/").last.map(String.init))
        for (strength, lock, isFree) in [
            (WriteStrength.work, "pg_try_advisory_xact_lock_shared", true), (.work, "pg_try_advisory_xact_lock", false),
            (.control, "pg_try_advisory_xact_lock_shared", false),
        ] {
            let found = try await catalog.driver.write(strength) { _ in
                try server.run("SELECT \(lock)(1215261796, 1)", database: database)
            }
            #expect(found == (isFree ? "t" : "f"), "\(strength) \(lock)")
        }
    }

    @Test func `the database tells its time`() async throws {
        let catalog = try await PostgresCatalog.make()
        let (before, told, after) = (Date(), try await catalog.driver.time(), Date())
        #expect(told >= before.addingTimeInterval(-1))
        #expect(told <= after.addingTimeInterval(1))
    }
}
