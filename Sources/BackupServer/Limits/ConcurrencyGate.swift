import Synchronization

/// Bounds how many requests are worked on at once. Over it a client is told to come back, instead
/// of everyone waiting longer and longer.
final class ConcurrencyGate: Sendable {
    private let most: Int
    private let present = Atomic<Int>(0)

    init(most: Int) { self.most = most }

    /// Runs `body`, or gives nil where too many are under way.
    func pass<Value: Sendable>(_ body: () async -> Value) async -> Value? {
        defer { present.subtract(1, ordering: .relaxed) }
        guard present.add(1, ordering: .relaxed).newValue <= most else { return nil }
        return await body()
    }
}
