import Catalog
import Foundation
import ProtectionRules
import Testing

/// How a unit stands, and what people are told of it.
@Suite struct UnitStandingTests {
    private static let cases: [(UnitCircumstances, UnitStanding)] = [
        (UnitCircumstances(unitStatus: nil), .notProtected),
        (UnitCircumstances(unitStatus: nil, isExcluded: true), .excluded),
        (UnitCircumstances(unitStatus: .protected, hasPolicy: true), .protected),
        (UnitCircumstances(unitStatus: .protected, hasPolicy: true, isFailing: true), .failing),
        (UnitCircumstances(unitStatus: .protected, hasPolicy: true, isFailing: true, isOwnerGone: true), .deleted),
        (UnitCircumstances(unitStatus: .protectRequested, hasPolicy: true), .requested),
        (UnitCircumstances(unitStatus: .protectRequested, hasPolicy: true, isFailing: true), .failing),
        (UnitCircumstances(unitStatus: .unprotectRequested, hasPolicy: true), .paused),
        (UnitCircumstances(unitStatus: .unprotected, hasPolicy: true), .paused),
        (UnitCircumstances(unitStatus: .unprotected, hasPolicy: true, isFailing: true, isDue: true), .failing),
        (UnitCircumstances(unitStatus: .unprotected, hasPolicy: true, isFailing: true), .paused),
        (UnitCircumstances(unitStatus: .unprotected), .notProtected),
        (UnitCircumstances(unitStatus: .unprotected, isExcluded: true), .excluded),
        (UnitCircumstances(unitStatus: .removeRequested, hasPolicy: true), .leaving),
        (UnitCircumstances(unitStatus: .offboardRequested), .leaving),
        (UnitCircumstances(unitStatus: .cancelOffboardRequested), .requested),
        (UnitCircumstances(unitStatus: .offboarded), .notProtected),
        (UnitCircumstances(unitStatus: .offboarded, isOwnerGone: true), .deleted),
    ]

    @Test(arguments: cases) func `a unit stands as its circumstances say`(
        unit: UnitCircumstances, standing: UnitStanding
    ) {
        #expect(UnitStanding(unit) == standing)
    }

    @Test func `a protected unit is late once its newest point is too old`() {
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        var intervals = ServiceIntervals()
        intervals.cadenceSeconds = 600
        let oldest = intervals.oldestInTime(at: now)
        func state(_ age: TimeInterval?) -> ProtectionState {
            ProtectionState(.protected, newest: age.map { now.addingTimeInterval(-$0) }, oldestInTime: oldest)
        }
        #expect(state(1200) == .protected)
        #expect(state(1201) == .late)
        #expect(state(nil) == .late)
        #expect(ProtectionState(.failing, newest: nil, oldestInTime: oldest) == .failing)
    }

    @Test(arguments: ProtectionState.allCases) func `every state belongs to the standing that it is made of`(
        state: ProtectionState
    ) {
        let now = Date(timeIntervalSince1970: 0)
        let newest = state == .late ? now.addingTimeInterval(-1) : now
        #expect(ProtectionState(state.standing, newest: newest, oldestInTime: now) == state)
    }
}

/// The sentence of the overview.
@Suite struct OverviewSentenceTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func counts(_ counts: [ProtectionState: Int]) -> StateCounts {
        var sum = StateCounts()
        for (state, count) in counts { sum[state] = count }
        return sum
    }

    private func text(
        _ people: [ProtectionState: Int], sites: [ProtectionState: Int] = [:], age: TimeInterval? = nil
    ) -> String {
        OverviewSentence.text(
            people: counts(people), sites: counts(sites), oldestNewest: age.map { now.addingTimeInterval(-$0) },
            now: now)
    }

    @Test func `it says how many of all are protected, and how old the oldest newest point is`() {
        #expect(
            text([.protected: 407, .late: 2, .failing: 1, .notProtected: 2], sites: [.protected: 38], age: 14 * 60 + 5)
                == "All but 3 of 450 are protected. The oldest newest point is 14 minutes old.")
        #expect(text([.protected: 3], age: 3600) == "All 3 are protected. The oldest newest point is 1 hour old.")
        #expect(text([.protected: 1, .excluded: 4, .deleted: 2, .leaving: 1]) == "The only one is protected.")
    }

    @Test func `it says that nothing is protected yet, or that there is nothing`() {
        #expect(
            text([.notProtected: 412], sites: [.notProtected: 38])
                == "412 accounts and 38 sites are not protected yet.")
        #expect(text([:], sites: [.requested: 1]) == "1 site is not protected yet.")
        #expect(text([.excluded: 3]).hasPrefix("There is nothing to protect"))
    }

    @Test(arguments: [(0.0, "0 seconds"), (59, "59 seconds"), (60, "1 minute"), (7199, "1 hour"), (200_000, "2 days")])
    func `ages are told in their largest unit`(seconds: TimeInterval, words: String) {
        #expect(text([.protected: 2], age: seconds).hasSuffix("point is \(words) old."))
    }
}
