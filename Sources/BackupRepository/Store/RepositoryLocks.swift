import ObjectStorage
import ResticFormat

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
        return try await RepositoryLock.take(in: self, exclusive: exclusive).run(body)
    }

    /// Runs `body`, which takes a shared lock of this repository with its first need of one
    /// (`takeSharedLock`); the lock is refreshed from then on and removed at the end.
    ///
    /// What runs within it needs no further lock, as under `withLock`.
    /// - Throws: as `withLock`.
    public func withLockWhenNeeded<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        if RepositoryLock.ofTask(self) != nil { return try await body() }
        return try await RepositoryLock(of: self, exclusive: false).run(body)
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

    /// Takes the lock that the present task may take (`withLockWhenNeeded`).
    /// - Throws: as `withLock`.
    func takeSharedLock() async throws {
        guard let lock = RepositoryLock.ofTask(self) else {
            preconditionFailure("a lock is taken within 'withLockWhenNeeded', which removes it")
        }
        try await lock.take()
    }

    /// Makes sure that the lock of the present task is still in the store.
    /// - Throws: `overtaken` where another process removed it, and may have pruned since.
    func expectSharedLock() async throws {
        guard let lock = RepositoryLock.ofTask(self), try await lock.isStored() else {
            throw RepositoryError(
                .overtaken, "another process removed the lock of this run, and may have pruned the repository since",
                isRetryable: true)
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
