public import Foundation
import ProtectionRules
import Synchronization

/// When the parts of a server that never rest last showed that they go on. Each shows it itself,
/// where it does its work: a timer beside it would go on for a part that stands still.
public final class Heartbeats: Sendable {
    public enum Part: String, Sendable, CaseIterable {
        case scheduler, worker
    }

    /// A part that shows nothing for longer stands still.
    public static let patienceSeconds = 300.0
    /// How long a part that has nothing to do may wait before it shows itself again.
    public static let pauseSeconds = 30.0

    private let last = Mutex<[Part: ClockReading]>([:])
    private let listener: @Sendable (Heartbeats, any WallClock) -> Void

    /// - Parameter listener: called after each beat, from the part's own task.
    public init(listener: @escaping @Sendable (Heartbeats, any WallClock) -> Void = { _, _ in }) {
        self.listener = listener
    }

    /// Notes that a part goes on.
    public func beat(_ part: Part, _ clock: any WallClock) {
        let reading = ClockReading(now: clock.now(), steady: clock.steadyTime())
        last.withLock { $0[part] = reading }
        listener(self, clock)
    }

    /// The time of day of a part's last beat; nil before the first.
    public func lastBeat(of part: Part) -> Date? { last.withLock { $0[part]?.now } }

    /// The parts that stand still, or did not begin yet. Setting the time of day changes nothing.
    public func standing(_ clock: any WallClock) -> [Part] {
        let steady = clock.steadyTime()
        let last = last.withLock { $0 }
        return Part.allCases.filter { part in
            guard let beat = last[part] else { return true }
            return beat.steady.epoch != steady.epoch || steady.seconds - beat.steady.seconds > Self.patienceSeconds
        }
    }
}
