/// The axis along which Graph's types repeat.
public enum Workload: String, SQLEnum, CaseIterable {
    /// Mailboxes.
    case exchange
    /// Sites.
    case sharePoint
    /// Drives.
    case oneDriveForBusiness
}

/// The rhythm of a restore point.
public enum Cadence: String, SQLEnum, CaseIterable {
    /// One of the frequent points of the last days.
    case tenMinutes
    /// One that is kept for the whole retention.
    case weekly
}

/// How far a restore session is. Source: Graph `restoreSessionStatus`.
public enum RestoreSessionStatus: String, SQLEnum, CaseIterable {
    /// Artifacts are only added.
    case draft
    /// Activation was accepted.
    case activating
    /// Something is scheduled or running.
    case active
    /// Some artifacts failed.
    case completedWithError
    /// All succeeded.
    case completed
    /// All failed.
    case failed
}

/// How a restore session was made. Source: Graph `restoreJobType`.
public enum RestoreJobType: String, SQLEnum, CaseIterable {
    /// Artifact by artifact.
    case standard
    /// By a bulk request.
    case bulk
    /// Of single items.
    case granular
}

/// How far an artifact is. Source: Graph `artifactRestoreStatus`.
public enum ArtifactRestoreStatus: String, SQLEnum, CaseIterable {
    /// In a draft session.
    case added
    /// Activation was asked for.
    case scheduling
    /// It waits for a worker.
    case scheduled
    /// A worker has it.
    case inProgress
    /// All of it is restored.
    case succeeded
    /// It ended with an error.
    case failed
}

/// Where restored data goes. Source: Graph `destinationType`.
public enum DestinationType: String, SQLEnum, CaseIterable {
    /// A new place.
    case new
    /// The place that it came from.
    case inPlace
}

/// Whether a job waits, runs or has ended.
public enum JobState: String, SQLEnum, CaseIterable {
    /// Nobody has it.
    case waiting
    /// A worker holds it under a lease.
    case running
    /// It ended well.
    case done
    /// It ended with an error.
    case failed
}

/// What an item is that could not be read.
public enum UnreadItemKind: String, SQLEnum, CaseIterable {
    case file
    case folder
    case link
    /// A pipe, socket or device.
    case other
    /// Not even that could be seen.
    case unknown
}

/// What a restore tells of an item.
public enum RestoreNoticeKind: String, SQLEnum, CaseIterable {
    /// The point does not have it, and it was not removed: it may be what could not be
    /// read, or in it.
    case leftAlone
    /// It came back as it was last read, before the point.
    case older
    /// The point could not read it and has nothing of it, so nothing came back.
    case absent
}
