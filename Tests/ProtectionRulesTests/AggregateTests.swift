import Catalog
import Testing

@testable import ProtectionRules

/// Source: contract behaviour.md, section 3.
@Suite struct PolicyAggregateTests {
    @Test(arguments: [
        (0, 0, 0, true, ProtectionPolicyStatus.inactive), (0, 0, 0, false, .inactive), (3, 3, 0, true, .active),
        (3, 3, 0, false, .inactive), (3, 2, 0, true, .activeWithErrors), (3, 0, 0, true, .activeWithErrors),
        (3, 0, 0, false, .inactive), (3, 2, 1, true, .updating), (3, 0, 3, false, .updating),
        (1, 1, 1, true, .updating),
    ])
    func `a policy's status is the aggregate of its units`(
        total: Int, protected: Int, requested: Int, isOn: Bool, status: ProtectionPolicyStatus
    ) {
        let units = PolicyUnitCounts(total: total, protected: protected, requested: requested)
        #expect(ProtectionPolicyStatus.aggregate(of: units, isSwitchedOn: isOn) == status)
    }

    @Test(arguments: ProtectionPolicyStatus.allCases)
    func `the aggregate does not depend on the status before`(before: ProtectionPolicyStatus) {
        let units = PolicyUnitCounts(total: 2, protected: 2, requested: 0)
        #expect(before.after(.counted(units, isSwitchedOn: true)) == .active)
        #expect(before.after(.pending) == .updating)
    }

    @Test func `units are counted by their statuses`() {
        let counts = PolicyUnitCounts([
            .protected: 5, .unprotected: 2, .protectRequested: 3, .removeRequested: 1, .unprotectRequested: 4,
            .offboarded: 6,
        ])
        #expect(counts == PolicyUnitCounts(total: 21, protected: 5, requested: 8))
    }

    @Test func `nothing counts as nothing`() {
        #expect(PolicyUnitCounts([:]) == PolicyUnitCounts())
    }

    @Test func `every status allows exactly the events of the published table`() {
        let table: [ProtectionPolicyStatus: Set<ProtectionPolicyEvent>] = [
            .inactive: [.activate, .delete, .change], .activeWithErrors: [.activate, .deactivate, .change],
            .updating: [.change], .active: [.deactivate, .change], .offboardRequested: [], .offboarded: [],
        ]
        #expect(Set(table.keys) == Set(ProtectionPolicyStatus.allCases))
        for (status, allowed) in table {
            for event in ProtectionPolicyEvent.allCases {
                #expect(status.allows(event) == allowed.contains(event), "\(status) \(event)")
            }
        }
    }
}

/// Source: contract behaviour.md, section 8.
@Suite struct SessionAggregateTests {
    /// total, completed, failed, scheduling, unresolved.
    @Test(arguments: [
        ([2, 0, 0, 2, 0], RestoreSessionStatus.activating), ([2, 1, 0, 1, 0], .activating), ([2, 0, 0, 0, 0], .active),
        ([2, 1, 0, 0, 0], .active), ([2, 0, 1, 0, 0], .active), ([2, 2, 0, 0, 0], .completed),
        ([2, 1, 1, 0, 0], .completedWithError), ([2, 0, 2, 0, 0], .failed), ([2, 2, 0, 0, 1], .completedWithError),
        ([0, 0, 0, 0, 1], .failed), ([0, 0, 0, 0, 0], .completed),
    ])
    func `a running session's status is the aggregate of its artifacts`(
        numbers: [Int], status: RestoreSessionStatus
    ) {
        let counts = RestoreArtifactCounts(
            total: numbers[0], completed: numbers[1], failed: numbers[2], scheduling: numbers[3],
            unresolved: numbers[4])
        #expect(RestoreSessionStatus.activating.after(.artifactsChanged(counts)) == status)
        #expect(RestoreSessionStatus.active.after(.artifactsChanged(counts)) == status)
    }

    @Test(arguments: [RestoreSessionStatus.draft, .completed, .completedWithError, .failed])
    func `artifacts move no session that does not run`(status: RestoreSessionStatus) {
        #expect(status.after(.artifactsChanged(RestoreArtifactCounts(total: 1, completed: 1))) == nil)
    }

    @Test(arguments: RestoreSessionStatus.allCases)
    func `only a draft is activated`(status: RestoreSessionStatus) {
        #expect(status.after(.activate) == (status == .draft ? .activating : nil))
    }

    @Test func `artifacts are counted by their statuses`() {
        let counts = RestoreArtifactCounts([
            .added: 1, .scheduling: 2, .scheduled: 3, .inProgress: 4, .succeeded: 5, .failed: 6,
        ])
        #expect(counts == RestoreArtifactCounts(total: 21, completed: 5, failed: 6, scheduling: 2))
        #expect(counts.inProgress == 10)
    }
}
