public import Foundation

/// A stretch in which points of a unit were due and none was taken: between two points of the
/// cadence. Its id is that of the point that ended it; it outlives both points.
public struct PointGap: CatalogRecord, Hashable {
    public var id: String = ""
    public var unitId: String = ""
    /// The moment of the point before.
    public var startDateTime: Date = Date(timeIntervalSince1970: 0)
    /// The moment of the point that ended it.
    public var endDateTime: Date = Date(timeIntervalSince1970: 0)

    public init() {}

    public init(pointId: String, unitId: String, start: Date, end: Date) {
        (id, self.unitId) = (pointId, unitId)
        (startDateTime, endDateTime) = (start, end)
    }

    public static let table = Table<PointGap>(
        "pointGap",
        [
            Column("id", \.id), Column("unitId", \.unitId), Column("startDateTime", \.startDateTime),
            Column("endDateTime", \.endDateTime),
        ])
}
