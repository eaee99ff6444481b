import BackupRepository
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

/// What a plan shows, and that it is what happens.
@Suite struct PlanTests {
    /// A drive with four files, backed up, and then disturbed: one changed, one gone, one new.
    private func disturbed() async throws -> (world: PlanWorld, moment: Date) {
        let world = try await PlanWorld()
        try world.tree.put("letters/a.txt", [1])
        try world.tree.put("letters/b.txt", [2, 2])
        try world.tree.put("kept.txt", [3, 3, 3])
        let moment = try await world.backUp()
        try world.tree.put("letters/a.txt", [9, 9, 9, 9])
        try world.tree.remove(try #require(TreePath("letters/b.txt")))
        try world.tree.put("new/x.txt", [7])
        return (world, moment)
    }

    @Test func `a plan shows every change and writes nothing`() async throws {
        let (world, moment) = try await disturbed()
        let before = try world.tree.description()
        let plan = try await world.plan(world.draft(moment))
        #expect(plan.status == .ready)
        #expect(plan.sums.units == 1)
        #expect(plan.sums.create == 1)
        #expect(plan.sums.overwrite == 1)
        // The folder and the file in it.
        #expect(plan.sums.delete == 2)
        #expect(plan.sums.bytesToWrite == 3)
        #expect(
            try await world.changes(plan) == [
                "overwrite letters/a.txt", "create letters/b.txt", "delete new", "delete new/x.txt",
            ])
        #expect(try world.tree.description() == before)
        let unit = try await world.plans.unit(world.unit.id, ofPlan: plan.id)
        #expect(unit.status == .ready)
        #expect(unit.protectionDateTime == moment)
    }

    @Test func `changes are given in pages`() async throws {
        let (world, moment) = try await disturbed()
        let plan = try await world.plan(world.draft(moment))
        let all = try await world.plans.changes(ofUnit: world.unit.id, plan: plan.id, from: 0, limit: 100)
        var paged = try await world.plans.changes(ofUnit: world.unit.id, plan: plan.id, from: 0, limit: 2)
        #expect(paged.count == 2)
        paged += try await world.plans.changes(ofUnit: world.unit.id, plan: plan.id, from: 2, limit: 100)
        #expect(paged == all)
        #expect(
            try await world.plans.changes(ofUnit: world.unit.id, plan: plan.id, from: 1000, limit: 5).isEmpty)
    }

    @Test func `a started plan does what it showed`() async throws {
        let (world, moment) = try await disturbed()
        let plan = try await world.run(try await world.plan(world.draft(moment)))
        #expect(plan.status == .completed)
        #expect(
            try world.tree.files() == ["letters/a.txt": [1], "letters/b.txt": [2, 2], "kept.txt": [3, 3, 3]])
        let sessions = try await world.plans.sessions(ofPlan: plan.id)
        #expect(sessions.count == 1)
        #expect(try await world.artifacts(plan).map(\.phase) == [.done])
        let progress = try await world.plans.progress(ofPlan: plan.id)
        #expect(progress.phase == .done)
        #expect(progress.units.done == 1)
        #expect(progress.bytesDone == 3)
        #expect(progress.remainingSeconds == 0)
    }

    @Test func `what appeared after the plan stays, and is told`() async throws {
        let (world, moment) = try await disturbed()
        let plan = try await world.plan(world.draft(moment))
        try world.tree.put("new/later.txt", [5, 5])
        try world.tree.put("letters/later.txt", [6])
        let ended = try await world.run(plan)
        #expect(ended.status == .completed)
        #expect(
            try world.tree.files() == [
                "letters/a.txt": [1], "letters/b.txt": [2, 2], "kept.txt": [3, 3, 3], "new/later.txt": [5, 5],
                "letters/later.txt": [6],
            ])
        let artifact = try #require(try await world.artifacts(plan).first)
        let errors = try await world.fixture.catalog.page(
            Query<RestoreItemError>(where: .equal("artifactId", artifact.id), order: [.init("ordinal")]))
        #expect(errors.map { String(decoding: $0.path, as: UTF8.self) } == ["letters/later.txt", "new/later.txt"])
        #expect(errors.allSatisfy { $0.code == "outdated" })
        // They would have been removed, had the plan shown them.
        #expect(errors.map(\.action) == ["delete", "delete"])
    }

    @Test func `an item error says what was to be done`() async throws {
        let isBroken = Mutex(false)
        let broken = Set(["letters/a.txt", "letters/b.txt", "new/x.txt"].compactMap { TreePath($0) })
        let tree = MemoryTree { call in
            guard case .change(let path) = call, broken.contains(path), isBroken.withLock({ $0 }) else { return nil }
            return .permissionDenied
        }
        let world = try await PlanWorld([tree])
        try tree.put("letters/a.txt", [1])
        try tree.put("letters/b.txt", [2, 2])
        let moment = try await world.backUp()
        try tree.put("letters/a.txt", [9, 9, 9, 9])
        try tree.remove(try #require(TreePath("letters/b.txt")))
        try tree.put("new/x.txt", [7])
        let plan = try await world.plan(world.draft(moment))
        isBroken.withLock { $0 = true }
        #expect(try await world.run(plan).status == .failed)
        let artifact = try #require(try await world.artifacts(plan).first)
        let errors = try await world.service.restores.itemErrors(ofArtifact: artifact.id, from: 0, limit: 100)
        let told = Dictionary(
            errors.errors.map { (String(decoding: $0.path, as: UTF8.self), $0.action) }
        ) { first, _ in first }
        #expect(told["letters/a.txt"] == "overwrite", "\(errors)")
        #expect(told["letters/b.txt"] == "create", "\(errors)")
        #expect(told["new/x.txt"] == "delete", "\(errors)")
        #expect(artifact.progress?.currentPath != nil)
    }

    @Test func `the list for a new place is in order of the paths`() async throws {
        let world = try await PlanWorld()
        let paths = ["a/x", "a-b/y", "a-b/-", "a-/z", "a.txt", "a0", "b", "a/b/c", "a/b-"]
        for path in paths { try world.tree.put(path, [1]) }
        var draft = world.draft(try await world.backUp())
        draft.destinationType = .new
        let plan = try await world.plan(draft)
        let shown = try await world.plans.changes(ofUnit: world.unit.id, plan: plan.id, from: 0, limit: 100)
            .map(\.path)
        #expect(shown == shown.sorted())
        #expect(Set(shown.map { "\($0)" }) == Set(paths + ["a", "a-b", "a-", "a/b"]))
        #expect(shown.count == 13)
    }

    @Test func `an item of the plan that changed stops its account and nothing is written`() async throws {
        let (world, moment) = try await disturbed()
        let plan = try await world.plan(world.draft(moment))
        try world.tree.put("letters/a.txt", [8, 8])
        let before = try world.tree.description()
        let ended = try await world.run(plan)
        #expect(ended.status == .failed)
        #expect(try world.tree.description() == before)
        let artifact = try #require(try await world.artifacts(plan).first)
        #expect(artifact.error?.code == "PlanOutdated")
        let unit = try await world.plans.unit(world.unit.id, ofPlan: plan.id)
        #expect(unit.status == .outdated)
        try await world.expectRefused(.nothingToRetry) {
            try await world.plans.retry(id: plan.id, PlanWorld.caller)
        }
    }

    @Test func `a change that was made before the plan runs needs nothing more`() async throws {
        let (world, moment) = try await disturbed()
        let plan = try await world.plan(world.draft(moment))
        try world.tree.remove(try #require(TreePath("new/x.txt")))
        let ended = try await world.run(plan)
        #expect(ended.status == .completed)
        #expect(try world.tree.files().keys.sorted() == ["kept.txt", "letters/a.txt", "letters/b.txt"])
    }

    @Test func `files that people made since can be kept`() async throws {
        let (world, moment) = try await disturbed()
        let later = Timestamp(moment.addingTimeInterval(60))
        try world.tree.put("letters/a.txt", [4, 4], modified: later)
        try world.tree.put("new/thesis.txt", [5], modified: later)
        var draft = world.draft(moment)
        let lossy = try await world.plan(draft)
        #expect(lossy.sums.newerLost == 2)
        draft.newerFiles = .keep
        let plan = try await world.plan(draft)
        #expect(plan.sums.newerLost == 0)
        #expect(try await world.changes(plan) == ["create letters/b.txt", "delete new/x.txt"])
        _ = try await world.run(plan)
        #expect(
            try world.tree.files() == [
                "letters/a.txt": [4, 4], "letters/b.txt": [2, 2], "kept.txt": [3, 3, 3], "new/thesis.txt": [5],
            ])
    }

    @Test func `a plan to a new place leaves the drive alone`() async throws {
        let (world, moment) = try await disturbed()
        let before = try world.tree.description()
        var draft = world.draft(moment)
        draft.destinationType = .new
        let plan = try await world.plan(draft)
        // Three files and a folder.
        #expect(plan.sums.create == 4)
        #expect(plan.sums.bytesToWrite == 6)
        let shown = try await world.plans.changes(ofUnit: world.unit.id, plan: plan.id, from: 0, limit: 100)
        #expect(
            shown.map { "\($0.action.rawValue) \($0.path) \($0.size)" } == [
                "create kept.txt 3", "create letters 0", "create letters/a.txt 1", "create letters/b.txt 2",
            ])
        let page = try await world.plans.changePage(
            ofUnit: world.unit.id, plan: plan.id, from: 3, limit: 5)
        #expect(page.changes.map(\.path) == ["letters/b.txt"])
        #expect(page.count == 4)
        let ended = try await world.run(plan)
        #expect(ended.status == .completed)
        #expect(try world.tree.description() == before)
        let artifact = try #require(try await world.artifacts(plan).first)
        #expect(try world.tenant.copy(artifact.id)?.files().count == 3)
        try await world.expectRefused(.noUndoPoint) {
            try await world.plans.undo(id: plan.id, PlanWorld.caller)
        }
    }

    @Test func `a unit can be planned again by itself`() async throws {
        let (world, moment) = try await disturbed()
        let plan = try await world.plan(world.draft(moment))
        try world.tree.put("new/later.txt", [5, 5])
        let again = try await world.plans.replan(id: plan.id, unitIDs: [world.unit.id.uppercased()], PlanWorld.caller)
        #expect(again.status == .planning)
        #expect(again.sums == PlanSums())
        try await world.fixture.work()
        let ready = try await world.plans.plan(id: plan.id)
        #expect(ready.status == .ready)
        #expect(ready.sums.delete == 3)
        _ = try await world.run(ready)
        #expect(try world.tree.files().keys.sorted() == ["kept.txt", "letters/a.txt", "letters/b.txt"])
    }

    @Test func `the lists of a deleted plan are removed`() async throws {
        let (world, moment) = try await disturbed()
        let plan = try await world.plan(world.draft(moment))
        let store = world.service.dependencies.repositoryStore(RepositoryBeside.location(world.unit.id))
        #expect(try await !store.list(prefix: "plans/").isEmpty)
        try await world.plans.delete(id: plan.id, PlanWorld.caller)
        try await world.expectRefused(.restorePlanNotFound) { try await world.plans.plan(id: plan.id) }
        try await world.fixture.work()
        #expect(try await store.list(prefix: "plans/").isEmpty)
        #expect(try await world.fixture.catalog.count(Query<PlanUnit>()) == 0)
        #expect(try await world.fixture.catalog.count(Query<RestorePlanRecord>()) == 0)
    }

    @Test func `the accounts of an incident go back to their last clean points`() async throws {
        let world = try await PlanWorld([MemoryTree(), MemoryTree()])
        for tree in world.trees { try tree.put("a", [1]) }
        _ = try await world.backUp()
        let clean = try #require(
            try await world.fixture.catalog.page(
                Query<RestorePoint>(where: .equal("unitId", world.unit.id))
            ).first)
        for tree in world.trees { try tree.put("a", [9, 9]) }
        let hit = try await world.backUp()
        var incident = Incident()
        (incident.id, incident.unitCount, incident.beganBefore) = ("7", 2, hit)
        var units = world.units.map { IncidentUnit(incidentId: "7", unitId: $0.id) }
        for number in units.indices { (units[number].beganBefore, units[number].lastActivityDateTime) = (hit, hit) }
        units[0].lastCleanPointId = clean.id
        try await world.fixture.catalog.write { [incident, units] writer in
            try writer.insert(incident)
            try writer.insert(contentsOf: units)
        }
        var scope = RestorePlanScope()
        scope.incidentId = "7"
        let plan = try await world.plan(RestorePlanDraft(scope: scope, moment: RestorePlanMoment(.lastClean)))
        #expect(plan.sums.units == 1)
        #expect(plan.excluded.values.map(\.unitId) == [world.units[1].id])
        #expect(try await world.run(plan).status == .completed)
        #expect(try world.trees.map { try $0.files() } == [["a": [1]], ["a": [9, 9]]])
        let rolledBack = try await world.fixture.catalog.find(IncidentUnit.self, id: units[0].id)
        #expect(rolledBack?.restoredDateTime != nil)
        #expect(try await world.fixture.catalog.find(Incident.self, id: "7")?.status == .open)
        scope.incidentId = "8"
        let unknown = RestorePlanDraft(scope: scope, moment: RestorePlanMoment(.lastClean))
        try await world.expectRefused(.incidentNotFound) { try await world.plans.create(unknown, PlanWorld.caller) }
    }

    @Test func `a list of changes that was tampered with is refused`() async throws {
        let (world, moment) = try await disturbed()
        let plan = try await world.plan(world.draft(moment))
        let store = world.service.dependencies.repositoryStore(RepositoryBeside.location(world.unit.id))
        let name = try #require(try await store.list(prefix: "plans/").first?.name)
        var bytes = try await store.read(name)
        bytes[bytes.count / 2] ^= 1
        try await store.write(name, bytes)
        try await world.expectRefused(.internalServerError) { try await world.changes(plan) }
        let before = try world.tree.description()
        #expect(try await world.run(plan).status == .failed)
        #expect(try world.tree.description() == before)
        #expect(try await world.artifacts(plan).first?.error?.code == "PlanOutdated")
    }
}
