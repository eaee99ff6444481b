import FileTree
import ObjectStorage
import ResticFormat
import Synchronization

extension Repository {
    /// Runs `body` under a lock of this repository; the lock is refreshed meanwhile and removed at
    /// the end, also after an error.
    ///
    /// Shared locks can coexist; an exclusive lock excludes all others. Source:
    /// restic-format.md section 12. A task under a lock, and its child tasks, need no further
    /// lock of the same repository.
    /// - Throws: `RepositoryError`: `locked`; `lockLost` where the lock could not be refreshed for
    ///   so long that the work was cancelled.
    public func withLock<Value: Sendable>(
        exclusive: Bool, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        if RepositoryLock.isHeld(of: self, exclusive: exclusive) { return try await body() }
        let lock = try await RepositoryLock.take(in: self, exclusive: exclusive)
        do {
            let value = try await withThrowingTaskGroup(of: Value?.self) { group in
                group.addTask { try await lock.held(during: body) }
                group.addTask {
                    try await lock.keepRefreshing()
                    return nil
                }
                defer { group.cancelAll() }
                while let result = try await group.next() {
                    if let value = result { return value }
                }
                throw CancellationError()
            }
            try await lock.remove()
            return value
        } catch {
            // The work's error is the one that matters; a lock that cannot be removed
            // turns stale by itself.
            try? await lock.remove()
            throw error
        }
    }

    /// Removes locks that no process can hold any more: those of Holdfast whose process is
    /// certainly gone, and those older than 30 minutes.
    /// - Returns: the names of the removed objects.
    @discardableResult
    public func removeStaleLocks() async throws -> [String] {
        var removed: [String] = []
        for (name, lock) in try await RepositoryLock.all(in: self) where RepositoryLock.isStale(lock, environment) {
            try await stored(await store.delete(name))
            removed.append(name)
        }
        return removed
    }
}

extension Repository {
    /// Removes every lock, whoever holds it: only where it is certain that no other process uses
    /// the repository, as `restic unlock --remove-all`.
    public func removeAllLocks() async throws {
        for object in try await list(.locks) {
            try await stored(await store.delete(object.name))
        }
    }

    /// Removes what dead processes left: locks of Holdfast's whose process is certainly gone, and
    /// old ones of this host. A lock that cannot be read is left for its owner or `restic unlock`.
    func removeOwnStaleLocks() async throws {
        for object in try await list(.locks) where object.sizeBytes > 0 {
            guard let lock = try? await RepositoryLock.read(object.name, in: self) else { continue }
            if RepositoryLock.isAbandoned(lock, environment)
                || (lock.hostname == environment.hostname && RepositoryLock.isStale(lock, environment))
            {
                try await stored(await store.delete(object.name))
            }
        }
    }
}

/// A lock that this process holds.
final class RepositoryLock: Sendable {
    /// A lock that was not refreshed for this long is stale.
    static let staleAfterSeconds: Int64 = 30 * 60
    private static let refreshEvery: Duration = .seconds(5 * 60)
    /// After this long without a refresh the holder must stop.
    private static let giveUpAfterSeconds: Int64 = 22 * 60 + 30

    private let repository: Repository
    private let isExclusive: Bool
    /// The name of the present lock object.
    private let name: Mutex<String>

    private init(repository: Repository, isExclusive: Bool, name: String) {
        self.repository = repository
        self.isExclusive = isExclusive
        self.name = Mutex(name)
    }

    /// The locks that the present task works under.
    @TaskLocal private static var locksOfTask: [RepositoryLock] = []

    /// Whether the present task works under a lock of the repository that is good enough.
    static func isHeld(of repository: Repository, exclusive: Bool) -> Bool {
        locksOfTask.contains { $0.repository === repository && ($0.isExclusive || !exclusive) }
    }

    func held<Value: Sendable>(during body: @Sendable () async throws -> Value) async throws -> Value {
        try await Self.$locksOfTask.withValue(Self.locksOfTask + [self], operation: body)
    }

    /// Takes a lock or throws `locked`.
    ///
    /// Written before the second look, so that of two takers at least one sees the other. restic
    /// waits 200 ms before that look for stores whose lists lag behind; ours promise that a list
    /// shows what was written.
    static func take(in repository: Repository, exclusive: Bool) async throws -> RepositoryLock {
        try await refuseConflicts(in: repository, exclusive: exclusive, own: nil)
        let name = try await write(in: repository, exclusive: exclusive)
        do {
            try await refuseConflicts(in: repository, exclusive: exclusive, own: name)
        } catch {
            try await delete(name, in: repository)
            throw error
        }
        return RepositoryLock(repository: repository, isExclusive: exclusive, name: name)
    }

    /// Refreshes the lock until cancelled. A failed refresh is tried again until others may take
    /// the lock for dead.
    ///
    /// Where the machine slept, or the process was stopped, for so long that others may have taken
    /// it for dead, the work goes on only if the lock is still there: no other process can have
    /// begun then. Source: restic, `internal/repository/lock.go`, `tryRefreshStaleLock`.
    func keepRefreshing() async throws {
        var refreshed = repository.environment.now()
        while true {
            try await repository.environment.sleep(Self.refreshEvery)
            let slept = repository.environment.now().seconds - refreshed.seconds
            do {
                if slept >= Self.giveUpAfterSeconds, try await !isStored() {
                    throw RepositoryError(
                        .lockLost,
                        "the lock was not refreshed for \(slept / 60) minutes, because the machine slept or its "
                            + "clock was set, and another process removed it; the work was stopped", isRetryable: true)
                }
                let new = try await Self.write(in: repository, exclusive: isExclusive)
                let old = name.withLock { name in
                    defer { name = new }
                    return name
                }
                refreshed = repository.environment.now()
                try await Self.delete(old, in: repository)
            } catch let error as RepositoryError where error.code != .lockLost {
                guard repository.environment.now().seconds - refreshed.seconds < Self.giveUpAfterSeconds else {
                    throw RepositoryError(
                        .lockLost, "the lock could not be refreshed for more than 22 minutes; the work was stopped",
                        cause: error, isRetryable: true)
                }
            }
        }
    }

    /// Whether the lock object is still in the store.
    private func isStored() async throws -> Bool {
        let name = name.withLock { $0 }
        return try await repository.list(.locks).contains { $0.name == name }
    }

    func remove() async throws {
        let name = name.withLock { $0 }
        try await Self.delete(name, in: repository)
    }

    private static func delete(_ name: String, in repository: Repository) async throws {
        try await repository.stored(await repository.store.delete(name))
    }

    private static func refuseConflicts(in repository: Repository, exclusive: Bool, own: String?) async throws {
        for (name, lock) in try await all(in: repository)
        where name != own && (exclusive || lock.isExclusive) && !isStale(lock, repository.environment) {
            throw RepositoryError(
                .locked,
                """
                '\(name)': process \(lock.processID) on '\(lock.hostname)' uses the repository \
                \(lock.isExclusive ? "alone" : "too"); wait for it, or run `restic unlock` if it is gone
                """,
                isRetryable: true)
        }
    }

    static func all(in repository: Repository) async throws -> [(name: String, lock: LockFile)] {
        var found: [(String, LockFile)] = []
        for object in try await repository.list(.locks) where object.sizeBytes > 0 {
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
