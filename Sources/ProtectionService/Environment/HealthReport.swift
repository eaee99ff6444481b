public import Concurrency
public import Foundation
import Synchronization

/// How one thing of the server is.
public enum HealthStatus: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// As it should be.
    case ok
    /// It works, and an administrator should look at it.
    case warning
    /// Something that was asked for is not done.
    case failing

    public static func < (left: HealthStatus, right: HealthStatus) -> Bool { left.weight < right.weight }

    private var weight: Int {
        switch self {
        case .ok: 0
        case .warning: 1
        case .failing: 2
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
    /// What is so, and what to do about it; empty where nothing is to be said.
    public var message: String
}

/// What the parts of a server say of themselves. Each check is set by the part that knows, as often
/// as it likes, from any thread.
public final class HealthReport: Sendable {
    private let state = Mutex<[String: HealthCheck]>([:])
    /// Moves on when a check becomes another one or goes.
    public let changed = WorkSignal()

    public init() {}

    /// Sets a check. `since` stays what it was while the status does not change.
    /// - Parameter now: the moment of the look.
    public func set(_ name: String, to status: HealthStatus, message: String = "", at now: Date) {
        let isNew = state.withLock { checks in
            let known = checks[name].flatMap { $0.status == status ? $0.since : nil }
            let seconds = Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
            let check = HealthCheck(name: name, status: status, since: known ?? seconds, message: message)
            defer { checks[name] = check }
            return checks[name] != check
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
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        let checks = checks
        guard let json = try? encoder.encode(Answer(status: Self.status(of: checks), checks: checks)) else {
            preconditionFailure("texts and dates always encode")
        }
        return Array(json)
    }
}
