import ProtectionRules
package import Catalog
package import Connectors
package import Foundation
import Logging

extension ServiceContext {
    /// Refuses exclusions from a policy over chosen units, where nothing is included by itself.
    func requireExclusions(_ policy: ProtectionPolicy) throws(ServiceError) {
        guard policy.protectionMode == .fullServiceBackup else {
            throw ServiceError(
                .invalidExclusionRequest, "Only a policy with protectionMode fullServiceBackup excludes units.")
        }
    }

    /// The entries of a delta list of exclusions with ids in their one form.
    func checkedExclusions(_ delta: [UnitDelta], _ policy: ProtectionPolicy) throws(ServiceError) -> [CheckedEntry] {
        try requireExclusions(policy)
        guard !delta.isEmpty, delta.count <= limits.unitsPerPolicyRequest else {
            throw ServiceError(
                .invalidExclusionRequest, "The list must have 1 to \(limits.unitsPerPolicyRequest) entries.")
        }
        do {
            return try checkedDelta(delta, policy.workload)
        } catch {
            throw ServiceError(.invalidExclusionRequest, error.message)
        }
    }
}

extension ExclusionUnit {
    /// Takes over what the directory says.
    package mutating func describe(_ source: ProtectionSource) {
        if source.id.kind == .site {
            siteName = source.displayName
            siteWebUrl = source.webURL
        } else {
            displayName = source.displayName
            email = source.mail ?? source.userPrincipalName
        }
    }
}

extension CatalogWriter {
    /// Leaves a source out of a policy; what is left out already stays so. Its unit leaves the
    /// policy with the job that follows.
    package func exclude(
        _ source: ProtectionSource, from policy: ProtectionPolicy, newID: String, by identity: IdentitySet?, _ now: Date
    ) throws -> ExclusionUnit {
        if let known = try exclusion(of: source.id.objectID, from: policy.id) { return known }
        var unit = ExclusionUnit()
        unit.id = newID
        unit.workload = policy.workload
        unit.policyId = policy.id
        unit.sourceId = source.id.objectID
        unit.describe(source)
        unit.createdBy = identity
        unit.createdDateTime = now
        unit.lastModifiedBy = identity
        unit.lastModifiedDateTime = now
        try insert(unit)
        return unit
    }

    /// Does one entry of a delta list of exclusions.
    func apply(
        _ entry: NamedEntry, toExclusionsOf policy: ProtectionPolicy, _ caller: Caller, _ now: Date
    ) throws -> DeltaOutcome<ExclusionUnit> {
        if entry.entry.isAddition {
            guard let source = entry.source else {
                return entry.refusal(
                    .invalidArtifactID,
                    "The directory has no \(policy.workload.sourceKind.rawValue) for '\(entry.entry.key)'.")
            }
            return .accepted(try exclude(source, from: policy, newID: entry.id, by: caller.identitySet, now))
        }
        guard let unit = try find(ExclusionUnit.self, id: entry.entry.key), unit.policyId == policy.id else {
            return entry.refusal(.protectionUnitNotFound, "There is no such exclusion in this policy.")
        }
        try delete(ExclusionUnit.self, id: unit.id)
        return .accepted(unit)
    }
}

extension CatalogAccess {
    /// The sources that a policy leaves out.
    package func excludedSources(of policyID: String) throws -> Set<String> {
        Set(try page(Query<ExclusionUnit>(where: .equal("policyId", policyID))).map(\.sourceId))
    }

    /// The exclusion of a source from a policy.
    package func exclusion(of sourceID: String, from policyID: String) throws -> ExclusionUnit? {
        try first(Query<ExclusionUnit>(where: .and([.equal("policyId", policyID), .equal("sourceId", sourceID)])))
    }
}
