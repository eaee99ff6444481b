public import Concurrency
public import Foundation
import Synchronization

/// How one thing of the server is.
public enum HealthStatus: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// As it should be.
    case ok
    /// It could not be found out.
    case unknown
    /// It works, and an administrator should look at it.
    case warning
    /// Something that was asked for is not done.
    case failing

    public static func < (left: HealthStatus, right: HealthStatus) -> Bool { left.weight < right.weight }

    private var weight: Int {
        switch self {
        case .ok: 0
        case .unknown: 1
        case .warning: 2
        case .failing: 3
        }
    }
}

/// One named check. Who may ask for health needs no token, so `message` names no person, no file
/// and no drive: counts, and where to look.
public struct HealthCheck: Sendable, Hashable, Codable {
    /// What was looked at: one lower-case word, such as `clock`.
    public var name: String
    public var status: HealthStatus
    /// Since when it has this status, to whole seconds.
    public var since: Date
    /// What is so; empty where nothing is to be said.
    public var message: String
    /// What to do about it; nil where nothing is to be done.
    public var action: String?
    /// The numbers that it is about.
    public var figures: HealthFigures?

    public init(name: String, status: HealthStatus, since: Date, message: String, action: String? = nil) {
        (self.name, self.status, self.since) = (name, status, since)
        self.message = message
        self.action = action
    }
}

/// The numbers of a check; nil for what it is not about.
public struct HealthFigures: Sendable, Hashable, Codable {
    public var units: Int?
    public var points: Int?
    public var jobs: Int?
    public var freeBytes: Int?
    public var capacityBytes: Int?
    /// How long something waits or has stood still.
    public var seconds: Int?
    /// The moment that it is about.
    public var dateTime: Date?

    public init() {}
}

/// What the parts of a server say of themselves. Each check is set by the part that knows, as often
/// as it likes, from any thread.
public final class HealthReport: Sendable {
    private let state = Mutex<[String: HealthCheck]>([:])
    /// Moves on when a check becomes another one or goes.
    public let changed = WorkSignal()

    public init() {}

    /// Sets a check. `since` stays what it was while the status does not change.
    /// - Parameter figures: they may change with every look, and nobody is woken by that.
    /// - Parameter now: the moment of the look.
    public func set(
        _ name: String, to status: HealthStatus, message: String = "", action: String? = nil,
        figures: HealthFigures? = nil, at now: Date
    ) {
        let isNew = state.withLock { checks in
            let known = checks[name].flatMap { $0.status == status ? $0.since : nil }
            let seconds = Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
            var check = HealthCheck(
                name: name, status: status, since: known ?? seconds, message: message, action: action)
            check.figures = checks[name]?.figures
            let isNew = checks[name] != check
            check.figures = figures
            checks[name] = check
            return isNew
        }
        if isNew { changed.notify() }
    }

    /// Takes a check away: what it was about is there no longer.
    public func remove(_ name: String) {
        if state.withLock({ $0.removeValue(forKey: name) }) != nil { changed.notify() }
    }

    /// Every check, sorted by name.
    public var checks: [HealthCheck] { state.withLock { $0.values.sorted { $0.name < $1.name } } }

    /// The worst status of any check; `ok` where there is none.
    public var status: HealthStatus { Self.status(of: checks) }

    private static func status(of checks: [HealthCheck]) -> HealthStatus { checks.map(\.status).max() ?? .ok }

    /// Every check as JSON: `{"status": "warning", "checks": [{"name", "status", "since", "message"}]}`.
    public var json: [UInt8] {
        struct Answer: Encodable {
            var status: HealthStatus
            var checks: [HealthCheck]
        }
        /// Numbers are for those who have a token.
        let checks = checks.map { check in
            var check = check
            check.figures = nil
            return check
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        guard let json = try? encoder.encode(Answer(status: Self.status(of: checks), checks: checks)) else {
            preconditionFailure("texts and dates always encode")
        }
        return Array(json)
    }
}
