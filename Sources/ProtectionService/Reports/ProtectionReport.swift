import Catalog
import Foundation
import ProtectionRules

extension ReportOperations {
    /// A line for everything that can be protected, in the order of the ids.
    private struct Line {
        var state: UnitState
        var policy: String?
        var oldestInTime: Date
        var namesPeople: Bool
        var gaps: PointGaps?

        var protection: ProtectionState {
            ProtectionState(state.standing, newest: state.newestPointDateTime, oldestInTime: oldestInTime)
        }

        /// The newest point of a unit that should have a newer one.
        var lateSince: Date? {
            [.late, .failing].contains(protection) ? state.newestPointDateTime : nil
        }

        /// Names of people are for people; those of sites are for everybody.
        var name: String? { namesPeople || state.siteWebUrl != nil ? state.displayName : nil }
    }

    private static let protectionTable = ReportTable<Line>([
        ("unitId", { ReportValue($0.state.unitId) }),
        ("displayName", { ReportValue($0.name) }),
        ("email", { ReportValue($0.namesPeople ? $0.state.email : nil) }),
        ("siteWebUrl", { ReportValue($0.state.siteWebUrl) }),
        ("workload", { .text($0.state.workload.rawValue) }),
        ("policy", { ReportValue($0.policy) }),
        ("state", { .text($0.protection.rawValue) }),
        ("errorCode", { ReportValue($0.state.error?.code) }),
        ("newestPointDateTime", { ReportValue($0.state.newestPointDateTime) }),
        ("oldestPointDateTime", { ReportValue($0.state.oldestPointDateTime) }),
        ("pointCount", { .number($0.state.pointCount) }),
        ("damagedPointCount", { .number($0.state.damagedPointCount) }),
        ("gapCount", { ReportValue($0.gaps?.count) }),
        ("missedPointCount", { ReportValue($0.gaps?.missedPoints) }),
        ("gaps", { ReportValue($0.gaps?.text) }),
        ("fileCount", { ReportValue($0.state.fileCount) }),
        ("sizeInBytes", { ReportValue($0.state.sizeInBytes) }),
        ("verifiedDateTime", { ReportValue($0.state.verifiedDateTime) }),
    ])

    /// How everything that can be protected is protected at this moment.
    /// - Parameter namesPeople: whether names and mail addresses of people are shown.
    public func protection(namesPeople: Bool) async throws -> Report {
        let oldestInTime = context.unitStates.oldestInTime
        let (policies, counts) = try await look { reader in
            let policies = try reader.page(Query<ProtectionPolicy>()).map { ($0.id, $0.displayName) }
            let counts = try ProtectionState.allCases.map { state in
                let condition = UnitStateOperations.condition(state, oldestInTime: oldestInTime)
                return (state, try reader.count(Query<UnitState>(where: condition)))
            }
            return (Dictionary(policies) { first, _ in first }, counts)
        }
        let table = Self.protectionTable
        return Report(
            kind: "protection", title: "Protection of accounts and sites",
            summary: counts.filter { $0.1 > 0 }.map { "\($0.0.rawValue): \($0.1)" },
            notCovered: [
                "States are those of the moment of the report; those of earlier days are not kept.",
                """
                Gaps are those of the last \(intervals.tenMinuteRetentionDays) days, from the point before to the \
                point after; of each account the latest \(PointGaps.maximumNamed) are named. While a policy is \
                paused none of its points are due, but the gap that ends with the next point begins before the pause.
                """,
                "A verified point was read and compared with its hashes. No drill has restored it elsewhere.",
            ], columns: table.columns
        ) { [context] take in
            try await context.reports.each(Query<UnitState>(order: [.init("id")])) { rows in
                var lines = rows.map {
                    Line(
                        state: $0, policy: $0.policyId.flatMap { policies[$0] }, oldestInTime: oldestInTime,
                        namesPeople: namesPeople)
                }
                let late = lines.compactMap { line in line.lateSince.map { (line.state.id, $0) } }
                let gaps = try await context.reports.gaps(
                    of: rows.compactMap(\.unitId), lateUnits: Dictionary(late) { first, _ in first })
                for place in lines.indices { lines[place].gaps = gaps[lines[place].state.id] }
                try await take(lines.map(table.row))
            }
        }
    }

    /// Hands over all rows of a query, some at a time, each time from a state of its own.
    func each<Record: CatalogRecord>(
        _ query: Query<Record>, _ take: ([Record]) async throws -> Void
    ) async throws {
        var query = query
        query.limit = Self.rowsAtOnce
        while true {
            let rows = try await look { [query] in try $0.page(query) }
            guard let last = rows.last else { return }
            try await take(rows)
            query.after = query.key(of: last)
        }
    }
}
