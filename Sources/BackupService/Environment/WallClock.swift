public import Foundation

/// The time of day, as something that can be turned in tests and in the sandbox.
public protocol WallClock: Sendable {
    /// The present moment.
    func now() -> Date

    /// Waits until `deadline` has come; returns at once where it has.
    /// - Throws: `CancellationError` when the task is cancelled.
    func sleep(until deadline: Date) async throws
}

/// The machine's clock.
public struct SystemClock: WallClock {
    /// Makes the machine's clock.
    public init() {}

    public func now() -> Date { Date() }

    /// Looks again after at most a minute, so that a clock which was set meanwhile is followed.
    public func sleep(until deadline: Date) async throws {
        while true {
            let seconds = deadline.timeIntervalSince(now())
            guard seconds > 0 else { return }
            try await Task.sleep(for: .seconds(min(seconds, 60)))
        }
    }
}
