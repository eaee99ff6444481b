import BackupRepository
import BackupTesting
import FileTree
import ObjectStorage
import Synchronization
import Testing

@Suite struct LockTests {
    @Test func sharedLocksSufferEachOtherAndExclusiveOnesNone() async throws {
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
    @Test func workUnderALockNeedsNoFurtherOne() async throws {
        let store = MemoryObjectStore()
        let repository = try await makeRepository(in: store)
        @Sendable func locks() -> Int { store.contents.keys.filter { $0.hasPrefix("locks/") }.count }
        try await repository.withLock(exclusive: true) {
            try await repository.withLock(exclusive: false) { #expect(locks() == 1) }
            #expect(locks() == 1, "the inner one must not end the outer one")
        }
        try await repository.withLock(exclusive: false) {
            try await repository.withLock(exclusive: false) { #expect(locks() == 1) }
            let error = await #expect(throws: RepositoryError.self) { try await repository.withLock(exclusive: true) {} }
            #expect(error?.code == .locked, "a shared lock does not grow into an exclusive one")
            // What began elsewhere does not work under it.
            try await Task.detached { try await repository.withLock(exclusive: false) { #expect(locks() == 2) } }.value
        }
        #expect(locks() == 0)
    }

    @Test func leftoversOfDeadProcessesAndOldLocksDoNotBlock() async throws {
        let store = MemoryObjectStore()
        let repository = try await makeRepository(in: store)
        let now = Mutex(Int64(1_700_000_000))
        var environment = RepositoryEnvironment.fixed()
        environment.now = { Timestamp(seconds: now.withLock { $0 }) }
        environment.processID = 7
        let dying = try await Repository.open(in: store, masterKey: repository.masterKey, environment: environment)
        environment.hostname = "elsewhere.invalid"
        let remote = try await Repository.open(in: store, masterKey: repository.masterKey, environment: environment)
        // The locks of both stay behind, as if their holders had been killed.
        let contents = try await dying.withLock(exclusive: false) {
            try await remote.withLock(exclusive: false) { store.contents }
        }
        let after = MemoryObjectStore(contents)
        let opened = try await Repository.open(in: after, masterKey: repository.masterKey, environment: .fixed())
        #expect(after.contents.keys.filter { $0.hasPrefix("locks/") }.count == 1, "the lock of our dead process is removed at opening")
        await #expect(throws: RepositoryError.self) { try await opened.withLock(exclusive: true) {} }
        let later = try await Repository.open(in: after, masterKey: repository.masterKey, environment: .fixed(seconds: 1_700_000_000 + 1_801))
        try await later.withLock(exclusive: true) {}
        #expect(try await later.removeStaleLocks().count == 1, "the other host's lock is old enough now")
        #expect(after.contents.keys.filter { $0.hasPrefix("locks/") }.isEmpty)
    }

    /// In a container every process has the same number; what an earlier one left must not block its successor.
    @Test func aLockWithOurOwnNumberThatWeDoNotHoldIsALeftover() async throws {
        let store = MemoryObjectStore()
        let repository = try await makeRepository(in: store)
        let contents = try await repository.withLock(exclusive: true) { store.contents }
        let after = MemoryObjectStore(contents)
        let opened = try await Repository.open(in: after, masterKey: repository.masterKey, environment: .fixed())
        #expect(after.contents.keys.filter { $0.hasPrefix("locks/") }.isEmpty)
        try await opened.withLock(exclusive: true) {}
    }

    @Test func aLockIsRefreshedEveryFiveMinutes() async throws {
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
            while store.contents.keys.filter({ $0.hasPrefix("locks/") }) == before || store.contents.keys.filter({ $0.hasPrefix("locks/") }).count != 1 {
                await Task.yield()
            }
        }
        #expect(slept.withLock { $0.first } == .seconds(300))
        #expect(store.contents.keys.filter { $0.hasPrefix("locks/") }.isEmpty)
    }
}
