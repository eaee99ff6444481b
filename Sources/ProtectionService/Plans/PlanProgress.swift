import Catalog
import Foundation
import ProtectionRules

extension PlanOperations {
    /// How far the sessions of a plan are; one that was not started has done nothing.
    /// - Throws: `restorePlanNotFound` where there is none.
    public func progress(ofPlan id: String) async throws -> RestoreProgressReport {
        let (id, now) = (id.lowercased(), now)
        return try await look { reader in
            let plan = try PlanRows(reader).plan(id)
            let sessions = try PlanRows(reader).sessions(id)
            guard !sessions.isEmpty else {
                var report = RestoreProgressReport(asOfDateTime: now)
                report.phase = .planning
                (report.units.total, report.units.waiting) = (plan.sums.units, plan.sums.units)
                report.bytesTotal = plan.sums.bytesToWrite
                report.itemsTotal = plan.sums.changes
                return report
            }
            return try ProgressRows(reader).report(of: sessions, ofPlan: id, now)
        }
    }
}
