public import Catalog

/// Hears what the work came to. Numbers are made of it elsewhere, so that neither rules nor engine
/// know that they are counted.
public protocol WorkObserver: Sendable {
    /// Called from any thread, once what it tells is in the catalogue. Returns at once.
    func note(_ event: WorkEvent)
}

/// Something that the work came to.
public enum WorkEvent: Sendable, Hashable {
    /// A job was run once, whatever came of it.
    case ran(JobRun)
    /// A restore point was taken on the cadence or by hand.
    case backedUp(Workload, BackupFigures)
    /// A restore artifact ended, a whole one or a granular one.
    case restored(Workload, RestoreEnd, bytes: Int)
    /// A repository was read in full.
    case verified(bytes: Int, problems: Int, ledgerViolations: Int)
    /// A restore plan was made.
    case planned
    case mailSent
    /// Another worker went on with a job of this one.
    case leaseLost
}

/// How a restore artifact ended.
public enum RestoreEnd: String, Sendable, Hashable, CaseIterable {
    case succeeded, failed, cancelled
}

/// One run of a job.
public struct JobRun: Sendable, Hashable {
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// It did its work.
        case done
        /// It failed for good.
        case failed
        /// It failed and is tried again.
        case retried
        /// Something else was in the way.
        case postponed
        /// It was given back, because the process stops.
        case interrupted
    }

    /// As the job's row names it.
    public var kind: String
    public var outcome: Outcome
    /// Whose content it was about; nil for jobs that concern no unit.
    public var workload: Workload?
    /// How long it ran.
    public var seconds: Double
    /// How long it had been due when it began.
    public var delaySeconds: Double

    public init(
        kind: String, outcome: Outcome, workload: Workload? = nil, seconds: Double, delaySeconds: Double
    ) {
        self.kind = kind
        self.outcome = outcome
        self.workload = workload
        self.seconds = seconds
        self.delaySeconds = delaySeconds
    }
}

/// What a backup read and stored.
public struct BackupFigures: Sendable, Hashable {
    /// Whether a snapshot was written.
    public var isChanged = false
    /// Items that could not be read.
    public var unread = 0
    /// Files that the snapshot before did not have.
    public var added = 0
    public var changed = 0
    public var removed = 0
    /// Bytes of new content before compression.
    public var addedBytes = 0
    /// The same as stored.
    public var storedBytes = 0
    /// Bytes read from the source's files.
    public var readBytes = 0

    public init() {}
}
