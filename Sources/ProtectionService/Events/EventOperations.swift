import Catalog
import Concurrency
public import Foundation
public import ProtectionRules

extension ServiceContext {
    public var events: EventOperations { EventOperations(context: self) }
}

/// Tells clients what changes, while it changes.
public struct EventOperations: OperationGroup {
    package let context: ServiceContext

    /// A message of a stream.
    public enum Message: Sendable, Hashable {
        /// A thing changed. A client that comes back with `number` misses nothing after it.
        case changed(EventThing, number: Int)
        /// What changed since the client's number is not known: it looks at everything again, and
        /// goes on after `number`.
        case reset(number: Int)
        /// Nothing happened for a while.
        case quiet
        /// The caller's token has expired.
        case expired
    }

    /// How long changes of one thing are gathered, so that each is told once in this time at most.
    static let secondsBetweenEvents = 1.0
    /// After how long without a message one says that there is none.
    static let quietSeconds = 15.0
    /// How long after one look the next one is made at the earliest, so that a busy catalogue does
    /// not make every stream read all the time.
    static let secondsBetweenLooks = 0.2

    /// The number of the newest change.
    public func number() async throws -> Int { try await look { try $0.changeNumber() } }

    /// How often health has changed.
    public var healthNumber: Int { report.changed.generation }

    /// Takes a place for one more stream, for as long as the place is kept.
    /// - Throws: `serviceNotAvailable` where too many are open.
    public func place() throws(ServiceError) -> EventPlace {
        guard let place = context.eventPlaces.take(atMost: limits.eventStreams) else {
            throw ServiceError(
                .serviceNotAvailable,
                "\(limits.eventStreams) streams of events are open; close some, or try again a little later.",
                isRetryable: true)
        }
        return place
    }

    /// Tells what changes, until the token expires or the task is cancelled.
    /// - Parameter number: the number after which changes are told.
    /// - Parameter health: how often health had changed when the stream began (`healthNumber`); nil
    ///   for a client that was here before and may have missed changes, which no row keeps.
    /// - Parameter expires: when the caller's token expires, by the service's clock.
    /// - Parameter clock: paces the messages; another one than the service's in a sandbox,
    ///   whose clock stands still.
    /// - Parameter tell: sends a message; returns false where the thing had nothing new to tell.
    public func follow(
        _ topics: Set<EventTopic>, after number: Int, health: Int?, until expires: Date?, clock: any WallClock,
        _ tell: (Message) async throws -> Bool
    ) async throws {
        var follower = EventFollower(
            topics: topics, number: number, health: health)
        var lastTold = clock.now()
        while true {
            let (rows, health) = (catalog.changed, report.changed)
            let seen = [(signal: rows, seen: rows.generation), (signal: health, seen: health.generation)]
            try await take(to: &follower, health: seen[1].seen, tell)
            while let thing = follower.pacer.next(at: clock.now()) {
                if try await tell(.changed(thing, number: follower.pacer.number)) { lastTold = clock.now() }
            }
            if let expires, now >= expires {
                _ = try await tell(.expired)
                return
            }
            if clock.now().timeIntervalSince(lastTold) >= Self.quietSeconds {
                _ = try await tell(.quiet)
                lastTold = clock.now()
            }
            // The token expires by another clock than the one that paces.
            let end = expires.map { clock.now().addingTimeInterval($0.timeIntervalSince(now)) }
            let moments = [lastTold.addingTimeInterval(Self.quietSeconds), follower.pacer.nextMoment, end]
            try await wait(until: moments.compactMap { $0 }.min() ?? clock.now(), orAfter: seen, clock)
        }
    }

    /// Waits for the next look, which is not made at once where much happens.
    private func wait(
        until moment: Date, orAfter seen: [(signal: WorkSignal, seen: Int)], _ clock: any WallClock
    ) async throws {
        let earliest = clock.now().addingTimeInterval(Self.secondsBetweenLooks)
        if seen.allSatisfy({ $0.signal.generation == $0.seen }) {
            try await clock.sleep(until: moment, orAfter: seen)
        }
        if clock.now() < earliest { try await clock.sleep(until: earliest) }
    }

    private var report: HealthReport { dependencies.health }

    /// Reads what changed since the last look.
    private func take(
        to follower: inout EventFollower, health generation: Int, _ tell: (Message) async throws -> Bool
    ) async throws {
        let (after, subjects) = (follower.number, follower.subjects)
        if let since = try await look({ try $0.changes(after: after, of: subjects) }) {
            follower.take(since, health: generation)
        } else {
            let newest = try await number()
            follower.reset(to: newest)
            _ = try await tell(.reset(number: newest))
        }
    }
}
