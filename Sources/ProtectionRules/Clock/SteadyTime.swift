import Foundation

/// Seconds on a clock that only goes forward, at the pace of time, also while the machine sleeps.
public struct SteadyTime: Sendable, Hashable {
    /// What the seconds count from: two values of the same epoch can be compared, others say
    /// nothing of each other.
    public var epoch: String
    /// Since then.
    public var seconds: Double

    public init(epoch: String, seconds: Double) {
        self.epoch = epoch
        self.seconds = seconds
    }
}
