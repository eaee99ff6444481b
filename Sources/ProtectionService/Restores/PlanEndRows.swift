package import Catalog
package import Foundation
package import ProtectionRules

/// What the sessions of a plan make of it, within one transaction.
package struct PlanEndRows<Rows: CatalogAccess> {
    private let rows: Rows

    package init(_ rows: Rows) { self.rows = rows }

    /// How far the artifacts are that restore the units of a plan, each with its last one.
    package func counts(ofPlan id: String) throws -> RestoreArtifactCounts {
        var counts: [ArtifactRestoreStatus: Int] = [:]
        let sql = """
            SELECT "restoreArtifact"."status", COUNT(*) FROM "planUnit"
            JOIN "restoreArtifact" ON "restoreArtifact"."id" = "planUnit"."artifactId"
            WHERE "planUnit"."planId" = ? GROUP BY "restoreArtifact"."status"
            """
        for row in try rows.connection.query(sql, [.text(id)]) {
            if let status = ArtifactRestoreStatus(sqlValue: row[0]) { counts[status] = Int(sqlValue: row[1]) }
        }
        return RestoreArtifactCounts(counts)
    }
}

extension PlanEndRows where Rows == CatalogWriter {
    /// Moves a plan on after one of its sessions ended.
    package func refresh(id: String, _ now: Date) throws {
        guard var plan = try rows.find(RestorePlanRecord.self, id: id) else { return }
        let before = plan.status
        guard plan.advance(.sessionEnded(try counts(ofPlan: id))), plan.status != before else { return }
        plan.endedDateTime = now
        try rows.update(plan)
    }
}
