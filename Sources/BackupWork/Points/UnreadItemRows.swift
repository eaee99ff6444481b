import BackupRepository
import Catalog
import FileTree
import Foundation
import ProtectionRules
import ProtectionService

// What a backup could not read, in the catalogue. The repository has it, too: a
// rebuild brings it back.

/// Rows of items that backups could not read, within one transaction.
struct UnreadItemRows {
    private let rows: CatalogWriter

    init(_ rows: CatalogWriter) { self.rows = rows }

    /// Records what the newest point of a unit could not read: ends rows that do not hold any
    /// more, and begins others.
    /// - Parameter time: the point's; later than every point's of the unit
    ///   that was recorded before.
    func note(_ items: [UnreadItem], unitID: String, at time: Date, makeID: () -> String) throws {
        var open = Dictionary(
            try rows.page(
                Query<UnreadItemRow>(
                    where: .and([
                        .equal("unitId", unitID), .compare("untilDateTime", .equal, UnreadItemRow.open.sqlValue),
                    ]))
            )
            .map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        var seen = Set<[UInt8]>()
        for item in items where seen.insert(item.path.bytes).inserted {
            let row = UnreadItemRow(item, id: makeID(), unitID: unitID, from: time)
            if open[row.path]?.tells(theSameAs: row) == true { open[row.path] = nil } else { try rows.insert(row) }
        }
        for id in open.values.map(\.id) {
            try rows.update(UnreadItemRow.self, where: .equal("id", id), set: ["untilDateTime": time.sqlValue])
        }
    }

    /// Lets rows follow points of a unit that get other times. A point that is named and has
    /// expired is followed by the next one's.
    /// - Parameters:
    ///   - old: the times that the points had, ascending; every point of the unit from the
    ///     first of them on.
    ///   - new: the times that they get, in the same order.
    ///   - next: the time of what comes after the last of them.
    func move(unitID: String, from old: [Date], to new: [Date], next: Date) throws {
        guard let first = old.first else { return }
        func moved(_ time: Date) -> Date {
            guard time >= first, time < UnreadItemRow.open else { return time }
            return old.firstIndex { $0 >= time }.map { new[$0] } ?? next
        }
        let touched = Query<UnreadItemRow>(
            where: .and([
                .equal("unitId", unitID),
                .or([
                    .compare("fromDateTime", .greaterOrEqual, first.sqlValue),
                    .and([
                        .compare("untilDateTime", .greaterOrEqual, first.sqlValue),
                        .compare("untilDateTime", .less, UnreadItemRow.open.sqlValue),
                    ]),
                ]),
            ]))
        for var row in try rows.page(touched) {
            (row.fromDateTime, row.untilDateTime) = (moved(row.fromDateTime), moved(row.untilDateTime))
            try rows.update(row)
        }
    }
}

extension UnreadItemRow {
    init(_ item: UnreadItem, id: String, unitID: String, from time: Date) {
        self.init()
        self.id = id
        unitId = unitID
        path = item.path.bytes
        kind = item.kind.map(UnreadItemKind.init) ?? .unknown
        code = item.code
        message = item.message
        sinceDateTime = Date(item.since)
        keptFromDateTime = item.keptFrom.map { Date($0) }
        fromDateTime = time
    }

    /// Whether both say the same of one item.
    fileprivate func tells(theSameAs other: UnreadItemRow) -> Bool {
        path == other.path && kind == other.kind && code == other.code && message == other.message
            && sinceDateTime.sqlValue == other.sinceDateTime.sqlValue
            && keptFromDateTime.sqlValue == other.keptFromDateTime.sqlValue
    }
}

extension UnreadItemKind {
    init(_ kind: UnreadKind) {
        self =
            switch kind {
            case .file: .file
            case .folder: .folder
            case .link: .link
            case .other: .other
            }
    }
}

extension PublicError {
    /// How many items the error of a unit names in its details.
    private static let itemsNamed = 20
    private static let pathsInMessage = 3

    /// What a unit says whose newest point could not read everything; nil where it could.
    init?(unread items: [UnreadItem], pointID: String) {
        guard !items.isEmpty else { return nil }
        let (subject, verb) = items.count == 1 ? ("1 item", "It is") : ("\(items.count) items", "They are")
        let named = items.prefix(Self.pathsInMessage).map { "'\($0.path)'" }.joined(separator: ", ")
        let more = items.count > Self.pathsInMessage ? " and \(items.count - Self.pathsInMessage) more" : ""
        self.init(
            code: ServiceErrorCode.unknownError.rawValue,
            message:
                "\(subject) could not be read: \(named)\(more). \(verb) kept as last read, or only named where never "
                + "read, and no restore in place removes what stands there. "
                + "'holdfast point show \(pointID)' lists all.",
            details: items.prefix(Self.itemsNamed).map {
                PublicErrorDetail(code: $0.code, message: $0.message, target: $0.path.description)
            })
    }
}
