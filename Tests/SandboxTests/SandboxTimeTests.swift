import ProtectionRules
import BackupTesting
import Foundation
import ProtectionService
import Testing

@testable import Sandbox

/// Moments and periods of the sandbox, to the millisecond.
@Suite struct SandboxTimeTests {
    private let machine = ManualClock()

    @Test(arguments: [
        (0.0, "1970-01-01T00:00:00Z"), (1_772_409_600, "2026-03-02T00:00:00Z"),
        (1_772_409_600.001, "2026-03-02T00:00:00.001Z"), (1_772_409_600.25, "2026-03-02T00:00:00.250Z"),
        (1_772_409_600.9996, "2026-03-02T00:00:01Z"), (221_845_392_000, "9000-01-01T00:00:00Z"),
    ])
    func `a moment is written to the millisecond, without a fraction where there is none`(
        seconds: Double, text: String
    ) {
        #expect(SandboxDates.text(Date(timeIntervalSince1970: seconds)) == text)
    }

    @Test(arguments: [0.001, 0.123, 0.999, 0.5])
    func `what is written is read back as the same moment`(fraction: Double) throws {
        let date = Date(timeIntervalSince1970: ((1_772_409_600 + fraction) * 1000).rounded() / 1000)
        let read = try #require(SandboxDates.date(SandboxDates.text(date)))
        #expect(abs(read.timeIntervalSince(date)) < 0.0005)
    }

    @Test(arguments: [
        ("P1W2D", 777_600.0), ("P1DT1H1M1S", 90_061), ("PT0S", 0), ("PT0.25H", 900), ("P0D", 0), ("PT90M", 5400),
    ])
    func `the parts of a period add up`(text: String, seconds: Double) {
        #expect(SandboxPeriod(text)?.seconds == seconds)
    }

    @Test(arguments: ["p1D", "P1D ", "P1.2.3D", "P１D", "P1DT1", "PTS", "P1DP1D", "PT1H1D"])
    func `what only looks like a period is refused`(text: String) {
        #expect(SandboxPeriod(text) == nil)
    }

    // MARK: The clock

    @Test(arguments: [0.0001, 0.0004, 0.0009])
    func `a move goes to the first millisecond at or after the moment`(fraction: Double) throws {
        let clock = SandboxClock(machine: machine)
        let base = Date(timeIntervalSince1970: (machine.now().timeIntervalSince1970 + 1000).rounded())
        #expect(try clock.move(to: base + fraction))
        #expect(clock.now() >= base + fraction)
        #expect(abs(clock.now().timeIntervalSince(base) - 0.001) < 0.0001)
    }

    @Test func `a move to the present moment changes nothing and is none back`() throws {
        let clock = SandboxClock(machine: machine)
        let now = clock.now()
        #expect(try clock.move(to: now))
        #expect(clock.now() == now)
    }

    @Test func `freezing twice keeps the first moment`() throws {
        let clock = SandboxClock(machine: machine)
        try clock.freeze(true)
        let moment = clock.now()
        machine.turn(seconds: 10)
        try clock.freeze(true)
        #expect(clock.now() == moment)
        #expect(clock.isFrozen)
    }

    @Test func `a clock that runs is not moved by letting it run`() throws {
        let clock = SandboxClock(machine: machine)
        #expect(try clock.move(to: machine.now() + 50))
        let moment = clock.now()
        try clock.freeze(false)
        #expect(clock.now() == moment)
        #expect(!clock.isFrozen)
    }

    @Test func `a reset lets a frozen clock run with the machine`() throws {
        let clock = SandboxClock(machine: machine)
        #expect(try clock.move(to: machine.now() + 50))
        try clock.freeze(true)
        try clock.reset()
        machine.turn(seconds: 3)
        #expect(!clock.isFrozen)
        #expect(clock.now() == machine.now())
    }

    @Test func `moved time has passed on the steady clock too`() throws {
        let clock = SandboxClock(machine: machine)
        let before = clock.steadyTime()
        #expect(try clock.move(to: clock.now() + 500))
        let after = clock.steadyTime()
        #expect(after.epoch == before.epoch)
        #expect(abs(after.seconds - before.seconds - 500) < 0.01)
    }

    @Test func `a deadline in the past is no sleep`() async throws {
        let clock = SandboxClock(machine: machine)
        try clock.freeze(true)
        try await clock.sleep(until: clock.now())
        try await clock.sleep(until: .distantPast)
        #expect(clock.isFrozen)
    }
}
