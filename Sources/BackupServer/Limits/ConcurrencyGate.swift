import Synchronization

/// Bounds the number of concurrent requests. Further clients are told to retry, so that
/// waiting times stay short.
final class ConcurrencyGate: Sendable {
    private let maximum: Int
    private let present = Atomic<Int>(0)

    init(maximum: Int) { self.maximum = maximum }

    /// Runs `body`; returns nil where too many are already running.
    func pass<Value: Sendable>(_ body: () async -> Value) async -> Value? {
        defer { present.subtract(1, ordering: .relaxed) }
        guard present.add(1, ordering: .relaxed).newValue <= maximum else { return nil }
        return await body()
    }
}
