import Catalog
import Connectors
import Foundation
import ProtectionRules
import ProtectionService

/// Applies an inclusion rule, or takes it back. Works in pieces that may be repeated; what is as it
/// should be is not touched.
struct ApplyRuleJob: JobRunner {
    func run(_ job: Job, _ context: JobContext) async throws -> JobOutcome {
        guard let rule = try await context.catalog.find(InclusionRule.self, id: job.subjectId) else { return .nothing }
        guard try await context.mayChangeUnits() else { return .postponed(until: context.whenUnlocked) }
        guard rule.status != .deleteRequested else { return try await takeBack(rule, context) }
        let chosen = try RuleResolver(context.dependencies.tenant, rule.workload).resolve(
            rule.expression, groupsMost: context.dependencies.limits.groupsPerExpression)
        var tally = PlacementTally()
        for piece in chosen.sources.pieces(of: unitsPerChange) { tally += try await add(piece, rule, context) }
        if rule.isAutoApplyEnabled {
            tally.removed = try await letGo(rule, except: Set(chosen.sources.map(\.id.objectID)), context)
        }
        let details = chosen.missing + tally.refused
        let end = RuleEnd(
            rule: rule, tally: tally, error: PublicError.incomplete(details), chosen: chosen,
            log: context.service.activity(.dynamicRuleExecution, of: rule.policyId, rule.workload, nil),
            settle: context.service.job(.settle, rule.policyId),
            now: context.now)
        return .done(result: nil, makesDue: tally.added > 0) { try RuleRunRows($0).end(end) }
    }

    private func add(
        _ sources: ArraySlice<ProtectionSource>, _ rule: InclusionRule, _ context: JobContext
    ) async throws -> PlacementTally {
        let (makeID, now) = (context.dependencies.makeID, context.now)
        return try await context.catalog.write { writer in
            let policy = try RuleRunRows(writer).policy(ofUnchanged: rule)
            var tally = PlacementTally()
            for source in sources {
                let reason: ProtectionSources = rule.isAutoApplyEnabled ? .dynamicRule : .manual
                switch try PlacementRows(writer).place(
                    source, under: policy, as: reason, newID: makeID(), by: rule.createdBy, now)
                {
                case .refused(let detail): tally.refused.append(detail)
                case .present(let unitID):
                    if rule.isAutoApplyEnabled { try writer.save(RuleMember(ruleId: rule.id, unitId: unitID)) }
                case .added(let unitID):
                    tally.added += 1
                    if rule.isAutoApplyEnabled { try writer.save(RuleMember(ruleId: rule.id, unitId: unitID)) }
                }
            }
            return tally
        }
    }

    /// Lets go of the units whose sources are not among some. Returns the number of those
    /// that leave the policy.
    private func letGo(_ rule: InclusionRule, except kept: Set<String>, _ context: JobContext) async throws -> Int {
        let now = context.now
        let departed = try await context.catalog.read { reader in
            try reader.page(Query<RuleMember>(where: .equal("ruleId", rule.id))).map(\.unitId).filter { unitID in
                guard let unit = try reader.find(ProtectionUnit.self, id: unitID) else { return false }
                return !kept.contains(unit.sourceId)
            }
        }
        var removed = 0
        for piece in departed.pieces(of: unitsPerChange) {
            removed += try await context.catalog.write { writer in
                _ = try RuleRunRows(writer).policy(ofUnchanged: rule)
                return try piece.count { try PlacementRows(writer).release($0, from: rule.id, now) }
            }
        }
        return removed
    }

    private func takeBack(_ rule: InclusionRule, _ context: JobContext) async throws -> JobOutcome {
        let removed = try await letGo(rule, except: [], context)
        var log = context.service.activity(.dynamicRuleDeletion, of: rule.policyId, rule.workload, nil)
        log.details.configurationType = "dynamic"
        log.details.requestedToAdd = 0
        log.details.requestedToRemove = removed
        let (settle, now) = (context.service.job(.settle, rule.policyId), context.now)
        return .done(result: nil) { [log] writer in
            try writer.delete(InclusionRule.self, id: rule.id)
            try PolicyRows(writer).refresh(id: rule.policyId, now)
            if let policy = try writer.find(ProtectionPolicy.self, id: rule.policyId) {
                try ActivityRows(writer).begin([log], of: policy, now)
            }
            if removed > 0 { _ = try writer.addJob(settle) }
        }
    }

    func fail(_ job: Job, with failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        guard var rule = try writer.find(InclusionRule.self, id: job.subjectId),
            rule.advance(.appliedWithErrors)
        else { return }
        rule.error = failure.publicError
        rule.appliedDigest = ChoiceDigest(rule.expression, failing: failure.code).text
        try writer.update(rule)
    }

    func willRetry(_ job: Job, after failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        guard !failure.isBusy else { return }
        try writer.update(
            InclusionRule.self, where: .equal("id", job.subjectId), set: ["error": failure.publicError.sqlValue])
    }
}

/// How a run of a rule ended, before it is recorded.
struct RuleEnd: Sendable {
    var rule: InclusionRule
    var tally: PlacementTally
    var error: PublicError?
    var chosen: ResolvedRule
    var log: ActivityLog
    var settle: Job
    var now: Date
}

extension JobContext {
    /// Whether the service's status allows units to be added and removed.
    func mayChangeUnits() async throws -> Bool {
        let tenantID = service.tenantID
        return try await catalog.read { try ServiceRows($0).state(tenantID: tenantID) }.status.allowsProtection
    }

    /// When to look again where the service is locked.
    var whenUnlocked: Date { now.addingTimeInterval(Double(dependencies.intervals.housekeepingSeconds)) }
}
