public import Catalog

/// What moves the status of a browse session (behaviour.md, section 10).
public enum BrowseSessionEvent: Sendable, Hashable, CaseIterable {
    /// Its restore point was opened.
    case prepared
    /// Its restore point could not be opened.
    case preparationFailed
}

extension BrowseSessionStatus {
    /// The status after an event, or nil where the event is refused.
    public func after(_ event: BrowseSessionEvent) -> BrowseSessionStatus? {
        switch (self, event) {
        case (.creating, .prepared): .created
        case (.creating, .preparationFailed): .failed
        case (.created, .prepared), (.created, .preparationFailed): nil
        case (.failed, .prepared), (.failed, .preparationFailed): nil
        }
    }
}

extension BrowseSessionStatus: Flow {
    package static var initial: BrowseSessionStatus { .creating }
}

extension BrowseSession: FlowRecord {}
