import Synchronization

/// A counter of permits that tasks wait for in order of arrival, without blocking a thread.
package final class AsyncSemaphore: Sendable {
    private struct State {
        var permits: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
        var served = 0
    }
    private let state: Mutex<State>

    /// Makes a semaphore with `permits` free.
    package init(permits: Int) {
        precondition(permits > 0, "a semaphore without permits would block every task")
        state = Mutex(State(permits: permits))
    }

    /// Takes a permit if one is free.
    package func tryAcquire() -> Bool {
        state.withLock { state in
            guard state.permits > 0 else { return false }
            state.permits -= 1
            return true
        }
    }

    /// Takes a permit, waiting for one.
    package func acquire() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.permits > 0 {
                    state.permits -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    /// Gives a permit back.
    package func release() {
        let next: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard state.served < state.waiting.count else {
                state.permits += 1
                return nil
            }
            let next = state.waiting[state.served]
            state.served += 1
            if state.served == state.waiting.count {
                state.waiting.removeAll(keepingCapacity: true)
                state.served = 0
            }
            return next
        }
        next?.resume()
    }
}
