import BackupRepository
import BackupTesting
import Catalog
import FileTree
import Foundation
import ObjectStorage
import ProtectionRules
import ProtectionService
import Synchronization
import Testing

@testable import BackupWork

/// A drive whose repository several processes may use, with packs that nothing needs any more.
private struct PrunedWorld {
    let world: PlanWorld
    let tree: MemoryTree
    var unitID: String { world.unit.id }

    init(sweepsLater: Bool = true) async throws {
        let tree = MemoryTree()
        self.tree = tree
        world = try await PlanWorld([tree]) { $0.sweepsLater = sweepsLater }
        for number in 0..<3 {
            try tree.put("file", Array("content \(number)".utf8))
            try await world.backUp()
        }
    }

    var packs: Set<String> {
        Set(world.fixture.stores[unitID].contents.keys.filter { $0.hasPrefix("data/") })
    }

    func doomed() async throws -> Set<String> {
        Set(try await world.fixture.catalog.page(Query<DoomedObject>()).map(\.name))
    }

    /// All points but the last are gone, and the repository is pruned.
    func prune() async throws {
        let newest = Query<RestorePoint>(order: [.init("protectionDateTime", ascending: false)], limit: 1)
        let (service, unitID) = (world.service, unitID)
        try await world.fixture.catalog.write { writer in
            let last = try writer.first(newest)?.id ?? ""
            try writer.delete(RestorePoint.self, where: .not(.equal("id", last)))
            _ = try writer.addJob(service.job(.prune, unitID))
        }
        try await world.fixture.work()
    }

    func turn(hours: Double) async throws {
        world.fixture.clock.turn(seconds: hours * 3600)
        try await Scheduler(world.service).tick()
        try await world.fixture.work()
    }

    func repository() async throws -> Repository {
        let dependencies = world.service.dependencies
        return try await Repository.open(
            in: world.fixture.stores[unitID],
            password: dependencies.secrets.repositoryPassword(unitID: unitID),
            environment: dependencies.repositoryEnvironment)
    }

    func errors() async throws -> [String] {
        try await world.service.repositories.check(unitID: unitID, readsData: true).errors.map(\.message)
    }
}

@Suite struct SweepTests {
    @Test func `a prune leaves the packs that nothing needs, for a day`() async throws {
        let pruned = try await PrunedWorld()
        let before = pruned.packs
        try await pruned.prune()
        let doomed = try await pruned.doomed()
        #expect(!doomed.isEmpty)
        #expect(pruned.packs.isSuperset(of: before))
        #expect(try await pruned.errors() == [])
        try await pruned.turn(hours: 23)
        #expect(pruned.packs.isSuperset(of: before))
        try await pruned.turn(hours: 1.5)
        #expect(pruned.packs.isDisjoint(with: doomed))
        #expect(try await pruned.doomed() == [])
        #expect(try await pruned.errors() == [])
    }

    @Test func `a second prune does not put the deletion off`() async throws {
        let pruned = try await PrunedWorld()
        try await pruned.prune()
        let first = try await pruned.world.fixture.catalog.page(Query<DoomedObject>(order: [.init("id")]))
        try await pruned.turn(hours: 20)
        try await pruned.prune()
        let second = try await pruned.world.fixture.catalog.page(Query<DoomedObject>(order: [.init("id")]))
        #expect(second.filter { first.map(\.id).contains($0.id) } == first)
        try await pruned.turn(hours: 5)
        #expect(pruned.packs.isDisjoint(with: first.map(\.name)))
    }

    @Test func `a pack that an index file names again is kept`() async throws {
        let pruned = try await PrunedWorld()
        let store = pruned.world.fixture.stores[pruned.unitID]
        let index = store.contents.filter { $0.key.hasPrefix("index/") }
        try await pruned.prune()
        let doomed = try await pruned.doomed()
        // The index of a run that slept arrives late.
        for (name, bytes) in index { try await store.write(name, bytes) }
        try await pruned.turn(hours: 25)
        #expect(pruned.packs.isSuperset(of: doomed))
        #expect(try await pruned.doomed() == [], "no sweep comes back for them; the next prune does")
        #expect(try await pruned.errors() == [])
        try await pruned.prune()
        try await pruned.turn(hours: 25)
        #expect(pruned.packs.isDisjoint(with: doomed))
        #expect(try await pruned.errors() == [])
    }

    @Test func `a row that names no pack deletes nothing`() async throws {
        let pruned = try await PrunedWorld()
        let moment = pruned.world.fixture.clock.now()
        let names = ["config", "data/../config", "snapshots/" + String(repeating: "a", count: 64)]
        try await pruned.world.fixture.catalog.write { [unitID = pruned.unitID] writer in
            try writer.insert(
                contentsOf: names.map { DoomedObject(unitId: unitID, name: $0, sinceDateTime: moment) })
        }
        try await pruned.turn(hours: 25)
        #expect(pruned.world.fixture.stores[pruned.unitID].contents["config"] != nil)
        #expect(try await pruned.doomed() == [])
        #expect(try await pruned.errors() == [])
    }

    @Test func `one process beside its own files deletes at once`() async throws {
        let pruned = try await PrunedWorld(sweepsLater: false)
        let before = pruned.packs
        try await pruned.prune()
        #expect(!pruned.packs.isSuperset(of: before))
        #expect(try await pruned.doomed() == [])
        #expect(try await pruned.errors() == [])
    }

    @Test func `what a repository had to delete goes with it`() async throws {
        let pruned = try await PrunedWorld()
        try await pruned.prune()
        let (service, unitID) = (pruned.world.service, pruned.unitID)
        try await pruned.world.fixture.catalog.write { _ = try $0.addJob(service.job(.deleteRepository, unitID)) }
        try await pruned.world.fixture.work()
        #expect(try await pruned.doomed() == [])
    }
}

/// The index is not what our runs left: another program was at work, or a run that was stopped.
@Suite struct UnknownIndexTests {
    @Test func `each run that changes the index leaves its digest`() async throws {
        let pruned = try await PrunedWorld()
        let row = try #require(try await pruned.world.fixture.catalog.find(UnitRepository.self, id: pruned.unitID))
        #expect(row.generation == 3)
        #expect(row.indexDigest?.count == 64)
        try await pruned.prune()
        let after = try #require(try await pruned.world.fixture.catalog.find(UnitRepository.self, id: pruned.unitID))
        #expect(after.generation == 4)
        #expect(after.indexDigest != row.indexDigest)
        try await pruned.world.backUp()
        let unchanged = try #require(
            try await pruned.world.fixture.catalog.find(UnitRepository.self, id: pruned.unitID))
        #expect(unchanged.generation == 4)
    }

    /// An index file that names packs which are not there: of a run whose packs were swept meanwhile.
    @Test func `blobs that an unknown index promises in vain are stored again, and the index is put right`()
        async throws
    {
        let pruned = try await PrunedWorld()
        let store = pruned.world.fixture.stores[pruned.unitID]
        let before = Set(store.contents.keys)
        let text = Array("content of a run that was stopped".utf8)
        let other = MemoryTree()
        try other.put("file", text)
        _ = try await Archiver(repository: pruned.repository()).archive(
            other, request: ArchiveRequest(hostname: "h", label: "l", time: Timestamp(seconds: 1_800_000_000)))
        for name in Set(store.contents.keys).subtracting(before) where !name.hasPrefix("index/") {
            try await store.delete(name)
        }
        try pruned.tree.put("file", text)
        try pruned.tree.put("more", [1])
        pruned.world.fixture.clock.turn(seconds: 600)
        try await Scheduler(pruned.world.service).tick()
        let backup = try #require(try await pruned.world.fixture.claim(1).first)
        await JobExecution(job: backup, service: pruned.world.service, jobs: .all).perform()
        let prunes = RowPredicate.and([.equal("kind", "prune"), .equal("state", JobState.waiting)])
        #expect(try await pruned.world.fixture.catalog.count(Query<Job>(where: prunes)) == 1)
        try await pruned.world.fixture.work()
        let checks = RowPredicate.and([.equal("kind", "verify"), .equal("state", JobState.done)])
        #expect(try await pruned.world.fixture.catalog.count(Query<Job>(where: checks)) == 1)
        #expect(try await pruned.errors() == [])
        let row = try #require(try await pruned.world.fixture.catalog.find(UnitRepository.self, id: pruned.unitID))
        let copy = MemoryTree()
        let restorer = Restorer(repository: try await pruned.repository())
        let plan = try await restorer.plan(
            snapshot: try #require(row.lastSnapshotId), onto: copy, mode: .fresh)
        #expect(try await restorer.execute(plan).failures == [])
        #expect(try copy.files() == pruned.tree.files())
    }

    @Test func `the owner's backup beside ours is verified and then relied on`() async throws {
        let pruned = try await PrunedWorld()
        let row = try #require(try await pruned.world.fixture.catalog.find(UnitRepository.self, id: pruned.unitID))
        let other = MemoryTree()
        try other.put("theirs", Array("of the owner".utf8))
        _ = try await Archiver(repository: pruned.repository()).archive(
            other, request: ArchiveRequest(hostname: "h", label: "l", time: Timestamp(seconds: 1_800_000_000)))
        try pruned.tree.put("theirs", Array("of the owner".utf8))
        try await pruned.world.backUp()
        let after = try #require(try await pruned.world.fixture.catalog.find(UnitRepository.self, id: pruned.unitID))
        #expect(after.generation == row.generation + 1)
        #expect(try await pruned.errors() == [])
    }
}

/// A store in which something happens right before the first pack of a run is followed by its index.
private struct Interrupting: ObjectStore {
    let base: any ObjectStore
    let prefix: String
    let act: @Sendable () async -> Void

    func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) {
        if name.hasPrefix(prefix) { await act() }
        try await base.write(name, bytes)
    }

    func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool {
        try await base.create(name, bytes)
    }
    func delete(_ name: String) async throws(ObjectStoreError) { try await base.delete(name) }
    func list(prefix: String) async throws(ObjectStoreError) -> [ObjectInfo] { try await base.list(prefix: prefix) }
    func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        try await base.read(name, range: range)
    }
    func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo? { try await base.stat(name) }
}

/// The owner removes our locks by force and prunes while a backup runs.
@Suite struct OvertakenTests {
    @Test(arguments: ["data/", "index/"])
    func `a backup whose lock was removed for a prune begins again`(prefix: String) async throws {
        let tree = MemoryTree()
        try tree.put("file", [1, 2, 3])
        let (stores, isDue) = (MemoryStores(), OneTime())
        let world = try await PlanWorld([tree]) { dependencies in
            let (secrets, environment) = (dependencies.secrets, dependencies.repositoryEnvironment)
            dependencies.repositoryStore = { location in
                Interrupting(base: stores[location], prefix: prefix) {
                    guard isDue.take() else { return }
                    let theirs = try? await Repository.open(
                        in: stores[location], password: secrets.repositoryPassword(unitID: location),
                        environment: environment)
                    try? await theirs?.removeAllLocks()
                    guard let theirs else { return }
                    _ = try? await Pruner(repository: theirs, options: PruneOptions(unusedPercent: 0)).prune()
                }
            }
        }
        try await world.backUp()
        try tree.put("file", [4, 5, 6])
        isDue.arm()
        try await world.backUp()
        #expect(!isDue.isArmed)
        #expect(try await world.fixture.catalog.count(Query<RestorePoint>()) == 2)
        let report = try await world.service.repositories.check(unitID: world.unit.id, readsData: true)
        #expect(report.errors.map(\.message) == [])
        let row = try #require(try await world.fixture.catalog.find(UnitRepository.self, id: world.unit.id))
        let dependencies = world.service.dependencies
        let repository = try await Repository.open(
            in: stores[world.unit.id],
            password: dependencies.secrets.repositoryPassword(unitID: world.unit.id),
            environment: dependencies.repositoryEnvironment)
        let copy = MemoryTree()
        let restorer = Restorer(repository: repository)
        let plan = try await restorer.plan(snapshot: try #require(row.lastSnapshotId), onto: copy, mode: .fresh)
        #expect(try await restorer.execute(plan).failures == [])
        #expect(try copy.files() == tree.files())
    }
}

/// Something that happens once after it was asked for.
private final class OneTime: Sendable {
    private let state = Mutex(false)

    var isArmed: Bool { state.withLock { $0 } }
    func arm() { state.withLock { $0 = true } }

    /// Whether it is to happen now.
    func take() -> Bool {
        state.withLock { isArmed in
            defer { isArmed = false }
            return isArmed
        }
    }
}
