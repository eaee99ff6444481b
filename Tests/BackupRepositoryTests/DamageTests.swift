import BackupRepository
import BackupTesting
import FileTree
import ObjectStorage
import ResticFormat
import Testing

@Suite struct DamageTests {
    /// One byte in every object in turn: the check names the object, and a restore
    /// never gives wrong data.
    @Test func `every flipped byte is reported with the object's name`() async throws {
        let source = try RandomTree(seed: 21, items: 40).tree
        let store = MemoryObjectStore()
        let repository = try await makeRepository(in: store)
        let outcome = try await Archiver(repository: repository, options: .small).archive(source, request: .plain())
        let state = try source.description()
        let good = store.contents
        #expect(Set(good.keys.map { $0.split(separator: "/")[0] }) == ["config", "keys", "data", "index", "snapshots"])
        for (name, bytes) in good {
            for position in [0, bytes.count / 2, bytes.count - 1] {
                var changed = bytes
                changed[position] ^= 0x10
                var contents = good
                contents[name] = changed
                try await expectReported(
                    name, in: contents, key: repository.masterKey, snapshot: outcome.snapshotID, state: state)
            }
        }
    }

    private func expectReported(
        _ name: String, in contents: [String: [UInt8]], key: RepositoryMasterKey, snapshot: String,
        state: [TreePath: DescribedItem]
    ) async throws {
        let store = MemoryObjectStore(contents)
        do {
            let repository = try await Repository.open(in: store, masterKey: key, environment: .fixed())
            let report = try await Checker(repository: repository, width: 2).check(readsData: true)
            #expect(report.errors.contains { $0.object == name }, "\(name): \(report.problems)")
            try await expectNoWrongData(repository, snapshot, state)
        } catch let error as RepositoryError {
            #expect(error.message.contains(name), "\(name): \(error)")
        }
    }

    private func expectNoWrongData(
        _ repository: Repository, _ snapshot: String, _ state: [TreePath: DescribedItem]
    ) async throws {
        let copy = MemoryTree()
        do {
            let outcome = try await restore(repository, snapshot, onto: copy, mode: .fresh)
            let restored = try copy.description(withTimes: false)
            for (path, item) in restored where item.kind == .file { #expect(item.content == state[path]?.content) }
            if outcome.failures.isEmpty { #expect(try copy.description() == state) }
        } catch is RepositoryError {}
    }

    @Test(arguments: ["data/", "index/", "snapshots/", "config"])
    func `a missing object is reported`(prefix: String) async throws {
        let source = try RandomTree(seed: 22, items: 30).tree
        let store = MemoryObjectStore()
        let repository = try await makeRepository(in: store)
        let outcome = try await Archiver(repository: repository, options: .small).archive(source, request: .plain())
        for name in store.contents.keys where name.hasPrefix(prefix) { try await store.delete(name) }
        let error = await #expect(throws: RepositoryError.self) {
            let opened = try await Repository.open(in: store, masterKey: repository.masterKey, environment: .fixed())
            let restored = try await restore(opened, outcome.snapshotID, onto: MemoryTree())
            if let failure = restored.failures.first { throw RepositoryError(.damaged, failure.message) }
        }
        #expect(
            error?.code
                == (prefix == "config" ? .notARepository : prefix == "snapshots/" ? .snapshotNotFound : .damaged))
    }

    @Test(arguments: [(PasswordOrigin.chosen, 32_768), (.derived, 1_024)])
    func `a try costs what the password needs`(_ origin: PasswordOrigin, n: Int) async throws {
        let store = MemoryObjectStore()
        let repository = try await Repository.create(
            in: store, password: "first", origin: origin, environment: .fixed())
        let key = try #require(store.contents.first { $0.key.hasPrefix("keys/") })
        #expect(try KeyFile(decoding: key.value).cost.n == n)
        let opened = try await Repository.open(in: store, password: "first", environment: .fixed())
        #expect(opened.masterKey == repository.masterKey)
    }

    @Test func `wrong passwords and foreign keys are told`() async throws {
        let store = MemoryObjectStore()
        _ = try await makeRepository(in: store)
        let wrong = await #expect(throws: RepositoryError.self) {
            try await Repository.open(in: store, password: "tset", environment: .fixed())
        }
        #expect(wrong?.code == .wrongPassword)
        let key = try #require(RepositoryMasterKey(secretBytes: Array(1...64)))
        let foreign = await #expect(throws: RepositoryError.self) {
            try await Repository.open(in: store, masterKey: key, environment: .fixed())
        }
        #expect(foreign?.code == .wrongPassword || foreign?.code == .damaged)
        let absent = await #expect(throws: RepositoryError.self) {
            try await Repository.open(in: MemoryObjectStore(), password: "test", environment: .fixed())
        }
        #expect(absent?.code == .notARepository)
        let twice = await #expect(throws: RepositoryError.self) { try await makeRepository(in: store) }
        #expect(twice?.code == .alreadyExists)
        #expect(
            try await Repository.open(in: store, password: "test", environment: .fixed()).masterKey.secretBytes.count
                == 64)
    }
}
