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
        private let gate = WorkSignal()
        private let catalog: CatalogStore

        init(_ catalog: CatalogStore) { self.catalog = catalog }

        var kinds: [String] { seen.withLock { $0 } }

        /// The most jobs that ran at once, and the most of those that somebody waits for.
        var mostAtOnce: (all: Int, awaited: Int) { most.withLock { $0 } }

        func willRun(_ job: Job) async throws {
            seen.withLock { $0.append(job.kind) }
            let running = try await catalog.page(Query<Job>(where: .equal("state", JobState.running)))
            let awaited = running.filter { JobKind(rawValue: $0.kind)?.isAwaited == true }.count
            most.withLock { $0 = (max($0.all, running.count), max($0.awaited, awaited)) }
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

    @Test(.timeLimit(.minutes(2))) func `restores go before backups that were due earlier, and leave them a place`()
        async throws
    {
        let world = try await World(seed: 1)
        let trees = (0..<8).map { _ in MemoryTree() }
        for tree in trees { try tree.put("file", [1, 2, 3]) }
        let units = try await world.protect(trees)
        try await Scheduler(world.start()).tick()
        try await world.work(world.start())

        world.clock.turn(seconds: 600)
        var dependencies = world.start().dependencies
        let watcher = Watcher(world.catalog)
        dependencies.jobInspector = watcher
        dependencies.worker.width = 3
        let service = ServiceContext(dependencies: dependencies)
        try await Scheduler(service).tick()
        // Half of the drives are backed up, the others restored: both at once in one drive would
        // wait for each other.
        let restored = units.prefix(4).map(\.id)
        let theirs = RowPredicate.and([
            .equal("kind", "backup"), .oneOf("subjectId", restored), .equal("state", JobState.waiting),
        ])
        try await world.catalog.write { _ = try $0.delete(Job.self, where: theirs) }
        world.clock.turn(seconds: 1)
        for id in restored { _ = try await world.restore(try #require(try await world.points(id).first), .new) }
        let open = Query<Job>(where: .oneOf("state", [JobState.waiting, .running]))
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

    @Test(.timeLimit(.minutes(2))) func `a restore that comes while many backups are due gets the next place`()
        async throws
    {
        let world = try await World(seed: 3)
        let trees = (0..<6).map { _ in MemoryTree() }
        for tree in trees { try tree.put("file", [1, 2, 3]) }
        let units = try await world.protect(trees)
        try await Scheduler(world.start()).tick()
        try await world.work(world.start())

        world.clock.turn(seconds: 600)
        var dependencies = world.start().dependencies
        let watcher = Watcher(world.catalog)
        dependencies.jobInspector = watcher
        dependencies.worker.width = 1
        let service = ServiceContext(dependencies: dependencies)
        try await Scheduler(service).tick()
        let theirs = RowPredicate.and([
            .equal("kind", "backup"), .equal("subjectId", units[0].id), .equal("state", JobState.waiting),
        ])
        try await world.catalog.write { _ = try $0.delete(Job.self, where: theirs) }
        let working = Task { try await Worker(service).run() }
        try await until { watcher.kinds.count == 1 }
        _ = try await world.restore(try #require(try await world.points(units[0].id).first), .new)
        watcher.open()
        try await until {
            try await world.catalog.count(Query<Job>(where: .oneOf("state", [JobState.waiting, .running]))) == 0
        }
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
            try writer.beginJobs(
                owner: service.dependencies.process.description, now: service.now, leaseSeconds: 60, kinds: ["backup"],
                limit: 1
            ).first
        }
        let first = try #require(try await world.catalog.write(claim))
        let second = try #require(await JobExecution(job: first, service: service).perform(claiming: claim))
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
        #expect(await JobExecution(job: second, service: service).perform(claiming: claim) == nil)
        let third = try await world.catalog.page(
            Query<Job>(where: .and([.equal("kind", "backup"), .equal("state", JobState.waiting)])))
        #expect(third.count == 1)
        #expect(third.first?.attempt == 0)
    }
}
