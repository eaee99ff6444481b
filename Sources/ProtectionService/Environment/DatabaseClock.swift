public import Foundation
public import ProtectionRules
import Synchronization

/// The time of the catalogue's database, which all processes that share it have alike: the clock of a
/// process that is wrong hurts nobody.
///
/// It keeps how far the database is ahead of a clock that only counts on, also while the machine
/// sleeps, and measures that again and again (`measure`). It does not go back, but where the
/// database's own clock was set back by more than is ever put right in small steps.
public final class DatabaseClock: WallClock {
    private struct State {
        /// Seconds since 1970 in the database, less those of the counting clock.
        var ahead: Double?
        var last = Date.distantPast
    }

    private let base: any WallClock
    private let count: @Sendable () -> Double
    private let ask: @Sendable () async throws -> Date
    private let state = Mutex(State())

    /// An answer that took longer says too little of its moment.
    private static let maximumSeconds = 0.1
    private static let startTries = 5
    /// A process whose own clock differs by more is told so.
    public static let toldSkewSeconds = 5.0

    /// Asks for the database's time first.
    /// - Parameter base: the machine's clock; it waits, and is compared.
    /// - Parameter count: seconds that only count on; of the machine since its start by default.
    /// - Parameter ask: gives the database's time.
    public init(
        base: any WallClock, count: @escaping @Sendable () -> Double = DatabaseClock.secondsSinceStart,
        ask: @escaping @Sendable () async throws -> Date
    ) async throws {
        (self.base, self.count, self.ask) = (base, count, ask)
        for attempt in 1...Self.startTries where try await !measure(takesAny: attempt == Self.startTries) { continue }
    }

    /// Goes on while the machine sleeps.
    public static let secondsSinceStart: @Sendable () -> Double = { start.duration(to: .now) / .seconds(1) }
    private static let start = ContinuousClock.now

    /// Compares with the database once.
    /// - Returns: whether the answer came soon enough to count.
    @discardableResult
    public func measure() async throws -> Bool { try await measure(takesAny: false) }

    private func measure(takesAny: Bool) async throws -> Bool {
        let sent = count()
        let answer = try await ask()
        let seconds = count() - sent
        guard takesAny || seconds <= Self.maximumSeconds else { return false }
        state.withLock { $0.ahead = answer.timeIntervalSince1970 - (sent + seconds / 2) }
        return true
    }

    /// How far this machine's clock is ahead of the database's, in seconds.
    public var skew: Double { base.now().timeIntervalSince(now()) }

    public func now() -> Date {
        state.withLock { state in
            guard let ahead = state.ahead else { return base.now() }
            let present = Date(timeIntervalSince1970: count() + ahead)
            let isSetBack = state.last.timeIntervalSince(present) >= ClockReading.minimumJumpSeconds
            state.last = isSetBack ? present : max(state.last, present)
            return state.last
        }
    }

    public func sleep(until deadline: Date) async throws {
        let seconds = max(0, deadline.timeIntervalSince(now()))
        try await base.sleep(until: base.now().addingTimeInterval(seconds))
    }

    public func steadyTime() -> SteadyTime { base.steadyTime() }
}
