public import Catalog
import FileTree
public import Foundation
public import ProtectionRules

/// Everything that the first page of a portal says, from counters and a few looks at indexes.
public struct ServiceOverview: Sendable {
    public var asOf: Date
    public var sentence: String
    public var states: [Workload: StateCounts]
    /// The unit whose newest point is the oldest.
    public var oldestNewestPoint: (unitID: String, date: Date)?
    /// Units with points by the age of the newest; the last entry is without bound.
    public var ages: [(upToSeconds: Int?, units: Int)]
    public var damagedPoints: Int
    /// Units whose repository was not verified in full for a month.
    public var unverifiedUnits: Int
    public var protectedBytes: Int
    public var storedBytes: Int
    /// nil where it is not known.
    public var freeBytes: Int?
    /// Days until the storage is full at the growth of the last two weeks; nil where that is not known.
    public var daysLeft: Int?
    public var runningRestores: Int
    public var openIncidents: Int
    public var toDo: [OverviewTask]
}

/// Something that a person should look at.
public struct OverviewTask: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        case incident, failing, late, notProtected, damagedPoints, unverified
    }

    public enum Severity: String, Sendable, CaseIterable {
        case error, warning
    }

    public var kind: Kind
    public var severity: Severity
    /// The unit, where it is about one.
    public var unitID: String?
    /// How many, where it is about several.
    public var count: Int?
    public var since: Date?
    public var message: String
    /// What a person should do about it.
    public var action: String

    public init(
        kind: Kind, severity: Severity, unitID: String? = nil, count: Int? = nil, since: Date? = nil, message: String,
        action: String
    ) {
        self.kind = kind
        self.severity = severity
        self.unitID = unitID
        self.count = count
        self.since = since
        self.message = message
        self.action = action
    }
}

extension UnitStateOperations {
    /// How many failing units the list of tasks names; the rest is one entry with a count.
    private static let failingUnitsNamed = 10
    /// A repository that was not read in full for as long counts as unverified.
    static let unverifiedAfterDays = 30
    /// The bounds of the ages, in seconds, besides the age from which on a unit is late.
    private static let ageBounds = [3600, 86_400]

    /// What the service protects, how well, and what is to be done. Costs the same for ten units
    /// and for a hundred thousand, as long as few are late.
    public func overview() async throws -> ServiceOverview {
        let (now, oldestInTime) = (now, oldestInTime)
        let late = dependencies.intervals.lateAfterSeconds
        let figures = try await look { reader in
            try OverviewRows(reader).figures(
                now: now, oldestInTime: oldestInTime,
                ageBounds: ([late] + Self.ageBounds).filter { $0 >= late },
                verifiedSince: now.addingTimeInterval(-Double(Self.unverifiedAfterDays) * 86_400),
                failing: Self.failingUnitsNamed)
        }
        let sites = figures.states[.sharePoint] ?? StateCounts()
        let people = figures.states.filter { $0.key != .sharePoint }.values.reduce(StateCounts(), +)
        let freeBytes = dependencies.repositorySpace().map { Int(clamping: $0.availableBytes) }
        return ServiceOverview(
            asOf: now,
            sentence: OverviewSentence.text(
                people: people, sites: sites, oldestNewest: figures.oldestNewest?.newestPointDateTime, now: now),
            states: figures.states,
            oldestNewestPoint: figures.oldestNewest.flatMap { row in
                row.newestPointDateTime.map { (unitID: row.id, date: $0) }
            },
            ages: figures.ages, damagedPoints: figures.damagedPoints, unverifiedUnits: figures.unverified,
            protectedBytes: figures.protectedBytes, storedBytes: figures.storedBytes,
            freeBytes: freeBytes,
            daysLeft: StorageForecast.daysLeft(
                freeBytes: freeBytes, grownBytes: figures.grownBytes,
                historySeconds: figures.firstChange.map { now.timeIntervalSince($0) }),
            runningRestores: figures.runningRestores, openIncidents: figures.incidents.count,
            toDo: tasks(figures, people + sites))
    }

    private func tasks(_ figures: OverviewFigures, _ counts: StateCounts) -> [OverviewTask] {
        var tasks = figures.incidents.map { incident in
            OverviewTask(
                kind: .incident, severity: .error, count: incident.unitCount, since: incident.beganBefore,
                message: incident.sentence, action: "Look at incident \(incident.id), then roll back or dismiss it.")
        }
        tasks += figures.failing.map { row in
            OverviewTask(
                kind: .failing, severity: .error, unitID: row.id, since: row.standingSinceDateTime,
                message: row.error?.message ?? "The last backup failed.",
                action: row.error.flatMap { UnitAdvice.action(on: $0.code) } ?? "Look at the error of the unit.")
        }
        let unnamed = counts[.failing] - figures.failing.count
        if unnamed > 0 {
            tasks.append(
                OverviewTask(
                    kind: .failing, severity: .error, count: unnamed,
                    message: unnamed == 1 ? "1 more unit fails." : "\(unnamed) more units fail.",
                    action: "List the units in the state 'failing'."))
        }
        if counts[.late] > 0 {
            tasks.append(
                OverviewTask(
                    kind: .late, severity: .warning, count: counts[.late],
                    since: figures.oldestNewest?.newestPointDateTime,
                    message: "The newest point of \(Self.units(counts[.late])) is older than it should be.",
                    action: "See whether backups wait or the server was down."))
        }
        if figures.damagedPoints > 0 {
            tasks.append(
                OverviewTask(
                    kind: .damagedPoints, severity: .error, count: figures.damagedPoints,
                    message: figures.damagedPoints == 1
                        ? "1 restore point cannot be restored in full."
                        : "\(figures.damagedPoints) restore points cannot be restored in full.",
                    action: "Run 'holdfast repository check' and 'holdfast repository repair'."))
        }
        if counts[.notProtected] > 0 {
            tasks.append(
                OverviewTask(
                    kind: .notProtected, severity: .warning, count: counts[.notProtected],
                    since: figures.unprotectedSince,
                    message: counts[.notProtected] == 1
                        ? "1 drive or site is in no policy."
                        : "\(counts[.notProtected]) drives or sites are in no policy.",
                    action: "Protect them, or exclude them from the policy that protects everything."))
        }
        if figures.unverified > 0 {
            tasks.append(
                OverviewTask(
                    kind: .unverified, severity: .warning, count: figures.unverified,
                    message:
                        """
                        The backups of \(Self.units(figures.unverified)) were not read in full for \
                        \(Self.unverifiedAfterDays) days.
                        """,
                    action: "Let the server run, or run 'holdfast repository check'."))
        }
        return tasks
    }

    private static func units(_ count: Int) -> String { count == 1 ? "1 unit" : "\(count) units" }
}

/// The figures of an overview, as the catalogue has them.
struct OverviewFigures: Sendable {
    var states: [Workload: StateCounts] = [:]
    var oldestNewest: UnitState?
    var ages: [(upToSeconds: Int?, units: Int)] = []
    var damagedPoints = 0
    var unverified = 0
    var protectedBytes = 0
    var storedBytes = 0
    /// Bytes that backups after the first ones stored in the last two weeks.
    var grownBytes = 0
    /// When the first change was recorded that is still known.
    var firstChange: Date?
    var runningRestores = 0
    /// Those that are neither dismissed nor restored, the oldest first.
    var incidents: [Incident] = []
    /// Units that fail, the longest first.
    var failing: [UnitState] = []
    /// Since when the first of what is not protected is so.
    var unprotectedSince: Date?
}

/// What an overview reads, within one transaction.
struct OverviewRows {
    private let rows: CatalogReader

    init(_ rows: CatalogReader) { self.rows = rows }

    /// - Parameter ageBounds: upper bounds of the ages in seconds, ascending; the first is the age
    ///   from which on a unit is late.
    /// - Parameter failing: how many failing units to read.
    func figures(
        now: Date, oldestInTime: Date, ageBounds: [Int], verifiedSince: Date, failing: Int
    ) throws -> OverviewFigures {
        var figures = OverviewFigures()
        let (late, withoutPoint) = try lateUnits(oldestInTime)
        var withPoints = -withoutPoint
        for totals in try rows.page(Query<UnitTotals>()) {
            if [.protected, .failing].contains(totals.standing) { withPoints += totals.units }
            Self.count(totals, late: late, oldestInTime, in: &figures.states)
            figures.damagedPoints += totals.damagedPoints
            figures.protectedBytes += totals.sizeInBytes
            figures.storedBytes += totals.storedInBytes
        }
        figures.oldestNewest = try [UnitStanding.protected, .failing].compactMap { standing in
            try rows.first(
                Query<UnitState>(
                    where: .and([.equal("standing", standing), .not(.isNull("newestPointDateTime"))]),
                    order: [.init("newestPointDateTime")]))
        }.min { ($0.newestPointDateTime ?? now) < ($1.newestPointDateTime ?? now) }
        figures.ages = try ages(of: withPoints, now: now, bounds: ageBounds)
        figures.unverified = try rows.count(
            Query<UnitState>(where: .compare("verifiedDateTime", .less, verifiedSince.sqlValue)))
        (figures.grownBytes, figures.firstChange) = try growth(now)
        figures.runningRestores = try rows.count(
            Query<RestoreSession>(where: .oneOf("status", [RestoreSessionStatus.activating, .active])))
        figures.incidents = try rows.page(
            Query<Incident>(
                where: .oneOf("status", IncidentStatus.unclosed), order: [.init("detectedDateTime")]))
        func first(_ standing: UnitStanding, _ limit: Int) throws -> [UnitState] {
            try rows.page(
                Query<UnitState>(
                    where: .equal("standing", standing), order: [.init("standingSinceDateTime")], limit: limit))
        }
        figures.failing = try first(.failing, failing)
        figures.unprotectedSince = try first(.notProtected, 1).first?.standingSinceDateTime
        return figures
    }

    /// How many units and sources there are in each state.
    func states(oldestInTime: Date) throws -> [Workload: StateCounts] {
        let late = try lateUnits(oldestInTime).late
        var states: [Workload: StateCounts] = [:]
        for totals in try rows.page(Query<UnitTotals>()) { Self.count(totals, late: late, oldestInTime, in: &states) }
        return states
    }

    private static func count(
        _ totals: UnitTotals, late: [SQLValue: Int], _ oldestInTime: Date, in states: inout [Workload: StateCounts]
    ) {
        var counts = states[totals.workload] ?? StateCounts()
        if totals.standing == .protected {
            counts[.late] = late[totals.workload.sqlValue, default: 0]
            counts[.protected] = totals.units - counts[.late]
        } else {
            counts[ProtectionState(totals.standing, newest: nil, oldestInTime: oldestInTime)] = totals.units
        }
        states[totals.workload] = counts
    }

    /// What was stored in the last two weeks, and since when changes are known. Ten minutes in which a
    /// drive was backed up for the first time are left out: that is no growth.
    private func growth(_ now: Date) throws -> (bytes: Int, since: Date?) {
        func ofLength(_ seconds: Int) -> RowPredicate { .equal("seconds", seconds) }
        let start = now.addingTimeInterval(-Double(StorageForecast.days) * ChangeDay.seconds)
        let bytes = try rows.sum(
            Query<ChangeTotal>(
                where: .and([
                    ofLength(600), .compare("dateTime", .greaterOrEqual, start.sqlValue),
                    .not(.hasFlags("flags", ChangeFlags.first.rawValue)),
                ])), of: "storedBytes")
        let firsts = try [600, Int(ChangeDay.seconds)].compactMap { seconds in
            try rows.first(Query<ChangeTotal>(where: ofLength(seconds), order: [.init("dateTime")]))?.dateTime
        }
        return (bytes, firsts.min())
    }

    /// The late units of each workload, and how many units should have a point and have none. One
    /// look at an index for each condition: for two at once the database walks over all units.
    private func lateUnits(_ oldestInTime: Date) throws -> (late: [SQLValue: Int], withoutPoint: Int) {
        func units(_ standing: UnitStanding, _ newest: RowPredicate) -> Query<UnitState> {
            Query(where: .and([.equal("standing", standing), newest]))
        }
        let isMissing = RowPredicate.isNull("newestPointDateTime")
        let isOld = RowPredicate.compare("newestPointDateTime", .less, oldestInTime.sqlValue)
        let old = try rows.groupedCount(units(.protected, isOld), by: "workload")
        let missing = try rows.groupedCount(units(.protected, isMissing), by: "workload")
        return (
            late: old.merging(missing, uniquingKeysWith: +),
            withoutPoint: try missing.values.reduce(0, +) + rows.count(units(.failing, isMissing))
        )
    }

    /// Counts the older units, which are few, and takes them from all.
    /// - Parameter all: how many units have a point.
    private func ages(of all: Int, now: Date, bounds: [Int]) throws -> [(upToSeconds: Int?, units: Int)] {
        var younger: [Int] = []
        for bound in bounds {
            let time = now.addingTimeInterval(-Double(bound))
            let isOlder = RowPredicate.compare("newestPointDateTime", .less, time.sqlValue)
            let older = try [UnitStanding.protected, .failing].map { standing in
                try rows.count(Query<UnitState>(where: .and([.equal("standing", standing), isOlder])))
            }
            younger.append(all - older.reduce(0, +))
        }
        let counts = zip(younger, [0] + younger).map { $0 - $1 } + [all - (younger.last ?? 0)]
        return zip(bounds.map { Optional($0) } + [nil], counts).map { (upToSeconds: $0, units: $1) }
    }
}
