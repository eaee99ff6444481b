import Catalog
import ProtectionRules

// What a request over a policy may name, before any row is looked at.

extension ServiceLimits {
    /// A policy's name, if it can be one.
    func checkedName(_ name: String?) throws(ServiceError) -> String {
        guard let name, !name.allSatisfy(\.isWhitespace), name.unicodeScalars.count <= displayNameLength else {
            throw ServiceError(
                .invalidDisplayName, "displayName must have 1 to \(displayNameLength) characters.")
        }
        return name
    }

    var tooManyUnits: ServiceError {
        ServiceError(
            .protectionUnitsLimitBreached, "A request takes at most \(unitsPerPolicyRequest) protection units.")
    }

    /// The entries with ids in their one form.
    func checkedDelta(_ delta: [UnitDelta], _ workload: Workload) throws(ServiceError) -> [CheckedEntry] {
        var entries: [CheckedEntry] = []
        for entry in delta {
            switch entry {
            case .add(let key): entries.append(CheckedEntry(isAddition: true, key: try SourceLookup.key(key, workload)))
            case .remove(let id):
                entries.append(
                    CheckedEntry(isAddition: false, key: try Identifiers.require(id, .invalidProtectionUnitID)))
            }
        }
        guard Set(entries).count == entries.count else {
            throw ServiceError(.duplicateProtectionUnitInList, "The list names a protection unit twice.")
        }
        guard entries.count <= unitsPerPolicyRequest else { throw tooManyUnits }
        return entries
    }

    /// The entries of a delta list of exclusions with ids in their one form.
    func checkedExclusions(_ delta: [UnitDelta], _ policy: ProtectionPolicy) throws(ServiceError) -> [CheckedEntry] {
        try policy.requireExclusions()
        guard !delta.isEmpty, delta.count <= unitsPerPolicyRequest else {
            throw ServiceError(
                .invalidExclusionRequest, "The list must have 1 to \(unitsPerPolicyRequest) entries.")
        }
        do {
            return try checkedDelta(delta, policy.workload)
        } catch {
            throw ServiceError(.invalidExclusionRequest, error.message)
        }
    }
}

extension ProtectionPolicy {
    /// Refuses exclusions from a policy over chosen units, where nothing is included by itself.
    func requireExclusions() throws(ServiceError) {
        guard protectionMode == .fullServiceBackup else {
            throw ServiceError(
                .invalidExclusionRequest, "Only a policy with protectionMode fullServiceBackup excludes units.")
        }
    }
}
