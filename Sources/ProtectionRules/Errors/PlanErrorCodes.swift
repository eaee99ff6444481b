// MARK: Restore plans, cancel, retry and undo. Only `/holdfast/v1.0` answers them.

extension ServiceErrorCode {
    /// There is no such plan.
    public static let restorePlanNotFound = Self("RestorePlanNotFound", .missing)
    /// The scope of a plan chooses nothing, or more than one thing.
    public static let emptyScope = Self("EmptyScope", .invalid)
    /// A plan reaches further than `limits.units-per-plan`.
    public static let tooManyUnits = Self("TooManyUnits", .tooMuch)
    /// The moment of a plan is missing, lies in the future, or names unknown points.
    public static let invalidMoment = Self("InvalidMoment", .invalid)
    /// The plan is too old, or a point of it is gone.
    public static let planExpired = Self("PlanExpired", .conflict)
    /// The plan is being made, was started before, or has ended.
    public static let planNotReady = Self("PlanNotReady", .conflict)
    /// The plan has another number of units than whoever starts it expects.
    public static let expectedUnitsDiffer = Self("ExpectedUnitsDiffer", .conflict)
    /// A destination has less room than the plan needs.
    public static let insufficientStorage = Self("insufficientStorage", .full)
    /// Nothing of it runs.
    public static let nothingToCancel = Self("NothingToCancel", .conflict)
    /// Nothing of it failed, or it still runs.
    public static let nothingToRetry = Self("NothingToRetry", .conflict)
    /// No undo point of it is there any more.
    public static let noUndoPoint = Self("NoUndoPoint", .conflict)
    /// In a unit of a plan, and in an artifact: the present state changed since it was planned.
    public static let planOutdated = Self("PlanOutdated", .inside)
    /// In an artifact: the present state could not be kept, so nothing was written.
    public static let undoPointFailed = Self("UndoPointFailed", .inside)
    /// In an artifact: the restore was cancelled.
    public static let restoreCancelled = Self("RestoreCancelled", .inside)
}
