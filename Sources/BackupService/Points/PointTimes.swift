import Catalog
import Foundation

// The time of a point says when the drive was as the point has it. Two rules keep it honest:
//
// * Points of a unit have different times, in the order in which they were taken, at least a
//   millisecond apart, so that "the newest" is clear.
// * A point that exists was not taken in the future. One that bears a later time than the present
//   got it from a clock that was ahead. If it kept it, the points that are taken now would have to
//   be dated later still, where no search up to now finds them; or lie before it, and on the day on
//   which the wrong time comes the old point would be the newest, and a restore to that moment
//   would bring back old content.
//
// So when a backup ends, the unit's points from the future move back together, the newest to
// just before the start of the backup. Taken as they were under one wrong clock, they keep
// their distances, and as the last of them was taken a cadence ago, their times are right to
// within the time for which nothing was backed up since. None moves before a point that was
// taken earlier. Ids, snapshots and order stay, and so does the time in the snapshot, which
// says what the clock said.
//
// A clock that is behind looks the same from here: every point of the right time lies in its
// future. So nothing is lost by a move. Expirations stay as they are, which at worst is too late,
// and a point keeps what the clock said when it was taken (`clockDateTime`). When the clock jumps
// ahead past that time, the points were right: they get their times back, and what was taken under
// the wrong clock moves ahead with the clock.

extension CatalogWriter {
    /// Moves points from the future back, and gives the time for a point of a backup that
    /// began at a moment.
    func honestTime(_ start: Date, unitID: String) throws -> Date {
        let ofUnit = RowPredicate.equal("unitId", unitID)
        let later = Query<RestorePoint>(
            where: .and([ofUnit, .compare("protectionDateTime", .greaterOrEqual, start.sqlValue)]),
            order: [.init("protectionDateTime")])
        let earlier = Query<RestorePoint>(
            where: .and([ofUnit, .compare("protectionDateTime", .less, start.sqlValue)]),
            order: [.init("protectionDateTime", ascending: false)], limit: 1)
        let points = try page(later)
        guard let newest = points.last?.protectionDateTime else { return start }
        guard newest.timeIntervalSince(start) > PointTimes.toleranceSeconds else {
            return newest.addingTimeInterval(PointTimes.leastSeconds)
        }
        let times = PointTimes.honest(
            points.map(\.protectionDateTime), after: try first(earlier)?.protectionDateTime, before: start)
        let time = max(start, (times.last ?? start).addingTimeInterval(PointTimes.leastSeconds))
        try move(points, to: times, unitID: unitID, next: time) {
            $0.clockDateTime = $0.clockDateTime ?? $0.protectionDateTime
        }
        return time
    }

    /// Undoes what `honestTime` did while the clock was behind: points whose own time the clock
    /// passed by in a jump get it back, and those that were taken meanwhile move ahead by as much
    /// as the clock did.
    /// - Parameters:
    ///   - now: the time of day after the jump.
    ///   - seconds: how far the clock jumped ahead.
    /// - Returns: the number of points that moved.
    func giveTimesBack(at now: Date, after seconds: Double) throws -> Int {
        let passed = Query<RestorePoint>(
            where: .and([
                .compare("clockDateTime", .greater, now.addingTimeInterval(-seconds).sqlValue),
                .compare("clockDateTime", .lessOrEqual, now.sqlValue),
            ]))
        var moved = 0
        for (unitID, right) in Dictionary(grouping: try page(passed), by: \.unitId) {
            guard let first = right.map(\.protectionDateTime).min() else { continue }
            let points = try page(
                Query<RestorePoint>(
                    where: .and([
                        .equal("unitId", unitID), .compare("protectionDateTime", .greaterOrEqual, first.sqlValue),
                    ]),
                    order: [.init("protectionDateTime")]))
            let times = PointTimes.givenBack(
                points.map { (time: $0.protectionDateTime, clock: $0.clockDateTime) }, at: now, after: seconds)
            try move(points, to: times, unitID: unitID, next: now) { $0.clockDateTime = nil }
            moved += points.count
        }
        return moved
    }

    /// Gives points, in their order, new times, and lets what could not be read follow them.
    private func move(
        _ points: [RestorePoint], to times: [Date], unitID: String, next: Date, _ change: (inout RestorePoint) -> Void
    ) throws {
        for (var point, time) in zip(points, times) where time != point.protectionDateTime {
            let ahead = time.timeIntervalSince(point.protectionDateTime)
            // What a clock that was behind dated is kept for as long as anything else.
            if point.clockDateTime == nil, ahead > 0 { point.expirationDateTime.addTimeInterval(ahead) }
            change(&point)
            point.protectionDateTime = time
            try update(point)
        }
        try moveUnreadItems(unitID: unitID, from: points.map(\.protectionDateTime), to: times, next: next)
    }
}

/// Times of points as a pure function.
enum PointTimes {
    /// What lies between two points of a unit at least.
    static let leastSeconds = 0.001
    /// Points of the same moment lie that close together; nothing was wrong with the clock then.
    static let toleranceSeconds = 1.0

    /// The times that points get instead of times that have not come yet.
    /// - Parameters:
    ///   - times: ascending, none before `present`.
    ///   - last: the time of the newest point before them.
    static func honest(_ times: [Date], after last: Date?, before present: Date) -> [Date] {
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
    static func givenBack(_ points: [(time: Date, clock: Date?)], at now: Date, after seconds: Double) -> [Date] {
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
    static func inOrder(_ times: [Date]) -> [Date] {
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
