import BackupTesting
import Catalog
import FileTree
import Foundation
import ObjectStorage
import ProtectionRules
import Synchronization
import Testing

@testable import BackupWork
@testable import ProtectionService

/// The state before a restore is kept, and comes back.
@Suite struct UndoTests {
    /// A drive that was backed up and then changed.
    private func world(
        _ tree: MemoryTree = MemoryTree(), configure: (inout ServiceDependencies) -> Void = { _ in }
    ) async throws -> (world: PlanWorld, moment: Date) {
        let world = try await PlanWorld([tree], configure: configure)
        try world.tree.put("folder/a", [1], modified: Timestamp(seconds: 1_000))
        try world.tree.put("folder/b", [2], modified: Timestamp(seconds: 2_000))
        let moment = try await world.backUp()
        try world.tree.put("folder/a", [9, 9], modified: Timestamp(seconds: 3_000))
        try world.tree.remove(try #require(TreePath("folder/b")))
        try world.tree.put("other/c", [3], modified: Timestamp(seconds: 4_000))
        return (world, moment)
    }

    private func undoPoints(_ world: PlanWorld) async throws -> [RestorePoint] {
        try await world.fixture.catalog.page(
            Query<RestorePoint>(
                where: .not(.isOfCadence), order: [.init("protectionDateTime"), .init("id")]))
    }

    /// A session of a Graph client that restores a point in place, run to its end.
    private func restore(
        _ world: PlanWorld, _ point: RestorePoint, takesUndoPoints: Bool = true
    ) async throws -> RestoreSession {
        let draft = RestoreSessionDraft(
            workload: .oneDriveForBusiness,
            artifacts: [RestoreArtifactDraft(restorePointID: point.id, destinationType: .inPlace)])
        let session = try await world.service.restores.create(draft, PlanWorld.caller)
        _ = try await world.service.restores.activate(
            id: session.id, takesUndoPoints: takesUndoPoints, PlanWorld.caller)
        try await world.fixture.work()
        return try #require(try await world.fixture.catalog.find(RestoreSession.self, id: session.id))
    }

    @Test func `an undo brings the exact tree back, and can be undone`() async throws {
        let (world, moment) = try await world()
        let before = try world.tree.description()
        let plan = try await world.run(try await world.plan(world.draft(moment)))
        let restored = try world.tree.description()
        #expect(restored != before)

        let undo = try await world.plans.undo(id: plan.id, PlanWorld.caller)
        #expect(undo.undoOf == plan.id)
        try await world.fixture.work()
        let undone = try await world.run(try await world.plans.plan(id: undo.id))
        #expect(undone.status == .completed)
        #expect(try world.tree.description() == before)

        let again = try await world.plans.undo(id: undo.id, PlanWorld.caller)
        try await world.fixture.work()
        #expect(try await world.run(try await world.plans.plan(id: again.id)).status == .completed)
        #expect(try world.tree.description() == restored)
    }

    @Test func `a session of a Graph client can be taken back`() async throws {
        let (world, _) = try await world()
        let before = try world.tree.description()
        let point = try #require(try await world.fixture.catalog.page(Query<RestorePoint>()).first)
        let session = try await restore(world, point)
        #expect(session.status == .completed)
        #expect(try world.tree.description() != before)
        let undo = try await world.plans.undo(id: session.id, PlanWorld.owner)
        try await world.fixture.work()
        #expect(try await world.run(try await world.plans.plan(id: undo.id), PlanWorld.owner).status == .completed)
        #expect(try world.tree.description() == before)
    }

    @Test(arguments: [true, false])
    func `a Graph client's restore reads a changed file once, for the undo point or for the plan`(
        takesUndoPoints: Bool
    ) async throws {
        let opened = Mutex<[TreePath]>([])
        let (world, _) = try await world(
            MemoryTree { call in
                if case .open(let path) = call { opened.withLock { $0.append(path) } }
                return nil
            })
        // As long as before, so that only its content tells the difference.
        try world.tree.put("folder/a", [9], modified: Timestamp(seconds: 3_000))
        let point = try #require(try await world.fixture.catalog.page(Query<RestorePoint>()).first)
        opened.withLock { $0.removeAll() }
        #expect(try await restore(world, point, takesUndoPoints: takesUndoPoints).status == .completed)
        let changed = try #require(TreePath("folder/a"))
        #expect(opened.withLock { $0.filter { $0 == changed } }.count == 1)
        #expect(try world.tree.files() == ["folder/a": [1], "folder/b": [2]])
    }

    @Test func `a Graph client's restore brings back what was changed after the undo point`() async throws {
        let tree = Mutex<MemoryTree?>(nil)
        let later = Mutex(false)
        let removed = try #require(TreePath("other/c"))
        let (world, _) = try await world(
            MemoryTree { call in
                // The first thing that the restore does; then the undo point has been taken.
                guard call == .change(removed), let tree = tree.withLock({ $0 }) else { return nil }
                let isFirst = later.withLock { isLater in
                    defer { isLater = true }
                    return !isLater
                }
                if isFirst { try? tree.put("folder/a", [7, 7, 7], modified: Timestamp(seconds: 5_000)) }
                return nil
            })
        let point = try #require(try await world.fixture.catalog.page(Query<RestorePoint>()).first)
        tree.withLock { $0 = world.tree }
        #expect(try await restore(world, point).status == .completed)
        #expect(later.withLock { $0 })
        #expect(try world.tree.files() == ["folder/a": [1], "folder/b": [2]])
    }

    @Test func `an undo point is none of the cadence and goes after its days`() async throws {
        let (world, moment) = try await world { $0.restores.undoDays = 3 }
        let plan = try await world.run(try await world.plan(world.draft(moment)))
        let points = try await undoPoints(world)
        #expect(points.count == 1)
        let point = try #require(points.first)
        #expect(point.undoSessionId == (try await world.plans.sessions(ofPlan: plan.id)).first)
        #expect(point.expirationDateTime == point.protectionDateTime.addingTimeInterval(3 * 86_400))
        // Graph's search finds the point of the cadence, although the other is newer.
        let search = PointSearch(unitIDs: [world.unit.id], start: nil, end: world.fixture.clock.now())
        let found = try await world.service.points.search(search).found
        #expect(found.map(\.point.protectionDateTime) == [moment])
        world.fixture.clock.turn(seconds: 3 * 86_400 + 1)
        // A clock that leaps lets nothing expire for some hours.
        for _ in 0..<60 {
            world.fixture.clock.turn(seconds: 600)
            try await world.fixture.settle()
        }
        #expect(try await undoPoints(world).isEmpty)
        try await world.expectRefused(.noUndoPoint) {
            try await world.plans.undo(id: plan.id, PlanWorld.caller)
        }
    }

    /// The points of a catalogue that is made again from the repositories, the first first.
    private func rebuilt(_ world: PlanWorld) async throws -> (points: [RestorePoint], now: Date) {
        let fresh = try await ServiceFixture(tenant: world.tenant, stores: world.fixture.stores) {
            $0.restores.undoDays = 3
        }
        fresh.clock.turn(seconds: world.fixture.clock.now().timeIntervalSince(fresh.clock.now()))
        let report = try await fresh.service.repositories.rebuildCatalog(locations: [world.unit.id])
        #expect(report.failures.isEmpty, "\(report.failures)")
        let points = try await fresh.catalog.page(Query<RestorePoint>(order: [.init("protectionDateTime")]))
        return (points, fresh.clock.now())
    }

    @Test func `a rebuilt catalogue knows undo points as such`() async throws {
        let (world, moment) = try await world { $0.restores.undoDays = 3 }
        let plan = try await world.run(try await world.plan(world.draft(moment)))
        let undo = try #require(try await undoPoints(world).first)
        try await world.backUp()
        let (points, now) = try await rebuilt(world)
        #expect(points.map { $0.undoSessionId == nil } == [true, false, true])
        #expect(points[1].id == undo.id)
        #expect(points[1].undoSessionId == (try await world.plans.sessions(ofPlan: plan.id)).first)
        #expect(points[1].expirationDateTime == now.addingTimeInterval(3 * 86_400))
        #expect(points[1].snapshotId == undo.snapshotId)
        #expect(points[0].expirationDateTime > now.addingTimeInterval(30 * 86_400))
    }

    @Test func `a backup that finds what an undo point has gets a snapshot of its own`() async throws {
        let (world, moment) = try await world()
        let plan = try await world.plan(world.draft(moment))
        // An item of the plan changes, so that nothing is written after the undo point.
        try world.tree.put("folder/a", [8, 8], modified: Timestamp(seconds: 5_000))
        #expect(try await world.run(plan).status == .failed)
        let undo = try #require(try await undoPoints(world).first)
        try await world.backUp()
        let newest = try #require(
            try await world.fixture.catalog.page(
                Query<RestorePoint>(order: [.init("protectionDateTime", ascending: false)], limit: 1)
            ).first)
        #expect(newest.undoSessionId == nil)
        #expect(newest.snapshotId != undo.snapshotId)
        // The next one finds nothing new, and shares that.
        try await world.backUp()
        #expect(try await rebuilt(world).points.map { $0.undoSessionId == nil } == [true, false, true])
    }

    @Test func `an undo point of an unchanged drive has no snapshot of its own and none is marked`() async throws {
        let world = try await PlanWorld()
        try world.tree.put("a", [1])
        let moment = try await world.backUp()
        _ = try await world.run(try await world.plan(world.draft(moment)))
        #expect(try await undoPoints(world).count == 1)
        #expect(try await rebuilt(world).points.map(\.undoSessionId) == [nil])
    }

    @Test(arguments: [true, false]) func `nobody who does not want it gets an undo point`(isSetting: Bool) async throws
    {
        let (world, _) = try await world { if isSetting { $0.restores.undoPoints = .none } }
        let point = try #require(try await world.fixture.catalog.page(Query<RestorePoint>()).first)
        let session = try await restore(world, point, takesUndoPoints: isSetting)
        #expect(session.status == .completed)
        #expect(try await undoPoints(world).isEmpty)
        try await world.expectRefused(.noUndoPoint) {
            try await world.plans.undo(id: session.id, PlanWorld.caller)
        }
    }

    @Test func `where the present state cannot be kept nothing is written`() async throws {
        let isFull = Mutex(false)
        let stores = MemoryStores()
        let (world, moment) = try await world { dependencies in
            dependencies.repositoryStore = { location in
                FaultyObjectStore(stores[location]) { call in
                    guard case .write(let name) = call, !name.hasPrefix("locks/"), isFull.withLock({ $0 }) else {
                        return nil
                    }
                    return ObjectStoreError(.permissionDenied, name: name, message: "refused on cue")
                }
            }
        }
        let plan = try await world.plan(world.draft(moment))
        let before = try world.tree.description()
        isFull.withLock { $0 = true }
        let ended = try await world.run(plan)
        #expect(ended.status == .failed)
        #expect(try world.tree.description() == before)
        let artifact = try #require(try await world.artifacts(plan).first)
        #expect(artifact.error?.code == "UndoPointFailed")
        #expect(artifact.error?.message.contains("nothing was restored") == true)
        #expect(try await undoPoints(world).isEmpty)

        isFull.withLock { $0 = false }
        let again = try await world.plans.retry(id: plan.id, PlanWorld.caller)
        #expect(again.status == .started)
        try await world.fixture.work()
        #expect(try await world.plans.plan(id: plan.id).status == .completed)
        #expect(try await world.plans.progress(ofPlan: plan.id).units.done == 1)
        #expect(try world.tree.files() == ["folder/a": [1], "folder/b": [2]])
    }

    @Test func `what was never started, or runs, cannot be undone`() async throws {
        let (world, moment) = try await world()
        let plan = try await world.plan(world.draft(moment))
        try await world.expectRefused(.restorePlanNotFound) {
            try await world.plans.undo(id: plan.id, PlanWorld.caller)
        }
        _ = try await world.plans.start(id: plan.id, expectedUnits: 1, PlanWorld.caller)
        try await world.expectRefused(.noUndoPoint) {
            try await world.plans.undo(id: plan.id, PlanWorld.caller)
        }
    }
}
