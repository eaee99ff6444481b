import Concurrency
import FileTree
import ObjectStorage
import ResticFormat
import Synchronization

/// A lock that this process holds, or may take.
final class RepositoryLock: Sendable {
    /// A lock that was not refreshed for this long is stale.
    static let staleAfterSeconds: Int64 = 30 * 60
    private static let refreshEvery: Duration = .seconds(5 * 60)
    /// After this long without a refresh the holder must stop.
    private static let giveUpAfterSeconds: Int64 = 22 * 60 + 30

    private struct State {
        /// The name of the present lock object; nil before the lock is taken.
        var name: String?
        /// Whether the repository's index was listed under the lock.
        var hasListedIndex = false
    }

    /// A moment on both clocks.
    private struct Moment {
        var time: Int64
        var steady: Double

        init(_ environment: RepositoryEnvironment) {
            time = environment.now().seconds
            steady = environment.steadySeconds()
        }

        func secondsUntilNow(_ environment: RepositoryEnvironment) -> Int64 {
            max(environment.now().seconds - time, Int64(environment.steadySeconds() - steady))
        }
    }

    private let repository: Repository
    private let isExclusive: Bool
    private let state = Mutex(State())
    /// Ends when the lock is taken.
    private let untilTaken: AsyncStream<Void>
    private let taken: AsyncStream<Void>.Continuation
    private let turn = AsyncSemaphore(permits: 1)

    /// A lock that is not taken yet.
    init(of repository: Repository, exclusive: Bool) {
        self.repository = repository
        isExclusive = exclusive
        (untilTaken, taken) = AsyncStream.makeStream()
    }

    /// The locks that the present task works under, or may take.
    @TaskLocal private static var locksOfTask: [RepositoryLock] = []

    /// Whether the present task works under a lock of the repository that is good enough.
    static func isHeld(of repository: Repository, exclusive: Bool) -> Bool {
        locksOfTask.contains {
            $0.repository === repository && $0.isTaken && ($0.isExclusive || !exclusive)
        }
    }

    /// The lock of the repository that the present task works under or may take.
    static func ofTask(_ repository: Repository) -> RepositoryLock? {
        locksOfTask.last { $0.repository === repository }
    }

    private var isTaken: Bool { state.withLock { $0.name != nil } }

    /// Whether the index that is loaded was listed under this lock. Others can only add to it since.
    var hasListedIndex: Bool {
        get { state.withLock { $0.name != nil && $0.hasListedIndex } }
        set { state.withLock { $0.hasListedIndex = newValue } }
    }

    /// Runs `body` as work under the lock; then removes it, also after an error.
    func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        do {
            let value = try await withThrowingTaskGroup(of: Value?.self) { group in
                group.addTask { try await Self.$locksOfTask.withValue(Self.locksOfTask + [self], operation: body) }
                group.addTask {
                    for await _ in self.untilTaken {}
                    try Task.checkCancellation()
                    try await self.keepRefreshing()
                    return nil
                }
                defer { group.cancelAll() }
                while let result = try await group.next() {
                    if let value = result { return value }
                }
                throw CancellationError()
            }
            try await remove()
            return value
        } catch {
            // The work's error is the one that matters; a lock that cannot be removed turns stale by
            // itself. In a task of its own, because a store makes no request for a cancelled one, and
            // a server that ends must leave no lock that keeps others waiting for half an hour.
            _ = await Task { try await remove() }.result
            throw error
        }
    }

    static func take(in repository: Repository, exclusive: Bool) async throws -> RepositoryLock {
        let lock = RepositoryLock(of: repository, exclusive: exclusive)
        try await lock.take()
        return lock
    }

    /// Takes the lock or throws `locked`; does nothing where it is taken.
    ///
    /// Written before the last look, so that of two takers at least one sees the other. restic
    /// waits 200 ms before that look for stores whose lists lag behind; ours promise that a list
    /// shows what was written. An exclusive taker also looks before it writes: its lock stops
    /// others, even if it has to be withdrawn at once.
    func take() async throws {
        await turn.acquire()
        defer { turn.release() }
        if isTaken { return }
        if isExclusive { try await Self.refuseConflicts(in: repository, exclusive: true, own: nil) }
        let name = try await Self.write(in: repository, exclusive: isExclusive)
        do {
            try await Self.refuseConflicts(in: repository, exclusive: isExclusive, own: name)
        } catch {
            try await Self.delete(name, in: repository)
            throw error
        }
        state.withLock { $0.name = name }
        taken.finish()
    }

    /// Refreshes the lock until cancelled. A failed refresh is tried again until others may take
    /// the lock for dead.
    ///
    /// The work goes on only if the lock is still there, however long the machine slept or the
    /// process was stopped: no other process can have begun then. restic looks only after so long
    /// that others may have taken it for dead (`internal/repository/lock.go`,
    /// `tryRefreshStaleLock`); a lock that was there all the time proves more.
    ///
    /// How long that was is the longer time of two clocks: the time of day, by which others judge the
    /// lock, and one that nobody can set back.
    func keepRefreshing() async throws {
        let environment = repository.environment
        var refreshed = Moment(environment)
        while true {
            try await environment.sleep(Self.refreshEvery)
            let slept = refreshed.secondsUntilNow(environment)
            do {
                guard try await isStored() else {
                    throw RepositoryError(
                        .lockLost,
                        "another process removed the lock, \(slept / 60) minutes after it was last refreshed: it was "
                            + "taken for dead, or removed by hand; the work was stopped", isRetryable: true)
                }
                let new = try await Self.write(in: repository, exclusive: isExclusive)
                let old = state.withLock { state in
                    defer { state.name = new }
                    return state.name
                }
                refreshed = Moment(environment)
                if let old { try await Self.delete(old, in: repository) }
            } catch let error as RepositoryError where error.code != .lockLost {
                guard refreshed.secondsUntilNow(environment) < Self.giveUpAfterSeconds else {
                    throw RepositoryError(
                        .lockLost, "the lock could not be refreshed for more than 22 minutes; the work was stopped",
                        cause: error, isRetryable: true)
                }
            }
        }
    }

    /// Whether the lock object is still in the store.
    func isStored() async throws -> Bool {
        guard let name = state.withLock({ $0.name }) else { return false }
        return try await repository.list(.locks).contains { $0.name == name }
    }

    /// Gives the lock up; does nothing where it is not taken.
    func remove() async throws {
        let name = state.withLock { state in
            defer { state.name = nil }
            return state.name
        }
        if let name { try await Self.delete(name, in: repository) }
    }

    private static func delete(_ name: String, in repository: Repository) async throws {
        try await repository.stored(await repository.store.delete(name))
    }

    private static func refuseConflicts(in repository: Repository, exclusive: Bool, own: String?) async throws {
        for (name, lock) in try await all(in: repository, but: own)
        where (exclusive || lock.isExclusive) && !isStale(lock, repository.environment) {
            throw RepositoryError(
                .locked,
                """
                '\(name)': process \(lock.processID) on '\(lock.hostname)' uses the repository \
                \(lock.isExclusive ? "alone" : "too"); wait for it, or run `restic unlock` if it is gone
                """,
                isRetryable: true)
        }
    }

    /// - Parameter own: the name of a lock that is left out.
    static func all(
        in repository: Repository, but own: String? = nil
    ) async throws -> [(name: String, lock: LockFile)] {
        var found: [(String, LockFile)] = []
        for object in try await repository.list(.locks) where object.sizeBytes > 0 && object.name != own {
            do {
                // A lock that vanishes meanwhile was released.
                if let lock = try await read(object.name, in: repository) { found.append((object.name, lock)) }
            } catch let error as RepositoryError where error.code == .damaged {
                let now = repository.environment.now().seconds
                guard repository.environment.unreadableLocks.isAbandoned(object.name, at: now) else { throw error }
                try await delete(object.name, in: repository)
            }
        }
        return found
    }

    /// nil where the lock is gone.
    static func read(_ name: String, in repository: Repository) async throws -> LockFile? {
        guard let bytes = try await repository.readIfPresent(name) else { return nil }
        let json = try repository.unpacked(bytes, name)
        return try repository.decoded(name, LockFile(decoding: json))
    }

    /// Whether no process holds a lock any more.
    static func isStale(_ lock: LockFile, _ environment: RepositoryEnvironment) -> Bool {
        environment.now().seconds - lock.time.seconds > staleAfterSeconds || isAbandoned(lock, environment)
    }

    /// Whether the process that took a lock is certainly gone. Of restic's locks, which bear a
    /// machine's name and a number only, that is never known.
    static func isAbandoned(_ lock: LockFile, _ environment: RepositoryEnvironment) -> Bool {
        ProcessIdentity(lockHost: lock.hostname, processID: lock.processID, user: lock.username).map(
            environment.process.isGone) ?? false
    }

    private static func write(in repository: Repository, exclusive: Bool) async throws -> String {
        let environment = repository.environment
        let holder = environment.process.identity
        let lock = LockFile(
            time: NodeTime(environment.now()), isExclusive: exclusive, hostname: environment.hostname,
            username: holder.lockUser,
            processID: holder.processID)
        return try await repository.storeUnpacked(lock.encoded(), as: .locks)
    }
}
