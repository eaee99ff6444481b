import Catalog
import Foundation
import Testing

@testable import ProtectionRules

@Suite struct ServicePeriodTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func state(_ status: BackupServiceStatus, restore: Double?, grace: Double?) -> ServiceState {
        var state = ServiceState(id: "tenant", status: status)
        state.restoreAllowedTillDateTime = restore.map { now.addingTimeInterval($0) }
        state.gracePeriodDateTime = grace.map { now.addingTimeInterval($0) }
        return state
    }

    @Test(arguments: [BackupServiceStatus.disabled, .enabled])
    func `nothing is due where no period runs`(status: BackupServiceStatus) {
        #expect(state(status, restore: -1, grace: -1).dueEvent(now) == nil)
    }

    @Test(arguments: [(0, .restorePeriodEnded), (-1, .restorePeriodEnded), (1, nil)] as [(Double, ServiceEvent?)])
    func `restores end at their date`(seconds: Double, event: ServiceEvent?) {
        #expect(state(.protectionChangeLocked, restore: seconds, grace: 100).dueEvent(now) == event)
    }

    @Test func `where both periods are over the first one ends first`() {
        #expect(state(.protectionChangeLocked, restore: -5, grace: -1).dueEvent(now) == .restorePeriodEnded)
        #expect(state(.restoreLocked, restore: -5, grace: -1).dueEvent(now) == .undoPeriodEnded)
    }

    @Test(arguments: [(0, .undoPeriodEnded), (1, nil)] as [(Double, ServiceEvent?)])
    func `the undo period ends at its date`(seconds: Double, event: ServiceEvent?) {
        #expect(state(.restoreLocked, restore: nil, grace: seconds).dueEvent(now) == event)
    }

    @Test func `a period without an end does not end`() {
        #expect(state(.protectionChangeLocked, restore: nil, grace: nil).dueEvent(now) == nil)
        #expect(state(.restoreLocked, restore: nil, grace: nil).dueEvent(now) == nil)
    }
}
