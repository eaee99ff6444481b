import Concurrency
import ProtectionRules
import Synchronization

/// Runs the hashing of passwords on two threads of its own, because each hash takes a tenth of a
/// second and 32 MiB: requests keep their threads, and many sign-ins at once cost no more memory.
final class PasswordWork: Sendable {
    /// Made with the first hash.
    private let pool = Mutex<WorkerPool?>(nil)
    private let waiting = Mutex(0)

    private static let width = 2
    /// More sign-ins than that would wait for seconds, and are sent away instead.
    private static let maximumWaiting = 32

    /// Runs `body` when it is its turn.
    /// - Throws: `serviceNotAvailable` where too many wait, and what `body` throws.
    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        let isFree = waiting.withLock { waiting in
            guard waiting < Self.maximumWaiting else { return false }
            waiting += 1
            return true
        }
        guard isFree else {
            throw ServiceError(
                .serviceNotAvailable, "Too many people sign in at once. Try again in a few seconds.",
                isRetryable: true, retryAfterSeconds: 2)
        }
        defer { waiting.withLock { $0 -= 1 } }
        let pool = pool.withLock { pool in
            if let pool { return pool }
            let made = WorkerPool(width: Self.width, name: "passwords")
            pool = made
            return made
        }
        return try await withTaskExecutorPreference(pool) { try body() }
    }
}
