import Catalog
import Connectors
import Foundation
import Logging
import ProtectionRules
import ProtectionService

extension Scheduler {
    /// Adds a job for each dynamic rule, and each policy over a whole workload, that would choose
    /// other sources now than it did last, and for what was asked of a rule and is not done yet.
    /// The directory is read only where something follows it. Returns the number of jobs added.
    func followDirectory(_ service: ServiceContext) async throws -> Int {
        let tenantID = service.tenantID
        let (rules, policies, isAllowed) = try await service.catalog.read { reader in
            let isFollowing = RowPredicate.or([
                .equal("isAutoApplyEnabled", true),
                .oneOf("status", ProtectionRuleStatus.allCases.filter { !$0.isSettled }),
            ])
            return (
                try reader.page(Query<InclusionRule>(where: isFollowing)),
                try reader.page(
                    Query<ProtectionPolicy>(where: .equal("protectionMode", ProtectionMode.fullServiceBackup))),
                try ServiceRows(reader).state(tenantID: tenantID).status.allowsProtection
            )
        }
        guard isAllowed, !(rules.isEmpty && policies.isEmpty) else { return 0 }
        do {
            let jobs =
                try await rulesToApply(rules, service).map { service.job(.applyRule, $0) }
                + policiesToCover(policies, service).map { service.job(.coverWorkload, $0) }
            guard !jobs.isEmpty else { return 0 }
            return try await service.catalog.write { writer in try jobs.count { try writer.addJob($0) } }
        } catch let error as ServiceError where error.isRetryable {
            // What cannot be read now is looked at again on the next tick; nothing
            // is taken for gone.
            service.dependencies.logger.warning(
                "The directory could not be read for rules.", metadata: ["cause": "\(error)"])
            return 0
        }
    }

    private func rulesToApply(_ rules: [InclusionRule], _ service: ServiceContext) async throws -> [String] {
        var due = rules.filter { !$0.status.isSettled }.map(\.id)
        for (workload, rules) in Dictionary(grouping: rules.filter(\.status.isSettled), by: \.workload) {
            let resolver = try RuleResolver(service.dependencies.tenant, workload)
            for rule in rules {
                if try await wouldChange(rule, resolver, service) { due.append(rule.id) }
            }
        }
        return due
    }

    /// Whether applying a rule would come to something else than it did last. A rule that cannot be
    /// applied is no reason to pass over the others.
    private func wouldChange(
        _ rule: InclusionRule, _ resolver: RuleResolver, _ service: ServiceContext
    ) async throws -> Bool {
        do {
            let chosen = try resolver.resolve(rule.expression, groupsMost: service.limits.groupsPerExpression)
            return try await service.catalog.read { reader in
                guard let policy = try reader.find(ProtectionPolicy.self, id: rule.policyId) else { return false }
                return try PlacementRows(reader).wouldChange(rule.appliedDigest, rule.expression, chosen, under: policy)
            }
        } catch let error as ServiceError where !error.isRetryable {
            return rule.appliedDigest != ChoiceDigest(rule.expression, failing: error.code).text
        }
    }

    private func policiesToCover(_ policies: [ProtectionPolicy], _ service: ServiceContext) async throws -> [String] {
        var due: [String] = []
        for policy in policies {
            let excluded = try await service.catalog.read { try ExclusionRows($0).sources(of: policy.id) }
            let sources = try SourceLookup(service.dependencies.tenant, policy.workload).all.filter {
                !excluded.contains($0.id.objectID)
            }
            let chosen = ResolvedRule(sources: sources, missing: [])
            if try await service.catalog.read({
                try PlacementRows($0).wouldChange(policy.coverageDigest, "", chosen, under: policy)
            }) {
                due.append(policy.id)
            }
        }
        return due
    }
}
