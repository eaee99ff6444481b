import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import ProtectionService
import Synchronization
import Testing

/// A clock that is where its sleeper wants it: time passes only while a stream waits.
final class EagerClock: WallClock {
    private let time = Mutex(Date(timeIntervalSince1970: 1_800_000_000))

    func now() -> Date { time.withLock { $0 } }
    func steadyTime() -> SteadyTime { SteadyTime(epoch: "eager", seconds: now().timeIntervalSince1970) }

    func sleep(until deadline: Date) async throws {
        try Task.checkCancellation()
        time.withLock { $0 = max($0, deadline) }
    }
}

/// A service with two units, and streams over it. Whatever a test does, it does from within the
/// stream, so that the order is known.
private struct Followed {
    let console: Console
    let first: ProtectionUnit
    let second: ProtectionUnit
    let clock = EagerClock()

    init(limits: (inout ServiceLimits) -> Void = { _ in }) async throws {
        console = try await Console(limits: limits)
        first = try await console.insertUnit(.protected)
        second = try await console.insertUnit(.protected, of: "diego")
    }

    private struct Enough: Error {}

    /// The first messages of a stream, each with the seconds from the start.
    /// - Parameter act: called with each message's number, from 0, before the next one is waited for.
    func messages(
        _ count: Int, of topics: Set<EventTopic>, after number: Int? = nil, until expires: Date? = nil,
        act: (Int) async throws -> Void
    ) async throws -> [(message: EventOperations.Message, seconds: Double)] {
        var told: [(message: EventOperations.Message, seconds: Double)] = []
        let start = clock.now()
        let after = if let number { number } else { try await console.service.events.number() }
        do {
            try await console.service.events.follow(
                topics, after: after, health: number == nil ? console.service.events.healthNumber : nil, until: expires,
                clock: clock
            ) { message in
                told.append((message, clock.now().timeIntervalSince(start)))
                if told.count == count { throw Enough() }
                try await act(told.count - 1)
                return true
            }
        } catch is Enough {}
        return told
    }

    func change(_ unit: ProtectionUnit) async throws { try await console.update(unit) }

    func thing(_ unit: ProtectionUnit) -> EventThing { EventThing(topic: .unit(unit.id), id: unit.id) }
}

@Suite(.timeLimit(.minutes(1))) struct EventOperationTests {
    @Test func `a stream tells what it follows and nothing else`() async throws {
        let followed = try await Followed()
        let told = try await followed.messages(3, of: [.unit(followed.first.id)]) { number in
            try await followed.change(number == 0 ? followed.second : followed.first)
        }
        #expect(told[0].message == .quiet)
        #expect(told[1].message == .quiet)
        guard case .changed(followed.thing(followed.first), _) = told[2].message else {
            Issue.record("\(told[2].message)")
            return
        }
    }

    @Test func `a stream without news says so every fifteen seconds`() async throws {
        let followed = try await Followed()
        let told = try await followed.messages(3, of: [.policies]) { _ in }
        #expect(told.map(\.message) == [.quiet, .quiet, .quiet])
        #expect(told.map(\.seconds) == [15, 30, 45])
    }

    @Test func `a thing that changes all the time is told once a second`() async throws {
        let followed = try await Followed()
        let told = try await followed.messages(4, of: [.unit(followed.first.id)]) { _ in
            for _ in 0..<3 { try await followed.change(followed.first) }
        }
        #expect(told[0].message == .quiet)
        #expect(told.dropFirst().allSatisfy { if case .changed = $0.message { true } else { false } })
        let gaps = zip(told.dropFirst(), told.dropFirst(2)).map { $1.seconds - $0.seconds }
        #expect(gaps.allSatisfy { $0 >= 1 && $0 < 1.5 }, "\(gaps)")
    }

    @Test func `a client that comes back gets what it missed, from its own number on`() async throws {
        let followed = try await Followed()
        let number = try await followed.console.service.events.number()
        try await followed.change(followed.first)
        let told = try await followed.messages(1, of: [.unit(followed.first.id)], after: number) { _ in }
        let newest = try await followed.console.service.events.number()
        #expect(told.map(\.message) == [.changed(followed.thing(followed.first), number: newest)])
        let again = try await followed.messages(1, of: [.unit(followed.first.id)], after: newest) { _ in }
        #expect(again.map(\.message) == [.quiet])
    }

    @Test(arguments: [-1, 1_000_000])
    func `a number that is not known begins anew`(number: Int) async throws {
        let followed = try await Followed()
        let newest = try await followed.console.service.events.number()
        let told = try await followed.messages(2, of: [.unit(followed.first.id)], after: number) { _ in
            try await followed.change(followed.first)
        }
        #expect(told[0].message == .reset(number: newest))
        guard case .changed(followed.thing(followed.first), _) = told[1].message else {
            Issue.record("\(told[1].message)")
            return
        }
    }

    @Test func `a number that was forgotten begins anew`() async throws {
        let followed = try await Followed()
        let number = try await followed.console.service.events.number()
        try await followed.change(followed.first)
        try await followed.console.fixture.catalog.write { try $0.trimChanges(through: number + 5) }
        let told = try await followed.messages(1, of: [.overview], after: number) { _ in }
        #expect(told.map(\.message) == [.reset(number: try await followed.console.service.events.number())])
    }

    @Test func `a stream ends when the token expires`() async throws {
        let followed = try await Followed()
        let expires = followed.console.now.addingTimeInterval(20)
        let told = try await followed.messages(9, of: [.overview], until: expires) { _ in
            followed.console.fixture.clock.turn(seconds: 15)
        }
        #expect(told.map(\.message) == [.quiet, .quiet, .expired])
    }

    @Test func `health is told when a check becomes another one`() async throws {
        let followed = try await Followed()
        let health = followed.console.service.dependencies.health
        let told = try await followed.messages(3, of: [.health]) { _ in
            health.set("clock", to: .warning, at: followed.console.now)
        }
        #expect(told[0].message == .quiet)
        guard case .changed(EventThing(topic: .health, id: nil), _) = told[1].message else {
            Issue.record("\(told[1].message)")
            return
        }
        #expect(told[2].message == .quiet)
    }

    @Test func `places for streams are bounded, and given back`() async throws {
        let followed = try await Followed { $0.eventStreams = 2 }
        let events = followed.console.service.events
        var places = [try events.place(), try events.place()]
        let error = #expect(throws: ServiceError.self) { _ = try events.place() }
        #expect(error?.code == .serviceNotAvailable)
        places.removeLast()
        places.append(try events.place())
        #expect(places.count == 2)
    }
}
