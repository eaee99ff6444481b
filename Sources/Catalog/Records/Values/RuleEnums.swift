/// How far an inclusion rule is. Source: Graph `protectionRuleStatus`.
public enum ProtectionRuleStatus: String, SQLEnum, CaseIterable {
    /// Not used any more: rules start `active`.
    case draft
    /// It is being applied.
    case active
    /// It was applied.
    case completed
    /// It was applied, except for what its error names.
    case completedWithErrors
    /// Its expression changed and is to be applied (dynamic rules).
    case updateRequested
    /// It will go, and what it alone protects with it (dynamic rules).
    case deleteRequested
}

/// How far a job over a list of units is. Source: Graph `protectionUnitsBulkJobStatus` and
/// `exclusionUnitBulkJobStatus`.
public enum BulkJobStatus: String, SQLEnum, CaseIterable {
    /// It waits or is at work.
    case active
    /// Every entry was resolved and added.
    case completed
    /// What could be resolved was added; the error names the rest.
    case completedWithErrors
}
