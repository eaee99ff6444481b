import BackupTesting
import Catalog
import Foundation
import Logging
import ProtectionRules
import Synchronization
import Testing

@testable import ProtectionService
@testable import BackupWork

/// The catalogue is looked at while the server runs.
@Suite struct CatalogWatchTests {
    @Test(.timeLimit(.minutes(1))) func `damage is told every day, and the looking goes on`() async throws {
        let world = try await World(seed: 1)
        let lines = MemoryLog.Lines()
        var dependencies = world.start().dependencies
        dependencies.logger = Logger(label: "watch") { _ in MemoryLog(lines: lines) }
        let looks = Mutex<[Date]>([])
        let (clock, start) = (world.clock, world.clock.now())
        let watch = CatalogWatch(ServiceContext(dependencies: dependencies)) {
            let number = looks.withLock { looks in
                looks.append(clock.now())
                return looks.count
            }
            return number > 1 ? "row 7 is missing from an index" : nil
        }
        let running = Task { try await watch.run() }
        while looks.withLock({ $0.count }) < 3 {
            clock.turn(seconds: 3_600)
            for _ in 0..<20 { await Task.yield() }
        }
        running.cancel()
        _ = await running.result
        let times = looks.withLock { $0 }
        #expect(dependencies.catalog.writeGate.isClosed)
        #expect(zip([start] + times, times).allSatisfy { $1.timeIntervalSince($0) >= CatalogWatch.pauseSeconds })
        let told = lines.all.withLock { $0 }
        #expect(told.count == times.count - 1)
        #expect(told.allSatisfy { $0.hasPrefix("critical") && $0.contains("row 7 is missing from an index") })
    }

    @Test(.timeLimit(.minutes(1))) func `of a damaged catalogue nothing is changed, no job begins, and health says so`()
        async throws
    {
        let world = try await World(seed: 2)
        let dependencies = world.start().dependencies
        let service = ServiceContext(dependencies: dependencies)
        let job = service.job(.verify, "unit", runAfter: world.clock.now().addingTimeInterval(-1))
        try await service.change { try $0.insert(job) }
        let watch = CatalogWatch(service, looksAtOnce: true) { "a page is not one" }
        let worker = Worker(service)
        let running = Task { try await watch.run() }
        while !dependencies.catalog.writeGate.isClosed { await Task.yield() }
        running.cancel()
        _ = await running.result
        let working = Task { try await worker.run() }
        while dependencies.heartbeats.lastBeat(of: .worker) == nil { await Task.yield() }
        working.cancel()
        _ = await working.result
        _ = try await Scheduler(service).tick()
        #expect(try await service.catalog.find(Job.self, id: job.id)?.state == .waiting)
        let error = await #expect(throws: ServiceError.self) {
            try await service.change { _ = try $0.delete(Job.self, id: job.id) }
        }
        #expect(error?.code == .serviceNotAvailable)
        let told = try #require(error?.message)
        #expect(!told.contains("page"))
        #expect(await service.readiness.failing().contains("catalog"))
        let check = await service.health.look().first { $0.name == "catalog" }
        #expect(check?.status == .failing)
        #expect(check?.message.contains("damaged") == true)
    }

    @Test(.timeLimit(.minutes(1))) func `a look that fails is told, and closes nothing`() async throws {
        let world = try await World(seed: 3)
        let lines = MemoryLog.Lines()
        var dependencies = world.start().dependencies
        dependencies.logger = Logger(label: "watch") { _ in MemoryLog(lines: lines) }
        let watch = CatalogWatch(ServiceContext(dependencies: dependencies), looksAtOnce: true) {
            throw CatalogError(.cannotOpen, "too many open files")
        }
        let running = Task { try await watch.run() }
        while lines.all.withLock(\.isEmpty) { await Task.yield() }
        running.cancel()
        _ = await running.result
        let told = lines.all.withLock { $0 }
        #expect(told.count == 1)
        #expect(told.allSatisfy { $0.hasPrefix("error") && $0.contains("too many open files") })
        #expect(!dependencies.catalog.writeGate.isClosed)
    }
}
