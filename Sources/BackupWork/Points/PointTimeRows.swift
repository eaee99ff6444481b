import Catalog
import Foundation
import ProtectionRules

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

/// Times of restore points, within one transaction.
struct PointTimeRows {
    private let rows: CatalogWriter

    init(_ rows: CatalogWriter) { self.rows = rows }

    /// Moves points from the future back, and returns the time for a point of a backup that
    /// began at a moment.
    func honestTime(_ start: Date, unitID: String) throws -> Date {
        let ofUnit = RowPredicate.equal("unitId", unitID)
        let later = Query<RestorePoint>(
            where: .and([ofUnit, .compare("protectionDateTime", .greaterOrEqual, start.sqlValue)]),
            order: [.init("protectionDateTime")])
        let earlier = Query<RestorePoint>(
            where: .and([ofUnit, .compare("protectionDateTime", .less, start.sqlValue)]),
            order: [.init("protectionDateTime", ascending: false)], limit: 1)
        let points = try rows.page(later)
        guard let newest = points.last?.protectionDateTime else { return start }
        guard newest.timeIntervalSince(start) > PointTimes.toleranceSeconds else {
            return newest.addingTimeInterval(PointTimes.leastSeconds)
        }
        let times = PointTimes.honest(
            points.map(\.protectionDateTime), after: try rows.first(earlier)?.protectionDateTime, before: start)
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
    func giveBack(at now: Date, after seconds: Double) throws -> Int {
        let passed = Query<RestorePoint>(
            where: .and([
                .compare("clockDateTime", .greater, now.addingTimeInterval(-seconds).sqlValue),
                .compare("clockDateTime", .lessOrEqual, now.sqlValue),
            ]))
        var moved = 0
        for (unitID, right) in Dictionary(grouping: try rows.page(passed), by: \.unitId) {
            guard let first = right.map(\.protectionDateTime).min() else { continue }
            let points = try rows.page(
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
            try rows.update(point)
        }
        try UnreadItemRows(rows).move(unitID: unitID, from: points.map(\.protectionDateTime), to: times, next: next)
    }
}
