import Catalog
import Foundation

// The time of a point says when the drive was as the point has it. Two rules keep it honest:
//
// * Points of a unit have different times, in the order in which they were taken, at least a millisecond apart, so that "the newest" is clear.
// * A point that exists was not taken in the future. One that bears a later time than the present got it from a clock that was ahead. If it kept
//   it, the points that are taken now would have to be dated later still, where no search up to now finds them; or lie before it, and on the day on
//   which the wrong time comes the old point would be the newest, and a restore to that moment would bring back old content.
//
// So when a backup ends, the unit's points from the future move back together, the newest to just before the start of the backup. Taken as they
// were under one wrong clock, they keep their distances, and as the last of them was taken a cadence ago, their times are right to within the time
// for which nothing was backed up since. None moves before a point that was taken earlier. A point is kept for as long as before from its new time
// on. Ids, snapshots and order stay, and so does the time in the snapshot, which says what the clock said.

extension CatalogWriter {
    /// Moves points from the future back, and gives the time for a point of a backup that began at a moment.
    func honestTime(_ start: Date, unitID: String) throws -> Date {
        let ofUnit = RowPredicate.equal("unitId", unitID)
        let later = Query<RestorePoint>(
            where: .and([ofUnit, .compare("protectionDateTime", .greaterOrEqual, start.sqlValue)]), order: [.init("protectionDateTime")])
        let earlier = Query<RestorePoint>(
            where: .and([ofUnit, .compare("protectionDateTime", .less, start.sqlValue)]),
            order: [.init("protectionDateTime", ascending: false)], limit: 1)
        let points = try page(later)
        guard let newest = points.last?.protectionDateTime else { return start }
        guard newest.timeIntervalSince(start) > PointTimes.toleranceSeconds else { return newest.addingTimeInterval(PointTimes.leastSeconds) }
        let times = PointTimes.honest(points.map(\.protectionDateTime), after: try first(earlier)?.protectionDateTime, before: start)
        for (var point, time) in zip(points, times) where time != point.protectionDateTime {
            let moved = point.protectionDateTime.timeIntervalSince(time)
            point.protectionDateTime = time
            point.expirationDateTime.addTimeInterval(-moved)
            try update(point)
        }
        return max(start, (times.last ?? start).addingTimeInterval(PointTimes.leastSeconds))
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
}
