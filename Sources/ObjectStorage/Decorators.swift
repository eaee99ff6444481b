import Concurrency

/// A store that lets at most a stated number of calls run at once.
public struct LimitedObjectStore: ObjectStore {
    private let base: any ObjectStore
    private let permits: AsyncSemaphore

    /// Limits the calls to `base` to `width` at once.
    public init(_ base: any ObjectStore, width: Int) {
        self.base = base
        permits = AsyncSemaphore(permits: width)
    }

    public func list(prefix: String) async throws(ObjectStoreError) -> [ObjectInfo] {
        try await limited(await base.list(prefix: prefix))
    }

    public func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        try await limited(await base.read(name, range: range))
    }

    public func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) {
        try await limited(await base.write(name, bytes))
    }

    public func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool {
        try await limited(await base.create(name, bytes))
    }

    public func delete(_ name: String) async throws(ObjectStoreError) {
        try await limited(await base.delete(name))
    }

    public func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo? {
        try await limited(await base.stat(name))
    }

    public func synchronizeDeletions(prefix: String) async throws(ObjectStoreError) {
        try await limited(await base.synchronizeDeletions(prefix: prefix))
    }

    private func limited<Value>(
        _ call: @autoclosure () async throws(ObjectStoreError) -> Value
    ) async throws(ObjectStoreError) -> Value {
        await permits.acquire()
        defer { permits.release() }
        return try await call()
    }
}

/// A store that repeats a call that failed in a way that may pass (`ObjectStoreError.isRetryable`).
public struct RetryingObjectStore: ObjectStore {
    private let base: any ObjectStore
    private let pauses: [Duration]
    private let sleep: @Sendable (Duration) async throws -> Void

    /// Repeats calls to `base` once after each of `pauses`, so the number of tries is one
    /// more than their count.
    /// - Parameter sleep: waits for a duration; a thrown error ends the repetition
    ///   with the last failure.
    public init(_ base: any ObjectStore, pauses: [Duration], sleep: @escaping @Sendable (Duration) async throws -> Void)
    {
        self.base = base
        self.pauses = pauses
        self.sleep = sleep
    }

    public func list(prefix: String) async throws(ObjectStoreError) -> [ObjectInfo] {
        try await repeated(await base.list(prefix: prefix))
    }

    public func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        try await repeated(await base.read(name, range: range))
    }

    public func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) {
        try await repeated(await base.write(name, bytes))
    }

    public func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool {
        try await repeated(await base.create(name, bytes))
    }

    public func delete(_ name: String) async throws(ObjectStoreError) {
        try await repeated(await base.delete(name))
    }

    public func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo? {
        try await repeated(await base.stat(name))
    }

    public func synchronizeDeletions(prefix: String) async throws(ObjectStoreError) {
        try await repeated(await base.synchronizeDeletions(prefix: prefix))
    }

    private func repeated<Value>(
        _ call: @autoclosure () async throws(ObjectStoreError) -> Value
    ) async throws(ObjectStoreError) -> Value {
        for pause in pauses {
            do throws(ObjectStoreError) {
                return try await call()
            } catch {
                guard error.isRetryable else { throw error }
                do { try await sleep(pause) } catch _ { throw error }
            }
        }
        return try await call()
    }
}
