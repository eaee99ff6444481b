@testable import ProtectionRules
import Catalog
import Testing

@testable import ProtectionService

@Suite struct ProtectionFlowTests {
    @Test(arguments: ProtectionRuleStatus.allCases)
    func `only a rule that was applied can be run, changed or deleted`(status: ProtectionRuleStatus) {
        let isSettled = status == .completed || status == .completedWithErrors
        #expect(status.isSettled == isSettled)
        #expect(status.after(.run) == (isSettled ? .active : nil))
        #expect(status.after(.update) == (isSettled ? .updateRequested : nil))
        #expect(status.after(.deleteAndUnprotect) == (isSettled ? .deleteRequested : nil))
    }

    @Test func `applying a rule ends what was asked of it, except its deletion`() {
        for status in [ProtectionRuleStatus.active, .updateRequested, .completed, .completedWithErrors] {
            #expect(status.after(.applied) == .completed)
            #expect(status.after(.appliedWithErrors) == .completedWithErrors)
        }
        for status in [ProtectionRuleStatus.deleteRequested, .draft] {
            #expect(status.after(.applied) == nil)
            #expect(status.after(.appliedWithErrors) == nil)
        }
    }

    @Test func `a bulk job ends once`() {
        #expect(BulkJobStatus.active.after(.worked(withErrors: false)) == .completed)
        #expect(BulkJobStatus.active.after(.worked(withErrors: true)) == .completedWithErrors)
        #expect(BulkJobStatus.completed.after(.worked(withErrors: true)) == nil)
        #expect(BulkJobStatus.completedWithErrors.after(.worked(withErrors: false)) == nil)
    }
}
