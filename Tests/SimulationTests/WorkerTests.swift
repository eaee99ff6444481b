import BackupRepository
import BackupTesting
import Catalog
import Foundation
import Synchronization
import Testing

@testable import BackupService

/// In which order jobs get the worker's places.
@Suite struct WorkerTests {
    /// Notes what runs, and how much of it at once. Jobs wait in it until they are let go.
    private final class Watcher: JobInspector {
        private let seen = Mutex<[String]>([])
        private let gate = WorkSignal()

        var kinds: [String] { seen.withLock { $0 } }

        func willRun(_ job: Job) async throws {
            seen.withLock { $0.append(job.kind) }
            try await gate.wait(after: 0)
        }

        /// Lets those go that wait, and everyone who comes later.
        func open() { gate.notify() }
    }

    private func until(_ isTrue: () async throws -> Bool) async throws {
        while try await !isTrue() {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    @Test(.timeLimit(.minutes(2))) func `restores go before backups that were due earlier, and leave them a place`() async throws {
        let world = try await World(seed: 1)
        let trees = (0..<8).map { _ in MemoryTree() }
        for tree in trees { try tree.put("file", [1, 2, 3]) }
        let units = try await world.protect(trees)
        try await Scheduler(world.start()).tick()
        try await world.work(world.start())

        world.clock.turn(seconds: 600)
        var dependencies = world.start().dependencies
        let watcher = Watcher()
        dependencies.jobInspector = watcher
        dependencies.worker.width = 3
        let service = ProtectionService(dependencies: dependencies)
        try await Scheduler(service).tick()
        // Half of the drives are backed up, the others restored: both at once in one drive would wait for each other.
        let restored = units.prefix(4).map(\.id)
        let theirs = RowPredicate.and([.equal("kind", "backup"), .oneOf("subjectId", restored), .equal("state", JobState.waiting)])
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
        #expect(watcher.kinds.filter { $0 == "backup" }.count == 4 && watcher.kinds.filter { $0 == "restore" }.count == 4)
        #expect(try await world.catalog.page(Query<RestoreArtifact>()).filter { $0.status == .succeeded }.count == 4)
    }
}
