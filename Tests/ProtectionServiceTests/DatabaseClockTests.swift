import BackupTesting
import Foundation
import ProtectionRules
import ProtectionService
import Synchronization
import Testing

/// A process with a wrong clock has the time of the database.
@Suite struct DatabaseClockTests {
    /// A database, and a process whose clocks are turned apart from it.
    private final class World: Sendable {
        let machine = ManualClock(Date(timeIntervalSince1970: 1_800_000_000))
        /// The database's time, and how long it takes to answer.
        let database = Mutex((time: Date(timeIntervalSince1970: 1_700_000_000), delay: 0.0))
        let counted = Mutex(5000.0)

        func clock() async throws -> DatabaseClock {
            try await DatabaseClock(
                base: machine, count: { self.counted.withLock { $0 } },
                ask: {
                    let (time, delay) = self.database.withLock { $0 }
                    self.counted.withLock { $0 += delay }
                    return time
                })
        }

        func pass(_ seconds: Double) {
            counted.withLock { $0 += seconds }
            database.withLock { $0.time += seconds }
        }
    }

    private static let start = Date(timeIntervalSince1970: 1_700_000_000)

    @Test func `the machine's own clock does not matter`() async throws {
        let world = World()
        let clock = try await world.clock()
        #expect(clock.now() == Self.start)
        #expect(clock.skew == 100_000_000)
        world.machine.jump(seconds: -500_000_000)
        world.pass(60)
        #expect(clock.now() == Self.start.addingTimeInterval(60))
    }

    @Test func `half of a round trip is added, and an answer that took long does not count`() async throws {
        let world = World()
        world.database.withLock { $0.delay = 0.08 }
        let clock = try await world.clock()
        #expect(abs(clock.now().timeIntervalSince(Self.start) - 0.04) < 0.000_1)
        world.database.withLock { ($0.delay, $0.time) = (0.2, $0.time + 1000) }
        #expect(try await !clock.measure())
        #expect(clock.now() < Self.start.addingTimeInterval(1))
        world.database.withLock { $0.delay = 0.09 }
        #expect(try await clock.measure())
        #expect(clock.now() > Self.start.addingTimeInterval(999))
    }

    @Test func `it waits where the database was set back a little, and follows it where that was much`() async throws {
        let world = World()
        let clock = try await world.clock()
        #expect(clock.now() == Self.start)
        world.database.withLock { $0.time -= 10 }
        try await clock.measure()
        #expect(clock.now() == Self.start)
        world.pass(9)
        #expect(clock.now() == Self.start)
        world.pass(2)
        #expect(clock.now() == Self.start.addingTimeInterval(1))
        world.database.withLock { $0.time -= 3600 }
        try await clock.measure()
        #expect(clock.now() == Self.start.addingTimeInterval(1 - 3600))
    }

    @Test func `a database that never answers soon is believed at the start all the same`() async throws {
        let world = World()
        world.database.withLock { $0.delay = 3 }
        #expect(try await world.clock().now() == Self.start.addingTimeInterval(1.5))
    }

    @Test func `it sleeps until the database's moment`() async throws {
        let world = World()
        let clock = try await world.clock()
        let sleep = Task { try await clock.sleep(until: Self.start.addingTimeInterval(30)) }
        // The machine's clock goes on until it woke, whenever it began.
        let turning = Task {
            while !Task.isCancelled {
                world.machine.turn(seconds: 31)
                await Task.yield()
            }
        }
        try await sleep.value
        turning.cancel()
    }
}
