import BackupTesting
import Catalog
import FileTree
import Foundation
import ProtectionRules
import Synchronization
import Testing

@testable import BackupWork
@testable import ProtectionService

/// Bad input: clear text, the right code, nothing changed.
@Suite struct PlanRefusalTests {
    private func world(_ drives: Int = 1, most: Int = 10_000) async throws -> (world: PlanWorld, moment: Date) {
        let world = try await PlanWorld((0..<drives).map { _ in MemoryTree() }) { $0.limits.unitsPerPlan = most }
        for tree in world.trees { try tree.put("a", [1]) }
        return (world, try await world.backUp())
    }

    @Test func `a scope names exactly one thing`() async throws {
        let (world, moment) = try await world()
        var draft = world.draft(moment)
        draft.scope.list = ["a@b.example"]
        try await world.expectRefused(.emptyScope) { try await world.plans.create(draft, PlanWorld.caller) }
        draft.scope = RestorePlanScope()
        try await world.expectRefused(.emptyScope) { try await world.plans.create(draft, PlanWorld.caller) }
        draft.scope.unitIds = []
        try await world.expectRefused(.emptyScope) { try await world.plans.create(draft, PlanWorld.caller) }
        draft.scope.unitIds = ["*", "nobody", "%", "../.."]
        try await world.expectRefused(.emptyScope) { try await world.plans.create(draft, PlanWorld.caller) }
    }

    @Test func `a plan reaches no further than the setting`() async throws {
        let (world, moment) = try await world(2, most: 1)
        let error = try await world.expectRefused(.tooManyUnits) {
            try await world.plans.create(world.draft(moment), PlanWorld.caller)
        }
        #expect(error.message.contains("limits.units-per-plan"))
    }

    @Test func `a moment in the future is none`() async throws {
        let (world, moment) = try await world()
        try await world.expectRefused(.invalidMoment) {
            try await world.plans.create(world.draft(moment.addingTimeInterval(3600)), PlanWorld.caller)
        }
        var draft = world.draft(moment)
        draft.moment = nil
        try await world.expectRefused(.invalidMoment) { try await world.plans.create(draft, PlanWorld.caller) }
        draft.moment = RestorePlanMoment(.at)
        try await world.expectRefused(.invalidMoment) { try await world.plans.create(draft, PlanWorld.caller) }
        draft.moment = RestorePlanMoment(.points, points: [])
        try await world.expectRefused(.invalidMoment) { try await world.plans.create(draft, PlanWorld.caller) }
    }

    @Test func `an account without a point before the moment is left out and named`() async throws {
        let (world, moment) = try await world()
        let plan = try await world.plan(world.draft(moment.addingTimeInterval(-1)))
        #expect(plan.status == .failed)
        #expect(plan.excluded.values.map(\.unitId) == [world.unit.id])
        #expect(plan.excluded.values.first?.reason.contains("the oldest is of") == true)
        let unit = try await world.plans.unit(world.unit.id, ofPlan: plan.id)
        #expect(unit.status == .noPoint)
    }

    @Test func `a moment between two points means the one before`() async throws {
        let (world, first) = try await world()
        try world.tree.put("a", [2, 2])
        _ = try await world.backUp()
        let plan = try await world.plan(world.draft(first.addingTimeInterval(300)))
        #expect(try await world.plans.unit(world.unit.id, ofPlan: plan.id).protectionDateTime == first)
    }

    @Test func `names that fit nobody are left out, the others are planned`() async throws {
        let (world, moment) = try await world(2)
        var scope = RestorePlanScope()
        // The directory of the tenant in memory names people so.
        scope.list = [
            "\(world.units[1].sourceId.uppercased())@EXAMPLE.org", "nobody@contoso.example", "*@example.org",
        ]
        let plan = try await world.plan(RestorePlanDraft(scope: scope, moment: RestorePlanMoment(.at, at: moment)))
        #expect(plan.status == .ready)
        #expect(plan.sums.units == 1)
        #expect(try await world.plans.unit(world.units[1].id, ofPlan: plan.id).status == .ready)
        #expect(plan.excluded.values.map(\.unitId) == ["nobody@contoso.example", "*@example.org"])
    }

    @Test func `a damaged point is not restored`() async throws {
        let (world, moment) = try await world()
        let catalog = world.fixture.catalog
        let point = try #require(try await catalog.page(Query<RestorePoint>()).first)
        try await catalog.write { writer in
            try writer.update(RestorePoint.self, where: .equal("id", point.id), set: ["isDamaged": true.sqlValue])
        }
        let byTime = try await world.plan(world.draft(moment))
        #expect(byTime.status == .failed)
        var draft = world.draft(moment)
        draft.moment = RestorePlanMoment(
            .points, points: [PlannedPoint(unitId: world.unit.id, restorePointId: point.id)])
        let named = try await world.plan(draft)
        #expect(named.status == .failed)
        let unit = try await world.plans.unit(world.unit.id, ofPlan: named.id)
        #expect(unit.pointHealth == .damaged)
        #expect(unit.error?.message.contains("damaged") == true)
    }

    @Test func `a point of another account is none`() async throws {
        let (world, moment) = try await world(2)
        let foreign = try #require(
            try await world.fixture.catalog.page(
                Query<RestorePoint>(where: .equal("unitId", world.units[1].id))
            ).first)
        var draft = world.draft(moment, units: [world.unit])
        draft.moment = RestorePlanMoment(
            .points, points: [PlannedPoint(unitId: world.unit.id, restorePointId: foreign.id)])
        #expect(try await world.plan(draft).status == .failed)
    }

    @Test func `the start needs the right number, once, in time`() async throws {
        let (world, moment) = try await world()
        let plan = try await world.plan(world.draft(moment))
        let start = { (count: Int) in
            try await world.plans.start(id: plan.id, expectedUnits: count, PlanWorld.caller)
        }
        try await world.expectRefused(.expectedUnitsDiffer) { try await start(2) }
        world.fixture.clock.turn(seconds: 31 * 60)
        try await world.expectRefused(.planExpired) { try await start(1) }
        try await world.fixture.settle()
        #expect(try await world.plans.plan(id: plan.id).status == .expired)
        try await world.expectRefused(.planExpired) { try await start(1) }
        _ = try await world.plans.replan(id: plan.id, unitIDs: [], PlanWorld.caller)
        try await world.expectRefused(.planNotReady) { try await start(1) }
        try await world.fixture.work()
        #expect(try await start(1).status == .started)
        try await world.expectRefused(.planNotReady) { try await start(1) }
        try await world.expectRefused(.planNotReady) {
            try await world.plans.delete(id: plan.id, PlanWorld.caller)
        }
    }

    @Test func `a point that goes takes the plan with it`() async throws {
        let (world, moment) = try await world()
        let plan = try await world.plan(world.draft(moment))
        try await world.fixture.catalog.write { writer in
            try writer.update(
                RestorePoint.self, where: .true, set: ["expirationDateTime": moment.addingTimeInterval(-1).sqlValue])
        }
        try await world.expectRefused(.planExpired) {
            try await world.plans.start(id: plan.id, expectedUnits: 1, PlanWorld.caller)
        }
    }

    @Test func `a disk that is too small is told before the start`() async throws {
        let (world, moment) = try await world()
        try world.tree.remove(try #require(TreePath("a")))
        world.tree.setSpace(TreeSpace(fileSystem: 1, availableBytes: 0))
        let plan = try await world.plan(world.draft(moment))
        let error = try await world.expectRefused(.insufficientStorage) {
            try await world.plans.start(id: plan.id, expectedUnits: 1, PlanWorld.caller)
        }
        #expect(error.message.contains("1 bytes lack"))
        world.tree.setSpace(TreeSpace(fileSystem: 1, availableBytes: 1))
        #expect(try await world.run(plan).status == .completed)
    }

    @Test func `the room for the undo point counts where it is stored`() async throws {
        let room = Mutex(UInt64(0))
        let world = try await PlanWorld {
            $0.repositorySpace = { TreeSpace(fileSystem: 2, availableBytes: room.withLock { $0 }) }
        }
        try world.tree.put("kept", [1])
        try world.tree.put("changed", [1])
        let moment = try await world.backUp()
        // The first change is in the newest point already, the second one will be in the undo point alone.
        try world.tree.put("kept", [2, 2], modified: Timestamp(moment.addingTimeInterval(60)))
        let newest = try await world.backUp()
        try world.tree.put("changed", [3, 3, 3], modified: Timestamp(newest.addingTimeInterval(60)))
        let plan = try await world.plan(world.draft(moment))
        let error = try await world.expectRefused(.insufficientStorage) {
            try await world.plans.start(id: plan.id, expectedUnits: 1, PlanWorld.caller)
        }
        #expect(error.message.contains("3 bytes lack, with those of the points"), "\(error)")
        // Where no point is taken, none needs room.
        var draft = world.draft(moment)
        draft.undoPoints = .none
        let other = try await world.plan(draft)
        #expect(try await world.plans.unit(world.unit.id, ofPlan: other.id).sums.bytesKept == nil)
        room.withLock { $0 = 3 }
        #expect(try await world.run(plan).status == .completed)
        #expect(try world.tree.files() == ["kept": [1], "changed": [1]])
    }

    @Test func `rooms on one file system are needed together`() async throws {
        let world = try await PlanWorld {
            $0.repositorySpace = { TreeSpace(fileSystem: 1, availableBytes: 3) }
        }
        try world.tree.put("gone", [1, 1])
        try world.tree.put("changed", [1, 1])
        let moment = try await world.backUp()
        try world.tree.remove(try #require(TreePath("gone")))
        try world.tree.put("changed", [3, 3], modified: Timestamp(moment.addingTimeInterval(60)))
        world.tree.setSpace(TreeSpace(fileSystem: 1, availableBytes: 3))
        let plan = try await world.plan(world.draft(moment))
        // Two bytes come back, two stand twice for a while, and two are kept.
        let error = try await world.expectRefused(.insufficientStorage) {
            try await world.plans.start(id: plan.id, expectedUnits: 1, PlanWorld.caller)
        }
        #expect(error.message.contains("3 bytes lack"), "\(error)")
    }

    @Test func `the owner restores although another application is the controller`() async throws {
        let (world, moment) = try await world()
        try world.tree.put("a", [2, 2])
        try await world.expectRefused(.appNotController) {
            try await world.plans.create(world.draft(moment), PlanWorld.stranger)
        }
        let plan = try await world.plan(world.draft(moment), PlanWorld.owner)
        try await world.expectRefused(.appNotController) {
            try await world.plans.start(id: plan.id, expectedUnits: 1, PlanWorld.stranger)
        }
        #expect(try await world.run(plan, PlanWorld.owner).status == .completed)
        #expect(try world.tree.files() == ["a": [1]])
    }
}
