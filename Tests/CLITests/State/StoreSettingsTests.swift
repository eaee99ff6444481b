import ArgumentParser
import Foundation
import ObjectStorage
import ObjectStorageS3
import Testing

@testable import CLI

/// Where the repositories of a state folder are, and what happens when that changes.
@Suite struct StoreSettingsTests {
    let scratch = Scratch()

    private func store(_ address: String?) -> StoreSettings {
        var store = StoreSettings()
        store.address = address
        return store
    }

    private func start(_ store: StoreSettings = StoreSettings()) async throws -> StateFolder {
        try await StateFolder.openOrCreate(
            at: scratch.path("state"), tenantPath: scratch.makeFolder("tenant"), store: store)
    }

    private func write(_ text: String) throws -> String { try scratch.write(text, to: "holdfast.yaml") }

    // MARK: The configuration

    @Test func `a file says where the repositories are, and how S3 is asked`() throws {
        let file = try write(
            """
            store: s3://backups/holdfast
            s3:
              endpoint: https://s3.example.org:9000
              region: eu-central-1
              style: path
              ca-file: /etc/ssl/corp.pem
              credentials-file: file:/etc/holdfast/s3.key
              instance-credentials: on
              checksum: md5
              maximum-requests: 64
              lock-days: 30
              lock-mode: governance
            """)
        let configuration = Configuration(ConfigurationSources(file: file))
        #expect(configuration.faults == [])
        let settings = try #require(try configuration.settings.store.s3(environment: [:]))
        #expect(settings.place.description == "s3://backups/holdfast")
        #expect(settings.endpoint?.description == "https://s3.example.org:9000")
        #expect(settings.region == "eu-central-1")
        #expect(settings.style == .path)
        #expect(settings.authorities == "/etc/ssl/corp.pem")
        #expect(settings.credentialsFile == "/etc/holdfast/s3.key")
        #expect(settings.credentialsFileForbids == 0o077)
        #expect(settings.usesInstanceCredentials)
        #expect(settings.checksum == .md5)
        #expect(settings.maximumRequests == 64)
        #expect(settings.lock?.mode == .governance)
        #expect(settings.lock?.days == 30)
    }

    @Test func `nothing is locked unless it is asked for, and then for good`() throws {
        #expect(try store("s3://backups").s3(environment: [:])?.lock == nil)
        var locking = store("s3://backups")
        locking.lockDays = 7
        #expect(try locking.s3(environment: [:])?.lock?.mode == .compliance)
    }

    @Test func `a credential of the service is a file in its folder`() throws {
        var store = store("s3://backups")
        store.credentials = SecretReference("credential:s3")
        let settings = try store.s3(environment: ["CREDENTIALS_DIRECTORY": "/run/credentials/x"])
        #expect(settings?.credentialsFile == "/run/credentials/x/s3")
        #expect(settings?.credentialsFileForbids == 0o007)
        #expect(throws: UsageError.self) { try store.s3(environment: [:]) }
    }

    @Test(arguments: [
        ("store: /srv/backups", "store must be folder:/path, or s3://bucket"),
        ("store: folder:backups", "store must be"),
        ("store: s3://a//b", "store must be"), ("s3:\n  region: eu-central-1", "s3.region needs store"),
        ("store: folder:/x\ns3:\n  insecure: on", "s3.insecure needs store"),
        ("store: s3://backups\ns3:\n  endpoint: http://192.0.2.1", "set s3.insecure"),
        ("store: s3://backups\ns3:\n  endpoint: s3.example.org", "s3.endpoint must be an address"),
        ("store: s3://backups\ns3:\n  maximum-requests: 0", "s3.maximum-requests must be"),
        ("store: s3://backups\ns3:\n  lock-days: 6", "s3.lock-days must be 0, or a whole number from 7 to 365"),
        ("store: s3://backups\ns3:\n  lock-days: 366", "s3.lock-days must be"),
        ("store: s3://backups\ns3:\n  lock-days: thirty", "s3.lock-days must be"),
        ("store: s3://backups\ns3:\n  lock-mode: legal-hold", "s3.lock-mode must be"),
        ("s3:\n  lock-days: 30", "s3.lock-days needs store"),
        ("store: s3://backups\ns3:\n  credentials-file: AKIA", "s3.credentials-file must be where the secret is kept"),
    ])
    func `what does not fit is told`(text: String, words: String) throws {
        let faults = Configuration(ConfigurationSources(file: try write(text))).faults.map(\.text)
        #expect(faults.count == 1)
        #expect(faults.first?.contains(words) ?? false, "\(faults)")
    }

    // MARK: The state folder

    @Test func `a folder that keeps its repositories is one of before`() async throws {
        _ = try await start()
        let text = try scratch.text(of: "state/settings.json")
        #expect(text.contains("\"formatVersion\" : 1"))
        #expect(!text.contains("store"))
    }

    @Test func `a folder remembers another store, and a program of before refuses it`() async throws {
        var store = store("s3://backups/holdfast")
        store.endpoint = "http://127.0.0.1:1"
        store.credentials = SecretReference("file:/etc/holdfast/s3.key")
        do { _ = try await start(store) }
        #expect(try scratch.text(of: "state/settings.json").contains("\"formatVersion\" : 2"))
        let state = try await StateFolder.open(at: scratch.path("state"))
        #expect(state.settings.store == store)
        #expect(
            state.repositories.address(of: "unit")
                == "s3:http://127.0.0.1:1/backups/holdfast/\(state.settings.tenantID)/unit")
    }

    @Test func `repositories may be in another folder`() async throws {
        let state = try await start(store("folder:" + scratch.path("elsewhere")))
        try await state.repositories.store(at: "unit").write("config", [1])
        #expect(try scratch.names(in: "elsewhere/unit") == ["config"])
    }

    @Test func `a place without the backups is refused where there are some`() async throws {
        let unit = UUID().uuidString.lowercased()
        do {
            let state = try await start()
            try await state.repositories.store(at: unit).write("config", [1])
        }
        let before = try scratch.text(of: "state/settings.json")
        let elsewhere = store("folder:" + scratch.path("elsewhere"))
        let refusal = await #expect(throws: StateRefusal.self) { _ = try await start(elsewhere) }
        #expect(
            refusal
                == .otherStore(
                    folder: scratch.path("state"), former: scratch.path("state/repositories"),
                    given: scratch.path("elsewhere")))
        #expect(try scratch.text(of: "state/settings.json") == before)
        // Once they were copied the new place is the place.
        try FileManager.default.copyItem(
            atPath: scratch.path("state/repositories"), toPath: scratch.path("elsewhere"))
        do { _ = try await start(elsewhere) }
        #expect(try await StateFolder.open(at: scratch.path("state")).repositories.address == scratch.path("elsewhere"))
    }

    @Test func `an empty place may be exchanged, and only how it is asked may change at any time`() async throws {
        do { _ = try await start() }
        do { _ = try await start(store("folder:" + scratch.path("elsewhere"))) }
        do { _ = try await start() }
        var other = store("s3://backups")
        other.endpoint = "http://127.0.0.1:1"
        // Nobody answers there, so this would fail if the bucket were asked.
        var settings = try await StateFolder.open(at: scratch.path("state")).settings
        settings.keep(other, CatalogSettings())
        try settings.write(in: URL(filePath: scratch.path("state")))
        other.region = "eu-north-1"
        #expect(try await start(other).settings.store?.region == "eu-north-1")
    }

    @Test func `a sandbox keeps its own repositories`() {
        var command = try? ServeCommand.parse(["--sandbox", "--state", "/s"])
        command?.tenant = nil
        #expect(throws: UsageError.self) {
            try command?.requireSandboxOptions(isLoopback: true, store("s3://backups"))
        }
    }
}
