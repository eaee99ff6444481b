import Logging
import ProtectionService
import Synchronization

/// From which level on the events of a server are logged. A running server takes new levels.
final class LogLevels: Sendable {
    private let settings: Mutex<LogSettings>

    init(_ settings: LogSettings = LogSettings()) { self.settings = Mutex(settings) }

    /// Puts other levels in force, at once and for every logger.
    func take(_ new: LogSettings) { settings.withLock { $0 = new } }

    /// The level of a part of the program, named as its events name it.
    func level(of component: String?) -> Logger.Level {
        settings.withLock { settings in
            component.flatMap(LogComponent.init).flatMap { settings.levels[$0] } ?? settings.level
        }
    }
}

extension LogComponent {
    /// What a setting's page says of it.
    var meaning: String {
        switch self {
        case .server: "requests and connections"
        case .service: "what clients and people do"
        case .scheduler: "what becomes due"
        case .worker: "jobs, such as backups and restores"
        case .tenant: "what is read of the tenant's folder"
        case .store: "requests to an object store"
        }
    }
}
