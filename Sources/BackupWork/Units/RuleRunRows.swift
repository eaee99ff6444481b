import Catalog
import Connectors
import Foundation
import ProtectionRules
import ProtectionService

/// What a run of an inclusion rule reads and records, within one transaction.
struct RuleRunRows<Rows: CatalogAccess> {
    private let rows: Rows

    init(_ rows: Rows) { self.rows = rows }

    /// The policy of a rule that is still as it was when the job read it.
    func policy(ofUnchanged rule: InclusionRule) throws -> ProtectionPolicy {
        guard let present = try rows.find(InclusionRule.self, id: rule.id), present.expression == rule.expression,
            present.status == rule.status,
            let policy = try rows.find(ProtectionPolicy.self, id: rule.policyId)
        else { throw JobFailure.overtaken }
        return policy
    }
}

extension RuleRunRows where Rows == CatalogWriter {
    /// Records how a run of a rule ended. A run that changed nothing and was not asked for is not
    /// in the log of activities.
    func end(_ end: RuleEnd) throws {
        let policy = try policy(ofUnchanged: end.rule)
        var rule = end.rule
        let wasAsked = !rule.status.isSettled
        guard rule.advance(end.error == nil ? .applied : .appliedWithErrors) else { return }
        rule.error = end.error
        rule.appliedDigest = try PlacementRows(rows).outcomeDigest(
            rule.expression, end.chosen, refused: end.tally.refused, under: policy)?
            .text
        try rows.update(rule)
        try PolicyRows(rows).refresh(id: rule.policyId, end.now)
        if end.tally.removed > 0 { _ = try rows.addJob(end.settle) }
        guard rule.isAutoApplyEnabled, wasAsked || end.tally.added + end.tally.removed > 0,
            let present = try rows.find(ProtectionPolicy.self, id: rule.policyId)
        else { return }
        var log = end.log
        log.details.configurationType = "dynamic"
        log.details.requestedToAdd = end.tally.added
        log.details.requestedToRemove = end.tally.removed
        try ActivityRows(rows).begin([log], of: present, end.now)
    }
}
