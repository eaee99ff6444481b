import BackupTesting
import Catalog
import Foundation
import Synchronization
import Testing

@testable import CatalogPostgres

/// What is told of changes whose connection, or whose server, goes away.
@Suite(.serialized) struct LostConnectionTests {
    /// What clients were told of the rows that they added.
    private struct Told: Sendable {
        var made: Set<String> = []
        var unknown: Set<String> = []
        var refused: Set<String> = []
    }

    private final class Notes: Sendable {
        private let notes = Mutex(Told())

        var told: Told { notes.withLock { $0 } }

        func change(_ body: (inout Told) -> Void) { notes.withLock { body(&$0) } }
    }

    /// Adds rows from several clients, each after the last one was answered.
    private static func add(
        _ driver: PostgresDriver, clients: Int, while isOn: @escaping @Sendable (_ made: Int) -> Bool
    ) async -> Told {
        let notes = Notes()
        // Clients that get nowhere do not go on for ever.
        let end = ContinuousClock.now + .seconds(600)
        await withTaskGroup(of: Void.self) { group in
            for client in 0..<clients {
                group.addTask {
                    var number = 0
                    while isOn(notes.told.made.count), ContinuousClock.now < end {
                        number += 1
                        let id = "\(client)-\(number)"
                        do {
                            try await driver.write { try $0.execute(#"INSERT INTO "n" VALUES (?)"#, [.text(id)]) }
                            notes.change { $0.made.insert(id) }
                        } catch let error as CatalogError where error.code == .outcomeUnknown {
                            notes.change { $0.unknown.insert(id) }
                        } catch {
                            notes.change { $0.refused.insert(id) }
                        }
                    }
                }
            }
        }
        return notes.told
    }

    /// Everybody was told the truth, and nothing was made twice.
    private static func expectTruth(_ told: Told, _ driver: PostgresDriver) async throws {
        let ids = try await driver.read { connection in
            try connection.query(#"SELECT "id" FROM "n""#, []).map { if case .text(let id) = $0[0] { id } else { "" } }
        }
        let rows = Dictionary(grouping: ids) { $0 }.mapValues(\.count)
        #expect(rows.allSatisfy { $0.value == 1 })
        #expect(told.made.isSubset(of: rows.keys), "\(told.made.subtracting(rows.keys))")
        #expect(told.refused.isDisjoint(with: rows.keys), "\(told.refused.intersection(rows.keys))")
        #expect(Set(rows.keys).isSubset(of: told.made.union(told.unknown)))
    }

    /// `HOLDFAST_CUTS` cuts more of them.
    private static let cuts = Int(ProcessInfo.processInfo.environment["HOLDFAST_CUTS"] ?? "") ?? 45

    @Test func `a commit whose connection is cut is made once or not at all, and told so`() async throws {
        let catalog = try await PostgresCatalog.make()
        try await catalog.driver.write { try $0.execute(#"CREATE TABLE "n" ("id" TEXT)"#, []) }
        let server = try await PostgresServer.shared()
        let cutter = try CommitCutter(before: server.folder, maximum: Self.cuts)
        let address = catalog.address.replacing(
            server.folder.path.replacing("/", with: "%2F"), with: cutter.folder.path.replacing("/", with: "%2F"))
        let driver = try await PostgresDriver(PostgresSettings(address: address, readers: 1, writers: 4))
        let told = await Self.add(driver, clients: 4) { _ in
            cutter.counts.values.reduce(0, +) < Self.cuts
        }
        #expect(
            CommitCutter.Cut.allCases.allSatisfy { cutter.counts[$0, default: 0] >= Self.cuts / 3 }, "\(cutter.counts)")
        // The server is there all the time, so it tells of each.
        #expect(told.unknown.isEmpty)
        try await Self.expectTruth(told, catalog.driver)
        try await driver.close()
        cutter.close()
    }

    /// How many rows are added before the clients stop.
    private final class Limit: Sendable {
        private let limit = Atomic(Int.max)

        var count: Int { limit.load(ordering: .relaxed) }

        func set(_ count: Int) { limit.store(count, ordering: .relaxed) }
    }

    @Test func `a promoted standby has whatever was acknowledged`() async throws {
        let primary = try await PostgresServer()
        let name = "failover"
        try primary.run("CREATE DATABASE \(name) TEMPLATE template0")
        let schema = try await PostgresDriver(
            PostgresSettings(address: primary.address(of: name), readers: 1, writers: 1))
        try await CatalogStore(driver: schema).migrate()
        try await schema.write { try $0.execute(#"CREATE TABLE "n" ("id" TEXT)"#, []) }
        try await schema.close()
        let standby = try await PostgresServer(standbyOf: primary)
        try primary.run("ALTER SYSTEM SET synchronous_standby_names = '*'")
        try primary.run("SELECT pg_reload_conf()")

        let hosts = [primary, standby].map { $0.folder.path.replacing("/", with: "%2F") }.joined(separator: ",")
        let driver = try await PostgresDriver(
            PostgresSettings(address: "postgres://holdfast@\(hosts)/\(name)", readers: 1, writers: 4))
        let last = Limit()
        let load = Task {
            await Self.add(driver, clients: 4) { made in
                made < last.count
            }
        }
        // Some commits before, some on the way, some after.
        while Int(try standby.run(#"SELECT count(*) FROM "n""#, database: name)) ?? 0 < 100 {
            try await Task.sleep(for: .milliseconds(20))
        }
        primary.cutPower()
        try standby.run("SELECT pg_promote()")
        let atPromotion = Int(try standby.run(#"SELECT count(*) FROM "n""#, database: name)) ?? 0
        last.set(atPromotion + 50)
        let told = await load.value
        #expect(told.made.count >= 50)
        try await Self.expectTruth(told, driver)
        try await driver.close()
    }
}
