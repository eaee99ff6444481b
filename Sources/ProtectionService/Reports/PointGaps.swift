import Catalog
import Foundation
import ProtectionRules

/// The times of one unit in which points were due and none was taken.
struct PointGaps: Sendable {
    /// How many of them a line names, the latest ones.
    static let maximumNamed = 10

    private(set) var count = 0
    private(set) var missedPoints = 0
    /// The latest, the oldest first.
    private var named: [(start: Date, end: Date?)] = []

    /// Adds a gap that is later than those before.
    /// - Parameter end: nil for one that goes on.
    mutating func add(from start: Date, to end: Date?, now: Date, cadenceSeconds: Int) {
        count += 1
        missedPoints += MissedPoints(from: start, to: end ?? now, cadenceSeconds: cadenceSeconds)?.count ?? 0
        named = (named + [(start, end)]).suffix(Self.maximumNamed)
    }

    /// The latest gaps as intervals of ISO 8601, the latest first; `..` for the end of one that goes on.
    var text: String? {
        guard !named.isEmpty else { return nil }
        return named.reversed().map { gap in
            let end = gap.end.map { $0.formatted(.iso8601) } ?? ".."
            return "\(gap.start.formatted(.iso8601))/\(end)"
        }.joined(separator: ", ")
    }
}

extension ReportOperations {
    /// The gaps of some units by their ids. They are kept as long as the points of the cadence.
    /// - Parameter lateUnits: those that should have a newer point than they have, with the newest.
    func gaps(of unitIDs: [String], lateUnits: [String: Date]) async throws -> [String: PointGaps] {
        let (now, cadence) = (now, intervals.cadenceSeconds)
        var found: [String: PointGaps] = [:]
        let query = Query<PointGap>(
            where: .oneOf("unitId", unitIDs), order: [.init("unitId"), .init("endDateTime")])
        try await each(query) { rows in
            for gap in rows {
                found[gap.unitId, default: PointGaps()].add(
                    from: gap.startDateTime, to: gap.endDateTime, now: now, cadenceSeconds: cadence)
            }
        }
        for (id, newest) in lateUnits
        where MissedPoints(from: newest, to: now, cadenceSeconds: cadence) != nil {
            found[id, default: PointGaps()].add(from: newest, to: nil, now: now, cadenceSeconds: cadence)
        }
        return found
    }
}
