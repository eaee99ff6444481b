/// The axis along which Graph's types repeat. Raw values are Graph's.
public enum Workload: String, SQLEnum, CaseIterable {
    /// Mailboxes.
    case exchange
    /// Sites.
    case sharePoint
    /// Drives.
    case oneDriveForBusiness
}

/// `backupServiceStatus` of Graph.
public enum BackupServiceStatus: String, SQLEnum, CaseIterable {
    /// Never enabled, or offboarded.
    case disabled
    /// Policies and restores work.
    case enabled
    /// No policy or unit may change; restores still run.
    case protectionChangeLocked
    /// Neither changes nor restores.
    case restoreLocked
}

/// `disableReason` of Graph.
public enum DisableReason: String, SQLEnum, CaseIterable {
    /// Not disabled.
    case none
    /// Billing is unhealthy.
    case invalidBillingProfile
    /// A person turned the service off.
    case userRequested
    /// The controlling application was deleted (beta, evolvable).
    case controllerServiceAppDeleted
}

/// `serviceAppStatus` of Graph.
public enum ServiceAppStatus: String, SQLEnum, CaseIterable {
    /// Registered.
    case inactive
    /// The controller.
    case active
    /// Will take over; read-only until then.
    case pendingActive
    /// Will be replaced; full rights until then.
    case pendingInactive
}

/// `protectionPolicyStatus` of Graph.
public enum ProtectionPolicyStatus: String, SQLEnum, CaseIterable {
    /// Every unit is unprotected.
    case inactive
    /// Some units are protected, some not.
    case activeWithErrors
    /// Some unit is on its way.
    case updating
    /// Every unit is protected.
    case active
    /// Policy-level offboarding was asked for (beta, evolvable).
    case offboardRequested
    /// The policy is offboarded (beta, evolvable).
    case offboarded
}

/// `BackupPolicyProtectionMode` of Graph (beta).
public enum ProtectionMode: String, SQLEnum, CaseIterable {
    /// The listed units only.
    case standard
    /// The whole workload minus the exclusion units.
    case fullServiceBackup
}

/// `protectionUnitStatus` of Graph.
public enum ProtectionUnitStatus: String, SQLEnum, CaseIterable {
    /// Protection was asked for.
    case protectRequested
    /// Backups are taken.
    case protected
    /// The end of protection was asked for.
    case unprotectRequested
    /// No more backups; points taken stay.
    case unprotected
    /// Asked to leave the policy.
    case removeRequested
    /// Its backups will be deleted after the undo period (evolvable).
    case offboardRequested
    /// Its backups are deleted (evolvable).
    case offboarded
    /// Undo of the offboarding was asked for (evolvable).
    case cancelOffboardRequested
}

/// `protectionSource` of Graph, flags with Graph's numbers.
public struct ProtectionSources: SQLFlags {
    /// The sum of the flags.
    public let rawValue: Int

    /// Flags from their sum.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Added by hand or by a job.
    public static let manual = ProtectionSources(rawValue: 1)
    /// Added by a dynamic rule.
    public static let dynamicRule = ProtectionSources(rawValue: 2)
}

/// `restorePointTags` of Graph, flags with Graph's numbers.
public struct RestorePointTags: SQLFlags {
    /// The sum of the flags.
    public let rawValue: Int

    /// Flags from their sum.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// An express point: its packs are at hand, and it can be browsed.
    public static let fastRestore = RestorePointTags(rawValue: 1)
    /// Asked for in a search only (beta, evolvable).
    public static let includeNewerItems = RestorePointTags(rawValue: 4)
}

/// How often a kind of point is taken, which decides how long it is kept.
public enum PointCadence: String, SQLEnum, CaseIterable {
    /// Kept two weeks.
    case tenMinutes
    /// Kept for the policy's period.
    case weekly
}

/// `restoreSessionStatus` of Graph.
public enum RestoreSessionStatus: String, SQLEnum, CaseIterable {
    /// Being filled.
    case draft
    /// Accepted, being scheduled.
    case activating
    /// Something is scheduled or running.
    case active
    /// Some artifacts failed.
    case completedWithError
    /// All artifacts succeeded.
    case completed
    /// All artifacts failed (evolvable).
    case failed
}

/// `restoreJobType` of Graph.
public enum RestoreJobType: String, SQLEnum, CaseIterable {
    /// Whole drives, sites or mailboxes.
    case standard
    /// By bulk requests.
    case bulk
    /// Single items (evolvable).
    case granular
}

/// `artifactRestoreStatus` of Graph.
public enum ArtifactRestoreStatus: String, SQLEnum, CaseIterable {
    /// In a draft.
    case added
    /// Activation was called.
    case scheduling
    /// Activation went through.
    case scheduled
    /// Being restored.
    case inProgress
    /// Restored.
    case succeeded
    /// Not restored; `error` tells why.
    case failed
}

/// `destinationType` of Graph.
public enum DestinationType: String, SQLEnum, CaseIterable {
    /// A new site, or a new folder of the mailbox.
    case new
    /// The same drive, site or mailbox.
    case inPlace
}

/// What becomes of a job.
public enum JobState: String, SQLEnum, CaseIterable {
    /// Nobody works on it.
    case waiting
    /// Somebody works on it under a lease.
    case running
    /// Ended well.
    case done
    /// Given up; `error` tells why.
    case failed
}
