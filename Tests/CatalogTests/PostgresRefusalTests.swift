import BackupTesting
import Catalog
import Testing

@testable import CatalogPostgres

/// What is refused at the start, by name and with what to do.
@Suite struct PostgresRefusalTests {
    private func refusal(_ address: String) async throws -> CatalogError {
        try #require(
            await #expect(throws: CatalogError.self) {
                try await PostgresDriver(PostgresSettings(address: address, readers: 1, writers: 1))
            })
    }

    @Test func `a database that orders texts by a language is refused`() async throws {
        let server = try await PostgresServer(order: .english)
        let error = try await refusal(server.makeDatabase())
        #expect(error.code == .cannotOpen)
        #expect(error.message.contains("LC_COLLATE 'C'"))
    }

    @Test func `a database that is not there, and one that takes no changes`() async throws {
        let server = try await PostgresServer.shared()
        let missing = try await refusal(server.address(of: "nothing"))
        #expect(missing.message.contains(#"database "nothing" does not exist"#))
        #expect(missing.message.contains("docs/operate/postgresql.md"))
        try server.run("CREATE DATABASE still")
        try server.run("ALTER DATABASE still SET default_transaction_read_only = on")
        let still = try await refusal(server.address(of: "still"))
        #expect(still.message.contains("takes no changes"))
    }

    @Test func `no server at the address`() async throws {
        let error = try await refusal("postgres://holdfast@%2Fnowhere/holdfast")
        #expect(error.code == .cannotOpen)
        #expect(error.message.contains("Is the server running"))
    }

    @Test(
        arguments: [
            ("postgres://me:secret@localhost/db", "holds a password"),
            ("postgres://me@localhost/db?password=secret", "holds a password"),
            ("postgres://me@db.example.com/db", "sslmode=verify-full"),
            ("postgres://me@localhost,db.example.com:5433/db?sslmode=require", "sslmode=verify-full"),
            ("postgres://me@/db?host=db.example.com", "sslmode=verify-full"),
            ("mysql://me@localhost/db", "is no address"),
        ])
    func `an address that is not safe is refused and its password not repeated`(address: String, words: String) {
        let error = #expect(throws: CatalogError.self) { try PostgresSettings(address: address) }
        #expect(error?.message.contains(words) == true)
        #expect(error?.message.contains("secret") != true)
    }

    @Test(
        arguments: [
            "postgres://me@localhost/db", "postgresql:///db", "postgres://me@%2Frun%2Fpostgresql/db",
            "postgres://me@[::1]:5432/db", "postgres://me@a.example,b.example/db?sslmode=verify-full",
        ])
    func `addresses that are safe`(address: String) {
        #expect(throws: Never.self) { try PostgresSettings(address: address) }
    }
}
