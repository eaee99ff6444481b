public import Catalog

/// What moves the status of a restore artifact (behaviour.md, section 8).
public enum RestoreArtifactEvent: Sendable, Hashable, CaseIterable {
    /// Its session is activated.
    case activate
    /// Its restore is planned as a job.
    case schedule
    /// A worker takes it up, for the first time or again after a crash.
    case start
    case succeed
    /// It cannot be restored.
    case fail
}

extension ArtifactRestoreStatus {
    /// The status after an event, or nil where the event is refused.
    public func after(_ event: RestoreArtifactEvent) -> ArtifactRestoreStatus? {
        switch (self, event) {
        case (.added, .activate): .scheduling
        case (.scheduling, .schedule): .scheduled
        case (.scheduled, .start), (.inProgress, .start): .inProgress
        case (.inProgress, .succeed): .succeeded
        case (.scheduling, .fail), (.scheduled, .fail), (.inProgress, .fail): .failed
        case (.added, .schedule), (.added, .start), (.added, .succeed), (.added, .fail): nil
        case (.scheduling, .activate), (.scheduling, .start), (.scheduling, .succeed): nil
        case (.scheduled, .activate), (.scheduled, .schedule), (.scheduled, .succeed): nil
        case (.inProgress, .activate), (.inProgress, .schedule): nil
        case (.succeeded, .activate), (.succeeded, .schedule), (.succeeded, .start), (.succeeded, .succeed),
            (.succeeded, .fail):
            nil
        case (.failed, .activate), (.failed, .schedule), (.failed, .start), (.failed, .succeed), (.failed, .fail): nil
        }
    }

    /// Whether the artifact is on its way.
    public var isRunning: Bool {
        switch self {
        case .scheduling, .scheduled, .inProgress: true
        case .added, .succeeded, .failed: false
        }
    }
}

/// What moves the status of a restore session.
public enum RestoreSessionEvent: Sendable, Hashable {
    /// A client activates it.
    case activate
    /// Its artifacts changed: how many are how far.
    case artifactsChanged(RestoreArtifactCounts)
}

/// How many artifacts of a session are how far.
public struct RestoreArtifactCounts: Sendable, Hashable {
    /// All artifacts.
    public var total = 0
    /// Those that ended well.
    public var completed = 0
    public var failed = 0
    /// Those that are still being scheduled.
    public var scheduling = 0
    /// Bulk requests of which not every entry became an artifact. They are no artifacts, but the
    /// session did not end well.
    public var unresolved = 0

    public init(total: Int = 0, completed: Int = 0, failed: Int = 0, scheduling: Int = 0, unresolved: Int = 0) {
        self.unresolved = unresolved
        self.total = total
        self.completed = completed
        self.failed = failed
        self.scheduling = scheduling
    }

    /// Counts artifacts by their statuses.
    public init(_ statuses: [ArtifactRestoreStatus: Int]) {
        for (status, count) in statuses {
            total += count
            switch status {
            case .added, .scheduled, .inProgress: continue
            case .scheduling: scheduling += count
            case .succeeded: completed += count
            case .failed: failed += count
            }
        }
    }

    /// Those that are on their way once the session is active: `total = completed
    /// + failed + inProgress`.
    public var inProgress: Int { total - completed - failed }
}

extension RestoreSessionStatus {
    /// The status after an event, or nil where the event is refused or means nothing.
    public func after(_ event: RestoreSessionEvent) -> RestoreSessionStatus? {
        switch (self, event) {
        case (.draft, .activate): .activating
        case (.activating, .artifactsChanged(let counts)), (.active, .artifactsChanged(let counts)):
            RestoreSessionStatus.running(counts)
        case (.draft, .artifactsChanged): nil
        case (.activating, .activate), (.active, .activate): nil
        case (.completed, .activate), (.completedWithError, .activate), (.failed, .activate): nil
        case (.completed, .artifactsChanged), (.completedWithError, .artifactsChanged), (.failed, .artifactsChanged):
            nil
        }
    }

    private static func running(_ counts: RestoreArtifactCounts) -> RestoreSessionStatus {
        if counts.scheduling > 0 { return .activating }
        if counts.inProgress > 0 { return .active }
        if counts.failed + counts.unresolved == 0 { return .completed }
        return counts.completed == 0 ? .failed : .completedWithError
    }

    /// Whether nothing happens to the session any more.
    public var isTerminal: Bool {
        switch self {
        case .completed, .completedWithError, .failed: true
        case .draft, .activating, .active: false
        }
    }
}

/// What moves the status of a bulk restore request.
public enum BulkRequestEvent: Sendable, Hashable {
    /// Its session was activated and its entries were looked up; some may
    /// not have become artifacts.
    case resolved(missing: Int)
    /// Its entries could not be looked up.
    case failed
}

extension BulkRequestStatus {
    /// The status after an event, or nil where the event is refused.
    public func after(_ event: BulkRequestEvent) -> BulkRequestStatus? {
        switch (self, event) {
        case (.active, .resolved(let missing)): missing == 0 ? .completed : .completedWithErrors
        case (.active, .failed): .completedWithErrors
        case (.completed, .resolved), (.completedWithErrors, .resolved): nil
        case (.completed, .failed), (.completedWithErrors, .failed): nil
        }
    }

    /// Whether it is done, so that it can be deleted.
    public var isDone: Bool {
        switch self {
        case .active: false
        case .completed, .completedWithErrors: true
        }
    }
}

extension ArtifactRestoreStatus: Flow {
    package static var initial: ArtifactRestoreStatus { .added }
}

extension RestoreArtifact: FlowRecord {}

extension GranularRestoreArtifact: FlowRecord {}

extension RestoreSessionStatus: Flow {
    package static var initial: RestoreSessionStatus { .draft }
}

extension RestoreSession: FlowRecord {}

extension BulkRequestStatus: Flow {
    package static var initial: BulkRequestStatus { .active }
}

extension RestoreBulkRequest: FlowRecord {}
