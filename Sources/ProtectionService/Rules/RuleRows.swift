package import Catalog
import Foundation
package import ProtectionRules

/// Rows of inclusion rules, within one transaction.
package struct RuleRows<Rows: CatalogAccess> {
    private let rows: Rows

    package init(_ rows: Rows) { self.rows = rows }

    /// A rule of a policy, for a caller who may change it.
    package func rule(
        _ ids: (policyID: String, ruleID: String), workload: Workload, _ caller: Caller, tenantID: String
    ) throws -> InclusionRule {
        guard try rows.find(ProtectionPolicy.self, id: ids.policyID)?.workload == workload else {
            throw ServiceError.noSuchPolicy
        }
        guard let rule = try rows.find(InclusionRule.self, id: ids.ruleID), rule.policyId == ids.policyID else {
            throw ServiceError(.protectionRuleNotFound, "Unable to find the protection rule.")
        }
        try ServiceRows(rows).requireMayChange(.protection, caller, tenantID: tenantID)
        return rule
    }
}

extension RuleRows where Rows == CatalogWriter {
    /// Makes the units that only this rule holds manual ones. One statement, because a rule may
    /// hold a hundred thousand.
    package func keepMembers(ofDeleted ruleID: String) throws {
        try rows.connection.execute(
            """
            UPDATE "protectionUnit" SET "protectionSources" = ?
            WHERE "id" IN (SELECT "unitId" FROM "ruleMember" WHERE "ruleId" = ?)
            AND "id" NOT IN (SELECT "unitId" FROM "ruleMember" WHERE "ruleId" <> ?)
            """, [ProtectionSources.manual.sqlValue, .text(ruleID), .text(ruleID)])
    }
}
