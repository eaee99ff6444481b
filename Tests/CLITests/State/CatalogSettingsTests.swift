import ArgumentParser
import BackupTesting
import Catalog
import CatalogPostgres
import Foundation
import ProtectionService
import Testing

@testable import CLI

/// A catalogue in PostgreSQL, and how a state folder comes to it and back.
@Suite struct CatalogSettingsTests {
    let scratch = Scratch()

    private func start(_ catalog: CatalogSettings = CatalogSettings()) async throws -> StateFolder {
        try await StateFolder.openOrCreate(
            at: scratch.path("state"), tenantPath: scratch.makeFolder("tenant"), catalog: catalog)
    }

    private func faults(_ text: String) throws -> [String] {
        Configuration(ConfigurationSources(file: try scratch.write(text, to: "holdfast.yaml"))).faults.map(\.text)
    }

    private func run(_ arguments: String...) async throws {
        var command = try Holdfast.parseAsRoot(arguments)
        if var command = command as? any AsyncParsableCommand {
            try await command.run()
        } else {
            try command.run()
        }
    }

    /// Adds a program, as commands beside the server do, and says how many there are.
    private func programs(_ state: StateFolder, adding name: String? = nil) async throws -> Int {
        try await state.use { composition in
            if let name { _ = try await composition.service.programs.add(name: name, roles: []) }
            return try await composition.service.dependencies.catalog.count(Query<ClientApplication>())
        }
    }

    // MARK: The configuration

    @Test func `a file says where the catalogue is, and how it is asked`() throws {
        let file = try scratch.write(
            """
            catalog: postgres://holdfast@db1.example,db2.example/holdfast?sslmode=verify-full
            postgres:
              ca-file: /etc/ssl/corp.pem
              readers: 3
              writers: 2
            """, to: "holdfast.yaml")
        let configuration = Configuration(ConfigurationSources(file: file))
        #expect(configuration.faults == [])
        let settings = try #require(try configuration.settings.catalog.postgres(environment: [:]))
        #expect(settings.rootCertificates == "/etc/ssl/corp.pem")
        #expect(settings.readers == 3)
        #expect(settings.writers == 2)
    }

    @Test(arguments: [
        ("catalog: mysql://x", "catalog must be postgres://"),
        ("catalog: postgres://me@db.example/x", "sslmode=verify-full"),
        ("catalog: postgres://me:secret@localhost/x", "holds a password"),
        ("postgres:\n  readers: 3", "postgres.readers needs catalog"),
        ("catalog: postgres://me@localhost/x\npostgres:\n  password-file: secret", "where the secret is kept"),
    ])
    func `what does not fit is told`(text: String, words: String) throws {
        let faults = try faults(text)
        #expect(faults.count == 1)
        #expect(faults.first?.contains(words) ?? false, "\(faults)")
    }

    // MARK: The state folder

    @Test func `a database without the tables is refused with the command, and nothing is made`() async throws {
        let catalog = CatalogSettings(address: try await PostgresServer.shared().makeDatabase())
        let address = try #require(catalog.address)
        let error = await #expect(throws: CatalogError.self) { try await StateFolder.examine(catalog) }
        #expect(error?.message.contains("holdfast catalog migrate '\(address)'") == true)
        try await run("catalog", "migrate", address)
        try await StateFolder.examine(catalog)
        try await run("catalog", "migrate", address)
    }

    @Test func `a new installation has its catalogue in PostgreSQL, and its folder says so`() async throws {
        let catalog = CatalogSettings(address: try await PostgresServer.shared().makeDatabase())
        try await run("catalog", "migrate", try #require(catalog.address))
        do {
            let state = try await start(catalog)
            #expect(try await programs(state, adding: "one") == 1)
        }
        #expect(try scratch.text(of: "state/settings.json").contains("\"formatVersion\" : 3"))
        #expect(try !scratch.names(in: "state").contains("catalog.sqlite"))
        #expect(try await programs(StateFolder.open(at: scratch.path("state"))) == 1)
    }

    @Test func `a catalogue moves to PostgreSQL and back`() async throws {
        let address = try await PostgresServer.shared().makeDatabase()
        do { #expect(try await programs(start(), adding: "one") == 1) }
        try await run("catalog", "move", "--state", scratch.path("state"), "--to", address)
        // A command beside the server finds it there.
        #expect(try await programs(StateFolder.open(at: scratch.path("state")), adding: "two") == 2)
        // Whoever did not write it into the configuration is told.
        let error = await #expect(throws: CatalogError.self) { _ = try await programs(start()) }
        #expect(error?.message.contains("was moved to") == true)
        do { #expect(try await programs(start(CatalogSettings(address: address))) == 2) }
        try await run("catalog", "move", "--state", scratch.path("state"), "--to", "file")
        do { #expect(try await programs(start()) == 2) }
        let gone = await #expect(throws: CatalogError.self) {
            try await StateFolder.examine(CatalogSettings(address: address))
        }
        #expect(gone?.message.contains("was moved to") == true)
    }

    @Test func `copies of files are refused for a database`() async throws {
        let catalog = CatalogSettings(address: try await PostgresServer.shared().makeDatabase())
        try await run("catalog", "migrate", try #require(catalog.address))
        do { _ = try await start(catalog) }
        let error = await #expect(throws: UsageError.self) {
            try await run("catalog", "copy", "--state", scratch.path("state"), scratch.path("copies"))
        }
        #expect(error?.description.contains("docs/operate/postgresql.md") == true)
    }
}
