import Synchronization

/// How many requests of a process are under way at once: the bound grows by one in a round of
/// successes, and halves where the store has too much to do.
final class RequestLimiter: Sendable {
    fileprivate struct State {
        var bound: Double
        var underWay = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
        /// Requests that were begun before the bound was halved do not halve it again.
        var generation = 0
    }

    /// The right to have one request under way.
    struct Permit: Sendable {
        fileprivate let generation: Int
    }

    private static let leastBound = 1.0
    private let maximum: Double
    private let state: Mutex<State>

    /// - Parameter first: the bound of a client that knows nothing of its store yet.
    init(first: Int = 32, maximum: Int) {
        self.maximum = Double(max(1, maximum))
        state = Mutex(State(bound: min(Double(first), Double(max(1, maximum)))))
    }

    var bound: Int { state.withLock { Int($0.bound) } }
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Takes a place, in the order of arrival.
    func acquire() async -> Permit {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.waiting.isEmpty, state.underWay < Int(state.bound) else {
                    state.waiting.append(continuation)
                    return false
                }
                state.underWay += 1
                return true
            }
            if isFree { continuation.resume() }
        }
        return Permit(generation: state.withLock { $0.generation })
    }

    /// Gives the place back.
    /// - Parameter hadTooMuch: whether the store said that it has too much to do.
    func release(_ permit: Permit, hadTooMuch: Bool) {
        let next = state.withLock { state in
            state.underWay -= 1
            if !hadTooMuch {
                state.bound = min(maximum, state.bound + 1 / state.bound)
            } else if permit.generation == state.generation {
                state.bound = max(Self.leastBound, state.bound / 2)
                state.generation += 1
            }
            return state.takeNext()
        }
        for continuation in next { continuation.resume() }
    }
}

extension RequestLimiter.State {
    /// Those who may go on now.
    fileprivate mutating func takeNext() -> [CheckedContinuation<Void, Never>] {
        let count = min(max(0, Int(bound) - underWay), waiting.count)
        let next = Array(waiting.prefix(count))
        waiting.removeFirst(count)
        underWay += count
        return next
    }
}
