import Catalog
import Foundation
import Testing

@testable import ProtectionRules

private let day = 86_400.0

/// Source: contract behaviour.md, section 7.
@Suite struct PointRetentionTests {
    private func plan(_ workload: Workload, activated: Double?, days: Int = 365) -> PointRetention {
        let policy = ProtectionPolicy(
            id: "p", workload: workload, displayName: "p", status: .inactive, retentionDays: days,
            createdDateTime: Date(timeIntervalSince1970: 3 * day + 5)
        ).with {
            $0.activatedDateTime = activated.map { Date(timeIntervalSince1970: $0) }
        }
        return PointRetention(policy: policy, intervals: ServiceIntervals())
    }

    /// Days and seconds of a moment since 1970, and the day on which its week starts.
    @Test(arguments: [(10, 7200, 10), (10, 0, 10), (16, 86_399, 10), (17, 0, 17), (24, 1, 24), (9, 0, 3)])
    func `weeks begin with the day of the activation, to both sides`(days: Int, seconds: Int, start: Int) {
        let moment = Date(timeIntervalSince1970: Double(days) * day + Double(seconds))
        let week = plan(.oneDriveForBusiness, activated: 10 * day + 3600).weekStart(of: moment)
        #expect(week == Date(timeIntervalSince1970: Double(start) * day))
    }

    @Test func `a policy that was never active counts from its creation`() {
        let plan = plan(.oneDriveForBusiness, activated: nil)
        #expect(plan.weekStart(of: Date(timeIntervalSince1970: 4 * day)) == Date(timeIntervalSince1970: 3 * day))
    }

    @Test func `the first point of a week is the weekly one`() {
        let plan = plan(.sharePoint, activated: 0)
        #expect(plan.cadence(hasWeeklyPoint: false) == .weekly)
        #expect(plan.cadence(hasWeeklyPoint: true) == .tenMinutes)
    }

    @Test(arguments: [
        (Workload.oneDriveForBusiness, 365, Cadence.weekly, 365.0), (.oneDriveForBusiness, 365, .tenMinutes, 14),
        (.sharePoint, 90, .weekly, 90), (.sharePoint, 90, .tenMinutes, 14), (.exchange, 730, .weekly, 730),
        (.exchange, 730, .tenMinutes, 730), (.sharePoint, 7, .weekly, 14),
    ])
    func `points are kept as long as their cadence says`(
        workload: Workload, days: Int, cadence: Cadence, kept: Double
    ) {
        let moment = Date(timeIntervalSince1970: 100 * day)
        let expiration = plan(workload, activated: 0, days: days).expiration(of: cadence, at: moment)
        #expect(expiration.timeIntervalSince(moment) == kept * day)
    }
}

@Suite struct RetentionSettingTests {
    private let intervals = ServiceIntervals()

    private func days(_ settings: [(String, Int)]?) throws(ServiceError) -> Int? {
        try RetentionSetting.days(
            requested: settings?.map { RetentionSetting(interval: $0.0, periodDays: $0.1) }, intervals)
    }

    @Test func `who asks for nothing gets nothing`() throws {
        #expect(try days(nil) == nil)
        #expect(try days([]) == nil)
    }

    @Test(arguments: [90, 180, 365, 730, 1095, 1460, 1825, 2190, 2555, 2920, 3285, 3650])
    func `the published periods are accepted`(period: Int) throws {
        #expect(try days([("R/P1W", period)]) == period)
    }

    @Test(arguments: [0, 1, 14, 89, 91, 366, 3651, -90])
    func `other periods are refused`(period: Int) {
        let error = #expect(throws: ServiceError.self) { try days([("R/P1W", period)]) }
        #expect(error?.code == .invalidCreateRequest)
    }

    @Test func `the interval of the service is tolerated where it says what happens anyway`() throws {
        #expect(try days([("R/PT10M", 14)]) == nil)
        #expect(try days([("R/PT10M", 14), ("R/P1W", 90)]) == 90)
        #expect(throws: ServiceError.self) { try days([("R/PT10M", 15)]) }
    }

    @Test func `one weekly entry is enough and an unknown interval is none`() {
        #expect(throws: ServiceError.self) { try days([("R/P1W", 90), ("R/P1W", 90)]) }
        #expect(throws: ServiceError.self) { try days([("R/P1D", 90)]) }
    }

    @Test func `a period reads as a duration`() {
        #expect(RetentionSetting(interval: RetentionSetting.weekly, periodDays: 365).period == "P365D")
    }
}

@Suite struct SuddenLossTests {
    @Test(arguments: [
        (0, 50, true), (24, 50, true), (25, 50, false), (50, 50, false), (0, 49, false), (24, 49, false),
        (499, 1000, true), (500, 1000, false), (2000, 1000, false),
    ])
    func `more than half of at least fifty files is a loss`(files: Int, before: Int, isLost: Bool) {
        #expect(SuddenLoss(files, before: before, held: nil) == (isLost ? .lost : nil))
    }

    @Test func `without a count before nothing is lost`() {
        #expect(SuddenLoss(0, before: nil, held: nil) == nil)
    }

    @Test(arguments: [(0, false), (50, false), (51, true), (100, true)])
    func `a held point is recovered by more than half of its files`(files: Int, isRecovered: Bool) {
        #expect(SuddenLoss(files, before: 100, held: 100) == (isRecovered ? .recovered : nil))
    }

    @Test func `a later loss takes the place of no held point`() {
        #expect(SuddenLoss(0, before: 60, held: 1000) == nil)
    }
}

@Suite struct PointTimesTests {
    private func dates(_ seconds: [Double]) -> [Date] { seconds.map { Date(timeIntervalSince1970: $0) } }

    /// Whether times are those of some seconds, to the microsecond.
    private func are(_ times: [Date], _ seconds: [Double]) -> Bool {
        times.count == seconds.count
            && zip(times, seconds).allSatisfy { abs($0.timeIntervalSince1970 - $1) < 0.000_001 }
    }

    @Test func `no points get no times`() {
        #expect(PointTimes.honest([], after: nil, before: Date(timeIntervalSince1970: 5)).isEmpty)
        #expect(PointTimes.inOrder([]).isEmpty)
        #expect(PointTimes.givenBack([], at: Date(timeIntervalSince1970: 5), after: 1).isEmpty)
    }

    @Test func `points from the future move back together and keep their distances`() {
        let moved = PointTimes.honest(dates([1000, 1600, 2200]), after: nil, before: Date(timeIntervalSince1970: 1500))
        #expect(are(moved, [299.999, 899.999, 1499.999]))
    }

    @Test func `none moves before a point that was taken earlier`() {
        let moved = PointTimes.honest(
            dates([1000, 1600]), after: Date(timeIntervalSince1970: 800), before: Date(timeIntervalSince1970: 900))
        #expect(are(moved, [800.001, 899.999]))
    }

    @Test func `points that crowd behind an earlier one stay a millisecond apart`() {
        let moved = PointTimes.honest(
            dates([1000, 1001, 1002]), after: Date(timeIntervalSince1970: 899.9),
            before: Date(timeIntervalSince1970: 900))
        #expect(are(moved, [899.901, 899.902, 899.999]))
    }

    @Test func `points get their own times back when the clock jumps past them`() {
        let given = PointTimes.givenBack(
            [
                (time: Date(timeIntervalSince1970: 100), clock: Date(timeIntervalSince1970: 1050)),
                (time: Date(timeIntervalSince1970: 160), clock: nil),
            ], at: Date(timeIntervalSince1970: 1200), after: 1000)
        #expect(are(given, [1050, 1160]))
    }

    @Test func `a time that the clock did not pass in the jump is none to go back to`() {
        let given = PointTimes.givenBack(
            [
                (time: Date(timeIntervalSince1970: 100), clock: Date(timeIntervalSince1970: 200)),
                (time: Date(timeIntervalSince1970: 150), clock: Date(timeIntervalSince1970: 5000)),
            ], at: Date(timeIntervalSince1970: 1200), after: 1000)
        #expect(are(given, [1100, 1150]))
    }

    @Test func `times in order stay as they are`() {
        #expect(PointTimes.inOrder(dates([1, 2, 3])) == dates([1, 2, 3]))
    }

    @Test func `one wrong time comes right after the point before it`() {
        let times = PointTimes.inOrder(dates([100, 900, 200, 300]))
        #expect(are(times, [100, 100.001, 200, 300]))
    }

    @Test func `a wrong beginning comes right before the first right time`() {
        let times = PointTimes.inOrder(dates([900, 100, 200, 300]))
        #expect(are(Array(times.dropFirst()), [100, 200, 300]))
        #expect(times[0] < times[1])
        #expect(times[1].timeIntervalSince(times[0]) < 0.01)
    }

    @Test func `equal times are told apart`() {
        let times = PointTimes.inOrder(dates([5, 5, 5]))
        #expect(times[0] < times[1])
        #expect(times[1] < times[2])
    }

    @Test(arguments: [[3.0, 1, 2], [5, 4, 3, 2, 1], [1, 9, 2, 8, 3, 7], [2, 1, 2, 1, 2, 1]])
    func `whatever the clocks said the times ascend`(seconds: [Double]) {
        let times = PointTimes.inOrder(dates(seconds))
        #expect(times.count == seconds.count)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
    }
}
