package import Catalog
package import Foundation
package import ProtectionRules

extension PolicyRows {
    /// What a policy's units come to now; its status is their aggregate.
    package func units(of policy: ProtectionPolicy) throws -> PolicyUnitsEvent {
        let isOn = policy.activatedDateTime != nil
        if isOn, policy.protectionMode == .fullServiceBackup,
            try JobRows(rows).isOpen([.coverWorkload], policy.id, .open)
        {
            return .pending
        }
        // While a request is open the answer does not depend on the rest, which may be
        // a hundred thousand rows.
        let requested = ProtectionUnitStatus.allCases.filter(\.isRequested)
        let ofPolicy = RowPredicate.equal("policyId", policy.id)
        if try rows.first(
            Query<ProtectionUnit>(
                where: .and([.equal("workload", policy.workload), .oneOf("status", requested), ofPolicy]))) != nil
        {
            return .pending
        }
        var counts: [ProtectionUnitStatus: Int] = [:]
        for (value, count) in try rows.groupedCount(Query<ProtectionUnit>(where: ofPolicy), by: "status") {
            if let status = ProtectionUnitStatus(sqlValue: value) { counts[status] = count }
        }
        return .counted(PolicyUnitCounts(counts), isSwitchedOn: isOn)
    }
}

extension PolicyRows where Rows == CatalogWriter {
    /// Makes a policy's status the aggregate of its units again.
    package func refresh(id: String, _ now: Date) throws {
        guard var policy = try rows.find(ProtectionPolicy.self, id: id) else { return }
        let former = policy.status
        policy.advance(try units(of: policy))
        guard policy.status != former else { return }
        try rows.update(policy)
        if policy.status != .updating { try ActivityRows(rows).finish(of: policy, now) }
    }
}
