import Catalog
package import Foundation

/// Times of points as a pure function.
package enum PointTimes {
    /// What lies between two points of a unit at least.
    package static let leastSeconds = 0.001
    /// Points of the same moment lie that close together; nothing was wrong with the clock then.
    package static let toleranceSeconds = 1.0

    /// The times that points get instead of times that have not come yet.
    /// - Parameters:
    ///   - times: ascending, none before `present`.
    ///   - last: the time of the newest point before them.
    package static func honest(_ times: [Date], after last: Date?, before present: Date) -> [Date] {
        guard let newest = times.last else { return [] }
        let shift = max(0, newest.timeIntervalSince(present) + leastSeconds)
        var least = last?.addingTimeInterval(leastSeconds) ?? .distantPast
        return times.map { time in
            let moved = min(time, max(time.addingTimeInterval(-shift), least))
            least = moved.addingTimeInterval(leastSeconds)
            return moved
        }
    }

    /// The times that points get when the clock jumps ahead to where it was before.
    /// - Parameters:
    ///   - points: ascending by `time`, with what the clock said when each was taken, where
    ///     that is another time.
    ///   - seconds: how far it jumped.
    package static func givenBack(_ points: [(time: Date, clock: Date?)], at now: Date, after seconds: Double) -> [Date]
    {
        let before = now.addingTimeInterval(-seconds)
        var least = Date.distantPast
        return points.map { point in
            let isRight = point.clock.map { $0 > before && $0 <= now } ?? false
            let time = isRight ? point.clock ?? point.time : point.time.addingTimeInterval(seconds)
            let moved = max(time, least)
            least = moved.addingTimeInterval(leastSeconds)
            return moved
        }
    }

    /// Ascending times for points that were made in this order. As many as can keep theirs; one
    /// that a wrong clock dated comes right after the point before it.
    package static func inOrder(_ times: [Date]) -> [Date] {
        let kept = longestAscending(times)
        guard let first = kept.min() else { return times }
        var last = times[first].addingTimeInterval(-leastSeconds * Double(first + 1))
        return times.indices.map { place in
            let following = last.addingTimeInterval(leastSeconds)
            last = kept.contains(place) ? max(times[place], following) : following
            return last
        }
    }

    /// The places of a longest ascending sequence within `times`.
    private static func longestAscending(_ times: [Date]) -> Set<Int> {
        // The place of the least end of a sequence of each length, and what comes before each
        // place in its sequence.
        var (ends, former): ([Int], [Int?]) = ([], [])
        for (place, time) in times.enumerated() {
            var (low, high) = (0, ends.count)
            while low < high {
                let middle = (low + high) / 2
                if times[ends[middle]] < time { low = middle + 1 } else { high = middle }
            }
            former.append(low == 0 ? nil : ends[low - 1])
            if low == ends.count { ends.append(place) } else { ends[low] = place }
        }
        return Set(
            sequence(first: ends.last) { place in place.map { former[$0] } }.prefix { $0 != nil }.compactMap { $0 })
    }
}
