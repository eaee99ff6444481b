package import Catalog
package import Foundation

/// What the time of day and the steady clock showed at one moment.
package struct ClockReading: Sendable, Hashable {
    package var now: Date
    package var steady: SteadyTime

    package init(now: Date, steady: SteadyTime) {
        self.now = now
        self.steady = steady
    }

    /// Less is a clock that is kept right, or two looks that were not made at
    /// quite the same moment.
    package static let minimumJumpSeconds = 120.0
    /// A longer time that no steady clock vouches for is told: the server may have stood still for
    /// so long, or the clock may be wrong.
    static let maximumUnexplainedSeconds = 86_400.0

    /// What happened to the time of day since an earlier reading.
    package func change(since last: ClockReading) -> ClockChange {
        let gone = now.timeIntervalSince(last.now)
        if steady.epoch == last.steady.epoch, steady.seconds >= last.steady.seconds {
            let moved = gone - (steady.seconds - last.steady.seconds)
            return abs(moved) >= Self.minimumJumpSeconds ? .jump(seconds: moved) : .none
        }
        // The machine was started meanwhile. Time does not go back; how far it should
        // have gone nobody knows.
        if gone <= -Self.minimumJumpSeconds { return .jump(seconds: gone) }
        return gone > Self.maximumUnexplainedSeconds ? .unexplained(seconds: gone) : .none
    }
}

/// What happened to the time of day between two looks.
package enum ClockChange: Sendable, Hashable {
    /// As much passed on it as did.
    case none
    /// It was set ahead, or back (negative); after a restart of the machine by at least so much.
    case jump(seconds: Double)
    /// Perhaps so much time passed without a look.
    case unexplained(seconds: Double)
}

extension ClockState {
    package init(_ reading: ClockReading) {
        self.init()
        note(reading)
    }

    /// The reading that the row keeps.
    package var reading: ClockReading {
        ClockReading(
            now: seenDateTime, steady: SteadyTime(epoch: epoch, seconds: Double(steadyMicroseconds) / 1_000_000))
    }

    /// Keeps a reading for the next comparison.
    package mutating func note(_ reading: ClockReading) {
        seenDateTime = reading.now
        epoch = reading.steady.epoch
        steadyMicroseconds = Int(reading.steady.seconds * 1_000_000)
    }

    /// Whether things may expire: not in the first hours after a jump. A moment further ahead than
    /// that is of a clock that was wrong.
    package func allowsExpiry(at now: Date, holdHours: Int) -> Bool {
        guard let heldUntilDateTime else { return true }
        return heldUntilDateTime <= now || heldUntilDateTime > now.addingTimeInterval(Double(holdHours) * 3600 + 1)
    }
}
