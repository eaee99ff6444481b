public import Catalog
package import ProtectionRules

/// What a client sends to create an inclusion rule.
public struct RuleDraft: Sendable, Hashable {
    /// The expression; nil where the request names none.
    public var expression: String?
    /// Whether the rule keeps following the directory.
    public var isAutoApplyEnabled: Bool

    public init(expression: String?, isAutoApplyEnabled: Bool = false) {
        self.expression = expression
        self.isAutoApplyEnabled = isAutoApplyEnabled
    }
}

/// What a client sends to change an inclusion rule.
public struct RuleChange: Sendable, Hashable {
    /// The new expression; nil where the request names none, or null.
    public var expression: String?
    /// Whether the request names what cannot be changed.
    public var namesAutoApply: Bool

    public init(expression: String?, namesAutoApply: Bool = false) {
        self.expression = expression
        self.namesAutoApply = namesAutoApply
    }
}

/// A rule by its path: under a policy of a workload.
public struct RulePath: Sendable, Hashable {
    public var workload: Workload
    /// The policy, as the client wrote it.
    public var policyID: String
    /// The rule, as the client wrote it.
    public var ruleID: String

    public init(workload: Workload, policyID: String, ruleID: String) {
        self.workload = workload
        self.policyID = policyID
        self.ruleID = ruleID
    }
}

extension RulePath {
    /// The ids in their one form.
    package func checked() throws(ServiceError) -> (policyID: String, ruleID: String) {
        (try Identifiers.require(policyID, .invalidPolicyID), try Identifiers.require(ruleID, .invalidInclusionRuleID))
    }
}
