import Catalog
import Connectors
import Foundation
import ProtectionRules
import ProtectionService

/// Puts sources under policies and lets them go, within one transaction.
struct PlacementRows<Rows: CatalogAccess> {
    private let rows: Rows

    init(_ rows: Rows) { self.rows = rows }

    /// What is in the way of putting some sources under a policy, sorted by source:
    /// what `place` would refuse.
    func obstacles(to sources: [ProtectionSource], under policy: ProtectionPolicy) throws -> [PlacementObstacle] {
        let refusing = ProtectionUnitStatus.allCases.filter { $0.after(.protect) == nil }
        let suspects = RowPredicate.and([
            .equal("workload", policy.workload),
            .or([.compare("policyId", .notEqual, .text(policy.id)), .oneOf("status", refusing)]),
        ])
        let wanted = Set(sources.map(\.id.objectID))
        return try rows.page(Query<ProtectionUnit>(where: suspects)).compactMap { unit -> PlacementObstacle? in
            guard wanted.contains(unit.sourceId) else { return nil }
            if let other = unit.policyId, other != policy.id {
                return PlacementObstacle(sourceID: unit.sourceId, reason: other)
            }
            guard refusing.contains(unit.status) else { return nil }
            return PlacementObstacle(sourceID: unit.sourceId, reason: unit.status.rawValue)
        }.sorted { ($0.sourceID, $0.reason) < ($1.sourceID, $1.reason) }
    }

    /// The digest of what a run came to; nil where what it was refused is not in the way any more:
    /// then another run does better.
    func outcomeDigest(
        _ expression: String, _ chosen: ResolvedRule, refused: [PublicErrorDetail], under policy: ProtectionPolicy
    ) throws -> ChoiceDigest? {
        let obstacles = refused.isEmpty ? [] : try obstacles(to: chosen.sources, under: policy)
        guard Set(refused.compactMap(\.target)).isSubset(of: obstacles.map(\.sourceID)) else { return nil }
        return ChoiceDigest(expression, chosen.sources, missing: chosen.missing, obstacles: obstacles)
    }

    /// Whether a run would come to something else than the last one did.
    /// - Parameter applied: the digest of the last one.
    func wouldChange(
        _ applied: String?, _ expression: String, _ chosen: ResolvedRule, under policy: ProtectionPolicy
    ) throws -> Bool {
        guard let applied else { return true }
        // Nearly always nothing was in the way, and then the units need not be looked at.
        if applied == ChoiceDigest(expression, chosen.sources, missing: chosen.missing).text { return false }
        let obstacles = try obstacles(to: chosen.sources, under: policy)
        return applied != ChoiceDigest(expression, chosen.sources, missing: chosen.missing, obstacles: obstacles).text
    }
}

extension PlacementRows where Rows == CatalogWriter {
    /// Puts a source under a policy for a reason. Changes nothing where it is there
    /// for that reason already.
    func place(
        _ source: ProtectionSource, under policy: ProtectionPolicy, as reason: ProtectionSources, newID: String,
        by identity: IdentitySet?, _ now: Date
    ) throws -> UnitPlacement {
        let known = try rows.first(
            Query<ProtectionUnit>(
                where: .and([.equal("workload", policy.workload), .equal("sourceId", source.id.objectID)])))
        if let known, known.policyId == policy.id, known.protectionSources.contains(reason) {
            return .present(unitID: known.id)
        }
        do {
            return .added(
                unitID: try UnitRows(rows).attach(source, to: policy, newID: newID, as: reason, by: identity, now).id)
        } catch let error as ServiceError {
            return .refused(
                PublicErrorDetail(code: error.code.rawValue, message: error.message, target: source.id.objectID))
        }
    }

    /// Takes away a reason why a unit is protected. Where none is left it leaves its policy.
    /// Returns whether it does.
    func withdraw(_ reason: ProtectionSources, from unit: ProtectionUnit, _ now: Date) throws -> Bool {
        var unit = unit
        unit.protectionSources.remove(reason)
        var leaves = false
        if unit.protectionSources.isEmpty, unit.advance(.remove) {
            unit.nextBackupDateTime = nil
            leaves = true
        }
        unit.lastModifiedDateTime = now
        try rows.update(unit)
        return leaves
    }

    /// Lets a rule go of a unit, which stays where another dynamic rule, or a person, holds it.
    /// Returns whether it leaves its policy.
    func release(_ unitID: String, from ruleID: String, _ now: Date) throws -> Bool {
        try rows.delete(RuleMember.self, id: RuleMember(ruleId: ruleID, unitId: unitID).id)
        guard try rows.first(Query<RuleMember>(where: .equal("unitId", unitID))) == nil,
            let unit = try rows.find(ProtectionUnit.self, id: unitID)
        else { return false }
        return try withdraw(.dynamicRule, from: unit, now)
    }
}
