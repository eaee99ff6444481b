public import Foundation
public import ProtectionRules
public import ProtectionService
import Synchronization

/// A clock that stands still until it is turned. A sleeper wakes when its moment has come.
public final class ManualClock: WallClock {
    private struct State {
        var now: Date
        /// How far it was set ahead of the time that has passed.
        var ahead = 0.0
        var sleepers: [UUID: Sleeper] = [:]
        var passed: Double { now.timeIntervalSince1970 - ahead }
    }

    private struct Sleeper {
        var deadline: Date
        /// The same in time that passes.
        var end: Double
        var continuation: CheckedContinuation<Void, Never>
    }
    private let state: Mutex<State>

    /// Starts at a moment.
    public init(_ start: Date = Date(timeIntervalSince1970: 1_800_000_000)) {
        state = Mutex(State(now: start))
    }

    public func now() -> Date { state.withLock { $0.now } }

    /// Moves the present on and wakes the sleepers whose moment has come.
    public func turn(seconds: Double) {
        wake { $0.now += seconds }
    }

    /// Moves the present on by days of 24 hours.
    public func turn(days: Double) { turn(seconds: days * 86_400) }

    /// Sets the time of day ahead, or back for a negative number, while no time passes.
    public func jump(seconds: Double) {
        wake { state in
            state.now += seconds
            state.ahead += seconds
        }
    }

    public func steadyTime() -> SteadyTime {
        SteadyTime(epoch: "manual", seconds: state.withLock { $0.passed })
    }

    /// Waits until the clock has been turned that far.
    public func sleep(until deadline: Date) async throws {
        let id = UUID()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.now >= deadline || Task.isCancelled { return true }
                    let end = state.passed + deadline.timeIntervalSince(state.now)
                    state.sleepers[id] = Sleeper(deadline: deadline, end: end, continuation: continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume()
        }
        try Task.checkCancellation()
    }

    private func wake(_ change: (inout State) -> Void) {
        let due = state.withLock { state in
            change(&state)
            let due = state.sleepers.filter { $0.value.deadline <= state.now || $0.value.end <= state.passed }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
    }
}
