/// What a client may ask for at most. Source: behaviour.md, section 17.
public struct ServiceLimits: Sendable, Hashable {
    /// Characters of a policy's name.
    public var displayNameLength = 1024
    /// Units in one request that creates or changes a policy.
    public var unitsPerPolicyRequest = 50
    /// Artifacts in one request that creates or changes a restore session.
    public var artifactsPerRequest = 50
    /// Restore sessions that are being activated or active at once.
    public var activeRestoreSessions = 25
    /// Units in one search for restore points.
    public var unitsPerSearch = 20
    /// Entries of one bulk addition job.
    public var entriesPerBulkJob = 3000
    /// Groups in the expression of one inclusion rule.
    public var groupsPerExpression = 100
    /// Entries of one bulk restore request. Not published; as many as may be queued.
    public var bulkRestoreEntries = 1000
    /// Artifacts of one workload that are queued or being restored at once; also the
    /// most of one session.
    public var queuedRestoreArtifacts = 1000
    /// Artifacts of one workload whose restore is activated within 24 hours.
    public var restoreArtifactsPerDay = 10_000
    /// Bytes of a filter of `browse` or of a search for mail. Not published.
    public var queryExpressionBytes = 4096
    /// Units of one restore plan.
    public var unitsPerPlan = 10_000
    /// Comparisons in one `$filter`. Not published.
    public var filterTerms = 100
    /// Entries of a page where the client names no size. Not published;
    /// recommended by the contract.
    public var pageSize = 100
    /// Entries of a page whatever the client asks for. Not published; recommended by the contract.
    public var pageSizeMost = 999
    /// Streams of events that are open at once.
    public var eventStreams = 500
    /// Whether content of backups may be downloaded and previewed.
    public var allowsDownloads = true
    /// Downloads that are sent at once; further ones wait.
    public var downloadsAtOnce = 4
    /// Item keys in one request for a download.
    public var keysPerDownload = 10_000
    /// Files and folders in one archive.
    public var entriesPerArchive = 100_000
    /// Paths in one request for the keys of paths.
    public var pathsPerResolution = 1000

    public init() {}
}

/// How often and how long. Every value is in the unit that its name ends with.
public struct ServiceIntervals: Sendable, Hashable {
    /// The cadence of restore points.
    public var cadenceSeconds = 600
    /// Whether units are due at different moments of the cadence (`BackupSlots`); otherwise all together,
    /// at its multiples since 1970.
    public var spreadsBackups = true
    /// How long a point that is not a weekly one is kept.
    public var tenMinuteRetentionDays = 14
    /// How long weekly points are kept where the policy does not say.
    public var defaultRetentionDays = 365
    /// How long the offboarding of a unit, or of the service, can be undone.
    public var offboardingUndoDays = 30
    /// The part of the service's undo period in which restores still run.
    public var restoreAllowedDays = 15
    /// The soonest that a controller can be replaced.
    public var handOverLeastDays = 7
    /// The latest that a controller can be replaced.
    public var handOverMostDays = 30
    /// How long the application of a deleted controller stays listed.
    public var deletedControllerGraceDays = 7
    /// How long ended restore sessions are listed.
    public var endedSessionDays = 365
    /// How long a browse session lives. Source: contract examples.
    public var browseSessionDays = 3
    /// How long the audit trail is kept.
    public var auditDays = 400
    /// How long ended jobs are kept for questions.
    public var endedJobDays = 7
    /// How long after the first point of a unit expired its repository is pruned, so that one
    /// run serves many points.
    public var pruneDelaySeconds = 86_400
    /// How long a pack stays that nothing needs any more, where several processes may use the
    /// repository: far longer than any of them can sleep unnoticed, or a request be under way.
    public var sweepHours = 24
    /// How often every byte of every repository is read and verified; 0 for never.
    public var verifyPeriodDays = 30
    /// How long nothing expires after the clock was seen to jump.
    public var expiryHoldHours = 6
    /// How long the last full point of a drive that lost most of its files at once is kept at
    /// least; 0 for no longer than others.
    public var suddenLossHoldDays = 30
    /// How long the feed of changes is kept at least.
    public var changeFeedSeconds = 600
    /// How long a download can be fetched after it was asked for.
    public var downloadSeconds = 600
    /// How often expiry and other housekeeping is looked at.
    public var housekeepingSeconds = 600

    /// The published intervals, and our own where none are published.
    public init() {}
}

/// How jobs are run.
public struct WorkerSettings: Sendable, Hashable {
    /// Jobs that run at once: by default one more than the units that are restored at once.
    public var width = RestoreSettings().maximumUnits + 1
    /// How long a claimed job is held without a sign of life.
    public var leaseSeconds = 60
    /// How often a running job shows that it lives, and writes its progress.
    public var heartbeatSeconds = 1
    /// How often the worker looks for jobs that another process added.
    public var pollSeconds = 1
    /// Claims after which a job that keeps failing, or that keeps killing its process, is given up.
    public var attemptsMost = 8
    /// The wait before the second attempt; it doubles with each further one.
    public var retrySeconds = 5
    /// The wait while something else uses the repository.
    public var busySeconds = 2
    /// How long a job waits for a busy repository before it is given up.
    public var busyMostHours = 24
    /// The longest file that is backed up, in gigabytes (2^30 bytes); longer ones are told as
    /// failures. OneDrive itself takes 250.
    public var fileGigabytesMost = 4096
    /// The rate at which a verification reads, in bytes a second of the service's clock;
    /// 0 for no limit.
    public var verifyBytesPerSecond = 32 << 20
    /// Threads of one archive or restore run.
    public var engineWidth = 4

    /// Settings for a server of a few cores.
    public init() {}
}
