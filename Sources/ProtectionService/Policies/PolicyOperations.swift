public import Catalog
public import ProtectionRules

/// Protection policies.
public struct PolicyOperations: OperationGroup {
    package let context: ServiceContext

    /// Refuses what would be refused for a change of a policy whatever its body says. For handlers
    /// that read the body afterwards.
    /// - Throws: `invalidPolicyID`, `policyNotFound`, `appNotController`, `serviceNotEnabled`,
    ///   `policyActionNotAllowed`.
    @discardableResult
    public func requireChangeable(
        id: String, workload: Workload, _ caller: Caller
    ) async throws -> ProtectionPolicy {
        let (id, tenantID) = (try Identifiers.require(id, .invalidPolicyID), tenantID)
        return try await look { try PolicyRows($0).changeable(id: id, workload: workload, caller, tenantID: tenantID) }
    }

    /// What a policy keeps for how long: for mailboxes every point, for drives and sites
    /// ten-minute and weekly points.
    public func retentionSettings(of policy: ProtectionPolicy) -> [RetentionSetting] {
        switch policy.workload {
        case .exchange: [RetentionSetting(interval: RetentionSetting.tenMinutes, periodDays: policy.retentionDays)]
        case .oneDriveForBusiness, .sharePoint:
            [
                RetentionSetting(interval: RetentionSetting.tenMinutes, periodDays: intervals.tenMinuteRetentionDays),
                RetentionSetting(interval: RetentionSetting.weekly, periodDays: policy.retentionDays),
            ]
        }
    }

    /// Counts the units of a policy by how they are doing, now.
    /// - Throws: `policyNotFound`.
    public func statistics(ofPolicy id: String) async throws -> PolicyStatistics {
        let (id, now) = (id.lowercased(), now)
        return try await look { reader in
            guard let policy = try reader.find(ProtectionPolicy.self, id: id) else { throw ServiceError.noSuchPolicy }
            var statistics = PolicyStatistics(policy: policy, computed: now)
            for (value, count) in try reader.groupedCount(
                Query<ProtectionUnit>(where: .equal("policyId", id)), by: "status")
            {
                if let status = ProtectionUnitStatus(sqlValue: value) { statistics.add(status, count) }
            }
            return statistics
        }
    }
}

extension ServiceContext {
    public var policies: PolicyOperations { PolicyOperations(context: self) }
}
