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
        for start in stride(from: 0, to: unitIDs.count, by: 500) {
            let some = RowPredicate.oneOf("unitId", Array(unitIDs[start..<min(unitIDs.count, start + 500)]))
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
        let cadence = Double(intervals.cadenceSeconds)
        var last: RestorePoint?
        for point in points {
            guard let place = series.bucket(of: point.protectionDateTime) else { continue }
            series.points[place] += 1
            let kind: ChangeSeries.SpecialPoint.Kind? =
                point.isDamaged
                ? .damaged : point.failureCount > 0 ? .partial : point.cadence == .weekly ? .weekly : nil
            if let kind {
                series.special.append(.init(dateTime: point.protectionDateTime, pointId: point.id, kind: kind))
            }
            if let last, last.cadence == .tenMinutes || point.cadence == .tenMinutes {
                let gap = point.protectionDateTime.timeIntervalSince(last.protectionDateTime)
                let missing = min(series.added.count * 144, Int((gap / cadence).rounded()) - 1)
                for number in 0..<max(0, missing) {
                    let due = last.protectionDateTime.addingTimeInterval(Double(number + 1) * cadence)
                    if let place = series.bucket(of: due) { series.missed[place] += 1 }
                }
            }
            last = point
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
