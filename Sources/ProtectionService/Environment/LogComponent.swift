public import Logging

/// A part of the program whose events can be logged from a level of their own on. Each event of it
/// has the part's name as `component`.
public enum LogComponent: String, CaseIterable, Sendable {
    case server, service, scheduler, worker, tenant, store
}

extension Logger {
    /// The key under which an event names the part of the program that it comes from.
    public static let componentKey = "component"

    /// The same log for the events of one part of the program.
    public func of(_ component: LogComponent) -> Logger {
        var logger = self
        logger[metadataKey: Self.componentKey] = "\(component.rawValue)"
        return logger
    }
}
