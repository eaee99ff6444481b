public import Catalog

/// What moves the status of an incident.
public enum IncidentEvent: Sendable, Hashable, CaseIterable {
    /// More damage, in a unit of it or in another one.
    case activity
    /// Nothing more for a time (`IncidentSettings.quietHours`).
    case quiet
    /// The last of its units was rolled back.
    case unitsRestored
    /// A person said that it is none.
    case dismiss
}

extension IncidentStatus {
    /// The status after an event, or nil where the event is refused or means nothing.
    public func after(_ event: IncidentEvent) -> IncidentStatus? {
        switch (self, event) {
        case (.open, .activity), (.contained, .activity): .open
        case (.open, .quiet): .contained
        case (.open, .unitsRestored), (.contained, .unitsRestored): .restored
        case (.open, .dismiss), (.contained, .dismiss): .dismissed
        case (.contained, .quiet): nil
        case (.dismissed, .activity), (.dismissed, .quiet), (.dismissed, .unitsRestored), (.dismissed, .dismiss): nil
        case (.restored, .activity), (.restored, .quiet), (.restored, .unitsRestored), (.restored, .dismiss): nil
        }
    }

    /// Whether the incident is over: it holds no points, and takes no more units.
    public var isClosed: Bool {
        switch self {
        case .open, .contained: false
        case .dismissed, .restored: true
        }
    }

    /// The statuses of incidents that are not over.
    package static let unclosed: [IncidentStatus] = [.open, .contained]
}

extension IncidentStatus: Flow {
    package static var initial: IncidentStatus { .open }
}

extension Incident: FlowRecord {}
