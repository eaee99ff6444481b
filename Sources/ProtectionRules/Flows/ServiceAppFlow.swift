public import Catalog

/// What moves the status of a controller application (behaviour.md, section 2).
public enum ServiceAppEvent: Sendable, Hashable, CaseIterable {
    /// It is activated, and no other application is the controller.
    case activateNow
    /// It is activated while another application is the controller.
    case activateLater
    /// Another application will take over from it.
    case replacementArranged
    /// The date of the hand-over has come.
    case effectiveDateReached
    /// The hand-over was called off: for the one that waited, by `deactivate`; for
    /// the other, by that.
    case handOverCancelled
    case deactivate
    /// It is deleted while it is the controller: it loses its access at once and vanishes later.
    case delete
}

extension ServiceAppStatus {
    /// The status after an event, or nil where the event is refused.
    public func after(_ event: ServiceAppEvent) -> ServiceAppStatus? {
        switch (self, event) {
        case (.inactive, .activateNow), (.pendingActive, .activateNow): .active
        case (.active, .activateNow): .active
        case (.pendingInactive, .activateNow): nil
        case (.inactive, .activateLater): .pendingActive
        case (.active, .activateLater), (.pendingActive, .activateLater), (.pendingInactive, .activateLater): nil
        case (.active, .replacementArranged): .pendingInactive
        case (.inactive, .replacementArranged), (.pendingActive, .replacementArranged),
            (.pendingInactive, .replacementArranged):
            nil
        case (.pendingActive, .effectiveDateReached): .active
        case (.pendingInactive, .effectiveDateReached): .inactive
        case (.inactive, .effectiveDateReached), (.active, .effectiveDateReached): nil
        case (.pendingInactive, .handOverCancelled): .active
        case (.pendingActive, .handOverCancelled): .inactive
        case (.inactive, .handOverCancelled), (.active, .handOverCancelled): nil
        case (.pendingActive, .deactivate): .inactive
        case (.inactive, .deactivate): .inactive
        case (.pendingInactive, .deactivate): .pendingInactive
        case (.active, .deactivate): nil
        case (.active, .delete): .inactive
        case (.inactive, .delete), (.pendingActive, .delete), (.pendingInactive, .delete): nil
        }
    }

    /// Whether the application may change things.
    public var isController: Bool {
        switch self {
        case .active, .pendingInactive: true
        case .inactive, .pendingActive: false
        }
    }
}

extension ServiceAppStatus: Flow {
    package static var initial: ServiceAppStatus { .inactive }
}

extension ServiceApp: FlowRecord {}
