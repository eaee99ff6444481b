@testable import ProtectionRules
import Concurrency
import BackupRepository
import BackupTesting
import Catalog
import Foundation
import Synchronization
import Testing

@testable import ProtectionService
@testable import BackupWork

/// In which order jobs get the worker's places.
@Suite struct WorkerTests {
    /// Notes what runs, and how much of it at once. Jobs wait in it until they are let go.
    private final class Watcher: JobInspector {
        private let seen = Mutex<[String]>([])
        private let most = Mutex((all: 0, awaited: 0))
        private let restores = Mutex(0)
        private let gate = WorkSignal()
        private let catalog: CatalogStore

        init(_ catalog: CatalogStore) { self.catalog = catalog }

        var kinds: [String] { seen.withLock { $0 } }

        /// The most jobs that ran at once, and the most of those that somebody waits for.
        var mostAtOnce: (all: Int, awaited: Int) { most.withLock { $0 } }

        /// The most restores that ran at once.
        var mostRestores: Int { restores.withLock { $0 } }

        func willRun(_ job: Job) async throws {
            seen.withLock { $0.append(job.kind) }
            let running = try await catalog.page(Query<Job>(where: .equal("state", JobState.running)))
            let awaited = running.filter { [JobDefinition].all[kind: $0.kind]?.isAwaited == true }.count
            most.withLock { $0 = (max($0.all, running.count), max($0.awaited, awaited)) }
            let writing = running.filter { $0.kind == JobKind.restore.rawValue }.count
            restores.withLock { $0 = max($0, writing) }
            try await gate.wait(after: 0)
        }

        func willRestore(artifactID: String, unitID: String) async throws {}

        /// Lets those go that wait, and everyone who comes later.
        func open() { gate.notify() }
    }

    private func until(_ isTrue: () async throws -> Bool) async throws {
        while try await !isTrue() {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    /// Drives of which each has a point and another backup that is due, and a worker that is watched.
    private struct Scene {
        let world: World
        let units: [ProtectionUnit]
        let service: ServiceContext
        let watcher: Watcher
        let open = Query<Job>(where: .oneOf("state", [JobState.waiting, .running]))

        init(drives: Int, workerWidth: Int, mostRestores: Int = 8) async throws {
            world = try await World(seed: 1)
            let trees = (0..<drives).map { _ in MemoryTree() }
            for tree in trees { try tree.put("file", [1, 2, 3]) }
            units = try await world.protect(trees)
            try await Scheduler(world.start()).tick()
            try await world.work(world.start())
            world.clock.turn(seconds: 600)
            var dependencies = world.start().dependencies
            watcher = Watcher(world.catalog)
            dependencies.jobInspector = watcher
            dependencies.worker.width = workerWidth
            dependencies.restores.maximumUnits = mostRestores
            service = ServiceContext(dependencies: dependencies)
            try await Scheduler(service).tick()
        }

        /// Takes the due backups of some units away. Both at once in one drive would wait for each other.
        func dropBackups(of unitIDs: [String]) async throws {
            let theirs = RowPredicate.and([
                .equal("kind", "backup"), .oneOf("subjectId", unitIDs), .equal("state", JobState.waiting),
            ])
            try await world.catalog.write { _ = try $0.delete(Job.self, where: theirs) }
        }

        func restore(_ unitID: String) async throws {
            _ = try await world.restore(try #require(try await world.points(unitID).first), .new)
        }
    }

    @Test(.timeLimit(.minutes(2))) func `restores go before backups that were due earlier, and leave them a place`()
        async throws
    {
        let scene = try await Scene(drives: 8, workerWidth: 3)
        let (world, service, watcher, open) = (scene.world, scene.service, scene.watcher, scene.open)
        // Half of the drives are backed up, the others restored.
        let restored = scene.units.prefix(4).map(\.id)
        try await scene.dropBackups(of: restored)
        world.clock.turn(seconds: 1)
        for id in restored { try await scene.restore(id) }
        #expect(try await world.catalog.count(open) == 8)

        let working = Task { try await Worker(service).run() }
        try await until { watcher.kinds.count == 3 }
        #expect(watcher.kinds.sorted() == ["backup", "scheduleRestores", "scheduleRestores"])
        watcher.open()
        try await until { try await world.catalog.count(open) == 0 }
        working.cancel()
        _ = await working.result
        #expect(watcher.mostAtOnce == (all: 3, awaited: 2))
        #expect(watcher.kinds.filter { $0 == "backup" }.count == 4)
        #expect(watcher.kinds.filter { $0 == "restore" }.count == 4)
        #expect(try await world.catalog.page(Query<RestoreArtifact>()).filter { $0.status == .succeeded }.count == 4)
    }

    @Test(.timeLimit(.minutes(2))) func `no more drives are restored at once than the setting says`() async throws {
        let scene = try await Scene(drives: 8, workerWidth: 6, mostRestores: 2)
        let (world, service, watcher, open) = (scene.world, scene.service, scene.watcher, scene.open)
        try await scene.dropBackups(of: scene.units.map(\.id))
        for unit in scene.units { try await scene.restore(unit.id) }
        watcher.open()
        let working = Task { try await Worker(service).run() }
        try await until { try await world.catalog.count(open) == 0 }
        working.cancel()
        _ = await working.result
        #expect(watcher.kinds.filter { $0 == "restore" }.count == 8)
        #expect(watcher.mostRestores == 2)
    }

    @Test(.timeLimit(.minutes(2))) func `a restore that comes while many backups are due gets the next place`()
        async throws
    {
        let scene = try await Scene(drives: 6, workerWidth: 1)
        let (world, service, watcher, open) = (scene.world, scene.service, scene.watcher, scene.open)
        try await scene.dropBackups(of: [scene.units[0].id])
        let working = Task { try await Worker(service).run() }
        try await until { watcher.kinds.count == 1 }
        try await scene.restore(scene.units[0].id)
        watcher.open()
        try await until { try await world.catalog.count(open) == 0 }
        working.cancel()
        _ = await working.result
        #expect(watcher.kinds == ["backup", "scheduleRestores", "restore", "backup", "backup", "backup", "backup"])
    }

    @Test func `a job that ends well hands its place on in the same commit, one that does not hands on nothing`()
        async throws
    {
        let world = try await World(seed: 2)
        let trees = [MemoryTree(), MemoryTree(), MemoryTree()]
        for tree in trees { try tree.put("file", [1, 2, 3]) }
        _ = try await world.protect(trees)
        let service = world.start()
        try await Scheduler(service).tick()
        let claim = { @Sendable (writer: CatalogWriter) in
            try JobClaims(writer).begin(
                owner: service.dependencies.process.description, now: service.now, leaseSeconds: 60, kinds: ["backup"],
                limit: 1
            ).first
        }
        let first = try #require(try await world.catalog.write(claim))
        let second = try #require(await JobExecution(job: first, service: service, jobs: .all).perform(claiming: claim))
        let rows = try await world.catalog.page(Query<Job>(where: .equal("kind", "backup")))
        #expect(rows.first { $0.id == first.id }?.state == .done)
        #expect(rows.first { $0.id == second.id } == second)
        #expect(second.state == .running)
        #expect(second.id != first.id)
        #expect(JobCursor(second).starts == 1)

        // Another worker takes the second over: its end by the first worker is undone, with the
        // claim of the third.
        world.clock.turn(seconds: 61)
        let taken = try #require(try await world.catalog.write(claim))
        #expect(taken.id == second.id)
        #expect(await JobExecution(job: second, service: service, jobs: .all).perform(claiming: claim) == nil)
        let third = try await world.catalog.page(
            Query<Job>(where: .and([.equal("kind", "backup"), .equal("state", JobState.waiting)])))
        #expect(third.count == 1)
        #expect(third.first?.attempt == 0)
    }
}
