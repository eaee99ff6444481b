import BackupTesting
import FileTree
import ObjectStorage
import ResticFormat
import Synchronization
import Testing

@testable import BackupRepository

/// When a lock counts, when it is stale, and when its holder must stop.
@Suite struct LockRuleTests {
    private static let now: Int64 = 1_700_000_000

    private func lock(age: Int64, user: String = "restic", exclusive: Bool = false) -> LockFile {
        LockFile(
            time: NodeTime(Timestamp(seconds: Self.now - age)), isExclusive: exclusive, hostname: "tests.invalid",
            username: user, processID: 7)
    }

    private func locks(_ store: MemoryObjectStore) -> [String] {
        store.contents.keys.filter { $0.hasPrefix("locks/") }.sorted()
    }

    @Test(arguments: [(0, false), (1_800, false), (1_801, true), (-1_000, false)] as [(Int64, Bool)])
    func `a lock is stale when it was not refreshed for more than half an hour`(age: Int64, isStale: Bool) {
        #expect(RepositoryLock.isStale(lock(age: age), .fixed()) == isStale)
    }

    @Test func `a lock whose process is gone is stale at once`() {
        let gone = ThisProcess.made(7).identity
        #expect(RepositoryLock.isAbandoned(lock(age: 0, user: gone.lockUser), .fixed()))
        #expect(RepositoryLock.isStale(lock(age: 0, user: gone.lockUser), .fixed()))
        #expect(!RepositoryLock.isAbandoned(lock(age: 9_999, user: "restic"), .fixed()))
    }

    @Test(arguments: [(false, false, true), (false, true, false), (true, false, false), (true, true, false)])
    func `shared locks coexist, an exclusive one excludes all others`(
        held: Bool, wanted: Bool, isGranted: Bool
    )
        async throws
    {
        let store = MemoryObjectStore()
        let repository = try await makeRepository(in: store)
        _ = try await repository.storeUnpacked(lock(age: 0, exclusive: held).encoded(), as: .locks)
        do {
            let other = try await RepositoryLock.take(in: repository, exclusive: wanted)
            #expect(isGranted)
            #expect(locks(store).count == 2)
            try await other.remove()
        } catch let error as RepositoryError {
            #expect(!isGranted)
            #expect(error.code == .locked)
            #expect(error.isRetryable)
        }
        #expect(locks(store).count == 1, "a taker that is refused leaves nothing behind")
    }

    @Test func `a refused taker is told who holds the lock`() async throws {
        let repository = try await makeRepository()
        _ = try await repository.storeUnpacked(lock(age: 0, exclusive: true).encoded(), as: .locks)
        let error = await #expect(throws: RepositoryError.self) {
            try await RepositoryLock.take(in: repository, exclusive: false)
        }
        #expect(error?.message.contains("process 7 on 'tests.invalid' uses the repository alone") == true)
    }

    @Test func `a stale lock is in nobody's way`() async throws {
        let repository = try await makeRepository()
        _ = try await repository.storeUnpacked(lock(age: 1_801, exclusive: true).encoded(), as: .locks)
        try await repository.withLock(exclusive: true) {}
    }

    @Test func `only stale locks are removed`() async throws {
        let store = MemoryObjectStore()
        let repository = try await makeRepository(in: store)
        let fresh = try await repository.storeUnpacked(lock(age: 1_800).encoded(), as: .locks)
        let stale = try await repository.storeUnpacked(lock(age: 1_801).encoded(), as: .locks)
        #expect(try await repository.removeStaleLocks() == [stale])
        #expect(locks(store) == [fresh])
    }

    @Test func `all locks can be removed, whoever holds them`() async throws {
        let store = MemoryObjectStore()
        let repository = try await makeRepository(in: store)
        _ = try await repository.storeUnpacked(lock(age: 0).encoded(), as: .locks)
        try await store.write("locks/not-a-lock", [1])
        try await repository.removeAllLocks()
        #expect(locks(store) == ["locks/not-a-lock"])
    }

    @Test func `an empty lock, as a full disk leaves it, is nobody's`() async throws {
        let store = MemoryObjectStore()
        let repository = try await makeRepository(in: store)
        try await store.write(ObjectNames.name(.locks, sampleID(1)), [])
        try await repository.withLock(exclusive: true) {}
    }

    @Test func `a lock that cannot be read stops others for half an hour`() async throws {
        let store = MemoryObjectStore()
        let seconds = Mutex(Self.now)
        var environment = RepositoryEnvironment.fixed()
        environment.now = { Timestamp(seconds: seconds.withLock { $0 }) }
        let repository = try await Repository.create(
            in: store, password: "test", origin: .derived, environment: environment)
        try await store.write(ObjectNames.name(.locks, sampleID(1)), [1, 2, 3])
        for age in [0, 1_799, 1_800] as [Int64] {
            seconds.withLock { $0 = Self.now + age }
            let error = await #expect(throws: RepositoryError.self) {
                try await repository.withLock(exclusive: false) {}
            }
            #expect(error?.code == .damaged)
        }
        seconds.withLock { $0 = Self.now + 1_801 }
        try await repository.withLock(exclusive: false) {}
        #expect(locks(store) == [])
    }

    @Test func `what one service knows of unreadable locks another does not`() {
        let (one, two) = (RepositoryEnvironment.fixed(), RepositoryEnvironment.fixed())
        #expect(!one.unreadableLocks.isAbandoned("locks/a", at: 0))
        #expect(!two.unreadableLocks.isAbandoned("locks/a", at: 5_000))
        #expect(one.unreadableLocks.isAbandoned("locks/a", at: 1_801))
    }

    @Test func `copies of an environment know the same of unreadable locks`() {
        let one = RepositoryEnvironment.fixed()
        var two = one
        two.hostname = "other.invalid"
        #expect(!one.unreadableLocks.isAbandoned("locks/a", at: 0))
        #expect(two.unreadableLocks.isAbandoned("locks/a", at: 1_801))
    }

    @Test func `an unreadable lock that is removed is forgotten`() {
        let locks = UnreadableLocks()
        #expect(!locks.isAbandoned("a", at: 0))
        #expect(!locks.isAbandoned("a", at: 1_800))
        #expect(locks.isAbandoned("a", at: 1_801))
        #expect(!locks.isAbandoned("a", at: 1_802))
        #expect(!locks.isAbandoned("b", at: 9_999))
    }

    /// A lock whose refreshes fail from the first on, at turns of the clock.
    private func refreshing(turns: [Int64], failing code: ObjectStoreError.Code) async throws -> RepositoryError? {
        let seconds = Mutex(Self.now)
        let left = Mutex(turns[...])
        var environment = RepositoryEnvironment.fixed()
        environment.now = { Timestamp(seconds: seconds.withLock { $0 }) }
        environment.sleep = { _ in
            guard let turn = left.withLock({ $0.popFirst() }) else { throw CancellationError() }
            seconds.withLock { $0 += turn }
        }
        let isBroken = Mutex(false)
        let store = FaultyObjectStore(MemoryObjectStore()) { call in
            guard case .write(let name) = call, name.hasPrefix("locks/"), isBroken.withLock({ $0 }) else { return nil }
            return ObjectStoreError(code, name: name, message: "no")
        }
        let repository = try await Repository.create(
            in: store, password: "test", origin: .derived, environment: environment)
        let lock = try await RepositoryLock.take(in: repository, exclusive: true)
        isBroken.withLock { $0 = true }
        do {
            try await lock.keepRefreshing()
        } catch let error as RepositoryError {
            return error
        } catch is CancellationError {
            return nil
        }
        return nil
    }

    @Test func `a refresh that fails is tried again`() async throws {
        #expect(try await refreshing(turns: [300, 300, 300, 300, 149], failing: .unavailable) == nil)
    }

    @Test func `a holder stops when it could not refresh for 22 and a half minutes`() async throws {
        let error = try await refreshing(turns: [300, 300, 300, 300, 150], failing: .outOfSpace)
        #expect(error?.code == .lockLost)
        #expect(error?.isRetryable == true)
    }

    /// A lock whose process sleeps for some minutes by a clock that nobody sets, while the time of day
    /// is set back by as much; meanwhile the lock may be removed.
    private func sleeping(minutes: Double, isRemoved: Bool) async throws -> RepositoryError? {
        let steady = Mutex(0.0)
        let turns = Mutex(1)
        let store = MemoryObjectStore()
        var environment = RepositoryEnvironment.fixed()
        environment.steadySeconds = { steady.withLock { $0 } }
        environment.sleep = { _ in
            guard turns.withLock({ $0 > 0 }) else { throw CancellationError() }
            turns.withLock { $0 -= 1 }
            steady.withLock { $0 += minutes * 60 }
            guard isRemoved else { return }
            for name in store.contents.keys where name.hasPrefix("locks/") { try await store.delete(name) }
        }
        let repository = try await Repository.create(
            in: store, password: "test", origin: .derived, environment: environment)
        let lock = try await RepositoryLock.take(in: repository, exclusive: true)
        do {
            try await lock.keepRefreshing()
        } catch let error as RepositoryError {
            return error
        } catch is CancellationError {
            return nil
        }
        return nil
    }

    @Test(arguments: [5.0, 25, 600]) func `a sleeper whose lock is still there goes on`(minutes: Double) async throws {
        #expect(try await sleeping(minutes: minutes, isRemoved: false) == nil)
    }

    @Test(arguments: [5.0, 25, 600]) func `a sleeper whose lock was removed stops`(minutes: Double) async throws {
        let error = try await sleeping(minutes: minutes, isRemoved: true)
        #expect(error?.code == .lockLost)
        #expect(error?.isRetryable == true)
        #expect(error?.message.contains("\(Int(minutes)) minutes") == true)
    }
}
