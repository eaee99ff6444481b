import BackupTesting
import Catalog
import Testing

@testable import CatalogPostgres

/// One server writes into a catalogue at a time.
@Suite struct PostgresServingTests {
    private func driver(_ address: String) async throws -> PostgresDriver {
        try await PostgresDriver(PostgresSettings(address: address, readers: 1, writers: 1))
    }

    private func add(_ id: String, by driver: PostgresDriver) async throws {
        try await driver.write { try $0.execute(#"INSERT INTO "catalogNote" VALUES (?, 'x')"#, [.text(id)]) }
    }

    @Test func `a second server is refused while the first one is connected`() async throws {
        let catalog = try await PostgresCatalog.make()
        let (first, second) = (try await driver(catalog.address), try await driver(catalog.address))
        try await first.takeOver()
        let error = await #expect(throws: CatalogError.self) { try await second.takeOver() }
        #expect(error?.message.contains("Another server uses the catalogue") == true)
        // A command beside the server goes on.
        try await add("command", by: second)
        try await add("server", by: first)
        try await first.close()
        try await second.takeOver()
        try await add("other server", by: second)
        try await second.close()
    }

    @Test func `a server whose place was taken changes nothing any more`() async throws {
        let catalog = try await PostgresCatalog.make()
        let server = try await PostgresServer.shared()
        let database = try #require(catalog.address.split(separator: "/").last.map(String.init))
        let (sleeper, successor) = (try await driver(catalog.address), try await driver(catalog.address))
        try await sleeper.takeOver()
        // Its sessions end without its notice, as they do while a machine sleeps.
        try server.run(
            """
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = '\(database)' AND pid <> pg_backend_pid()
            """)
        try await successor.takeOver()
        try await add("successor", by: successor)
        let error = await #expect(throws: CatalogError.self) { try await add("sleeper", by: sleeper) }
        #expect(error?.code == .closed)
        let count = try await catalog.driver.read { connection in
            try PostgresDriverTests.number(
                connection, #"SELECT COUNT(*) FROM "catalogNote" WHERE "id" IN ('sleeper', 'successor')"#)
        }
        #expect(count == 1)
        try await sleeper.close()
        try await successor.close()
    }

    @Test func `eight that migrate at once make one schema`() async throws {
        let catalog = try await PostgresCatalog.unmigrated()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let driver = try await PostgresDriver(
                        PostgresSettings(address: catalog.address, readers: 1, writers: 1))
                    try await CatalogStore(driver: driver).migrate()
                    try await driver.close()
                }
            }
            try await group.waitForAll()
        }
        #expect(try await catalog.driver.schemaVersion() == CatalogStore.schemaVersion)
    }
}
