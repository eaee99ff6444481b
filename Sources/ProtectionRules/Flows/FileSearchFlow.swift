public import Catalog

/// What moves the status of a search for files.
public enum FileSearchEvent: Sendable, Hashable, CaseIterable {
    /// Every unit was looked through.
    case searched
    /// It cannot go on.
    case givenUp
}

extension FileSearchStatus {
    /// The status after an event, or nil where the event is refused.
    public func after(_ event: FileSearchEvent) -> FileSearchStatus? {
        switch (self, event) {
        case (.running, .searched): .complete
        case (.running, .givenUp): .cancelled
        case (.complete, .searched), (.complete, .givenUp): nil
        case (.cancelled, .searched), (.cancelled, .givenUp): nil
        }
    }
}

extension FileSearchStatus: Flow {
    package static var initial: FileSearchStatus { .running }
}

extension FileSearchRecord: FlowRecord {}
