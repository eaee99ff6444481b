public import Catalog

/// What moves the status of a protection unit (behaviour.md, section 4).
public enum ProtectionUnitEvent: Sendable, Hashable, CaseIterable {
    /// It is added to a policy that is switched on, or its policy is activated.
    case protect
    /// It is added to a policy that is switched off.
    case join
    /// A restore point was taken.
    case pointTaken
    /// No restore point could be taken.
    case backupFailed
    /// Its policy is deactivated.
    case unprotect
    /// It is taken out of its policy.
    case remove
    /// What was requested has taken effect.
    case settled
    /// Its backups shall be deleted. Only for a unit without a policy.
    case offboard
    /// The deletion of its backups is called off.
    case cancelOffboard
    /// The period in which the deletion can be called off is over.
    case undoPeriodEnded
    /// The service is over, and its backups with it.
    case serviceEnded
}

extension ProtectionUnitStatus {
    /// The status after an event, or nil where the event is refused or means nothing.
    ///
    /// A unit becomes `protected` with its first restore point, so that `protected` means: there is
    /// something to go back to. Where the first backup fails it falls back to `unprotected` with an
    /// error; the next one that succeeds makes it `protected`.
    public func after(_ event: ProtectionUnitEvent) -> ProtectionUnitStatus? {
        switch event {
        case .protect: afterProtect
        case .join: afterProtect == nil ? nil : .unprotected
        case .pointTaken, .backupFailed: afterBackup(failed: event == .backupFailed)
        case .unprotect: afterUnprotect
        case .remove: afterRemove
        case .settled: afterSettled
        case .offboard: self == .unprotected ? .offboardRequested : nil
        case .cancelOffboard: self == .offboardRequested ? .cancelOffboardRequested : nil
        case .undoPeriodEnded: self == .offboardRequested ? .offboarded : nil
        case .serviceEnded: .offboarded
        }
    }

    private var afterProtect: ProtectionUnitStatus? {
        switch self {
        case .unprotected, .offboarded: .protectRequested
        case .protectRequested: .protectRequested
        case .protected: .protected
        case .unprotectRequested: .protectRequested
        case .removeRequested, .offboardRequested, .cancelOffboardRequested: nil
        }
    }

    private func afterBackup(failed: Bool) -> ProtectionUnitStatus? {
        switch self {
        case .protectRequested: failed ? .unprotected : .protected
        case .protected: .protected
        case .unprotected: failed ? .unprotected : .protected
        case .unprotectRequested, .removeRequested, .offboardRequested, .offboarded, .cancelOffboardRequested: nil
        }
    }

    private var afterUnprotect: ProtectionUnitStatus? {
        switch self {
        case .protected, .protectRequested: .unprotectRequested
        case .unprotectRequested: .unprotectRequested
        case .unprotected, .removeRequested, .offboardRequested, .offboarded, .cancelOffboardRequested: nil
        }
    }

    private var afterRemove: ProtectionUnitStatus? {
        switch self {
        case .protected, .unprotected, .protectRequested, .unprotectRequested: .removeRequested
        case .removeRequested, .offboardRequested, .offboarded, .cancelOffboardRequested: nil
        }
    }

    private var afterSettled: ProtectionUnitStatus? {
        switch self {
        case .unprotectRequested, .removeRequested, .cancelOffboardRequested: .unprotected
        case .protectRequested, .protected, .unprotected, .offboardRequested, .offboarded: nil
        }
    }

    /// Whether the unit waits for something that was requested.
    public var isRequested: Bool {
        switch self {
        case .protectRequested, .unprotectRequested, .removeRequested: true
        case .protected, .unprotected, .offboardRequested, .offboarded, .cancelOffboardRequested: false
        }
    }
}

extension ProtectionUnitStatus: Flow {
    package static var initial: ProtectionUnitStatus { .unprotected }
}

extension ProtectionUnit: FlowRecord {}
