import ArgumentParser
import BackupTesting
import Catalog
import CatalogPostgres
import Foundation
import Testing

@testable import CLI

/// `doctor` looks at places outside the state folder too.
@Suite struct PlaceCheckTests {
    let scratch = Scratch()

    private func findings(_ store: StoreSettings?, isDeep: Bool = false) async -> [Finding] {
        await StoreChecks(store: store, tenantID: "tenant", isDeep: isDeep, environment: [:]).findings()
    }

    // MARK: Stores

    @Test func `a folder elsewhere has to be there, and has room of its own`() async throws {
        let there = try await findings(StoreSettings(address: "folder:" + scratch.makeFolder("store")))
        #expect(there.map(\.name) == ["store", "storage"])
        #expect(there.first?.status == .ok)
        #expect(await findings(StoreSettings(address: "folder:/nowhere/at/all")).map(\.status) == [.failing])
        #expect(await findings(nil) == [])
    }

    private func bucket(_ server: S3Server, _ name: String) throws -> StoreSettings {
        let keys = try scratch.write("\(S3Server.accessKeyID)\n\(S3Server.secretAccessKey)\n", to: "s3.key")
        var store = StoreSettings(address: "s3://\(name)/backups", endpoint: server.address)
        store.credentials = .file(keys)
        return store
    }

    @Test func `a bucket is looked at without a change, and tried only when that is asked for`() async throws {
        let server = try await S3Server.shared(.rclone)
        let name = try await server.makeBucket()
        let store = try bucket(server, name)
        let seen = await findings(store)
        #expect(seen.map(\.status) == [.ok], "\(seen)")
        #expect(seen.first?.message.contains("holds 0 repositories") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: server.folder.path + "/" + name) == [])
        // rclone knows no conditions, which the trial finds out.
        let tried = await findings(store, isDeep: true)
        #expect(tried.map(\.status) == [.ok, .warning], "\(tried)")
        let missing = try await findings(bucket(server, "nobody-has-this"))
        #expect(missing.map(\.status) == [.failing])
        #expect(missing.first?.message.contains("no such bucket") == true, "\(missing)")
    }

    @Test func `credentials of the service are out of reach, which is no fault`() async throws {
        var store = StoreSettings(address: "s3://bucket/x")
        store.credentials = .credential("s3")
        #expect(await findings(store).map(\.status) == [.unknown])
        let catalog = CatalogSettings(address: "postgres://me@localhost/x", password: .credential("postgres"))
        let check = DatabaseCheck(settings: catalog, environment: [:])
        #expect(await check.findings {}.map(\.status) == [.unknown])
    }

    // MARK: PostgreSQL

    private func figures(free: Int = 90, hasChecksums: Bool = true) -> DatabaseFigures {
        DatabaseFigures(version: "15.1", maximumConnections: 100, freeConnections: free, hasChecksums: hasChecksums)
    }

    @Test func `connections that a server needs have to be free`() throws {
        let settings = try PostgresSettings(address: "postgres://me@localhost/x", readers: 8, writers: 4)
        let check = { DatabaseCheck.findings($0, settings: settings).map(\.status) }
        #expect(check(figures(free: 13)) == [.ok])
        #expect(check(figures(free: 12)) == [.ok, .warning])
        #expect(check(figures(hasChecksums: false)) == [.ok, .warning])
    }

    @Test func `a database is asked how it is`() async throws {
        let address = try await PostgresServer.shared().makeDatabase()
        let found = try await DatabaseFigures.read(PostgresSettings(address: address))
        #expect(found.version.wholeMatch(of: /\d+.*/) != nil)
        #expect(found.maximumConnections > found.freeConnections)
        #expect(found.freeConnections > 0)
    }

    @Test func `one without tables, and one that is not there`() async throws {
        let empty = try await PostgresServer.shared().makeDatabase()
        for (address, words) in [
            (empty, "holdfast catalog migrate"), ("postgres://me@%2Fnowhere/x", "cannot be opened"),
        ] {
            let check = DatabaseCheck(settings: CatalogSettings(address: address), environment: [:])
            let found = await check.findings {}
            #expect(found.map(\.status) == [.failing])
            #expect(found.first?.message.contains(words) == true, "\(found)")
        }
    }

    @Test func `a state folder whose catalogue is in PostgreSQL is well`() async throws {
        let address = try await PostgresServer.shared().makeDatabase()
        var migrate = try #require(
            try Holdfast.parseAsRoot(["catalog", "migrate", address]) as? any AsyncParsableCommand)
        try await migrate.run()
        let state = try await StateFolder.openOrCreate(
            at: scratch.path("state"), tenantPath: scratch.makeFolder("tenant"),
            catalog: CatalogSettings(address: address))
        try await state.use { _ in }
        let found = await StateChecks(url: state.url, isDeep: true, now: Date()).findings()
        let catalog = try #require(found.first { $0.name == "catalog" })
        #expect(catalog.status == .ok)
        #expect(catalog.message.contains("PostgreSQL"))
        #expect(!catalog.message.contains("read in whole"))
    }
}
