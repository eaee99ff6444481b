import BackupTesting
import Foundation
import ProtectionService
import Sandbox
import Synchronization
import Testing

@Suite struct SandboxClockTests {
    private let machine = ManualClock()

    @Test func `it runs with the machine's clock from where it was moved to, and stands still while frozen`() throws {
        let clock = SandboxClock(machine: machine)
        let start = machine.now()
        #expect(clock.now() == start)
        #expect(try clock.move(to: start + 100))
        machine.turn(seconds: 5)
        #expect(clock.now() == start + 105)
        try clock.freeze(true)
        machine.turn(seconds: 5)
        #expect(clock.now() == start + 105)
        #expect(try clock.move(to: start + 200))
        #expect(clock.now() == start + 200)
        try clock.freeze(false)
        machine.turn(seconds: 1)
        #expect(clock.now() == start + 201)
    }

    @Test func `it refuses to go back, and a reset starts over`() throws {
        let clock = SandboxClock(machine: machine)
        #expect(try clock.move(to: machine.now() + 100))
        #expect(try !clock.move(to: machine.now() + 99))
        #expect(clock.now() == machine.now() + 100)
        try clock.reset()
        #expect(clock.now() == machine.now())
    }

    @Test(arguments: [false, true]) func `who sleeps on it wakes when it is moved past the deadline`(
        isFrozen: Bool
    ) async throws {
        let clock = SandboxClock(machine: machine)
        try clock.freeze(isFrozen)
        let deadline = clock.now() + 86_400
        async let sleeper: Void = clock.sleep(until: deadline)
        #expect(try clock.move(to: deadline - 1))
        #expect(try clock.move(to: deadline))
        try await sleeper
        #expect(clock.now() >= deadline)
    }

    @Test func `a setting that cannot be kept does not take effect`() throws {
        struct Full: Error {}
        let clock = SandboxClock(machine: machine, keep: { _ in throw Full() })
        #expect(throws: Full.self) { try clock.move(to: machine.now() + 1) }
        #expect(clock.now() == machine.now())
    }

    @Test func `a clock made from a kept setting goes on where the other was`() throws {
        let kept = Mutex(SandboxClock.Setting())
        let clock = SandboxClock(machine: machine, keep: { setting in kept.withLock { $0 = setting } })
        #expect(try clock.move(to: machine.now() + 1000))
        #expect(SandboxClock(machine: machine, setting: kept.withLock { $0 }).now() == clock.now())
        try clock.freeze(true)
        machine.turn(seconds: 7)
        #expect(SandboxClock(machine: machine, setting: kept.withLock { $0 }).now() == clock.now())
    }
}
