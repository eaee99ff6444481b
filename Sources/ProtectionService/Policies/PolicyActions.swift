public import Catalog
import Foundation
public import ProtectionRules

extension PolicyOperations {
    /// Switches a policy on: its units are backed up from now on.
    /// - Returns: the policy, `updating` where it has units.
    /// - Throws: `invalidPolicyID`, `policyNotFound`, `appNotController`,
    ///   `serviceNotEnabled`, `policyActionNotAllowed`, `policyCreationNotAllowed` where
    ///   another policy of the workload is active.
    public func activate(id: String, _ caller: Caller) async throws -> ProtectionPolicy {
        let (now, cover) = (now, job(.coverWorkload, id.lowercased()))
        return try await act(on: id, .activate, caller) { policy, writer in
            guard try PolicyRows(writer).active(of: policy.workload, except: policy.id) == nil else {
                throw ServiceError(.policyCreationNotAllowed, "The workload already has another active policy.")
            }
            // A policy without units may be switched on and still read as inactive; it gives way.
            try writer.update(
                ProtectionPolicy.self,
                where: .and([.equal("workload", policy.workload), .compare("id", .notEqual, policy.id.sqlValue)]),
                set: ["activatedDateTime": .null])
            try UnitRows(writer).move(
                where: .equal("policyId", policy.id), .protect,
                set: ["nextBackupDateTime": now.sqlValue, "error": .null, "failingSinceDateTime": .null])
            if policy.activatedDateTime == nil { policy.activatedDateTime = now }
            if policy.protectionMode == .fullServiceBackup { _ = try writer.addJob(cover) }
        }
    }

    /// Switches a policy off: no new backups from now on; points stay until they expire.
    /// - Returns: the policy, `updating` where it has protected units.
    /// - Throws: `invalidPolicyID`, `policyNotFound`, `appNotController`, `serviceNotEnabled`,
    ///   `policyActionNotAllowed`.
    public func deactivate(id: String, _ caller: Caller) async throws -> ProtectionPolicy {
        try await act(on: id, .deactivate, caller) { policy, writer in
            let units = RowPredicate.equal("policyId", policy.id)
            try UnitRows(writer).move(where: units, .unprotect, set: [:])
            try writer.update(ProtectionUnit.self, where: units, set: ["nextBackupDateTime": .null, "error": .null])
            policy.activatedDateTime = nil
        }
    }

    /// Deletes an inactive policy. Its units stay listed without a policy, their
    /// points until they expire.
    /// - Throws: `invalidPolicyID`, `policyNotFound`, `appNotController`, `serviceNotEnabled`,
    ///   `policyActionNotAllowed`.
    public func delete(id: String, _ caller: Caller) async throws {
        let id = try Identifiers.require(id, .invalidPolicyID)
        let (tenantID, now) = (tenantID, now)
        try await change { writer in
            let policy = try PolicyRows(writer).policy(id: id, allowing: .delete, caller, tenantID: tenantID)
            try writer.update(
                ProtectionUnit.self, where: .equal("policyId", policy.id),
                set: [
                    "policyId": .null, "protectionSources": ProtectionSources().sqlValue, "nextBackupDateTime": .null,
                    "error": .null,
                    "billingPolicyId": policy.billingPolicyId.sqlValue,
                    "lastModifiedBy": caller.identitySet.sqlValue, "lastModifiedDateTime": now.sqlValue,
                ])
            try writer.delete(ProtectionPolicy.self, id: policy.id)
        }
    }

    private func act(
        on id: String, _ event: ProtectionPolicyEvent, _ caller: Caller,
        _ body: @escaping @Sendable (inout ProtectionPolicy, CatalogWriter) throws -> Void
    ) async throws -> ProtectionPolicy {
        let id = try Identifiers.require(id, .invalidPolicyID)
        let (tenantID, now, settle) = (tenantID, now, job(.settle, id))
        let log = activity(
            event == .activate ? .backupPolicyActivated : .backupPolicyPaused, of: id, .oneDriveForBusiness, caller)
        return try await change { writer in
            var policy = try PolicyRows(writer).policy(id: id, allowing: event, caller, tenantID: tenantID)
            var log = log
            log.workload = policy.workload
            if event == .activate {
                log.details.requestedToAdd = try writer.count(Query<ProtectionUnit>(where: .equal("policyId", id)))
            }
            try body(&policy, writer)
            policy.advance(try PolicyRows(writer).units(of: policy))
            policy.lastModifiedBy = caller.identitySet
            policy.lastModifiedDateTime = now
            try writer.update(policy)
            try ActivityRows(writer).begin([log], of: policy, now)
            if policy.status == .updating { _ = try writer.addJob(settle) }
            return policy
        }
    }
}
