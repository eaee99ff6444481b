public import Foundation

/// How old the numbers of the feed of changes are, so that old ones can be forgotten. The feed
/// itself keeps no times.
public struct FeedAges: Sendable {
    private struct Mark {
        var number: Int
        var seen: Date
    }

    /// The number of marks in the kept time, at most.
    private static let marksKept = 20.0
    private let keptSeconds: TimeInterval
    private var marks: [Mark] = []
    private var forgotten = 0

    /// - Parameter keptSeconds: how long changes are kept at least.
    public init(keptSeconds: TimeInterval) { self.keptSeconds = keptSeconds }

    /// Takes the newest number of the feed.
    /// - Returns: the number up to which the feed may be forgotten; nil where nothing
    ///   more is old enough.
    public mutating func look(number: Int, at now: Date) -> Int? {
        // After a clock was set back, or a feed began anew, older marks say nothing.
        marks.removeAll { $0.seen > now || $0.number > number }
        if forgotten > number { forgotten = 0 }
        let isTime = marks.last.map { now.timeIntervalSince($0.seen) >= keptSeconds / Self.marksKept } ?? true
        if isTime, marks.last?.number != number, number > forgotten { marks.append(Mark(number: number, seen: now)) }
        guard let old = marks.lastIndex(where: { now.timeIntervalSince($0.seen) >= keptSeconds }) else { return nil }
        forgotten = marks[old].number
        marks.removeSubrange(...old)
        return forgotten
    }
}
