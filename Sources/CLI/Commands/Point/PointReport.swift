import Catalog
import Foundation
import ProtectionService

/// A restore point with its owner's names, in the shape of the API's `restorePoint`, whether a
/// server told it or the state folder.
struct PointReport {
    let entity: JSONValue
    /// What could not be read; nil where it was not asked for.
    var unread: [JSONValue]?

    /// - Parameter owner: the entity `unitState`, for its names.
    init(_ point: JSONValue, owner: JSONValue?, unread: [JSONValue]? = nil) {
        let names = ["displayName", "email", "siteWebUrl"].compactMap { name in
            owner?[name].map { JSONValue.Member(name: name, value: $0) }
        }
        entity = .object(point.members + names)
        self.unread = unread
    }

    /// - Parameter unread: what could not be read; nil leaves the member out.
    init(_ details: PointDetails, unread: [UnreadItemRow]? = nil) {
        let (point, unit, hold) = (details.point, details.unit, details.hold)
        func moment(_ date: Date?) -> JSONValue { date.map { .string(Moments.utc($0)) } ?? .null }
        func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
        entity = .object([
            ("id", .string(point.id)), ("unitId", .string(point.unitId)),
            ("workload", .string(point.workload.rawValue)),
            ("protectionDateTime", moment(point.protectionDateTime)),
            ("expirationDateTime", moment(point.expirationDateTime)),
            ("cadence", .string(point.cadence.rawValue)), ("isDamaged", .bool(point.isDamaged)),
            ("unreadCount", .integer(point.failureCount)), ("snapshotId", .string(point.snapshotId)),
            ("undoSessionId", text(point.undoSessionId)), ("heldSinceDateTime", moment(hold?.sinceDateTime)),
            ("heldUntilDateTime", moment(hold?.untilDateTime)),
            ("heldFiles", hold.map { .integer($0.files) } ?? .null),
            ("heldFilesLeft", hold.map { .integer($0.filesLeft) } ?? .null),
            ("displayName", text(unit.displayName ?? unit.knownName)), ("email", text(unit.email ?? unit.signInName)),
        ])
        self.unread = unread?.map { item in
            .object([
                ("path", .string(item.name)), ("kind", .string(item.kind.rawValue)), ("code", .string(item.code)),
                ("message", .string(item.message)), ("sinceDateTime", moment(item.sinceDateTime)),
                ("keptFromDateTime", moment(item.keptFromDateTime)),
            ])
        }
    }

    /// The point as JSON, with what could not be read where that was asked for.
    var json: JSONValue {
        let items = unread.map { [JSONValue.Member(name: "unreadItems", value: .array($0))] } ?? []
        return JSONOutput.document("restorePoint", .object(entity.members + items))
    }

    var name: String { KnownUnit.name(of: entity) }

    // MARK: Lists

    /// - Parameter isOfOne: whether all points are of one account, which then has no column.
    static func listing(now: Date, zone: TimeZone, isOfOne: Bool = false) -> Listing {
        @Sendable func moment(_ date: Date?) -> String {
            date.map { Moments.short($0, zone: zone, now: now) } ?? "-"
        }
        let account = Listing.Column(name: "account", member: "displayName") { KnownUnit.name(of: $0) }
        return Listing(
            type: "restorePoint",
            columns: [
                .init(name: "point", member: "id") { $0.text("id") ?? "-" },
                .init(name: "moment", member: "protectionDateTime") { moment($0.date("protectionDateTime")) },
            ] + (isOfOne ? [] : [account]) + [
                .init(name: "note", member: "cadence") { PointReport($0, owner: nil).note },
                .init(name: "kept until", member: "expirationDateTime") { moment($0.date("expirationDateTime")) },
            ])
    }

    /// What is special about the point, in a few words.
    var note: String {
        var notes: [String] = []
        if entity.bool("isDamaged") == true { notes.append("✕ damaged") }
        if let count = entity.int("unreadCount"), count > 0 { notes.append("▲ \(count.counted("item")) unread") }
        if entity.text("heldUntilDateTime") != nil { notes.append("held") }
        if entity.text("undoSessionId") != nil { notes.append("before a restore") }
        if entity.text("cadence") == "weekly" { notes.append("weekly") }
        return notes.joined(separator: ", ")
    }

    // MARK: One point

    func lines(now: Date, zone: TimeZone) -> [String] {
        func moment(_ name: String) -> String {
            entity.date(name).map { Moments.short($0, zone: zone, now: now) } ?? "-"
        }
        let (id, unitID) = (entity.text("id") ?? "-", entity.text("unitId") ?? "-")
        var lines = [
            "\(name), point of \(moment("protectionDateTime"))", "", "  id         \(id)", "  unit       \(unitID)",
            "  kept       until \(moment("expirationDateTime"))", "  snapshot   \(entity.text("snapshotId") ?? "-")",
        ]
        if entity.text("undoSessionId") != nil {
            lines.append("  taken      before a restore, so that it can be taken back")
        }
        if entity.text("heldUntilDateTime") != nil {
            let (files, left) = (entity.int("heldFiles") ?? 0, entity.int("heldFilesLeft") ?? 0)
            let span = "since \(moment("heldSinceDateTime")) until \(moment("heldUntilDateTime"))"
            let loss = "of its \(files.counted("file")) \(left) \(left == 1 ? "is" : "are") left"
            lines.append("  ▲          HELD \(span): \(loss)")
            lines.append("             To end the hold: holdfast point release \(unitID)")
        }
        if entity.bool("isDamaged") == true {
            lines.append("  ✕          damaged; what is lost: holdfast repository repair \(unitID) --dry-run")
        }
        let items = unread ?? []
        lines.append("")
        lines.append(
            items.isEmpty ? "Everything was read." : "\(items.count.counted("item")) could not be read:")
        return lines + items.map { "  " + Self.line($0, now: now, zone: zone) }
    }

    /// What could not be read, why, since when, and what of it is kept.
    private static func line(_ item: JSONValue, now: Date, zone: TimeZone) -> String {
        func moment(_ date: Date) -> String { Moments.short(date, zone: zone, now: now) }
        let kept = item.date("keptFromDateTime").map { "kept as of \(moment($0))" } ?? "nothing of it is kept"
        let since = item.date("sinceDateTime").map { " since \(moment($0))" } ?? ""
        return """
            \(item.text("kind") ?? "item") \((item.text("path") ?? "").debugDescription): \
            \(item.text("message") ?? item.text("code") ?? "")\(since), \(kept)
            """
    }
}

extension UnreadItemRow {
    /// The item's path, with a replacement character for bytes that are not UTF-8.
    var name: String { String(decoding: path, as: UTF8.self) }
}
