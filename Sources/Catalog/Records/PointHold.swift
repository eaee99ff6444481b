public import Foundation

/// A restore point that is kept longer than its policy says, because the next backup found most of
/// the files gone. Its id is the point's id; it goes with the point, and a unit has one at most.
///
/// The point's own `expirationDateTime` is put off to `untilDateTime` meanwhile, so that everything
/// that asks it (expiry, searches, restores) knows no holds. Only the catalogue has it: a catalogue
/// that is rebuilt from the repositories forgets holds, and keeps points as their policies say.
public struct PointHold: CatalogRecord, Hashable {
    public var id: String = ""
    public var unitId: String = ""
    /// When the loss was found.
    public var sinceDateTime: Date = Date(timeIntervalSince1970: 0)
    /// When it ends by itself.
    public var untilDateTime: Date = Date(timeIntervalSince1970: 0)
    /// When the point goes by its policy; it gets that back at the end.
    public var pointExpirationDateTime: Date = Date(timeIntervalSince1970: 0)
    /// Files in the point.
    public var files: Int = 0
    /// Files in the newest point.
    public var filesLeft: Int = 0

    public init() {}

    public static let table = Table<PointHold>(
        "pointHold",
        [
            Column("id", \.id),
            Column("unitId", \.unitId),
            Column("sinceDateTime", \.sinceDateTime),
            Column("untilDateTime", \.untilDateTime),
            Column("pointExpirationDateTime", \.pointExpirationDateTime),
            Column("files", \.files),
            Column("filesLeft", \.filesLeft),
        ])

    /// The hold of a unit, if there is one.
    public static func query(ofUnit unitID: String) -> Query<PointHold> { Query(where: .equal("unitId", unitID)) }
}
