import Sandbox
import Catalog
import Foundation
import ObjectStorage
import Testing

@testable import CLI

/// When a state folder is made, opened and refused.
@Suite struct StateFolderTests {
    let scratch = Scratch()

    private func create() async throws -> StateFolder {
        try await StateFolder.openOrCreate(at: scratch.path("state"), tenantPath: scratch.makeFolder("tenant"))
    }

    private func refusal(_ body: () async throws -> StateFolder) async -> StateRefusal? {
        await #expect(throws: StateRefusal.self) { _ = try await body() }
    }

    private func refusedStart(mayMove: Bool = false, tenant: String = "tenant") async -> StateRefusal? {
        await refusal {
            try await StateFolder.openOrCreate(
                at: scratch.path("state"), tenantPath: scratch.path(tenant), mayMove: mayMove)
        }
    }

    // MARK: The first start

    @Test func `a first start makes settings and a secret that only the owner can use`() async throws {
        let state = try await create()
        #expect(try scratch.names(in: "state") == ["master.key", "server.lock", "settings.json"])
        #expect(try scratch.mode(of: "state") == 0o700)
        #expect(try scratch.mode(of: "state/master.key") == 0o600)
        #expect(try scratch.mode(of: "state/settings.json") == 0o600)
        #expect(state.masterSecret.count == 32)
        #expect(UUID(uuidString: state.settings.tenantID) != nil)
        #expect(state.lock != nil)
    }

    @Test func `two folders get different secrets and tenants`() async throws {
        let first = try await create()
        let second = try await StateFolder.openOrCreate(
            at: scratch.path("other"), tenantPath: scratch.path("tenant"))
        #expect(first.masterSecret != second.masterSecret)
        #expect(first.settings.tenantID != second.settings.tenantID)
    }

    @Test func `a second start finds what the first one made`() async throws {
        let secret: [UInt8]
        let settings: StateSettings
        do {
            let first = try await create()
            (secret, settings) = (first.masterSecret, first.settings)
        }
        let second = try await create()
        #expect(second.masterSecret == secret)
        #expect(second.settings == settings)
    }

    @Test func `a start that was killed before the settings keeps its secret`() async throws {
        let secret = String(repeating: "s", count: 32)
        try scratch.write(secret, to: "state/master.key")
        try scratch.write("half", to: "state/settings.json.new")
        let state = try await create()
        #expect(state.masterSecret == Array(secret.utf8))
    }

    @Test func `a folder with anything else is left alone`() async throws {
        try scratch.write("mine", to: "state/mine.txt")
        _ = try scratch.makeFolder("tenant")
        #expect(await refusedStart() == .notEmpty(scratch.path("state")))
        #expect(try scratch.names(in: "state") == ["mine.txt"])
    }

    @Test func `a folder that exists and is empty gets mode 0700`() async throws {
        _ = try scratch.makeFolder("state")
        try scratch.setMode(0o755, of: "state")
        _ = try await create()
        #expect(try scratch.mode(of: "state") == 0o700)
    }

    // MARK: The tenant

    @Test func `a tenant that does not exist is refused, and nothing is made`() async throws {
        #expect(await refusedStart() == .noTenant(scratch.path("tenant")))
        #expect(try scratch.names(in: "") == [])
    }

    @Test func `a tenant that is a file is refused`() async throws {
        try scratch.write("file", to: "tenant")
        #expect(await refusedStart() == .noTenant(scratch.path("tenant")))
    }

    @Test(arguments: ["tenant", "tenant/state", "tenant/a/b"])
    func `a state folder inside the tenant is refused`(place: String) async throws {
        let tenant = try scratch.makeFolder("tenant")
        let refused = await refusal { try await StateFolder.openOrCreate(at: scratch.path(place), tenantPath: tenant) }
        #expect(refused == .insideTenant(folder: scratch.path(place), tenant: tenant))
        #expect(try scratch.names(in: "tenant") == [])
    }

    @Test func `a state folder beside the tenant whose name begins with the tenant's is accepted`() async throws {
        let tenant = try scratch.makeFolder("tenant")
        let state = try await StateFolder.openOrCreate(at: scratch.path("tenant-state"), tenantPath: tenant)
        #expect(state.url.path == scratch.path("tenant-state"))
    }

    @Test func `another tenant is accepted while there are no backups, and remembered`() async throws {
        do { _ = try await create() }
        let other = try scratch.makeFolder("other")
        do {
            let state = try await StateFolder.openOrCreate(at: scratch.path("state"), tenantPath: other)
            #expect(state.settings.tenantPath == other)
        }
        #expect(try await StateFolder.open(at: scratch.path("state")).settings.tenantPath == other)
    }

    @Test func `another tenant is refused where there are backups, and nothing changes`() async throws {
        do { _ = try await create() }
        try scratch.write("", to: "state/repositories/\(UUID().uuidString)/config")
        _ = try scratch.makeFolder("other")
        let before = try scratch.text(of: "state/settings.json")
        let expected = StateRefusal.otherTenant(
            folder: scratch.path("state"), former: scratch.path("tenant"), given: scratch.path("other"))
        #expect(await refusedStart(tenant: "other") == expected)
        #expect(try scratch.text(of: "state/settings.json") == before)
    }

    @Test func `a tenant that moved is accepted where the user says so`() async throws {
        let id: String
        do { id = try await create().settings.tenantID }
        try scratch.write("", to: "state/repositories/\(UUID().uuidString)/config")
        let other = try scratch.makeFolder("other")
        let state = try await StateFolder.openOrCreate(
            at: scratch.path("state"), tenantPath: other, mayMove: true)
        #expect(state.settings.tenantPath == other)
        #expect(state.settings.tenantID == id)
    }

    @Test func `the same tenant by another path is no other tenant`() async throws {
        do { _ = try await create() }
        try scratch.write("", to: "state/repositories/\(UUID().uuidString)/config")
        try FileManager.default.createSymbolicLink(
            atPath: scratch.path("link"), withDestinationPath: scratch.path("tenant"))
        let state = try await StateFolder.openOrCreate(
            at: scratch.path("state"), tenantPath: scratch.path("link"))
        #expect(state.settings.tenantPath == scratch.path("link"))
    }

    // MARK: Files

    @Test func `a folder without settings is no state folder`() async throws {
        let folder = try scratch.makeFolder("state")
        #expect(await refusal { try await StateFolder.open(at: folder) } == .noStateFolder(folder))
    }

    @Test(arguments: ["catalog.sqlite", "repositories/x"])
    func `a state folder that lost its settings is told so`(rest: String) async throws {
        try scratch.write("", to: "state/\(rest)")
        let folder = scratch.path("state")
        let expected = StateRefusal.settingsMissing(folder: folder, tenantID: nil)
        #expect(await refusal { try await StateFolder.open(at: folder) } == expected)
        _ = try scratch.makeFolder("tenant")
        #expect(await refusedStart() == expected)
        #expect(!FileManager.default.fileExists(atPath: folder + "/master.key"))
    }

    @Test func `the identity beside a repository gives back the tenant's id of lost settings`() async throws {
        try scratch.write("{\"tenantID\": \"t-1\"}\nseal", to: "state/repositories/u.beside/identity")
        let refused = await refusal { try await StateFolder.open(at: scratch.path("state")) }
        #expect(refused == .settingsMissing(folder: scratch.path("state"), tenantID: "t-1"))
    }

    @Test func `a secret that is missing is told, and none is made in its place`() async throws {
        do { _ = try await create() }
        try FileManager.default.removeItem(atPath: scratch.path("state/master.key"))
        #expect(await refusedStart() == .secretMissing(scratch.path("state/master.key")))
        #expect(!FileManager.default.fileExists(atPath: scratch.path("state/master.key")))
    }

    @Test(arguments: [0, 31, 33])
    func `a secret of another length is refused`(bytes: Int) async throws {
        do { _ = try await create() }
        try scratch.write(String(repeating: "x", count: bytes), to: "state/master.key")
        #expect(await refusedStart() == .wrongSecretSize(file: scratch.path("state/master.key"), bytes: bytes))
    }

    @Test(arguments: [("state/master.key", 0o640), ("state/settings.json", 0o604), ("state", 0o750)])
    func `a file that others can read is refused`(name: String, mode: Int) async throws {
        do { _ = try await create() }
        try scratch.setMode(mode, of: name)
        let allowed = name == "state" ? 0o700 : 0o600
        #expect(
            await refusedStart() == .openToOthers(file: scratch.path(name), found: mode, allowed: allowed))
    }

    @Test func `settings of a newer format are refused and kept`() async throws {
        do { _ = try await create() }
        let newer = #"{"formatVersion": 4, "tenantID": "t", "tenantPath": "/t"}"#
        try scratch.write(newer, to: "state/settings.json")
        #expect(await refusedStart() == .newerFormat(folder: scratch.path("state"), found: 4, known: 3))
        #expect(try scratch.text(of: "state/settings.json") == newer)
    }

    @Test(arguments: ["", "{", "[]", #"{"formatVersion": 1}"#])
    func `settings that cannot be read are told by their file`(text: String) async throws {
        do { _ = try await create() }
        try scratch.write(text, to: "state/settings.json")
        guard case .unreadableSettings(let file, let cause)? = await refusedStart() else {
            Issue.record("settings '\(text)' were accepted")
            return
        }
        #expect(file == scratch.path("state/settings.json"))
        #expect(!cause.contains("Error"))
    }

    // MARK: The sandbox

    @Test func `a sandbox is made with a mark and a tenant inside`() async throws {
        let state = try await StateFolder.openOrCreateSandbox(at: scratch.path("box"))
        #expect(state.isSandbox)
        #expect(try scratch.names(in: "box").contains("sandbox.json"))
        #expect(state.settings.tenantPath == scratch.path("box/tenant"))
        #expect(FileManager.default.fileExists(atPath: state.sandboxTenantURL.path))
    }

    @Test func `a sandbox is no state folder of a real server`() async throws {
        do { _ = try await StateFolder.openOrCreateSandbox(at: scratch.path("state")) }
        _ = try scratch.makeFolder("tenant")
        #expect(await refusedStart() == .isSandbox(scratch.path("state")))
    }

    @Test func `a real state folder does not become a sandbox`() async throws {
        do { _ = try await create() }
        let refused = await refusal { try await StateFolder.openOrCreateSandbox(at: scratch.path("state")) }
        #expect(refused == .noSandbox(scratch.path("state")))
        #expect(!FileManager.default.fileExists(atPath: scratch.path("state/sandbox.json")))
    }

    @Test func `the clock of a sandbox goes on where it was left`() async throws {
        let state = try await StateFolder.openOrCreateSandbox(at: scratch.path("box"))
        let moment = Date(timeIntervalSince1970: 4_000_000_000)
        #expect(try state.sandboxClock().move(to: moment))
        #expect(try state.sandboxClock().now() >= moment)
    }

    @Test func `a setting of the clock that cannot be read is told by its file`() async throws {
        let state = try await StateFolder.openOrCreateSandbox(at: scratch.path("box"))
        try scratch.write("{", to: "box/sandbox.json")
        let refused = #expect(throws: StateRefusal.self) { try state.sandboxClock() }
        #expect(refused?.description.hasPrefix("'\(scratch.path("box/sandbox.json"))' cannot be read (") == true)
    }

    // MARK: The catalogue

    @Test func `a catalogue is created where there are no repositories`() async throws {
        let state = try await create()
        let driver = try await state.openCatalog(isRebuilding: false)
        try await driver.close()
        #expect(try scratch.names(in: "state").contains("catalog.sqlite"))
    }

    @Test(arguments: [nil, ""] as [String?])
    func `a lost catalogue is not created beside repositories`(content: String?) async throws {
        let state = try await create()
        try scratch.write("", to: "state/repositories/\(UUID().uuidString)/config")
        if let content { try scratch.write(content, to: "state/catalog.sqlite") }
        let before = try scratch.names(in: "state")
        let refused = await #expect(throws: StateRefusal.self) { _ = try await state.openCatalog(isRebuilding: false) }
        #expect(refused == state.lostCatalog(content == nil ? .isMissing : .isEmpty))
        #expect(try scratch.names(in: "state") == before)
    }

    @Test func `the repositories may be in any store`() async throws {
        var state = try await create()
        state.repositories = MemoryShelf([UUID().uuidString: ["config": []]])
        let refused = await #expect(throws: StateRefusal.self) { _ = try await state.openCatalog(isRebuilding: false) }
        #expect(refused == state.lostCatalog(.isMissing))
        #expect(refused?.description.contains("'memory'") == true)
    }

    @Test func `repositories that cannot be read are not taken for none`() async throws {
        var state = try await create()
        state.repositories = MemoryShelf(
            [UUID().uuidString: [:]], failure: ObjectStoreError(.unavailable, name: "config", message: "gone"))
        await #expect(throws: ObjectStoreError.self) { _ = try await state.openCatalog(isRebuilding: false) }
        #expect(try !scratch.names(in: "state").contains("catalog.sqlite"))
    }

    @Test func `a rebuild creates the catalogue that others are refused`() async throws {
        let state = try await create()
        try scratch.write("", to: "state/repositories/\(UUID().uuidString)/config")
        try await state.openCatalog(isRebuilding: true).close()
        #expect(try scratch.names(in: "state").contains("catalog.sqlite"))
    }

    @Test(arguments: ["catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm"])
    func `a file of the catalogue that others can read is refused`(name: String) async throws {
        let state = try await create()
        try scratch.write("", to: "state/\(name)", mode: 0o644)
        let refused = await #expect(throws: StateRefusal.self) { _ = try await state.openCatalog(isRebuilding: false) }
        #expect(refused == .openToOthers(file: scratch.path("state/\(name)"), found: 0o644, allowed: 0o600))
    }

    @Test func `a catalogue moved aside keeps its bytes under another name`() async throws {
        let state = try await create()
        for suffix in ["", "-wal", "-shm"] { try scratch.write("is\(suffix)", to: "state/catalog.sqlite\(suffix)") }
        try state.moveCatalogAside()
        let moved = try scratch.names(in: "state").filter { $0.hasPrefix("catalog.sqlite") }
        #expect(moved.count == 3)
        for name in moved {
            #expect(name.hasPrefix("catalog.sqlite.replaced-"))
            let suffix = ["-wal", "-shm"].first { name.hasSuffix($0) } ?? ""
            #expect(try scratch.text(of: "state/\(name)") == "is\(suffix)")
        }
    }
}
