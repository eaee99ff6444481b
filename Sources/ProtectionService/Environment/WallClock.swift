public import Concurrency
public import Foundation
import Glibc
public import ProtectionRules

/// The time of day, as something that can be turned in tests and in the sandbox.
public protocol WallClock: Sendable {
    func now() -> Date

    /// Waits until `deadline` has come, or until as much time has passed as lay before it at the
    /// call; returns at once where it has come.
    ///
    /// So a clock that is set back during the wait does not prolong it until
    /// the wrong time comes.
    /// - Throws: `CancellationError` when the task is cancelled.
    func sleep(until deadline: Date) async throws

    /// The time that has passed, which setting the time of day does not change.
    func steadyTime() -> SteadyTime
}

/// The machine's clock.
public struct SystemClock: WallClock {
    /// Makes the machine's clock.
    public init() {}

    public func now() -> Date { Date() }

    /// Looks again after at most a minute, so that a clock which was set meanwhile is followed.
    public func sleep(until deadline: Date) async throws {
        let end = ContinuousClock.now + .seconds(max(0, deadline.timeIntervalSince(now())))
        while true {
            let left = ContinuousClock.now.duration(to: end) / .seconds(1)
            let seconds = min(left, deadline.timeIntervalSince(now()))
            guard seconds > 0 else { return }
            try await Task.sleep(for: .seconds(min(seconds, 60)))
        }
    }

    /// Since the machine was started, by the kernel's own account (`CLOCK_BOOTTIME`, which goes on
    /// while the machine sleeps), so that a server that is started again can still compare; without
    /// a name for the start since this process first asked.
    public func steadyTime() -> SteadyTime {
        var time = timespec()
        guard let epoch = Self.bootID, unsafe clock_gettime(CLOCK_BOOTTIME, &time) == 0 else {
            return SteadyTime(epoch: Self.processEpoch, seconds: Self.processStart.duration(to: .now) / .seconds(1))
        }
        return SteadyTime(epoch: epoch, seconds: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }

    private static let bootID = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        .trimmingCharacters(in: .whitespacesAndNewlines)
    private static let processEpoch = UUID().uuidString
    private static let processStart = ContinuousClock.now
}

extension WallClock {
    /// Returns when one of some signals has moved on, or the moment has come.
    /// - Throws: `CancellationError` when the task is cancelled.
    public func sleep(until deadline: Date, orAfter signals: [(signal: WorkSignal, seen: Int)]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.sleep(until: deadline) }
            for (signal, seen) in signals { group.addTask { try await signal.wait(after: seen) } }
            _ = try await group.next()
            group.cancelAll()
        }
        try Task.checkCancellation()
    }
}
