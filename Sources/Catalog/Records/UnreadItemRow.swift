public import Foundation

/// An item that consecutive backups of a unit could not read, with one finding: the row belongs to
/// every point from `fromDateTime` up to, but not including, `untilDateTime`. So a backup with the
/// same finding as the one before writes nothing.
public struct UnreadItemRow: CatalogRecord, Hashable {
    public var id: String = ""
    public var unitId: String = ""
    /// The item's path in the drive or site, raw bytes.
    public var path: [UInt8] = []
    public var kind: UnreadItemKind = .unknown
    /// A stable word for the kind of failure.
    public var code: String = ""
    /// What failed, for a person; without paths of the server.
    public var message: String = ""
    /// The first of the backups in a row that could not read the item.
    public var sinceDateTime: Date = Date(timeIntervalSince1970: 0)
    /// The time of the last good reading, whose content the points have; nil where they have none.
    public var keptFromDateTime: Date?
    /// The time of the first point that it belongs to.
    public var fromDateTime: Date = Date(timeIntervalSince1970: 0)
    /// The time of the first point that it does not belong to any more; `open` while there is none.
    public var untilDateTime: Date = UnreadItemRow.open

    /// A moment after every point: 9999-12-30T00:00:00Z.
    public static let open = Date(timeIntervalSince1970: 253_402_128_000)

    public init() {}

    public static let table = Table<UnreadItemRow>(
        "unreadItem",
        [
            Column("id", \.id),
            Column("unitId", \.unitId),
            Column("path", \.path),
            Column("kind", \.kind),
            Column("code", \.code),
            Column("message", \.message),
            Column("sinceDateTime", \.sinceDateTime),
            Column("keptFromDateTime", \.keptFromDateTime),
            Column("fromDateTime", \.fromDateTime),
            Column("untilDateTime", \.untilDateTime),
        ])

    /// The rows that belong to a point of a unit, in order of the paths.
    /// - Parameters:
    ///   - after: where the last page ended.
    ///   - limit: nil for all.
    public static func query(
        of point: RestorePoint, after: UnreadItemRow? = nil, limit: Int? = nil
    ) -> Query<UnreadItemRow> {
        var query = Query<UnreadItemRow>(
            where: .and([
                .equal("unitId", point.unitId),
                .compare("fromDateTime", .lessOrEqual, point.protectionDateTime.sqlValue),
                .compare("untilDateTime", .greater, point.protectionDateTime.sqlValue),
            ]),
            order: [.init("path")], limit: limit)
        query.after = after.map { query.key(of: $0) }
        return query
    }
}

/// What an item is that could not be read.
public enum UnreadItemKind: String, SQLEnum, CaseIterable {
    case file
    case folder
    case link
    /// A pipe, socket or device.
    case other
    /// Its kind could not be read either.
    case unknown
}

extension CatalogWriter {
    /// Removes the rows of a unit that belong to no point any more.
    public func deleteOutdatedUnreadItems(unitID: String) throws(CatalogError) {
        // Open rows belong to the newest point, or to the next.
        try connection.execute(
            """
            DELETE FROM "unreadItem" WHERE "unitId" = ? AND "untilDateTime" < ? AND NOT EXISTS (
                SELECT 1 FROM "restorePoint" WHERE "restorePoint"."unitId" = "unreadItem"."unitId"
                AND "protectionDateTime" >= "fromDateTime" AND "protectionDateTime" < "untilDateTime")
            """,
            [.text(unitID), UnreadItemRow.open.sqlValue])
    }
}
