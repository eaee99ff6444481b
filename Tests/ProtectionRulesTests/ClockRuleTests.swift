import Catalog
import Foundation
import Testing

@testable import ProtectionRules

@Suite struct ClockReadingTests {
    private let base = Date(timeIntervalSince1970: 1_800_000_000)

    private func reading(_ now: Double, _ steady: Double, epoch: String = "boot") -> ClockReading {
        ClockReading(now: base.addingTimeInterval(now), steady: SteadyTime(epoch: epoch, seconds: steady))
    }

    @Test(arguments: [
        (600.0, 600.0, ClockChange.none), (719, 600, .none), (720, 600, .jump(seconds: 120)), (481, 600, .none),
        (480, 600, .jump(seconds: -120)), (-1000, 600, .jump(seconds: -1600)), (600, 0, .jump(seconds: 600)),
    ])
    func `on one steady clock a jump is what the time of day moved besides`(
        now: Double, steady: Double, change: ClockChange
    ) {
        #expect(reading(now, 5000 + steady).change(since: reading(0, 5000)) == change)
    }

    @Test(arguments: [
        (600.0, ClockChange.none), (86_400, .none), (86_401, .unexplained(seconds: 86_401)), (-119, .none),
        (-120, .jump(seconds: -120)), (-90_000, .jump(seconds: -90_000)),
    ])
    func `after a restart of the machine only the way back is certain`(now: Double, change: ClockChange) {
        #expect(reading(now, 1, epoch: "later").change(since: reading(0, 5000)) == change)
    }

    @Test func `a steady clock that went back is another one`() {
        #expect(reading(600, 10).change(since: reading(0, 5000)) == .none)
        #expect(reading(-600, 10).change(since: reading(0, 5000)) == .jump(seconds: -600))
    }

    @Test func `a row keeps a reading to the microsecond`() {
        let reading = reading(0, 12.345_678)
        let kept = ClockState(reading).reading
        #expect(kept.now == reading.now)
        #expect(kept.steady.epoch == "boot")
        #expect(abs(kept.steady.seconds - 12.345_678) < 0.000_002)
    }

    @Test(
        arguments: [(nil, true), (-1, true), (0, true), (1, false), (21_600, false), (21_602, true)]
            as [(Double?, Bool)])
    func `nothing expires for six hours after a jump`(held: Double?, mayExpire: Bool) {
        var state = ClockState(reading(0, 0))
        state.heldUntilDateTime = held.map { base.addingTimeInterval($0) }
        #expect(state.allowsExpiry(at: base, holdHours: 6) == mayExpire)
    }
}

@Suite struct DateDaysTests {
    @Test(arguments: [(1, 86_400.0), (0, 0), (-2, -172_800), (365, 31_536_000)])
    func `a day has 24 hours`(days: Int, seconds: Double) {
        let date = Date(timeIntervalSince1970: 1_772_352_000)
        #expect(date.adding(days: days).timeIntervalSince(date) == seconds)
    }
}

@Suite struct VerificationPaceTests {
    private let terabyte = 1_000_000_000_000

    @Test(arguments: [
        (86_400, 1, 1), (86_401, 1, 2), (0, 1, 0), (1, 1, 1), (864_000, 10, 1), (5, 0, 0),
    ])
    func `a round is counted in whole days`(stored: Int, rate: Int, days: Int) {
        #expect(VerificationPace(storedBytes: stored, bytesPerSecond: rate, periodDays: 30).roundDays == days)
    }

    @Test(arguments: [(30, true), (29, false), (0, true)])
    func `a rate is enough where a round ends within the period`(period: Int, isEnough: Bool) {
        let pace = VerificationPace(storedBytes: 30 * 86_400, bytesPerSecond: 1, periodDays: period)
        #expect(pace.isEnough == isEnough)
        #expect((pace.warning == nil) == isEnough)
    }

    @Test func `no limit is always enough`() {
        #expect(VerificationPace(storedBytes: .max, bytesPerSecond: 0, periodDays: 1).isEnough)
    }

    @Test func `the rate that is needed is enough`() {
        var pace = VerificationPace(storedBytes: 500 * terabyte, bytesPerSecond: 1_000_000, periodDays: 30)
        #expect(!pace.isEnough)
        #expect(pace.neededBytesPerSecond % 1_000_000 == 0)
        pace.bytesPerSecond = pace.neededBytesPerSecond
        #expect(pace.isEnough)
        pace.bytesPerSecond -= 1_000_000
        #expect(!pace.isEnough)
    }

    @Test func `without a period no rate is needed`() {
        #expect(VerificationPace(storedBytes: 5, bytesPerSecond: 1, periodDays: 0).neededBytesPerSecond == 0)
    }

    @Test func `a warning says both ways out`() throws {
        let pace = VerificationPace(storedBytes: 60 * 86_400, bytesPerSecond: 1, periodDays: 30)
        let warning = try #require(pace.warning)
        #expect(warning.contains("verification.rate to \(pace.neededBytesPerSecond) or more"))
        #expect(warning.contains("verification.period to 60d or more"))
    }
}
