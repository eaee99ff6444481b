public import Catalog
import Foundation
public import ProtectionRules

/// What a client sends to create a bulk addition job.
public struct BulkJobDraft: Sendable, Hashable {
    public var workload: Workload
    /// Whether the list is excluded and not protected.
    public var isExclusion: Bool
    /// A name for people.
    public var displayName: String?
    /// Mail addresses, or addresses of sites.
    public var addresses: [String]
    /// Directory object ids, or ids of sites.
    public var objectIDs: [String]

    public init(
        workload: Workload, isExclusion: Bool = false, displayName: String?, addresses: [String],
        objectIDs: [String] = []
    ) {
        self.workload = workload
        self.isExclusion = isExclusion
        self.displayName = displayName
        self.addresses = addresses
        self.objectIDs = objectIDs
    }
}

extension ServiceContext {
    public var bulkJobs: BulkJobOperations { BulkJobOperations(context: self) }
}

/// Jobs that add a list of units, or of exclusions, to a policy.
public struct BulkJobOperations: OperationGroup {
    package let context: ServiceContext

    /// Creates a job that adds a list of units, or of exclusions, to a policy.
    /// - Throws: `invalidPolicyID`, `policyNotFound`, `appNotController`, `serviceNotEnabled`,
    ///   `policyActionNotAllowed`; for units `invalidDisplayName` (too long),
    ///   `invalidCreateRequest` (an empty list), `protectionUnitsLimitBreached` (too long a
    ///   list); for exclusions `invalidExclusionRequest`.
    public func create(policyID: String, _ draft: BulkJobDraft, _ caller: Caller) async throws -> BulkAdditionJob {
        let policy = try await context.policies.requireChangeable(id: policyID, workload: draft.workload, caller)
        if draft.isExclusion { try check(exclusions: draft, of: policy) } else { try check(units: draft) }
        var row = BulkAdditionJob()
        row.begin()
        row.id = dependencies.makeID()
        row.workload = draft.workload
        row.policyId = policy.id
        row.isExclusion = draft.isExclusion
        row.displayName = draft.displayName
        row.addresses = StringList(draft.addresses)
        row.objectIds = StringList(draft.objectIDs)
        row.createdBy = caller.identitySet
        row.createdDateTime = now
        row.lastModifiedBy = caller.identitySet
        row.lastModifiedDateTime = now
        let (work, tenantID) = (job(.addUnits, row.id), tenantID)
        return try await change { [row] writer in
            _ = try PolicyRows(writer).changeable(id: row.policyId, workload: row.workload, caller, tenantID: tenantID)
            try writer.insert(row)
            _ = try writer.addJob(work)
            return row
        }
    }

    private func check(units draft: BulkJobDraft) throws(ServiceError) {
        if let name = draft.displayName { _ = try limits.checkedName(name) }
        let count = draft.addresses.count + draft.objectIDs.count
        guard count > 0 else { throw ServiceError(.invalidCreateRequest, "The job names nothing to protect.") }
        guard count <= limits.entriesPerBulkJob else {
            throw ServiceError(
                .protectionUnitsLimitBreached, "A job takes at most \(limits.entriesPerBulkJob) entries.")
        }
    }

    private func check(exclusions draft: BulkJobDraft, of policy: ProtectionPolicy) throws(ServiceError) {
        try policy.requireExclusions()
        guard let name = draft.displayName, !name.isEmpty, name.unicodeScalars.count <= limits.displayNameLength else {
            throw ServiceError(
                .invalidExclusionRequest, "displayName must have 1 to \(limits.displayNameLength) characters.")
        }
        guard !draft.addresses.isEmpty, draft.addresses.count <= limits.entriesPerBulkJob else {
            throw ServiceError(.invalidExclusionRequest, "The list must have 1 to \(limits.entriesPerBulkJob) entries.")
        }
    }
}
