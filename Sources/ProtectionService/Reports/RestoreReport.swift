import Catalog
import Foundation
import ProtectionRules

extension ReportOperations {
    /// A unit of a plan, or an item of it that could not be restored.
    private struct Line {
        var unit: PlanUnit
        var account: ProtectionUnit?
        var namesPeople: Bool
        var artifact: RestoreArtifact?
        var failed: RestoreItemError?

        /// What became of the unit, or of the item.
        var outcome: String {
            failed.map { _ in "failed" } ?? artifact?.status.rawValue ?? unit.status.rawValue
        }
        var error: (code: String, message: String)? {
            if let failed { return (failed.code, failed.message) }
            return (artifact?.error ?? unit.error).map { ($0.code, $0.message) }
        }
        var name: String? { account?.siteName ?? (namesPeople ? account?.ownerName : nil) }
    }

    private static let restoreTable = ReportTable<Line>([
        ("kind", { .text($0.failed == nil ? "account" : "item") }),
        ("unitId", { .text($0.unit.unitId) }),
        ("displayName", { ReportValue($0.name) }),
        ("email", { ReportValue($0.namesPeople ? $0.account?.ownerEmail : nil) }),
        ("outcome", { .text($0.outcome) }),
        ("restorePointId", { ReportValue($0.failed == nil ? $0.unit.restorePointId : nil) }),
        ("protectionDateTime", { ReportValue($0.failed == nil ? $0.unit.protectionDateTime : nil) }),
        ("create", { ReportValue($0.failed == nil ? $0.unit.sums.create : nil) }),
        ("overwrite", { ReportValue($0.failed == nil ? $0.unit.sums.overwrite : nil) }),
        ("delete", { ReportValue($0.failed == nil ? $0.unit.sums.delete : nil) }),
        ("rename", { ReportValue($0.failed == nil ? $0.unit.sums.rename : nil) }),
        ("newerLost", { ReportValue($0.failed == nil ? $0.unit.newerLost : nil) }),
        ("startDateTime", { ReportValue($0.artifact?.startDateTime) }),
        ("completionDateTime", { ReportValue($0.artifact?.completionDateTime) }),
        ("path", { ReportValue($0.failed.map { String(decoding: $0.path, as: UTF8.self) }) }),
        ("errorCode", { ReportValue($0.error?.code) }),
        ("errorMessage", { ReportValue($0.error?.message) }),
    ])

    /// What a plan wanted, and what became of it: each account, and below it each item that failed.
    /// - Throws: `restorePlanNotFound` where there is no such plan.
    public func restore(plan id: String, namesPeople: Bool) async throws -> Report {
        let plan = try await context.plans.plan(id: id)
        let table = Self.restoreTable
        return Report(
            kind: "restore", title: plan.displayName,
            summary: [PlanSentence.text(plan), "status: \(plan.status.rawValue)", "plan: \(plan.id)"],
            notCovered: [
                "Items that were restored as planned are not listed one by one; the plan's list of changes has them.",
                "A restored file was written from content that fits its hash. Nobody opened it.",
            ], columns: table.columns
        ) { [context] take in
            let units = Query<PlanUnit>(where: PlanUnit.ofPlan(plan.id), order: [.init("ordinal")])
            try await context.reports.each(units) { units in
                for line in try await context.reports.lines(of: units, namesPeople: namesPeople) {
                    try await take([table.row(line)])
                    try await context.reports.eachFailure(of: line) { try await take($0.map { table.row($0) }) }
                }
            }
        }
    }

    private func lines(of units: [PlanUnit], namesPeople: Bool) async throws -> [Line] {
        try await look { reader in
            let accounts = try reader.records(ProtectionUnit.self, ids: units.map(\.unitId))
            let artifacts = try reader.records(RestoreArtifact.self, ids: units.compactMap(\.artifactId))
            return units.map { unit in
                Line(
                    unit: unit, account: accounts[unit.unitId], namesPeople: namesPeople,
                    artifact: unit.artifactId.flatMap { artifacts[$0] })
            }
        }
    }

    private func eachFailure(of line: Line, _ take: ([Line]) async throws -> Void) async throws {
        guard let artifact = line.artifact else { return }
        var start = 0
        while true {
            let page = try await context.restores.itemErrors(
                ofArtifact: artifact.id, from: start, limit: Self.rowsAtOnce)
            guard !page.errors.isEmpty else { return }
            try await take(
                page.errors.map { failed in
                    var line = line
                    line.failed = failed
                    return line
                })
            start += page.errors.count
        }
    }
}
