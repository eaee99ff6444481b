import Concurrency

/// A store that lets at most a stated number of calls run at once.
public struct LimitedObjectStore: ForwardingObjectStore {
    public let base: any ObjectStore
    private let permits: AsyncSemaphore

    /// Limits the calls to `base` to `width` at once.
    public init(_ base: any ObjectStore, width: Int) {
        self.base = base
        permits = AsyncSemaphore(permits: width)
    }

    public func forward<Value>(
        _ call: @autoclosure () async throws(ObjectStoreError) -> Value
    ) async throws(ObjectStoreError) -> Value {
        await permits.acquire()
        defer { permits.release() }
        return try await call()
    }
}

/// A store that repeats a call that failed in a way that may pass (`ObjectStoreError.isRetryable`).
public struct RetryingObjectStore: ForwardingObjectStore {
    public let base: any ObjectStore
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

    public func forward<Value>(
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
