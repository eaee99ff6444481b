public import Catalog
package import Foundation

/// What moves the service's status (behaviour.md, section 1).
public enum ServiceEvent: Sendable, Hashable, CaseIterable {
    /// The active controller enables it.
    case enable
    /// A person turns it off, billing becomes unhealthy, or the controller is gone.
    case turnOff
    /// The part of the undo period in which restores run is over.
    case restorePeriodEnded
    /// The undo period is over.
    case undoPeriodEnded
}

extension BackupServiceStatus {
    /// The status after an event, or nil where it changes nothing.
    public func after(_ event: ServiceEvent) -> BackupServiceStatus? {
        switch (self, event) {
        case (.disabled, .enable), (.enabled, .enable), (.protectionChangeLocked, .enable), (.restoreLocked, .enable):
            .enabled
        case (.enabled, .turnOff): .protectionChangeLocked
        case (.disabled, .turnOff), (.protectionChangeLocked, .turnOff), (.restoreLocked, .turnOff): nil
        case (.protectionChangeLocked, .restorePeriodEnded): .restoreLocked
        case (.disabled, .restorePeriodEnded), (.enabled, .restorePeriodEnded), (.restoreLocked, .restorePeriodEnded):
            nil
        case (.protectionChangeLocked, .undoPeriodEnded), (.restoreLocked, .undoPeriodEnded): .disabled
        case (.disabled, .undoPeriodEnded), (.enabled, .undoPeriodEnded): nil
        }
    }

    /// Whether policies and units may be changed, and backups are taken.
    public var allowsProtection: Bool {
        switch self {
        case .enabled: true
        case .disabled, .protectionChangeLocked, .restoreLocked: false
        }
    }

    /// Whether restores run.
    public var allowsRestore: Bool {
        switch self {
        case .enabled, .protectionChangeLocked: true
        case .disabled, .restoreLocked: false
        }
    }
}

extension ServiceState {
    /// What time has brought, if anything. Where both periods are over the first is ended first.
    package func dueEvent(_ now: Date) -> ServiceEvent? {
        switch status {
        case .disabled, .enabled: nil
        case .protectionChangeLocked where restoreAllowedTillDateTime.map { $0 <= now } ?? false: .restorePeriodEnded
        case .protectionChangeLocked, .restoreLocked:
            (gracePeriodDateTime.map { $0 <= now } ?? false) ? .undoPeriodEnded : nil
        }
    }
}

extension BackupServiceStatus: Flow {
    package static var initial: BackupServiceStatus { .disabled }
}

extension ServiceState: FlowRecord {}
