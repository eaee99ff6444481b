import FileTree
import Foundation
import ObjectStorage
import Testing

@testable import CLI

/// Repositories in memory: objects by location and name.
struct MemoryShelf: RepositoryShelf {
    let objects: [String: [String: [UInt8]]]
    /// What every call of a store fails with.
    let failure: ObjectStoreError?

    init(_ objects: [String: [String: [UInt8]]] = [:], failure: ObjectStoreError? = nil) {
        self.objects = objects
        self.failure = failure
    }

    var address: String { "memory" }
    func address(of location: String) -> String { "memory:\(location)" }
    func contents() async throws -> [String] { objects.keys.sorted() }
    func eraseAll() async throws {}
    var space: TreeSpace? { nil }
    var isUsable: Bool { failure == nil }

    func store(at location: String) -> any ObjectStore {
        FilledStore(objects: objects[location] ?? [:], failure: failure)
    }
}

/// A store that can only be read.
private struct FilledStore: ObjectStore {
    let objects: [String: [UInt8]]
    let failure: ObjectStoreError?

    private func check() throws(ObjectStoreError) {
        if let failure { throw failure }
    }

    func list(prefix: String) async throws(ObjectStoreError) -> [ObjectInfo] {
        try check()
        return objects.filter { $0.key.hasPrefix(prefix) }
            .map { ObjectInfo(name: $0.key, sizeBytes: UInt64($0.value.count)) }
    }

    func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        try check()
        guard let bytes = objects[name] else { throw ObjectStoreError(.notFound, name: name, message: "not there") }
        return bytes
    }

    func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo? {
        try check()
        return objects[name].map { ObjectInfo(name: name, sizeBytes: UInt64($0.count)) }
    }

    func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) { throw readOnly(name) }
    func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool { throw readOnly(name) }
    func delete(_ name: String) async throws(ObjectStoreError) { throw readOnly(name) }

    private func readOnly(_ name: String) -> ObjectStoreError {
        ObjectStoreError(.permissionDenied, name: name, message: "read only")
    }
}

/// What a shelf says of the repositories on it, whatever the stores are.
@Suite struct RepositoryShelfTests {
    private static let unit = "0a1b2c3d-0001-4000-8000-000000000001"

    @Test func `only the ids of units are locations of repositories`() async throws {
        let shelf = MemoryShelf([Self.unit: [:], "\(Self.unit).beside": [:], "lost+found": [:]])
        #expect(try await shelf.repositoryLocations() == [Self.unit])
    }

    @Test(arguments: ["config", "snapshots/1f"])
    func `a repository, or what is left of one, counts`(object: String) async throws {
        #expect(try await MemoryShelf([Self.unit: [object: []]]).holdsRepositories())
    }

    @Test(arguments: ["keys/1f", "snapshot", "data/00/11"])
    func `a folder without config and snapshots is no repository`(object: String) async throws {
        #expect(try await !MemoryShelf([Self.unit: [object: []]]).holdsRepositories())
    }

    @Test func `what lies beside a repository is none`() async throws {
        #expect(try await !MemoryShelf(["\(Self.unit).beside": ["config": []]]).holdsRepositories())
        #expect(try await !MemoryShelf().holdsRepositories())
    }

    @Test func `a store that fails is not taken for an empty one`() async throws {
        let shelf = MemoryShelf(
            [Self.unit: [:]], failure: ObjectStoreError(.unavailable, name: "config", message: "gone"))
        await #expect(throws: ObjectStoreError.self) { try await shelf.holdsRepositories() }
    }

    @Test func `the tenant's id comes from the first readable identity`() async throws {
        let shelf = MemoryShelf([
            "a": ["identity": Array(#"{"tenantID": "of no store beside"}"#.utf8)],
            "a.beside": ["identity": Array("damaged".utf8)],
            "b.beside": [:],
            "c.beside": ["identity": Array("{\"tenantID\": \"t\", \"format\": 1}\nseal".utf8)],
            "d.beside": ["identity": Array(#"{"tenantID": "other"}"#.utf8)],
        ])
        #expect(await shelf.tenantID() == "t")
    }

    @Test(arguments: ["", "[]", "{}", #"{"tenantID": 7}"#, "{\n\"tenantID\": \"t\"}"])
    func `an identity that is no such line gives no id`(text: String) async {
        #expect(await MemoryShelf(["a.beside": ["identity": Array(text.utf8)]]).tenantID() == nil)
    }

    // MARK: On this machine

    @Test func `a folder that does not exist holds nothing`() async throws {
        let scratch = Scratch()
        let shelf = LocalRepositoryShelf(address: scratch.path("repositories"))
        #expect(try await shelf.contents() == [])
        #expect(try await !shelf.holdsRepositories())
        try await shelf.eraseAll()
    }

    @Test func `a local repository is found by the store that wrote it`() async throws {
        let scratch = Scratch()
        let shelf = LocalRepositoryShelf(address: scratch.path("repositories"))
        try await shelf.store(at: Self.unit).write("config", [1])
        #expect(try await shelf.contents() == [Self.unit])
        #expect(try await shelf.holdsRepositories())
        #expect(shelf.address(of: Self.unit) == scratch.path("repositories/\(Self.unit)"))
        #expect(FileManager.default.fileExists(atPath: shelf.address(of: Self.unit) + "/config"))
    }

    @Test func `erasing removes every repository and what is beside it`() async throws {
        let scratch = Scratch()
        let shelf = LocalRepositoryShelf(address: scratch.path("repositories"))
        try await shelf.store(at: Self.unit).write("config", [1])
        try await shelf.store(at: "\(Self.unit).beside").write("identity", [1])
        try await shelf.eraseAll()
        #expect(try await shelf.contents() == [])
        #expect(try scratch.names(in: "") == [])
    }
}
