package import Catalog
import Connectors
package import Foundation
package import ProtectionRules

/// Rows of policies, within one transaction.
package struct PolicyRows<Rows: CatalogAccess> {
    let rows: Rows

    package init(_ rows: Rows) { self.rows = rows }

    /// The policy of a workload that is switched on and has units, if there is one.
    package func active(of workload: Workload, except id: String? = nil) throws -> ProtectionPolicy? {
        try rows.first(
            Query<ProtectionPolicy>(
                where: .and([
                    .equal("workload", workload), .compare("activatedDateTime", .notEqual, .null),
                    .compare("status", .notEqual, ProtectionPolicyStatus.inactive.sqlValue),
                    .compare("id", .notEqual, id.sqlValue),
                ])))
    }

    /// A policy whose status allows an event.
    package func policy(
        id: String, allowing event: ProtectionPolicyEvent, _ caller: Caller, tenantID: String
    ) throws -> ProtectionPolicy {
        guard let policy = try rows.find(ProtectionPolicy.self, id: id) else { throw ServiceError.noSuchPolicy }
        try ServiceRows(rows).requireMayChange(.protection, caller, tenantID: tenantID)
        guard policy.status.allows(event) else {
            let inner: ServiceErrorCode? = event == .delete ? nil : .invalidStateForActivation
            throw ServiceError(
                .policyActionNotAllowed,
                "The policy is \(policy.status.rawValue), which does not allow to \(event) it.", innerCode: inner)
        }
        return policy
    }

    /// A policy whose units and rules may be changed.
    package func changeable(
        id: String, workload: Workload, _ caller: Caller, tenantID: String
    ) throws -> ProtectionPolicy {
        guard let policy = try rows.find(ProtectionPolicy.self, id: id), policy.workload == workload else {
            throw ServiceError.noSuchPolicy
        }
        try ServiceRows(rows).requireMayChange(.protection, caller, tenantID: tenantID)
        guard policy.status.allows(.change) else {
            throw ServiceError(
                .policyActionNotAllowed, "The policy is \(policy.status.rawValue) and cannot be changed.")
        }
        return policy
    }
}

extension PolicyRows where Rows == CatalogWriter {
    /// Gives a policy another retention. Its units show it as a change to come until they have a
    /// point that is kept so long.
    package func changeRetention(of policy: inout ProtectionPolicy, to days: Int, _ now: Date) throws {
        guard days != policy.retentionDays else { return }
        policy.retentionDays = days
        try rows.update(
            ProtectionUnit.self, where: .equal("policyId", policy.id),
            set: [
                "retentionChange": RetentionChange(targetDays: days, effective: now).sqlValue
            ])
    }
}
