import ArgumentParser
import Foundation

/// What a command that asks a server has at hand while it runs.
struct ServerSession: Sendable {
    let client: APIClient
    let now: Date
    let zone: TimeZone

    var units: UnitFinder { UnitFinder(client: client) }
    var points: PointFinder { PointFinder(client: client, clock: MomentReader(now: now, zone: zone)) }

    /// A moment for people, in the local zone; a hyphen for none.
    func moment(_ date: Date?) -> String { date.map { Moments.short($0, zone: zone, now: now) } ?? "-" }

    /// A text of the server, whose moments are in UTC, with those of the local zone.
    func localized(_ text: String) -> String {
        Moments.localized(text, zone: zone, now: now)
    }

    /// How long ago a moment was.
    func age(_ date: Date?) -> String { date.map { Measures.duration(now.timeIntervalSince($0)) } ?? "-" }

    static func open(_ options: ServerOptions) async throws -> ServerSession {
        ServerSession(client: try await options.connect(), now: Date(), zone: .current)
    }
}
