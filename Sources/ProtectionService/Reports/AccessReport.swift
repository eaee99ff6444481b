public import Foundation
import Catalog
import ProtectionRules

extension ReportOperations {
    /// Somebody who may do something, or what somebody did.
    private struct Line {
        /// `account`, `program` or `act`.
        var kind: String
        var id: String?
        var name: String?
        /// The roles of an account, or the permissions of a program.
        var rights: [String] = []
        var isDisabled = false
        var hasSecondFactor: Bool?
        var created: Date?
        var act: Act?
        var tally: Tally?
    }

    /// What is counted as one.
    private struct Act: Hashable {
        var actorID: String?
        var actorName: String?
        var action: String
        var outcome: String
    }

    private struct Tally {
        var count = 0
        var first: Date
        var last: Date
    }

    private static let accessTable = ReportTable<Line>([
        ("kind", { .text($0.kind) }),
        ("id", { ReportValue($0.id) }),
        ("name", { ReportValue($0.name) }),
        ("rights", { $0.rights.isEmpty ? .none : .text($0.rights.joined(separator: " ")) }),
        ("isDisabled", { $0.kind == "account" ? .flag($0.isDisabled) : .none }),
        ("hasSecondFactor", { $0.hasSecondFactor.map { .flag($0) } ?? .none }),
        ("createdDateTime", { ReportValue($0.created) }),
        ("action", { ReportValue($0.act?.action) }),
        ("outcome", { ReportValue($0.act?.outcome) }),
        ("count", { ReportValue($0.tally?.count) }),
        ("firstDateTime", { ReportValue($0.tally?.first) }),
        ("lastDateTime", { ReportValue($0.tally?.last) }),
    ])

    /// How far a report looks back where nobody says.
    private static let usualDays = 30.0

    /// Who may do what, and who did what how often.
    /// - Parameter start: the first moment whose acts count; nil for thirty days before the end.
    /// - Parameter end: the moment from which on acts no longer count; nil for now.
    /// - Parameter namesPeople: whether names of people are shown.
    /// - Throws: `invalidTimeRange` where the end is not after the start.
    public func access(start: Date?, end: Date?, namesPeople: Bool) async throws -> Report {
        let end = end ?? now
        let start = start ?? end.addingTimeInterval(-Self.usualDays * 24 * 3600)
        guard start < end else { throw ServiceError(.invalidTimeRange, "The end must be after the start.") }
        var lines = try await context.operators.all().map { account in
            Line(
                kind: "account", id: account.id, name: namesPeople ? account.name : nil, rights: account.roles.values,
                isDisabled: account.isDisabled, hasSecondFactor: account.hasSecondFactor,
                created: account.createdDateTime)
        }
        let accounts = lines.count
        lines += try await context.programs.all().map { program in
            Line(
                kind: "program", id: program.id, name: program.displayName, rights: program.roles.values.sorted(),
                created: program.createdDateTime)
        }
        let programs = lines.count - accounts
        let tallies = try await tallies(from: start, to: end, namesPeople: namesPeople)
        let acts = tallies.values.reduce(0) { $0 + $1.count }
        lines += tallies.sorted { $0.value.first < $1.value.first }.map { act, tally in
            Line(kind: "act", id: act.actorID, name: act.actorName, act: act, tally: tally)
        }
        let table = Self.accessTable
        return Report(
            kind: "access", title: "Access to backups",
            summary: [
                "accounts: \(accounts)", "programs: \(programs)", "acts: \(acts)",
                "from \(start.formatted(.iso8601)) to \(end.formatted(.iso8601))",
            ],
            notCovered: [
                "People of an issuer elsewhere have no account here; who of them may enter is decided there.",
                "Tokens that an issuer elsewhere gives to programs are not listed; what they do is.",
                "Whoever can read the storage and the master secret can read backups without this server.",
            ], columns: table.columns
        ) { [lines] take in try await take(lines.map { table.row($0) }) }
    }

    private func tallies(from start: Date, to end: Date, namesPeople: Bool) async throws -> [Act: Tally] {
        var tallies: [Act: Tally] = [:]
        let within = RowPredicate.and([
            .compare("dateTime", .greaterOrEqual, start.sqlValue), .compare("dateTime", .less, end.sqlValue),
        ])
        try await each(Query<AuditRecord>(where: within, order: [.init("dateTime")])) { records in
            for record in records {
                let isShown = namesPeople || record.actorKind != .operator
                let act = Act(
                    actorID: record.actorId, actorName: isShown ? record.actorName : nil, action: record.action,
                    outcome: record.outcome)
                tallies[act, default: Tally(first: record.dateTime, last: record.dateTime)].count += 1
                tallies[act]?.last = record.dateTime
            }
        }
        return tallies
    }
}
