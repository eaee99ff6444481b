import Catalog
import Foundation
import Testing

@testable import ProtectionRules

@Suite struct PlanFlowTests {
    private static let events: [RestorePlanEvent] = [
        .unitPlanned(PlanUnitCounts(open: 1, ready: 1)), .unitPlanned(PlanUnitCounts(ready: 1)),
        .unitPlanned(PlanUnitCounts()), .replan, .expire, .start, .cancel, .retry,
        .sessionEnded(RestoreArtifactCounts(total: 3, completed: 1, failed: 1)),
        .sessionEnded(RestoreArtifactCounts(total: 2, completed: 2)),
        .sessionEnded(RestoreArtifactCounts(total: 2, completed: 1, failed: 1)),
        .sessionEnded(RestoreArtifactCounts(total: 2, failed: 2)),
    ]

    /// What each event of `events` makes of each status, in their order. Source: additions.md,
    /// section 4, with the retry of what failed.
    private static let table: [RestorePlanStatus: [RestorePlanStatus?]] = [
        .planning: [.planning, .ready, .failed, nil, nil, nil, nil, nil, nil, nil, nil, nil],
        .ready: [nil, nil, nil, .planning, .expired, .started, nil, nil, nil, nil, nil, nil],
        .expired: [nil, nil, nil, .planning, nil, nil, nil, nil, nil, nil, nil, nil],
        .started: [
            nil, nil, nil, nil, nil, nil, .cancelling, nil, .started, .completed, .completedWithError, .failed,
        ],
        .cancelling: [
            nil, nil, nil, nil, nil, nil, nil, nil, .cancelling, .cancelled, .cancelled, .cancelled,
        ],
        .cancelled: [nil, nil, nil, nil, nil, nil, nil, .started, nil, nil, nil, nil],
        .completed: [nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil],
        .completedWithError: [nil, nil, nil, nil, nil, nil, nil, .started, nil, nil, nil, nil],
        .failed: [nil, nil, nil, nil, nil, nil, nil, .started, nil, nil, nil, nil],
    ]

    @Test(arguments: RestorePlanStatus.allCases) func `a plan is shown before it is started`(
        status: RestorePlanStatus
    )
        throws
    {
        let row = try #require(Self.table[status])
        #expect(row.count == Self.events.count)
        for (event, next) in zip(Self.events, row) {
            #expect(status.after(event) == next, "\(status) after \(event)")
        }
    }

    @Test(
        arguments: [
            .waiting: [.begin: .planning, .fail: .failed, .findNoPoint: .noPoint, .exclude: .excluded],
            .planning: [.begin: .planning, .planned: .ready, .fail: .failed, .findNoPoint: .noPoint],
            .ready: [.exclude: .excluded, .outdate: .outdated, .replan: .waiting],
            .noPoint: [:], .excluded: [:], .failed: [.replan: .waiting], .outdated: [.replan: .waiting],
        ] as [PlanUnitStatus: [PlanUnitEvent: PlanUnitStatus]])
    func `a unit of a plan is compared before it is ready`(
        status: PlanUnitStatus, row: [PlanUnitEvent: PlanUnitStatus]
    ) {
        for event in PlanUnitEvent.allCases { #expect(status.after(event) == row[event], "\(status) after \(event)") }
    }

    @Test func `units that are still open count as such`() {
        var statuses: [PlanUnitStatus: Int] = [:]
        for (number, status) in PlanUnitStatus.allCases.enumerated() { statuses[status] = 1 << number }
        // waiting and planning come first, ready third.
        #expect(PlanUnitCounts(statuses) == PlanUnitCounts(open: 3, ready: 4))
    }

    @Test func `sums are added and taken away part by part`() {
        var one = PlanSums()
        (one.units, one.create, one.newerLost, one.bytesToRead) = (1, 2, 3, 4)
        var sum = one
        sum += one
        #expect(sum.create == 4)
        #expect(sum.bytesToRead == 8)
        sum -= one
        #expect(sum == one)
        sum -= one
        #expect(sum == PlanSums())
    }
}
