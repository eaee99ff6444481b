import BackupTesting
import FileTree
import ObjectStorage
import ResticFormat
import Synchronization
import Testing

@testable import BackupRepository

/// A store that, as one over a network, makes no request for a task that is cancelled.
private struct CancellableStore: ObjectStore {
    let base = MemoryObjectStore()

    private func expectWanted(_ name: String) throws(ObjectStoreError) {
        if Task.isCancelled { throw ObjectStoreError(.unavailable, name: name, message: "cancelled") }
    }

    func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) {
        try expectWanted(name)
        try await base.write(name, bytes)
    }

    func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool {
        try expectWanted(name)
        return try await base.create(name, bytes)
    }

    func delete(_ name: String) async throws(ObjectStoreError) {
        try expectWanted(name)
        try await base.delete(name)
    }

    func list(prefix: String) async throws(ObjectStoreError) -> [ObjectInfo] { try await base.list(prefix: prefix) }
    func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        try await base.read(name, range: range)
    }
    func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo? { try await base.stat(name) }
}

@Suite struct LockTests {
    @Test(.timeLimit(.minutes(1))) func `work that is cancelled takes its lock away`() async throws {
        let store = CancellableStore()
        let repository = try await makeRepository(in: store)
        let (isAtWork, begun) = AsyncStream<Void>.makeStream()
        let work = Task {
            try await repository.withLock(exclusive: true) {
                begun.finish()
                while true {
                    try Task.checkCancellation()
                    await Task.yield()
                }
            }
        }
        for await _ in isAtWork {}
        #expect(store.base.contents.keys.filter { $0.hasPrefix("locks/") }.count == 1)
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(store.base.contents.keys.filter { $0.hasPrefix("locks/") } == [])
    }

    @Test func `shared locks coexist and an exclusive lock excludes all others`() async throws {
        let store = MemoryObjectStore()
        let repository = try await makeRepository(in: store)
        let other = try await Repository.open(in: store, masterKey: repository.masterKey, environment: .fixed())
        try await repository.withLock(exclusive: false) {
            try await other.withLock(exclusive: false) {
                #expect(store.contents.keys.filter { $0.hasPrefix("locks/") }.count == 2)
            }
            let error = await #expect(throws: RepositoryError.self) { try await other.withLock(exclusive: true) {} }
            #expect(error?.code == .locked)
        }
        try await repository.withLock(exclusive: true) {
            let error = await #expect(throws: RepositoryError.self) { try await other.withLock(exclusive: false) {} }
            #expect(error?.code == .locked)
            #expect(error?.isRetryable == true)
        }
        #expect(store.contents.keys.filter { $0.hasPrefix("locks/") }.isEmpty)
    }

    /// A restore plans and acts under one lock: each costs the disk two waits.
    @Test func `work under a lock needs no further one`() async throws {
        let store = MemoryObjectStore()
        let repository = try await makeRepository(in: store)
        @Sendable func locks() -> Int { store.contents.keys.filter { $0.hasPrefix("locks/") }.count }
        try await repository.withLock(exclusive: true) {
            try await repository.withLock(exclusive: false) { #expect(locks() == 1) }
            #expect(locks() == 1, "the inner one must not end the outer one")
        }
        try await repository.withLock(exclusive: false) {
            try await repository.withLock(exclusive: false) { #expect(locks() == 1) }
            let error = await #expect(throws: RepositoryError.self) {
                try await repository.withLock(exclusive: true) {}
            }
            #expect(error?.code == .locked, "a shared lock does not grow into an exclusive one")
            // What began elsewhere does not work under it.
            try await Task.detached { try await repository.withLock(exclusive: false) { #expect(locks() == 2) } }.value
        }
        #expect(locks() == 0)
    }

    @Test func `leftovers of dead processes and old locks do not block`() async throws {
        let store = MemoryObjectStore()
        let repository = try await makeRepository(in: store)
        let now = Mutex(Int64(1_700_000_000))
        var environment = RepositoryEnvironment.fixed()
        environment.now = { Timestamp(seconds: now.withLock { $0 }) }
        environment.process = .made(7)
        let dying = try await Repository.open(in: store, masterKey: repository.masterKey, environment: environment)
        environment.hostname = "elsewhere.invalid"
        environment.process = .made(7, instance: "remote", bootID: "another boot")
        let remote = try await Repository.open(in: store, masterKey: repository.masterKey, environment: environment)
        // The locks of both stay behind, as if their holders had been killed.
        let contents = try await dying.withLock(exclusive: false) {
            try await remote.withLock(exclusive: false) { store.contents }
        }
        let after = MemoryObjectStore(contents)
        let opened = try await Repository.open(in: after, masterKey: repository.masterKey, environment: .fixed())
        #expect(
            after.contents.keys.filter { $0.hasPrefix("locks/") }.count == 1,
            "the lock of our dead process is removed at opening")
        await #expect(throws: RepositoryError.self) { try await opened.withLock(exclusive: true) {} }
        let later = try await Repository.open(
            in: after, masterKey: repository.masterKey, environment: .fixed(seconds: 1_700_000_000 + 1_801))
        try await later.withLock(exclusive: true) {}
        #expect(try await later.removeStaleLocks().count == 1, "the other host's lock is old enough now")
        #expect(after.contents.keys.filter { $0.hasPrefix("locks/") }.isEmpty)
    }

    /// How many locks are left after another process has opened a repository in which `holder` was
    /// killed under a lock.
    private func locksLeft(by holder: ThisProcess, openedBy opener: ThisProcess) async throws -> Int {
        let store = MemoryObjectStore()
        var environment = RepositoryEnvironment.fixed()
        environment.process = holder
        let repository = try await Repository.create(
            in: store, password: "test", origin: .derived, environment: environment)
        let after = MemoryObjectStore(try await repository.withLock(exclusive: true) { store.contents })
        environment.process = opener
        _ = try await Repository.open(in: after, masterKey: repository.masterKey, environment: environment)
        return after.contents.keys.filter { $0.hasPrefix("locks/") }.count
    }

    /// In a container every process has the same number; what an earlier one left must
    /// not block its successor.
    @Test func `a lock of an earlier process with our number is a leftover`() async throws {
        #expect(
            try await locksLeft(by: .made(4_242, startTicks: 4_000, instance: "earlier"), openedBy: .made(4_242)) == 0)
    }

    @Test func `the lock of a container with our host name, number and start is not touched`() async throws {
        let holder = ThisProcess.made(4_242, instance: "other", namespaces: "2.1")
        #expect(try await locksLeft(by: holder, openedBy: .made(4_242)) == 1)
    }

    @Test func `a lock of a process that is known to have ended is a leftover, wherever that ran`() async throws {
        var opener = ThisProcess.made(4_242)
        opener.ended = ["other"]
        #expect(try await locksLeft(by: .made(1, instance: "other", bootID: "another boot"), openedBy: opener) == 0)
    }

    @Test(arguments: ["restic", "holdfast"])
    func `a lock that tells only a host and a number holds for half an hour`(user: String) async throws {
        let store = MemoryObjectStore()
        let repository = try await makeRepository(in: store)
        // As stock restic and Holdfasts of before write it; number 7 does not live.
        let lock = LockFile(
            time: NodeTime(Timestamp(seconds: 1_700_000_000)), isExclusive: true, hostname: "tests.invalid",
            username: user, processID: 7)
        _ = try await repository.storeUnpacked(lock.encoded(), as: .locks)
        let soon = try await Repository.open(
            in: store, masterKey: repository.masterKey, environment: .fixed(seconds: 1_700_000_000 + 1_799))
        await #expect(throws: RepositoryError.self) { try await soon.withLock(exclusive: false) {} }
        let later = try await Repository.open(
            in: store, masterKey: repository.masterKey, environment: .fixed(seconds: 1_700_000_000 + 1_801))
        try await later.withLock(exclusive: true) {}
    }

    @Test func `a lock is refreshed every five minutes`() async throws {
        let store = MemoryObjectStore()
        let (ticks, advance) = AsyncStream.makeStream(of: Void.self)
        let iterator = Mutex<AsyncStream<Void>?>(ticks)
        let slept = Mutex<[Duration]>([])
        let seconds = Mutex(Int64(1_700_000_000))
        var environment = RepositoryEnvironment.fixed()
        environment.now = { Timestamp(seconds: seconds.withLock { $0 }) }
        environment.sleep = { duration in
            slept.withLock { $0.append(duration) }
            guard let stream = iterator.withLock({ $0 }) else { throw CancellationError() }
            for await _ in stream { break }
            try Task.checkCancellation()
        }
        let repository = try await Repository.create(in: store, password: "test", environment: environment)
        try await repository.withLock(exclusive: true) {
            let before = store.contents.keys.filter { $0.hasPrefix("locks/") }
            seconds.withLock { $0 += 300 }
            advance.yield()
            while store.contents.keys.filter({ $0.hasPrefix("locks/") }) == before
                || store.contents.keys.filter({ $0.hasPrefix("locks/") }).count != 1
            {
                await Task.yield()
            }
        }
        #expect(slept.withLock { $0.first } == .seconds(300))
        #expect(store.contents.keys.filter { $0.hasPrefix("locks/") }.isEmpty)
    }

    /// The machine slept for 40 minutes within the work: others took the lock for dead after 30.
    @Test(arguments: [false, true]) func `a holder that slept goes on only if its lock is still there`(
        isRemoved: Bool
    ) async throws {
        let store = MemoryObjectStore()
        let seconds = Mutex(Int64(1_700_000_000))
        let naps = Mutex(0)
        var environment = RepositoryEnvironment.fixed()
        environment.now = { Timestamp(seconds: seconds.withLock { $0 }) }
        environment.sleep = { _ in
            let nap = naps.withLock { naps in
                naps += 1
                return naps
            }
            guard nap == 1 else { return try await Task.sleep(for: .seconds(86_400)) }
            for name in store.contents.keys where isRemoved && name.hasPrefix("locks/") { try await store.delete(name) }
            seconds.withLock { $0 += 2400 }
        }
        let repository = try await Repository.create(in: store, password: "test", environment: environment)
        let work = { @Sendable in
            try await repository.withLock(exclusive: true) {
                while naps.withLock({ $0 }) < 2 {
                    try Task.checkCancellation()
                    await Task.yield()
                }
            }
        }
        guard isRemoved else { return try await work() }
        let error = await #expect(throws: RepositoryError.self) { try await work() }
        #expect(error?.code == .lockLost)
    }
}
