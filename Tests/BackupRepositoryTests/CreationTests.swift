import BackupTesting
import ObjectStorage
import ResticFormat
import Testing

@testable import BackupRepository

/// Two who make one repository leave one that opens, whoever is how far when the other comes.
@Suite struct CreationTests {
    private func new() throws -> NewRepository {
        try NewRepository(password: "test", origin: .derived, environment: .fixed())
    }

    private func open(_ store: any ObjectStore) async throws -> Repository {
        try await Repository.open(in: store, password: "test", environment: .fixed())
    }

    /// A store in which something happens before the first maker's change of that number.
    private struct Interrupted: ObjectStore {
        let base: FaultyObjectStore
        let number: Int
        let other: @Sendable () async -> Void

        private func pass() async { if base.changes == number { await other() } }

        func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) {
            await pass()
            try await base.write(name, bytes)
        }

        func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool {
            await pass()
            return try await base.create(name, bytes)
        }

        func delete(_ name: String) async throws(ObjectStoreError) {
            await pass()
            try await base.delete(name)
        }

        func list(prefix: String) async throws(ObjectStoreError) -> [ObjectInfo] { try await base.list(prefix: prefix) }
        func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
            try await base.read(name, range: range)
        }
        func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo? { try await base.stat(name) }
    }

    @Test(arguments: 0..<2) func `makers who store the same objects both end with the one repository`(
        change: Int
    ) async throws {
        let (store, new) = (MemoryObjectStore(), try new())
        let interrupted = Interrupted(base: FaultyObjectStore(store), number: change) {
            _ = try? await Repository.create(new, in: store, environment: .fixed())
        }
        let repository = try await Repository.create(new, in: interrupted, environment: .fixed())
        #expect(try await open(store).id == repository.id)
        #expect(Set(store.contents.keys.map { $0.prefix(4) }) == ["conf", "keys"])
        #expect(store.contents.count == 2)
    }

    @Test(arguments: 0..<2) func `of makers who do not know of each other one is refused, and takes its key away`(
        change: Int
    ) async throws {
        let (store, late, early) = (MemoryObjectStore(), try new(), try new())
        let interrupted = Interrupted(base: FaultyObjectStore(store), number: change) {
            _ = try? await Repository.create(early, in: store, environment: .fixed())
        }
        let error = await #expect(throws: RepositoryError.self) {
            try await Repository.create(late, in: interrupted, environment: .fixed())
        }
        #expect(error?.code == .alreadyExists)
        #expect(try await open(store).masterKey == early.masterKey)
        #expect(store.contents.count == 2, "\(store.contents.keys)")
    }

    @Test(arguments: 1...2) func `an interrupted making is repeated with the same objects`(change: Int) async throws {
        let (store, new) = (MemoryObjectStore(), try new())
        let faulty = FaultyObjectStore(store)
        faulty.failChanges(from: change)
        await #expect(throws: RepositoryError.self) {
            try await Repository.create(new, in: faulty, environment: .fixed())
        }
        _ = try await Repository.create(new, in: store, environment: .fixed())
        #expect(try await open(store).masterKey == new.masterKey)
        #expect(store.contents.count == 2)
    }

    @Test func `the key of a making that never ended does not hide the one that opens`() async throws {
        let (store, begun) = (MemoryObjectStore(), try new())
        let faulty = FaultyObjectStore(store)
        faulty.failChanges(from: 2)
        await #expect(throws: RepositoryError.self) {
            try await Repository.create(begun, in: faulty, environment: .fixed())
        }
        let other = try new()
        _ = try await Repository.create(other, in: store, environment: .fixed())
        #expect(store.contents.count == 2)
        // One that comes to lie there afterwards, as programs of before left it.
        try await store.write("keys/\(ObjectID.hash(of: begun.keyFile).hex)", begun.keyFile)
        #expect(try await open(store).masterKey == other.masterKey)
    }

    @Test(arguments: ["snapshots/", "index/", "data/00/"])
    func `the remains of a repository without its config are left alone`(folder: String) async throws {
        let (store, new) = (MemoryObjectStore(), try new())
        try await store.write(folder + String(repeating: "0", count: 64), [1])
        try await store.write("keys/" + String(repeating: "1", count: 64), [2])
        let before = store.contents
        let error = await #expect(throws: RepositoryError.self) {
            try await Repository.create(new, in: store, environment: .fixed())
        }
        #expect(error?.code == .damaged)
        #expect(error?.message.contains("put 'config' back") == true)
        #expect(store.contents == before)
    }
}
