public import Catalog

/// How the units of a plan ended, or how far they are.
public struct PlanUnitCounts: Sendable, Hashable {
    /// Units that are not compared yet.
    public var open = 0
    public var ready = 0

    public init(open: Int = 0, ready: Int = 0) {
        self.open = open
        self.ready = ready
    }

    /// Counts units by their statuses.
    public init(_ statuses: [PlanUnitStatus: Int]) {
        for (status, count) in statuses {
            switch status {
            case .waiting, .planning: open += count
            case .ready: ready += count
            case .noPoint, .failed, .excluded, .outdated: continue
            }
        }
    }
}

/// What moves the status of a restore plan.
public enum RestorePlanEvent: Sendable, Hashable {
    /// A unit was compared with its point, or could not be.
    case unitPlanned(PlanUnitCounts)
    /// Some units are to be compared again, or all of a plan that has expired.
    case replan
    /// It is too old, or a point of it is gone.
    case expire
    case start
    case cancel
    /// What could not be restored is tried again.
    case retry
    /// A session ended: how many units are how far.
    case sessionEnded(RestoreArtifactCounts)
}

extension RestorePlanStatus {
    /// The status after an event, or nil where the event is refused or means nothing.
    public func after(_ event: RestorePlanEvent) -> RestorePlanStatus? {
        switch event {
        case .unitPlanned(let counts): afterPlanned(counts)
        case .replan: canReplan ? .planning : nil
        case .expire: self == .ready ? .expired : nil
        case .start: self == .ready ? .started : nil
        case .cancel: self == .started ? .cancelling : nil
        case .retry: canRetry ? .started : nil
        case .sessionEnded(let counts): afterSession(counts)
        }
    }

    private func afterPlanned(_ counts: PlanUnitCounts) -> RestorePlanStatus? {
        switch self {
        case .planning: counts.open > 0 ? .planning : counts.ready > 0 ? .ready : .failed
        case .ready, .expired, .started, .cancelling, .cancelled, .completed, .completedWithError, .failed: nil
        }
    }

    private var canReplan: Bool {
        switch self {
        case .ready, .expired: true
        case .planning, .started, .cancelling, .cancelled, .completed, .completedWithError, .failed: false
        }
    }

    private var canRetry: Bool {
        switch self {
        case .cancelled, .completedWithError, .failed: true
        case .planning, .ready, .expired, .started, .cancelling, .completed: false
        }
    }

    private func afterSession(_ counts: RestoreArtifactCounts) -> RestorePlanStatus? {
        switch self {
        case .started where counts.inProgress > 0: .started
        case .started where counts.failed == 0: .completed
        case .started: counts.completed == 0 ? .failed : .completedWithError
        case .cancelling: counts.inProgress > 0 ? .cancelling : .cancelled
        case .planning, .ready, .expired, .cancelled, .completed, .completedWithError, .failed: nil
        }
    }

    /// Whether it was started and has not ended.
    public var isRunning: Bool {
        switch self {
        case .started, .cancelling: true
        case .planning, .ready, .expired, .cancelled, .completed, .completedWithError, .failed: false
        }
    }
}

/// What moves the status of a unit of a plan.
public enum PlanUnitEvent: Sendable, Hashable, CaseIterable {
    /// A worker compares it with its point.
    case begin
    /// Its changes are known.
    case planned
    /// It could not be compared.
    case fail
    /// It has no point for the moment of the plan.
    case findNoPoint
    /// It was left out.
    case exclude
    /// Its restore found another present state than the plan shows.
    case outdate
    /// It is to be compared again.
    case replan
}

extension PlanUnitStatus {
    /// The status after an event, or nil where the event is refused or means nothing.
    public func after(_ event: PlanUnitEvent) -> PlanUnitStatus? {
        switch (self, event) {
        case (.waiting, .begin), (.planning, .begin): .planning
        case (.planning, .planned): .ready
        case (.waiting, .fail), (.planning, .fail): .failed
        case (.waiting, .findNoPoint), (.planning, .findNoPoint): .noPoint
        case (.waiting, .exclude), (.ready, .exclude): .excluded
        case (.ready, .outdate): .outdated
        case (.ready, .replan), (.failed, .replan), (.outdated, .replan): .waiting
        case (.waiting, .planned), (.waiting, .outdate), (.waiting, .replan): nil
        case (.planning, .exclude), (.planning, .outdate), (.planning, .replan): nil
        case (.ready, .begin), (.ready, .planned), (.ready, .fail), (.ready, .findNoPoint): nil
        case (.failed, .begin), (.failed, .planned), (.failed, .fail), (.failed, .findNoPoint), (.failed, .exclude),
            (.failed, .outdate):
            nil
        case (.outdated, .begin), (.outdated, .planned), (.outdated, .fail), (.outdated, .findNoPoint),
            (.outdated, .exclude), (.outdated, .outdate):
            nil
        case (.noPoint, .begin), (.noPoint, .planned), (.noPoint, .fail), (.noPoint, .findNoPoint),
            (.noPoint, .exclude), (.noPoint, .outdate), (.noPoint, .replan):
            nil
        case (.excluded, .begin), (.excluded, .planned), (.excluded, .fail), (.excluded, .findNoPoint),
            (.excluded, .exclude), (.excluded, .outdate), (.excluded, .replan):
            nil
        }
    }
}

extension RestorePlanStatus: Flow {
    package static var initial: RestorePlanStatus { .planning }
}

extension RestorePlanRecord: FlowRecord {}

extension PlanUnitStatus: Flow {
    package static var initial: PlanUnitStatus { .waiting }
}

extension PlanUnit: FlowRecord {}
