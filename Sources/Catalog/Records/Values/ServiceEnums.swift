/// Whether the service is enabled. Source: Graph `backupServiceStatus`.
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

/// Why the service is disabled. Source: Graph `disableReason`.
public enum DisableReason: String, SQLEnum, CaseIterable {
    /// It is not disabled.
    case none
    /// Its billing profile is not valid.
    case invalidBillingProfile
    /// Somebody asked for it.
    case userRequested
    /// The application that controlled it was deleted (beta).
    case controllerServiceAppDeleted
}

/// Whether an application controls the service. Source: Graph `serviceAppStatus`.
public enum ServiceAppStatus: String, SQLEnum, CaseIterable {
    /// Registered.
    case inactive
    /// The controller.
    case active
    /// Will take over; reads only until then.
    case pendingActive
    /// Will be replaced; full access until then.
    case pendingInactive
}

/// Whether a policy's units are protected. Source: Graph `protectionPolicyStatus`.
public enum ProtectionPolicyStatus: String, SQLEnum, CaseIterable {
    /// All units unprotected.
    case inactive
    /// Some protected, some not.
    case activeWithErrors
    /// Some unit is on its way to another status.
    case updating
    /// All units protected.
    case active
    /// Its backups will be deleted (beta).
    case offboardRequested
    /// Its backups are deleted (beta).
    case offboarded
}

/// How a policy chooses its units. Source: Graph `BackupPolicyProtectionMode` (beta).
public enum ProtectionMode: String, SQLEnum, CaseIterable {
    /// Units are added to it.
    case standard
    /// Everything except what is excluded.
    case fullServiceBackup
}

/// Whether a unit is protected. Source: Graph `protectionUnitStatus`.
public enum ProtectionUnitStatus: String, SQLEnum, CaseIterable {
    /// The policy was activated, or the unit added.
    case protectRequested
    /// Restore points are taken.
    case protected
    /// The policy was deactivated.
    case unprotectRequested
    /// No more backups; the points are kept.
    case unprotected
    /// Asked to leave its policy.
    case removeRequested
    /// Its backups will be deleted after the undo period.
    case offboardRequested
    /// Its backups are deleted.
    case offboarded
    /// Undo was asked for.
    case cancelOffboardRequested
}
