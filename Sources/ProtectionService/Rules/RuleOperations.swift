public import ProtectionRules
public import Catalog
import Foundation

extension ServiceContext {
    /// Refuses what would be refused for a change of a policy whatever its body says. For handlers
    /// that read the body afterwards.
    /// - Throws: `invalidPolicyID`, `policyNotFound`, `appNotController`, `serviceNotEnabled`,
    ///   `policyActionNotAllowed`.
    @discardableResult
    public func requireChangeablePolicy(
        id: String, workload: Workload, _ caller: Caller
    ) async throws -> ProtectionPolicy {
        let (id, tenantID) = (try Identifiers.require(id, .invalidPolicyID), tenantID)
        return try await look { try $0.changeablePolicy(id, workload, caller, tenantID) }
    }

    /// Creates a rule and lets it be applied.
    /// - Throws: `invalidPolicyID`, `policyNotFound`, `appNotController`, `serviceNotEnabled`,
    ///   `policyActionNotAllowed`, `invalidInclusionRuleCreateRequest` (a dynamic rule for sites,
    ///   or a policy that covers its workload anyway), `invalidRuleExpression`,
    ///   `invalidRuleExpressionGroupLimitExceeded`.
    public func createRule(
        policyID: String, workload: Workload, _ draft: RuleDraft, _ caller: Caller
    ) async throws -> InclusionRule {
        let policy = try await requireChangeablePolicy(id: policyID, workload: workload, caller)
        guard !draft.isAutoApplyEnabled || workload != .sharePoint else {
            throw ServiceError(
                .invalidInclusionRuleCreateRequest, "Rules for sites are static: leave isAutoApplyEnabled out.")
        }
        guard policy.protectionMode == .standard else {
            throw ServiceError(
                .invalidInclusionRuleCreateRequest,
                "The policy covers its whole workload; rules choose units of standard policies only.")
        }
        var rule = InclusionRule()
        rule.id = dependencies.makeID()
        rule.workload = workload
        rule.policyId = policy.id
        rule.expression = try checkedExpression(draft.expression, workload)
        rule.isAutoApplyEnabled = draft.isAutoApplyEnabled
        rule.status = .active
        rule.createdBy = caller.identitySet
        rule.createdDateTime = now
        rule.lastModifiedBy = caller.identitySet
        rule.lastModifiedDateTime = now
        let (apply, tenantID) = (job(.applyRule, rule.id), tenantID)
        return try await change { [rule] writer in
            _ = try writer.changeablePolicy(rule.policyId, workload, caller, tenantID)
            try writer.insert(rule)
            _ = try writer.addJob(apply)
            return rule
        }
    }

    /// Applies a static rule once more.
    /// - Throws: `invalidInclusionRuleID`, `protectionRuleNotFound`, `appNotController`,
    ///   `serviceNotEnabled`, `runNotAllowedForDynamicRule`, `protectionRuleActionNotAllowed` while
    ///   it is at work.
    public func runRule(_ path: RulePath, _ caller: Caller) async throws -> InclusionRule {
        try await changeRule(path, caller) { rule in
            guard !rule.isAutoApplyEnabled else {
                throw ServiceError(.runNotAllowedForDynamicRule, "A dynamic rule runs by itself.")
            }
            try rule.move(.run, or: .protectionRuleActionNotAllowed)
        }
    }

    /// Gives a dynamic rule another expression.
    /// - Throws: `invalidInclusionRuleID`, `protectionRuleNotFound`, `appNotController`,
    ///   `serviceNotEnabled`, `patchNotAllowedForStaticRule`,
    ///   `invalidProtectionRuleStatusForDynamicRuleEdit` once it is being deleted,
    ///   `invalidProtectionRuleStatusForUpdation` while it is at work,
    ///   `invalidProtectionRulePatchRequest`, `invalidRuleExpression`,
    ///   `invalidRuleExpressionGroupLimitExceeded`.
    public func updateRule(
        _ path: RulePath, _ change: @escaping @Sendable () throws -> RuleChange, _ caller: Caller
    ) async throws -> InclusionRule {
        let service = self
        return try await changeRule(path, caller) { rule in
            guard rule.isAutoApplyEnabled else {
                throw ServiceError(
                    .patchNotAllowedForStaticRule, "A static rule keeps its expression; create another one.")
            }
            guard rule.status != .deleteRequested else {
                throw ServiceError(.invalidProtectionRuleStatusForDynamicRuleEdit, "The rule is being deleted.")
            }
            try rule.move(.update, or: .invalidProtectionRuleStatusForUpdation)
            let change = try change()
            guard !change.namesAutoApply else {
                throw ServiceError(
                    .invalidProtectionRulePatchRequest,
                    "isAutoApplyEnabled is given when the rule is created and never changed.")
            }
            rule.expression = try service.checkedExpression(change.expression, path.workload)
        }
    }

    /// Deletes a rule. Its units stay in the policy, as if they had been added by hand.
    /// - Throws: `invalidInclusionRuleID`, `protectionRuleNotFound`, `appNotController`,
    ///   `serviceNotEnabled`, and while it is at work `invalidProtectionRuleStatusForDeletion`
    ///   (static) or `invalidProtectionRuleStatusForDynamicRuleDeletion`.
    public func deleteRule(_ path: RulePath, _ caller: Caller) async throws {
        let ids = try path.checked()
        let (tenantID, now) = (tenantID, now)
        var log = activity(.dynamicRuleDeletion, of: ids.policyID, path.workload, nil)
        log.details.configurationType = "dynamic"
        try await change { [log] writer in
            let rule = try writer.rule(ids, path.workload, caller, tenantID)
            guard rule.status.isSettled else {
                throw ServiceError(
                    rule.isAutoApplyEnabled
                        ? .invalidProtectionRuleStatusForDynamicRuleDeletion : .invalidProtectionRuleStatusForDeletion,
                    "The rule is \(rule.status.rawValue); delete it when it is completed.")
            }
            try writer.keepMembers(ofDeleted: rule.id)
            try writer.delete(InclusionRule.self, id: rule.id)
            if rule.isAutoApplyEnabled, let policy = try writer.find(ProtectionPolicy.self, id: rule.policyId) {
                try writer.begin([log], of: policy, now)
            }
        }
    }

    /// Deletes a dynamic rule together with the protection of what it alone protects.
    /// - Throws: `invalidInclusionRuleID`, `protectionRuleNotFound`, `appNotController`,
    ///   `serviceNotEnabled`, `invalidProtectionRuleStatusForDeleteAndUnprotect` for a static rule,
    ///   or while it is at work.
    public func deleteRuleAndUnprotect(_ path: RulePath, _ caller: Caller) async throws -> InclusionRule {
        try await changeRule(path, caller) { rule in
            guard rule.isAutoApplyEnabled else {
                throw ServiceError(
                    .invalidProtectionRuleStatusForDeleteAndUnprotect,
                    "Only a dynamic rule can be deleted together with its protection.")
            }
            try rule.move(.deleteAndUnprotect, or: .invalidProtectionRuleStatusForDeleteAndUnprotect)
        }
    }

    private func changeRule(
        _ path: RulePath, _ caller: Caller, _ body: @escaping @Sendable (inout InclusionRule) throws -> Void
    ) async throws -> InclusionRule {
        let ids = try path.checked()
        let (tenantID, now, apply) = (tenantID, now, job(.applyRule, ids.ruleID))
        return try await change { writer in
            var rule = try writer.rule(ids, path.workload, caller, tenantID)
            try body(&rule)
            rule.appliedDigest = nil
            rule.lastModifiedBy = caller.identitySet
            rule.lastModifiedDateTime = now
            try writer.update(rule)
            _ = try writer.addJob(apply)
            return rule
        }
    }

    private func checkedExpression(_ text: String?, _ workload: Workload) throws(ServiceError) -> String {
        guard let text else { throw ServiceError(.invalidRuleExpression, "The expression is missing.") }
        _ = try RuleExpression(text, workload, groupsMost: limits.groupsPerExpression)
        return text
    }
}

extension InclusionRule {
    /// Changes the status, or refuses with a code.
    fileprivate mutating func move(_ event: ProtectionRuleEvent, or code: ServiceErrorCode) throws(ServiceError) {
        guard let next = status.after(event) else {
            throw ServiceError(code, "The rule is \(status.rawValue), which does not allow this.")
        }
        status = next
    }
}

extension CatalogAccess {
    /// A rule of a policy, for a caller who may change it.
    fileprivate func rule(
        _ ids: (policyID: String, ruleID: String), _ workload: Workload, _ caller: Caller, _ tenantID: String
    ) throws -> InclusionRule {
        guard try find(ProtectionPolicy.self, id: ids.policyID)?.workload == workload else {
            throw ServiceError.noSuchPolicy
        }
        guard let rule = try find(InclusionRule.self, id: ids.ruleID), rule.policyId == ids.policyID else {
            throw ServiceError(.protectionRuleNotFound, "Unable to find the protection rule.")
        }
        try requireMayChange(.protection, caller, tenantID: tenantID)
        return rule
    }
}

extension CatalogWriter {
    /// Makes the units that only this rule holds manual ones. One statement, because a rule may
    /// hold a hundred thousand.
    fileprivate func keepMembers(ofDeleted ruleID: String) throws {
        try connection.execute(
            """
            UPDATE "protectionUnit" SET "protectionSources" = ?
            WHERE "id" IN (SELECT "unitId" FROM "ruleMember" WHERE "ruleId" = ?)
            AND "id" NOT IN (SELECT "unitId" FROM "ruleMember" WHERE "ruleId" <> ?)
            """, [ProtectionSources.manual.sqlValue, .text(ruleID), .text(ruleID)])
    }
}
