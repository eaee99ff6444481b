import BackupTesting
import Catalog
import Testing

@testable import CatalogPostgres

@Suite struct CommitInDoubtTests {
    private func settings(_ catalog: PostgresCatalog) throws -> PostgresSettings {
        var settings = try PostgresSettings(address: catalog.address)
        settings.commitSeconds = 2
        return settings
    }

    /// Loses its own connection at its first commit, before that is made. A sequence counts, because
    /// its numbers are not undone.
    private static let fatalFirstCommit = [
        #"CREATE SEQUENCE "tries""#,
        """
        CREATE FUNCTION "dies"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF nextval('"tries"') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(60); END IF;
            RETURN NULL;
        END $$
        """,
        """
        CREATE CONSTRAINT TRIGGER "dies" AFTER INSERT ON "catalogNote" DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION "dies"()
        """,
    ]

    @Test func `a change whose connection is lost in its commit is made once`() async throws {
        let catalog = try await PostgresCatalog.make()
        try await catalog.driver.write { connection in
            for statement in Self.fatalFirstCommit { try connection.execute(statement, []) }
        }
        try await catalog.driver.write { try $0.execute(#"INSERT INTO "catalogNote" VALUES ('a', 'x')"#, []) }
        let found = try await catalog.driver.read { connection in
            [
                try PostgresDriverTests.number(connection, #"SELECT COUNT(*) FROM "catalogNote""#),
                try PostgresDriverTests.number(connection, #"SELECT last_value FROM "tries""#),
            ]
        }
        #expect(found == [1, 2])
    }

    @Test func `the mark tells whether a commit was made`() async throws {
        let catalog = try await PostgresCatalog.make()
        try await catalog.driver.write { try $0.execute(#"INSERT INTO "commitMark" VALUES ('there', 1)"#, []) }
        let settings = try settings(catalog)
        func wasCommitted(_ mark: String?) throws -> Bool {
            try CommitInDoubt(settings, KnownServers(), backend: "1 1", markID: mark).wasCommitted()
        }
        #expect(try wasCommitted("there"))
        #expect(try !wasCommitted("absent"))
        #expect(try !wasCommitted(nil))
    }

    @Test func `a session that still has the change open is ended, and the change undone`() async throws {
        let catalog = try await PostgresCatalog.make()
        let settings = try settings(catalog)
        let lost = try PostgresConnection(settings)
        try lost.batch(#"BEGIN; INSERT INTO "commitMark" VALUES ('open', 1)"#)
        let doubt = CommitInDoubt(settings, KnownServers(), backend: lost.backend, markID: "open")
        #expect(try !doubt.wasCommitted())
        #expect(throws: PostgresFailure.self) { try lost.batch("COMMIT") }
    }

    /// A server of its own, because the setting counts for all of it. It is what a former primary is
    /// whose standby went over to another.
    @Test func `a server that waits for its standby in vain acknowledges nothing`() async throws {
        let server = try await PostgresServer()
        var settings = try PostgresSettings(address: server.makeDatabase(), readers: 1, writers: 1)
        settings.commitSeconds = 1
        let driver = try await PostgresDriver(settings)
        try await CatalogStore(driver: driver).migrate()
        try server.run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        try server.run("SELECT pg_reload_conf()")
        let error = await #expect(throws: CatalogError.self) {
            try await driver.write { try $0.execute(#"INSERT INTO "catalogNote" VALUES ('a', 'x')"#, []) }
        }
        #expect(error?.code == .outcomeUnknown)
        try server.run("ALTER SYSTEM RESET synchronous_standby_names")
        try server.run("SELECT pg_reload_conf()")
        let count = try await driver.read { try PostgresDriverTests.number($0, #"SELECT COUNT(*) FROM "catalogNote""#) }
        try await driver.close()
        #expect(count == 1)
    }
}
