import Foundation

/// A plan in words and figures, before anything is done.
struct PlanReport {
    let plan: JSONValue
    let session: ServerSession

    /// How many accounts are listed with the plan.
    static let unitsShown = 10

    init(_ plan: JSONValue, session: ServerSession) { (self.plan, self.session) = (plan, session) }

    /// The beginning of an id, which commands take too.
    static func shortID(_ plan: JSONValue) -> String { String((plan.text("id") ?? "-").prefix(8)) }

    private func sum(_ name: String) -> Int { plan["sums"]?.int(name) ?? 0 }

    /// How many accounts would be restored.
    var units: Int { sum("units") }
    var isUndo: Bool { plan.text("undoOf") != nil }
    var isInPlace: Bool { plan.text("destinationType") != "new" }

    /// Whether nobody has started the plan.
    private var isWaiting: Bool { ["planning", "ready", "expired"].contains(plan.text("status") ?? "") }

    /// What the plan does, in a word for questions.
    var verb: String { isUndo ? "Take back the restore of" : isInPlace ? "Roll back" : "Restore to a new place" }

    /// The plan as one line of JSON, with the sums beside its own members.
    var json: JSONValue {
        let members: [(String, JSONValue)] = [
            ("id", .string(plan.text("id") ?? "")), ("status", .string(plan.text("status") ?? "")),
        ]
        let sums = plan["sums"]?.members ?? []
        let rest = plan.members.filter { !["id", "status", "sums"].contains($0.name) }
        return JSONOutput.document(
            "plan", .object(members.map { JSONValue.Member(name: $0.0, value: $0.1) } + sums + rest))
    }

    var lines: [String] {
        let place = isInPlace ? "in place" : "to a new place"
        let begun = isWaiting ? "Nothing has been changed." : "It is \(plan.text("status") ?? "")."
        var lines = ["Plan \(Self.shortID(plan)) for \(units.counted("account")) \(place)\(moment). \(begun)", ""]
        for (name, words) in Self.counted where sum(name) > 0 {
            lines.append("  \(words)  \(sum(name).counted("file"))")
        }
        lines.append("  to read     \(Measures.size(sum("bytesToRead")))")
        lines.append("  to write    \(Measures.size(sum("bytesToWrite")))")
        if let seconds = plan["sums"]?.double("estimatedSeconds") {
            lines.append("  takes       about \(Measures.duration(seconds))")
        }
        if sum("newerLost") > 0 {
            lines.append("  ▲ newer     \(sum("newerLost").counted("file")) of today would be lost")
        }
        return lines + [""]
    }

    /// To which moment the accounts go, where one can say it in a few words.
    private var moment: String {
        switch plan["moment"]?.text("kind") {
        case "lastClean": return units == 1 ? ", to its last clean moment" : ", each at its last clean moment"
        case "at": return plan["moment"]?.date("dateTime").map { ", as of \(session.moment($0))" } ?? ""
        default: return isUndo ? ", as before restore \(plan.text("undoOf")?.prefix(8) ?? "")" : ""
        }
    }

    /// What happens to files, in the order of the report.
    private static let counted = [
        ("create", "come back "), ("overwrite", "reverted  "), ("delete", "go        "), ("rename", "renamed   "),
        ("attributes", "times only"), ("unchanged", "unchanged "),
    ]

    func table(_ units: [JSONValue]) -> Table {
        var table = Table("account", "moment", "back#", "revert#", "go#", "newer#", "note")
        for unit in units {
            let counts = ["create", "overwrite", "delete", "newerLost"].map { unit.int($0).map(Measures.count) ?? "-" }
            let moment = session.moment(unit.date("protectionDateTime"))
            table.rows.append([KnownUnit.name(of: unit), moment] + counts + [Self.note(unit)])
        }
        return table
    }

    /// What is special about an account.
    private static func note(_ unit: JSONValue) -> String {
        let status = unit.text("status") ?? ""
        let marks = [
            "noPoint": "✕ no point: left out", "failed": "✕ failed", "excluded": "○ left out",
            "outdated": "▲ out of date",
        ]
        let health = ["unreadItems": "▲ not everything was read", "damaged": "▲ damaged point"]
        let parts = [
            marks[status], unit["error"]?.text("message"), unit.text("pointHealth").flatMap { health[$0] },
            unit.text("note"),
        ]
        return parts.compactMap(\.self).joined(separator: "; ")
    }

    /// What follows the table: what was left out, and how to go on.
    func closing(_ units: (entries: [JSONValue], hasMore: Bool), dryRun: Bool) -> [String] {
        var lines: [String] = []
        if units.hasMore { lines.append("… more: holdfast session show \(Self.shortID(plan)) --accounts") }
        let excluded = plan.list("excluded")
        if !excluded.isEmpty { lines.append("\(excluded.count.counted("account")) left out:") }
        lines += excluded.prefix(Self.unitsShown).map {
            "  ○ \($0.text("unitId") ?? "-"): \($0.text("reason") ?? "")"
        }
        if dryRun { lines.append("To do it: holdfast restore --plan \(Self.shortID(plan)) --yes \(self.units)") }
        return lines
    }
}
