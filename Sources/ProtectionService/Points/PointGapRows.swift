package import Catalog
import Foundation
package import ProtectionRules

/// Rows of gaps between points, within one transaction.
package struct PointGapRows {
    private let rows: CatalogWriter
    private let intervals: ServiceIntervals

    package init(_ rows: CatalogWriter, _ intervals: ServiceIntervals) {
        self.rows = rows
        self.intervals = intervals
    }

    /// Notes that points are missing before a new one of the cadence. To be called before it is inserted.
    package func follow(_ point: RestorePoint) throws {
        let earlier = Query<RestorePoint>(
            where: .and([
                .equal("unitId", point.unitId), .isOfCadence,
                .compare("protectionDateTime", .less, point.protectionDateTime.sqlValue),
            ]), order: [.init("protectionDateTime", ascending: false)])
        // Where only weekly points are left, those between went because they are old.
        guard let last = try rows.first(earlier), last.cadence == .tenMinutes || point.cadence == .tenMinutes,
            MissedPoints(
                from: last.protectionDateTime, to: point.protectionDateTime, cadenceSeconds: intervals.cadenceSeconds)
                != nil
        else { return }
        try rows.insert(
            PointGap(
                pointId: point.id, unitId: point.unitId, start: last.protectionDateTime, end: point.protectionDateTime))
    }
}
