package import Catalog
package import Foundation

/// Rows of what snapshots changed, within one transaction.
package struct ChangeRows<Rows: CatalogAccess> {
    private let rows: Rows

    package init(_ rows: Rows) { self.rows = rows }

    /// The rows of a unit in a range of time, oldest first.
    package func changes(of unitID: String, after start: Date, upTo end: Date) throws -> [ChangeStatistics] {
        try rows.page(
            Query<ChangeStatistics>(
                where: .and([
                    .equal("unitId", unitID), .compare("dateTime", .greater, start.sqlValue),
                    .compare("dateTime", .lessOrEqual, end.sqlValue),
                ]), order: [.init("dateTime")]))
    }

    /// The most files that counted as hit on one day of the two weeks before a moment, and the most that
    /// came and nothing can read.
    package func usual(of unitID: String, before end: Date) throws -> (hits: Int, strangers: Int) {
        let start = end.addingTimeInterval(-14 * ChangeDay.seconds)
        let found = try rows.page(
            Query<ChangeStatistics>(
                where: .and([
                    .equal("unitId", unitID), .compare("dateTime", .greater, start.sqlValue),
                    .compare("dateTime", .lessOrEqual, end.sqlValue), .not(.isNull("evidence")),
                    .not(.hasFlags("flags", ChangeFlags.incident.rawValue)),
                ])))
        let days = Dictionary(grouping: found) { ChangeDay.day(of: $0.dateTime) }
        func most(_ count: (ChangeEvidence) -> Int) -> Int {
            days.values.map { $0.compactMap(\.evidence).reduce(0) { $0 + count($1) } }.max() ?? 0
        }
        return (most(\.hits), most(\.strangers))
    }
}

extension ChangeRows where Rows == CatalogWriter {
    /// Adds the row of a snapshot, and counts it among those of all units. A row may be older than
    /// others, as those of a rebuilt catalogue are.
    package func record(_ change: ChangeStatistics) throws {
        try rows.insert(change)
        try note(change)
        var total = ChangeTotal(dateTime: change.dateTime, seconds: 600)
        if let known = try rows.find(ChangeTotal.self, id: total.id) {
            total = known
        } else {
            total.files = try filesOfAll(before: total.dateTime)
        }
        total.add(change)
        try rows.save(total)
        guard change.filesGained != 0 else { return }
        let files = rows.connection.dialect.greatest("0", #""files" + ?"#)
        for seconds in [600, 86_400] {
            try rows.connection.execute(
                """
                UPDATE "changeTotal" SET "files" = \(files) WHERE "seconds" = ? AND "dateTime" > ?
                """,
                [change.filesGained.sqlValue, seconds.sqlValue, total.dateTime.sqlValue])
        }
    }

    /// Notes in the unit's state what changed last, and how much on which day. The first snapshot of
    /// a unit counts on no day: nothing changed, everything was there before.
    private func note(_ change: ChangeStatistics) throws {
        guard let state = try rows.find(UnitState.self, id: change.unitId) else { return }
        let day = ChangeDay.day(of: change.dateTime)
        var recent = state.recentChanges ?? RecentChanges(lastDay: day)
        if !change.flags.contains(.first) { recent.add(change.added + change.changed + change.removed, on: day) }
        var values = ["recentChanges": recent.sqlValue]
        if state.lastChangeDateTime ?? .distantPast <= change.dateTime {
            values["lastChangeDateTime"] = change.dateTime.sqlValue
            values["lastAdded"] = change.added.sqlValue
            values["lastChanged"] = change.changed.sqlValue
            values["lastRemoved"] = change.removed.sqlValue
        }
        try rows.update(UnitState.self, where: .equal("id", state.id), set: values)
    }

    /// The files of all units before a moment.
    private func filesOfAll(before moment: Date) throws -> Int {
        for seconds in [600, 86_400] {
            let earlier = Query<ChangeTotal>(
                where: .and([.equal("seconds", seconds), .compare("dateTime", .less, moment.sqlValue)]),
                order: [.init("dateTime", ascending: false)])
            if let total = try rows.first(earlier) { return total.files }
        }
        return 0
    }

    /// Marks a row, and the ten minutes that it belongs to.
    package func mark(_ change: ChangeStatistics, _ flags: ChangeFlags) throws {
        guard !change.flags.isSuperset(of: flags) else { return }
        try rows.update(change.with { $0.flags.formUnion(flags) })
        let slot = ChangeTotal(dateTime: change.dateTime, seconds: 600).id
        guard let total = try rows.find(ChangeTotal.self, id: slot) else { return }
        try rows.update(total.with { $0.flags.formUnion(flags) })
    }

    /// Sums up rows before a moment as rows of days.
    /// - Returns: how many rows there were, at most `limit`.
    package func fold(before end: Date, limit: Int) throws -> Int {
        let old = try rows.page(
            Query<ChangeStatistics>(
                where: .compare("dateTime", .less, end.sqlValue), order: [.init("dateTime")], limit: limit))
        var days: [String: ChangeDay] = [:]
        for change in old {
            let number = ChangeDay.day(of: change.dateTime)
            let id = ChangeDay.id(change.unitId, day: number)
            var day =
                try days[id] ?? rows.find(ChangeDay.self, id: id) ?? ChangeDay(unitId: change.unitId, day: number)
            day.add(change)
            days[id] = day
        }
        for id in days.keys.sorted() { if let day = days[id] { try rows.save(day) } }
        try rows.delete(ChangeStatistics.self, where: .oneOf("id", old.map(\.id)))
        return old.count
    }

    /// The same for the sums over all units.
    package func foldTotals(before end: Date, limit: Int) throws -> Int {
        let old = try rows.page(
            Query<ChangeTotal>(
                where: .and([.equal("seconds", 600), .compare("dateTime", .less, end.sqlValue)]),
                order: [.init("dateTime")], limit: limit))
        var days: [String: ChangeTotal] = [:]
        for slot in old {
            let empty = ChangeTotal(dateTime: slot.dateTime, seconds: 86_400)
            var day = try days[empty.id] ?? rows.find(ChangeTotal.self, id: empty.id) ?? empty
            day.add(slot)
            days[empty.id] = day
        }
        for id in days.keys.sorted() { if let day = days[id] { try rows.save(day) } }
        try rows.delete(ChangeTotal.self, where: .oneOf("id", old.map(\.id)))
        return old.count
    }

    /// Removes everything of a unit whose backups are deleted. What it was part of in the sums over
    /// all units stays: that names no unit.
    package func erase(unitID: String) throws {
        try rows.delete(ChangeStatistics.self, where: .equal("unitId", unitID))
        try rows.delete(ChangeDay.self, where: .equal("unitId", unitID))
        try rows.delete(PointGap.self, where: .equal("unitId", unitID))
        try rows.delete(UnitHold.self, id: unitID)
        try rows.update(
            UnitState.self, where: .equal("id", unitID),
            set: [
                "lastChangeDateTime": .null, "lastAdded": .null, "lastChanged": .null, "lastRemoved": .null,
                "recentChanges": .null,
            ])
        // The incident keeps that the unit belonged to it, and how much was hit, but no names.
        try rows.update(
            IncidentUnit.self, where: .equal("unitId", unitID), set: ["samples": IncidentSamples().sqlValue])
    }
}

extension ChangeStatistics {
    /// How many files more there are than before; all where it is the first snapshot.
    fileprivate var filesGained: Int { files - (flags.contains(.first) ? 0 : filesBefore) }
}

extension ChangeTotal {
    /// Adds a snapshot of a unit.
    mutating func add(_ change: ChangeStatistics) {
        files = max(0, files + change.filesGained)
        addAmounts(of: change)
        greatestShare = max(greatestShare, change.shareMillionths)
        snapshots += 1
        if change.isHit { snapshotsHit += 1 }
        flags.formUnion(change.flags.subtracting(.first))
    }

    /// Adds ten minutes to a day.
    mutating func add(_ slot: ChangeTotal) {
        files = slot.files
        addAmounts(of: slot)
        greatestShare = max(greatestShare, slot.greatestShare)
        snapshots += slot.snapshots
        snapshotsHit += slot.snapshotsHit
        flags.formUnion(slot.flags)
    }
}
