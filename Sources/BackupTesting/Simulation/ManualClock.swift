public import BackupService
public import Foundation
import Synchronization

/// A clock that stands still until it is turned; whoever sleeps wakes when their moment has come.
public final class ManualClock: WallClock {
    private struct State {
        var now: Date
        var sleepers: [UUID: (deadline: Date, continuation: CheckedContinuation<Void, Never>)] = [:]
    }
    private let state: Mutex<State>

    /// Starts at a moment.
    public init(_ start: Date = Date(timeIntervalSince1970: 1_800_000_000)) {
        state = Mutex(State(now: start))
    }

    /// The present moment.
    public func now() -> Date { state.withLock { $0.now } }

    /// Moves the present on and wakes those whose moment has come.
    public func turn(seconds: Double) {
        let due = state.withLock { state in
            state.now += seconds
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
    }

    /// Moves the present on by days of 24 hours.
    public func turn(days: Double) { turn(seconds: days * 86_400) }

    /// Waits until the clock was turned that far.
    public func sleep(until deadline: Date) async throws {
        let id = UUID()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.now >= deadline || Task.isCancelled { return true }
                    state.sleepers[id] = (deadline, continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume()
        }
        try Task.checkCancellation()
    }
}
