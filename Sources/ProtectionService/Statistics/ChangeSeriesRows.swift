import Catalog
import Foundation
import ProtectionRules

/// Reads series, within one transaction, from rows of statistics and points, and never from trees.
struct ChangeSeriesRows {
    private let rows: CatalogReader
    private let intervals: ServiceIntervals

    init(_ rows: CatalogReader, _ intervals: ServiceIntervals) {
        self.rows = rows
        self.intervals = intervals
    }

    /// The series of one unit.
    func series(of unitID: String, _ empty: ChangeSeries) throws -> ChangeSeries {
        var series = empty
        let ofUnit = RowPredicate.equal("unitId", unitID)
        for day in try rows.page(query(ChangeDay.self, ofUnit, series)) { series.add(day) }
        let changes = try rows.page(query(ChangeStatistics.self, ofUnit, series))
        for change in changes { series.add(change) }
        let before = try filesBefore(unitID, series)
        series.carryFiles(from: before)
        let points = try rows.page(
            Query<RestorePoint>(
                where: .and([
                    ofUnit, .compare("protectionDateTime", .greaterOrEqual, series.start.sqlValue),
                    .compare("protectionDateTime", .less, series.end.sqlValue),
                ]), order: [.init("protectionDateTime")]))
        add(points, to: &series)
        try addNotable(changes, to: &series)
        return series
    }

    /// The series of some units together. Days of units are summed, ten minutes too.
    func series(of unitIDs: [String], _ empty: ChangeSeries) throws -> ChangeSeries {
        var series = empty
        var files: [String: [Int: Int]] = [:]
        for piece in unitIDs.pieces(of: 500) {
            let some = RowPredicate.oneOf("unitId", Array(piece))
            for day in try rows.page(query(ChangeDay.self, some, series)) {
                series.add(day)
                if let place = series.bucket(of: day.dateTime) { files[day.unitId, default: [:]][place] = day.files }
            }
            let changes = try rows.page(query(ChangeStatistics.self, some, series))
            for change in changes {
                series.add(change)
                if let place = series.bucket(of: change.dateTime) {
                    files[change.unitId, default: [:]][place] = change.files
                }
            }
            try addNotable(changes, to: &series)
            try addMissed(of: Array(piece), to: &series)
        }
        series.sumFiles(files, unitsBefore: try unitIDs.map { ($0, try filesBefore($0, series)) })
        return series
    }

    /// The series of all units, from the sums that are kept for it.
    func seriesOfAll(_ empty: ChangeSeries) throws -> ChangeSeries {
        var series = empty
        let totals = try rows.page(
            Query<ChangeTotal>(
                where: .and([
                    .compare("dateTime", .greaterOrEqual, series.start.sqlValue),
                    .compare("dateTime", .less, series.end.sqlValue),
                ]), order: [.init("dateTime")]))
        for total in totals { series.add(total) }
        let earlier = Query<ChangeTotal>(
            where: .compare("dateTime", .less, series.start.sqlValue), order: [.init("dateTime", ascending: false)])
        series.carryFiles(from: try rows.first(earlier)?.files ?? 0)
        try addMissed(of: nil, to: &series)
        return series
    }

    private func query<Record: CatalogRecord>(
        _: Record.Type, _ whose: RowPredicate, _ series: ChangeSeries
    ) -> Query<Record> {
        Query(
            where: .and([
                whose, .compare("dateTime", .greaterOrEqual, series.start.sqlValue),
                .compare("dateTime", .less, series.end.sqlValue),
            ]), order: [.init("dateTime")])
    }

    private func filesBefore(_ unitID: String, _ series: ChangeSeries) throws -> Int {
        let earlier = RowPredicate.and([
            .equal("unitId", unitID), .compare("dateTime", .less, series.start.sqlValue),
        ])
        let newest = try rows.first(
            Query<ChangeStatistics>(where: earlier, order: [.init("dateTime", ascending: false)]))
        if let newest { return newest.files }
        return try rows.first(Query<ChangeDay>(where: earlier, order: [.init("dateTime", ascending: false)]))?.files
            ?? 0
    }

    /// Points as they are, and those that are missing between two that are further apart than a
    /// cadence. Only where points of each cadence are kept can one be missing.
    private func add(_ points: [RestorePoint], to series: inout ChangeSeries) {
        var last: RestorePoint?
        for point in points {
            guard let place = series.bucket(of: point.protectionDateTime) else { continue }
            series.points[place] += 1
            if let kind = ChangeSeries.SpecialPoint.Kind(point) {
                series.special.append(.init(dateTime: point.protectionDateTime, pointId: point.id, kind: kind))
            }
            if point.undoSessionId != nil { continue }
            if let last, last.cadence == .tenMinutes || point.cadence == .tenMinutes {
                addMissed(from: last.protectionDateTime, to: point.protectionDateTime, units: 1, to: &series)
            }
            last = point
        }
    }

    /// Points that some units miss, or all.
    private func addMissed(of units: [String]?, to series: inout ChangeSeries) throws {
        // Thousands of units miss the same points at once, where the service stood still: those
        // whose gaps begin and end within the same ten minutes are one row of the answer.
        var values = [series.start.sqlValue, series.end.sqlValue]
        var whose = ""
        if let units {
            whose = #" AND "unitId" IN (\#(units.map { _ in "?" }.joined(separator: ", ")))"#
            values += units.map(\.sqlValue)
        }
        let sql = """
            SELECT MIN("startDateTime"), MIN("endDateTime"), COUNT(*) FROM "pointGap"
            WHERE "endDateTime" > ? AND "startDateTime" < ?\(whose)
            GROUP BY "startDateTime" / 600000000, "endDateTime" / 600000000
            """
        for row in try rows.connection.query(sql, values) {
            guard let start = Date(sqlValue: row[0]), let end = Date(sqlValue: row[1]),
                let count = Int(sqlValue: row[2])
            else { throw CatalogError(.damaged, "The gaps between points cannot be read.") }
            addMissed(from: start, to: end, units: count, to: &series)
        }
    }

    private func addMissed(from start: Date, to end: Date, units: Int, to series: inout ChangeSeries) {
        guard let missed = MissedPoints(from: start, to: end, cadenceSeconds: intervals.cadenceSeconds),
            let first = series.bucket(of: max(start, series.start))
        else { return }
        var before = missed.due(before: series.moment(of: first))
        for place in first..<series.missed.count {
            let due = missed.due(before: min(series.moment(of: place + 1), series.end))
            series.missed[place] += (due - before) * units
            if due == missed.count { return }
            before = due
        }
    }

    private func addNotable(_ changes: [ChangeStatistics], to series: inout ChangeSeries) throws {
        let marked = changes.filter { !$0.flags.isDisjoint(with: [.notable, .incident]) }
        for change in marked.suffix(max(0, Self.maximumNotable - series.notable.count)) {
            let before = try rows.first(
                Query<RestorePoint>(
                    where: .and([
                        .equal("unitId", change.unitId),
                        .compare("protectionDateTime", .less, change.dateTime.sqlValue),
                    ]), order: [.init("protectionDateTime", ascending: false)]))
            let touched = change.changed + change.replaced
            series.notable.append(
                .init(
                    from: before?.protectionDateTime ?? change.dateTime, to: change.dateTime,
                    pointBefore: before?.id, pointAfter: change.id,
                    share: Double(change.shareMillionths) / 1_000_000, added: change.added, changed: change.changed,
                    removed: change.removed, replaced: change.replaced,
                    isIncident: change.flags.contains(.incident),
                    text: "\(touched) of \(change.filesBefore) files were changed or replaced, "
                        + "\(change.added - change.replaced) added, \(change.removed - change.replaced) removed"))
        }
    }

    /// Marked changes that one series names.
    private static let maximumNotable = 200
}

extension ChangeSeries.SpecialPoint.Kind {
    /// What is special about a point; nil where nothing is.
    fileprivate init?(_ point: RestorePoint) {
        if point.isDamaged {
            self = .damaged
        } else if point.undoSessionId != nil {
            self = .undo
        } else if point.failureCount > 0 {
            self = .partial
        } else if point.cadence == .weekly {
            self = .weekly
        } else {
            return nil
        }
    }
}

extension ChangeSeries {
    mutating func add(_ change: ChangeStatistics) {
        guard let place = bucket(of: change.dateTime) else { return }
        add(change, at: place, units: 1, hit: change.isHit ? 1 : 0)
        raise(place, shareMillionths: change.flags.contains(.first) ? 0 : change.shareMillionths, change.flags)
    }

    mutating func add(_ day: ChangeDay) {
        guard let place = bucket(of: day.dateTime) else { return }
        add(day, at: place, units: 1, hit: day.greatestShare >= ChangeTotal.hitShare ? 1 : 0)
        raise(place, shareMillionths: day.greatestShare, day.flags)
    }

    mutating func add(_ total: ChangeTotal) {
        guard let place = bucket(of: total.dateTime) else { return }
        add(total, at: place, units: total.snapshots, hit: total.snapshotsHit)
        raise(place, shareMillionths: total.greatestShare, total.flags)
    }

    private mutating func add(_ amounts: some ChangeAmounts, at place: Int, units more: Int, hit: Int) {
        added[place] += amounts.added
        changed[place] += amounts.changed
        removed[place] += amounts.removed
        replaced[place] += amounts.replaced
        addedBytes[place] += amounts.addedBytes
        storedBytes[place] += amounts.storedBytes
        units[place] += more
        unitsHit[place] += hit
        files[place] = amounts.files
    }

    private mutating func raise(_ place: Int, shareMillionths: Int, _ more: ChangeFlags) {
        maxShare[place] = max(maxShare[place], Double(shareMillionths) / 1_000_000)
        flags[place] |= more.rawValue
    }

    /// Buckets without a change have as many files as the one before.
    mutating func carryFiles(from before: Int) {
        var last = before
        for place in files.indices {
            if units[place] > 0 { last = files[place] }
            files[place] = last
        }
    }

    /// The files of several units, each carried on by itself.
    mutating func sumFiles(_ known: [String: [Int: Int]], unitsBefore: [(String, Int)]) {
        files = files.map { _ in 0 }
        for (unitID, before) in unitsBefore {
            var last = before
            let changes = known[unitID] ?? [:]
            for place in files.indices {
                last = changes[place] ?? last
                files[place] += last
            }
        }
    }
}
