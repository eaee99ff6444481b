public import Catalog
import Connectors
import Foundation
public import ProtectionRules

/// What a client sends to create a policy.
public struct PolicyDraft: Sendable, Hashable {
    /// The workload that it protects.
    public var workload: Workload
    public var displayName: String?
    /// The directory ids or site ids of what it shall protect.
    public var unitKeys: [String]
    /// How long points are kept; nil for a year.
    public var retentionSettings: [RetentionSetting]?
    /// Chosen units, or the whole workload.
    public var protectionMode: ProtectionMode
    /// Whom the units are charged to.
    public var billingPolicyID: String?

    public init(
        workload: Workload, displayName: String?, unitKeys: [String] = [], retentionSettings: [RetentionSetting]? = nil,
        protectionMode: ProtectionMode = .standard, billingPolicyID: String? = nil
    ) {
        self.workload = workload
        self.displayName = displayName
        self.unitKeys = unitKeys
        self.retentionSettings = retentionSettings
        self.protectionMode = protectionMode
        self.billingPolicyID = billingPolicyID
    }
}

extension PolicyOperations {
    /// Creates an inactive policy over units that no other policy has.
    /// - Throws: `appNotController`, `serviceNotEnabled`, `invalidDisplayName`,
    ///   `invalidCreateRequest`, `invalidProtectionUnitID` (malformed, or not in the directory),
    ///   `duplicateProtectionUnitInList`, `protectionUnitsLimitBreached`,
    ///   `policyCreationNotAllowed`, `protectionUnitAlreadyExists`, `operationNotAllowed` (a unit
    ///   is being offboarded), `policySaveFailed` (the catalogue failed; nothing is there).
    public func create(_ draft: PolicyDraft, _ caller: Caller) async throws -> ProtectionPolicy {
        let (tenantID, now) = (tenantID, now)
        try await look { try ServiceRows($0).requireMayChange(.protection, caller, tenantID: tenantID) }
        let policy = try newPolicy(draft, caller, now)
        let sources = try self.sources(of: draft)
        let ids = sources.map { _ in dependencies.makeID() }
        var log = activity(.backupPolicyCreated, of: policy.id, draft.workload, caller)
        log.details.requestedToAdd = sources.count
        let cover = draft.protectionMode == .fullServiceBackup ? job(.coverWorkload, policy.id) : nil
        return try await saving { [log] writer in
            try ServiceRows(writer).requireMayChange(.protection, caller, tenantID: tenantID)
            guard try PolicyRows(writer).active(of: draft.workload) == nil else {
                throw ServiceError(.policyCreationNotAllowed, "The workload already has an active policy.")
            }
            try writer.insert(policy)
            for (source, id) in zip(sources, ids) {
                try UnitRows(writer).attach(source, to: policy, newID: id, by: caller.identitySet, now)
            }
            if let cover { _ = try writer.addJob(cover) }
            try ActivityRows(writer).begin([log], of: policy, now)
            return policy
        }
    }

    /// Makes a change that saves a policy; where the catalogue fails, the policy can be sent again.
    private func saving<Value: Sendable>(
        _ body: @escaping @Sendable (CatalogWriter) throws -> Value
    ) async throws -> Value {
        do {
            return try await change(body)
        } catch let error as ServiceError where error.code == .internalServerError {
            throw ServiceError(
                .policySaveFailed, "The policy could not be saved; try again.", detail: error.detail, isRetryable: true)
        }
    }

    private func newPolicy(_ draft: PolicyDraft, _ caller: Caller, _ now: Date) throws(ServiceError) -> ProtectionPolicy
    {
        ProtectionPolicy(
            id: dependencies.makeID(), workload: draft.workload, displayName: try limits.checkedName(draft.displayName),
            status: .initial,
            retentionDays: try RetentionSetting.days(requested: draft.retentionSettings, intervals)
                ?? intervals.defaultRetentionDays, createdDateTime: now
        ).with {
            $0.protectionMode = draft.protectionMode
            $0.billingPolicyId = draft.billingPolicyID
            $0.createdBy = caller.identitySet
            $0.lastModifiedBy = caller.identitySet
            $0.lastModifiedDateTime = now
        }
    }

    private func sources(of draft: PolicyDraft) throws(ServiceError) -> [ProtectionSource] {
        var keys: [String] = []
        for text in draft.unitKeys { keys.append(try SourceLookup.key(text, draft.workload)) }
        guard Set(keys).count == keys.count else {
            throw ServiceError(.duplicateProtectionUnitInList, "The list names an artifact twice.")
        }
        guard keys.count <= limits.unitsPerPolicyRequest else { throw limits.tooManyUnits }
        guard !keys.isEmpty else { return [] }
        let lookup = try SourceLookup(dependencies.tenant, draft.workload)
        var sources: [ProtectionSource] = []
        for key in keys {
            guard let source = lookup[key] else {
                throw ServiceError(
                    .invalidProtectionUnitID, "The directory has no \(draft.workload.sourceKind.rawValue) for '\(key)'."
                )
            }
            sources.append(source)
        }
        return sources
    }
}
