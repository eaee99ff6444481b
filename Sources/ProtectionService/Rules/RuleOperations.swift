public import Catalog
import Foundation
public import ProtectionRules

extension ServiceContext {
    public var rules: RuleOperations { RuleOperations(context: self) }
}

/// Inclusion rules of policies.
public struct RuleOperations: OperationGroup {
    package let context: ServiceContext

    /// Creates a rule and lets it be applied.
    /// - Throws: `invalidPolicyID`, `policyNotFound`, `appNotController`, `serviceNotEnabled`,
    ///   `policyActionNotAllowed`, `invalidInclusionRuleCreateRequest` (a dynamic rule for sites,
    ///   or a policy that covers its workload anyway), `invalidRuleExpression`,
    ///   `invalidRuleExpressionGroupLimitExceeded`.
    public func create(
        policyID: String, workload: Workload, _ draft: RuleDraft, _ caller: Caller
    ) async throws -> InclusionRule {
        let policy = try await context.policies.requireChangeable(id: policyID, workload: workload, caller)
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
        rule.begin()
        rule.createdBy = caller.identitySet
        rule.createdDateTime = now
        rule.lastModifiedBy = caller.identitySet
        rule.lastModifiedDateTime = now
        let (apply, tenantID) = (job(.applyRule, rule.id), tenantID)
        return try await change { [rule] writer in
            _ = try PolicyRows(writer).changeable(id: rule.policyId, workload: workload, caller, tenantID: tenantID)
            try writer.insert(rule)
            _ = try writer.addJob(apply)
            return rule
        }
    }

    /// Applies a static rule once more.
    /// - Throws: `invalidInclusionRuleID`, `protectionRuleNotFound`, `appNotController`,
    ///   `serviceNotEnabled`, `runNotAllowedForDynamicRule`, `protectionRuleActionNotAllowed` while
    ///   it is at work.
    public func run(_ path: RulePath, _ caller: Caller) async throws -> InclusionRule {
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
    public func update(
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
    public func delete(_ path: RulePath, _ caller: Caller) async throws {
        let ids = try path.checked()
        let (tenantID, now) = (tenantID, now)
        var log = activity(.dynamicRuleDeletion, of: ids.policyID, path.workload, nil)
        log.details.configurationType = "dynamic"
        try await change { [log] writer in
            let rule = try RuleRows(writer).rule(ids, workload: path.workload, caller, tenantID: tenantID)
            guard rule.status.isSettled else {
                throw ServiceError(
                    rule.isAutoApplyEnabled
                        ? .invalidProtectionRuleStatusForDynamicRuleDeletion : .invalidProtectionRuleStatusForDeletion,
                    "The rule is \(rule.status.rawValue); delete it when it is completed.")
            }
            try RuleRows(writer).keepMembers(ofDeleted: rule.id)
            try writer.delete(InclusionRule.self, id: rule.id)
            if rule.isAutoApplyEnabled, let policy = try writer.find(ProtectionPolicy.self, id: rule.policyId) {
                try ActivityRows(writer).begin([log], of: policy, now)
            }
        }
    }

    /// Deletes a dynamic rule together with the protection of what it alone protects.
    /// - Throws: `invalidInclusionRuleID`, `protectionRuleNotFound`, `appNotController`,
    ///   `serviceNotEnabled`, `invalidProtectionRuleStatusForDeleteAndUnprotect` for a static rule,
    ///   or while it is at work.
    public func deleteAndUnprotect(_ path: RulePath, _ caller: Caller) async throws -> InclusionRule {
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
            var rule = try RuleRows(writer).rule(ids, workload: path.workload, caller, tenantID: tenantID)
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
        guard advance(event) else {
            throw ServiceError(code, "The rule is \(status.rawValue), which does not allow this.")
        }
    }
}
