import Foundation
import Synchronization

/// Wakes all waiting tasks when something happened. No event is lost: a task that saw generation 7
/// is woken by any later one.
public final class WorkSignal: Sendable {
    private struct State {
        var generation = 0
        var waiters: [UUID: CheckedContinuation<Void, Never>] = [:]
    }
    private let state = Mutex(State())

    /// Makes a signal with no waiters.
    public init() {}

    /// How often something happened. Take it before looking for work.
    public var generation: Int { state.withLock { $0.generation } }

    /// Wakes every waiting task.
    public func notify() {
        let waiters = state.withLock { state in
            state.generation += 1
            defer { state.waiters.removeAll() }
            return state.waiters.values.map { $0 }
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns when something has happened after `seen`.
    /// - Throws: `CancellationError` when the task is cancelled.
    public func wait(after seen: Int) async throws {
        let id = UUID()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.generation > seen || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
        try Task.checkCancellation()
    }
}
