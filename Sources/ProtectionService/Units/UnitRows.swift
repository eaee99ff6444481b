package import Catalog
package import Connectors
package import Foundation
package import ProtectionRules

/// Rows of protection units, within one transaction.
package struct UnitRows {
    private let rows: CatalogWriter

    package init(_ rows: CatalogWriter) { self.rows = rows }

    /// Puts a source under a policy: a new unit, or the one that it had before.
    /// - Parameter reason: what protects it from now on, besides what did before.
    /// - Throws: `protectionUnitAlreadyExists` where another policy has it, `operationNotAllowed`
    ///   while it is offboarded or where the policy excludes it.
    @discardableResult
    package func attach(
        _ source: ProtectionSource, to policy: ProtectionPolicy, newID: String, as reason: ProtectionSources = .manual,
        by identity: IdentitySet?, _ now: Date
    ) throws -> ProtectionUnit {
        if policy.protectionMode == .fullServiceBackup,
            try ExclusionRows(rows).exclusion(of: source.id.objectID, from: policy.id) != nil
        {
            throw ServiceError(
                .operationNotAllowed, "The policy excludes '\(source.id.objectID)'; remove the exclusion first.")
        }
        let known = try rows.first(
            Query<ProtectionUnit>(
                where: .and([.equal("workload", policy.workload), .equal("sourceId", source.id.objectID)])))
        var unit =
            known
            ?? ProtectionUnit(
                id: newID, workload: policy.workload, sourceId: source.id.objectID, status: .initial,
                protectionSources: [], createdDateTime: now
            ).with {
                $0.createdBy = identity
            }
        if let other = unit.policyId, other != policy.id {
            throw ServiceError(.protectionUnitAlreadyExists, "Another policy protects '\(source.id.objectID)'.")
        }
        let isOn = policy.activatedDateTime != nil
        guard let requested = unit.status.after(.protect) else {
            throw ServiceError(
                .operationNotAllowed,
                "The unit is \(unit.status.rawValue); wait until that has taken effect, or cancel it.")
        }
        if isOn {
            if requested == .protectRequested { unit.nextBackupDateTime = now }
            unit.advance(.protect)
        } else if unit.policyId == nil {
            unit.advance(.join)
        }
        unit.policyId = policy.id
        unit.protectionSources.insert(reason)
        unit.retentionDays = policy.retentionDays
        unit.retentionChange = nil
        unit.error = nil
        unit.failingSinceDateTime = nil
        unit.offboardRequestedDateTime = nil
        unit.describe(source)
        unit.lastModifiedBy = identity
        unit.lastModifiedDateTime = now
        if known == nil { try rows.insert(unit) } else { try rows.update(unit) }
        return unit
    }

    /// Applies an event to every unit for which a condition holds and which it moves. Returns the
    /// number of units moved.
    @discardableResult
    package func move(
        where predicate: RowPredicate, _ event: ProtectionUnitEvent, set values: [String: SQLValue] = [:]
    ) throws -> Int {
        try FlowRows(rows).move(ProtectionUnit.self, where: predicate, event, set: values)
    }
}
