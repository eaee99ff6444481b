import Catalog
import Connectors
import Foundation
import ProtectionRules

/// Changes of the units of a policy, entry by entry, within one transaction.
struct UnitDeltaRows {
    private let rows: CatalogWriter

    init(_ rows: CatalogWriter) { self.rows = rows }

    /// Whole-request refusals that need the rows: units of a rule, and a unit that is added by key
    /// and removed by id.
    func refuseUnitsOfRules(_ entries: [NamedEntry]) throws {
        let added = Set(entries.filter(\.entry.isAddition).map(\.entry.key))
        for entry in entries where !entry.entry.isAddition {
            guard let unit = try rows.find(ProtectionUnit.self, id: entry.entry.key) else { continue }
            if unit.protectionSources.contains(.dynamicRule) {
                throw ServiceError(
                    .protectionUnitActionNotAllowed,
                    "A dynamic rule protects unit \(unit.id); it cannot be removed by hand.")
            }
            if added.contains(unit.sourceId) {
                throw ServiceError(
                    .duplicateProtectionUnitInList, "The list adds and removes the same protection unit.")
            }
        }
    }

    func apply(
        _ entry: NamedEntry, to policy: ProtectionPolicy, _ caller: Caller, _ now: Date
    ) throws -> DeltaOutcome<ProtectionUnit> {
        guard entry.entry.isAddition else { return try remove(entry, from: policy, caller, now) }
        guard let source = entry.source else {
            return entry.refusal(
                .invalidArtifactID,
                "The directory has no \(policy.workload.sourceKind.rawValue) for '\(entry.entry.key)'.")
        }
        do {
            return .accepted(
                try UnitRows(rows).attach(source, to: policy, newID: entry.id, by: caller.identitySet, now))
        } catch let error as ServiceError {
            return entry.refusal(error.code, error.message)
        }
    }

    private func remove(
        _ entry: NamedEntry, from policy: ProtectionPolicy, _ caller: Caller, _ now: Date
    ) throws -> DeltaOutcome<ProtectionUnit> {
        guard var unit = try rows.find(ProtectionUnit.self, id: entry.entry.key), unit.policyId == policy.id else {
            return entry.refusal(.protectionUnitNotFound, "There is no such protection unit in this policy.")
        }
        guard unit.advance(.remove) else {
            return entry.refusal(.operationNotAllowed, "The unit is \(unit.status.rawValue).")
        }
        unit.nextBackupDateTime = nil
        unit.lastModifiedBy = caller.identitySet
        unit.lastModifiedDateTime = now
        try rows.update(unit)
        return .accepted(unit)
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
            return .accepted(
                try ExclusionRows(rows).exclude(source, from: policy, newID: entry.id, by: caller.identitySet, now))
        }
        guard let unit = try rows.find(ExclusionUnit.self, id: entry.entry.key), unit.policyId == policy.id else {
            return entry.refusal(.protectionUnitNotFound, "There is no such exclusion in this policy.")
        }
        try rows.delete(ExclusionUnit.self, id: unit.id)
        return .accepted(unit)
    }
}
