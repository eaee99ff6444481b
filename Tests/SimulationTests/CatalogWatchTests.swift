import BackupTesting
import Catalog
import Foundation
import Logging
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
            if number > 1 { throw CatalogError(.damaged, "row 7 is missing from an index") }
        }
        let running = Task { try await watch.run() }
        while looks.withLock({ $0.count }) < 3 {
            clock.turn(seconds: 3_600)
            for _ in 0..<20 { await Task.yield() }
        }
        running.cancel()
        _ = await running.result
        let times = looks.withLock { $0 }
        #expect(zip([start] + times, times).allSatisfy { $1.timeIntervalSince($0) >= CatalogWatch.pauseSeconds })
        let told = lines.all.withLock { $0 }
        #expect(told.count == times.count - 1)
        #expect(told.allSatisfy { $0.hasPrefix("critical") && $0.contains("row 7 is missing from an index") })
    }
}
