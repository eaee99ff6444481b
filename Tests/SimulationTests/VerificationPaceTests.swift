import BackupTesting
import Catalog
import Foundation
import Logging
import Testing

@testable import ProtectionRules
@testable import ProtectionService
@testable import BackupWork

/// A verification that cannot finish in its period says so.
@Suite struct VerificationPaceTests {
    /// 500 TB at 32 MB/s take 181 days; the bounds are the period's own.
    @Test(arguments: [
        (500_000_000_000_000, 32_000_000, 30, 181, false), (500_000_000_000_000, 32_000_000, 181, 181, true),
        (500_000_000_000_000, 193_000_000, 30, 30, true),
        (500_000_000_000_000, 192_000_000, 30, 31, false), (500_000_000_000_000, 32_000_000, 0, 181, true),
        (500_000_000_000_000, 0, 30, 0, true),
        (0, 32_000_000, 30, 0, true),
    ])
    func `a round takes as long as its bytes at its rate`(
        stored: Int, rate: Int, period: Int, days: Int, isEnough: Bool
    ) {
        let pace = VerificationPace(storedBytes: stored, bytesPerSecond: rate, periodDays: period)
        #expect(pace.roundDays == days)
        #expect(pace.isEnough == isEnough)
        #expect((pace.warning == nil) == isEnough)
    }

    @Test func `what it advises is enough`() throws {
        var pace = VerificationPace(storedBytes: 500_000_000_000_000, bytesPerSecond: 32_000_000, periodDays: 30)
        let warning = try #require(pace.warning)
        #expect(warning.contains("181 days"))
        #expect(warning.contains("verification.rate to 193000000"))
        #expect(warning.contains("verification.period to 181d"))
        pace.bytesPerSecond = pace.neededBytesPerSecond
        #expect(pace.isEnough)
    }

    @Test func `what is stored is counted by backups, prunes, verifications and repairs`() async throws {
        let (world, service, unitID, tree) = try await LedgerTests.backedUp(2)
        func expectCounted(_ when: Comment) async throws {
            let stored = world.disk.objects.filter { $0.key.hasPrefix("\(unitID)/data/") }.reduce(0) {
                $0 + $1.value.count
            }
            #expect(try await service.repositories.verificationPace().storedBytes == stored, when)
        }
        // Headers of packs are not among what a backup counts.
        #expect(try await service.repositories.verificationPace().storedBytes > 0)
        let oldest = try #require(try await world.points(unitID).first)
        try await world.catalog.write { _ = try $0.delete(RestorePoint.self, id: oldest.id) }
        for kind in [JobKind.prune, .verify] {
            let job = service.job(kind, unitID)
            _ = try await world.catalog.write { try $0.addJob(job) }
            try await world.work(service)
            try await expectCounted("after \(kind)")
        }
        try await LedgerTests.backUp(world, service, tree, number: 7)
        _ = try await service.repositories.repair(unitID: unitID)
        try await expectCounted("after a repair")
    }

    @Test func `the log says so once a day, until it is enough`() async throws {
        let world = try await World(seed: 12)
        _ = try await world.protect([MemoryTree()])
        try await Scheduler(world.start()).tick()
        try await world.work(world.start())
        try await world.catalog.write {
            _ = try $0.update(
                RepositoryHealth.self, where: .compare("problems", .greaterOrEqual, 0.sqlValue),
                set: ["storedBytes": (1 << 50).sqlValue])
        }
        var dependencies = world.start().dependencies
        let lines = MemoryLog.Lines()
        dependencies.logger = Logger(label: "pace") { _ in MemoryLog(lines: lines) }
        dependencies.worker.verifyBytesPerSecond = 32_000_000
        let scheduler = Scheduler(ServiceContext(dependencies: dependencies))
        for hours in [0, 1, 22, 2, 25] {
            world.clock.turn(seconds: Double(hours) * 3600)
            try await scheduler.tick()
        }
        #expect(
            lines.take().filter { $0.hasPrefix("warning") && $0.contains("verification.period is 1d.") }.count == 3,
            "after 0, 25 and 50 hours")
        let check = try #require(dependencies.health.checks.first { $0.name == "verification" })
        #expect(check.status == .warning)
        #expect(check.message.contains("verification.period"))
    }
}
