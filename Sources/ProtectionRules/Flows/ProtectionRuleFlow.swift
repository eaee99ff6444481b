public import Catalog

/// What moves the status of an inclusion rule (behaviour.md, section 5).
public enum ProtectionRuleEvent: Sendable, Hashable, CaseIterable {
    /// It was applied, and everything that it chose is in the policy.
    case applied
    /// It was applied, and something could not be added.
    case appliedWithErrors
    /// A static rule is run again.
    case run
    /// A dynamic rule gets another expression.
    case update
    /// A dynamic rule shall go together with what it alone protects.
    case deleteAndUnprotect
}

extension ProtectionRuleStatus {
    /// The status after an event, or nil where the event is refused.
    ///
    /// Which events a static or a dynamic rule knows at all is not a matter of status:
    /// `RuleOperations` refuses the others before.
    public func after(_ event: ProtectionRuleEvent) -> ProtectionRuleStatus? {
        switch event {
        case .applied: afterApplied(.completed)
        case .appliedWithErrors: afterApplied(.completedWithErrors)
        case .run: isSettled ? .active : nil
        case .update: isSettled ? .updateRequested : nil
        case .deleteAndUnprotect: isSettled ? .deleteRequested : nil
        }
    }

    private func afterApplied(_ outcome: ProtectionRuleStatus) -> ProtectionRuleStatus? {
        switch self {
        case .active, .updateRequested, .completed, .completedWithErrors: outcome
        case .draft, .deleteRequested: nil
        }
    }

    /// Whether nothing that was asked of the rule is still open: only then can it be
    /// run, changed or deleted.
    public var isSettled: Bool {
        switch self {
        case .completed, .completedWithErrors: true
        case .draft, .active, .updateRequested, .deleteRequested: false
        }
    }
}

extension ProtectionRuleStatus: Flow {
    package static var initial: ProtectionRuleStatus { .active }
}

extension InclusionRule: FlowRecord {}
