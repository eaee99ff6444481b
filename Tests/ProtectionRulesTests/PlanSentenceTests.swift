import Catalog
import Foundation
import ProtectionRules
import Testing

@Suite struct PlanSentenceTests {
    private func text(_ status: RestorePlanStatus, wasStarted: Bool, units: Int = 2) -> String {
        var plan = RestorePlanRecord()
        (plan.status, plan.sums.units) = (status, units)
        plan.startedDateTime = wasStarted ? Date(timeIntervalSince1970: 1_800_000_000) : nil
        return PlanSentence.text(plan)
    }

    @Test func `a plan that failed says whether anything was touched`() {
        #expect(text(.failed, wasStarted: false, units: 0) == "No account could be planned; nothing has been changed.")
        #expect(text(.failed, wasStarted: true) == "None of 2 accounts could be brought back.")
        #expect(text(.failed, wasStarted: true, units: 1) == "None of 1 account could be brought back.")
    }

    @Test(arguments: RestorePlanStatus.allCases)
    func `only a plan that never started says that nothing has been changed`(
        status: RestorePlanStatus
    ) {
        let unstarted: [RestorePlanStatus] = [.planning, .ready, .expired]
        let text = text(status, wasStarted: !unstarted.contains(status))
        #expect(text.lowercased().contains("nothing has been changed") == unstarted.contains(status), "\(text)")
    }
}
