@testable import ProtectionRules
import BackupRepository
import BackupTesting
import SampleData
import Catalog
import FileTree
import Foundation
import ObjectStorage
import Testing

@testable import ProtectionService
@testable import BackupWork

/// Damage is found before somebody needs the data, shown where people look, and mended.
@Suite struct VerificationTests {
    private func verify(_ world: World, _ service: ServiceContext, _ unitID: String) async throws {
        let job = service.job(.verify, unitID)
        _ = try await world.catalog.write { try $0.addJob(job) }
        try await world.work(service)
    }

    /// Flips a bit in the pack that holds the content of one file: the packs that
    /// the second backup added.
    private func damage(
        _ world: World, _ unitID: String, _ before: Set<String>, largestOnly: Bool = false
    ) throws -> [String] {
        var packs = world.disk.objects.keys.filter { $0.hasPrefix("\(unitID)/data/") && !before.contains($0) }.sorted()
        if largestOnly {
            packs = Array(
                packs.sorted { world.disk.objects[$0]?.count ?? 0 > world.disk.objects[$1]?.count ?? 0 }.prefix(1))
        }
        for name in packs {
            var bytes = try #require(world.disk.objects[name])
            bytes[bytes.count / 3] ^= 4
            world.disk.tamper(name, bytes)
        }
        return packs
    }

    @Test func `a verification marks exactly the points that lost something, and says so in the unit`() async throws {
        let (world, service, unitID, tree) = try await LedgerTests.backedUp(1)
        let before = Set(world.disk.objects.keys)
        try await LedgerTests.backUp(world, service, tree, number: 1)
        #expect(try !damage(world, unitID, before).isEmpty)
        try await verify(world, service, unitID)
        #expect(try await world.points(unitID).map(\.isDamaged) == [false, true])
        let unit = try #require(try await world.catalog.find(ProtectionUnit.self, id: unitID))
        #expect(unit.error?.code == "UnknownError")
        #expect(unit.error?.message.contains("1 restore points") == true)
        let points = try await world.points(unitID)
        let search = PointSearch(unitIDs: [unitID], start: points[0].protectionDateTime, end: nil)
        #expect(
            try await service.points.search(search).found.map(\.point.id) == [points[0].id],
            "a damaged point is found by no search")
        let artifact = try await world.restore(points[1], .inPlace)
        try await world.work(service)
        #expect(
            try await world.catalog.find(RestoreArtifact.self, id: artifact)?.error?.message == JobFailure.damagedPoint)
    }

    @Test func `points on top of damage are not trusted until a repair, which stores again what the drive still has`()
        async throws
    {
        let (world, service, unitID, tree) = try await LedgerTests.backedUp(1)
        let before = Set(world.disk.objects.keys)
        var random = SeededGenerator(seed: 4)
        try tree.put("large", random.bytes(100_000))
        try await LedgerTests.backUp(world, service, tree, number: 1)
        // The pack of data and not that of trees, so that what the snapshot was is still known.
        _ = try damage(world, unitID, before, largestOnly: true)
        try await verify(world, service, unitID)
        try await LedgerTests.backUp(world, service, tree, number: 2)
        #expect(try await world.points(unitID).map(\.isDamaged) == [false, true, true])
        let plan = try await service.repositories.planRepair(unitID: unitID)
        #expect(!plan.wasExecuted)
        #expect(!plan.losses.isEmpty)
        let report = try await service.repositories.repair(unitID: unitID)
        #expect(report.losses.isEmpty, "the drive still has everything: \(report.losses)")
        #expect(try await world.points(unitID).map(\.isDamaged) == [false, false, false])
        #expect(try await service.repositories.check(unitID: unitID, readsData: true).errors == [])
        try await LedgerTests.backUp(world, service, tree, number: 3)
        #expect(try await !#require(world.points(unitID).last).isDamaged)
        #expect(try await world.catalog.find(ProtectionUnit.self, id: unitID)?.error == nil)
    }

    @Test func `what the drive has no more is lost and told by point and path`() async throws {
        let (world, service, unitID, tree) = try await LedgerTests.backedUp(1)
        let before = Set(world.disk.objects.keys)
        let text = Array("gone for good".utf8)
        try tree.put("sub/only-here", text)
        try await LedgerTests.backUp(world, service, tree, number: 1)
        let points = try await world.points(unitID)
        // Only data packs, so that the trees still tell what was there.
        for name in world.disk.objects.keys where name.hasPrefix("\(unitID)/data/") && !before.contains(name) {
            var bytes = try #require(world.disk.objects[name])
            bytes[20] ^= 1
            world.disk.tamper(name, bytes)
        }
        try tree.remove(#require(TreePath("sub/only-here")))
        let report = try await service.repositories.repair(unitID: unitID)
        #expect(report.losses.map(\.point.id) == [points[1].id])
        #expect(
            report.losses.first?.items.contains { $0.path == "/sub/only-here" || $0.path == "/sub" || $0.path == "/" }
                == true)
        #expect(try await world.points(unitID).map(\.isDamaged) == [false, true])
        #expect(try await service.repositories.check(unitID: unitID, readsData: true).errors == [])
        #expect(world.disk.objects.keys.contains { $0.hasPrefix("\(unitID).beside/quarantine/data/") })
        try await LedgerTests.backUp(world, service, tree, number: 2)
        #expect(try await !#require(world.points(unitID).last).isDamaged)
    }

    @Test func `a point is trusted again when the file was put back`() async throws {
        let (world, service, unitID, tree) = try await LedgerTests.backedUp(1)
        let before = Set(world.disk.objects.keys)
        try await LedgerTests.backUp(world, service, tree, number: 1)
        let good = world.disk.objects
        let packs = try damage(world, unitID, before)
        try await verify(world, service, unitID)
        #expect(try await world.points(unitID).contains { $0.isDamaged })
        for name in packs { world.disk.tamper(name, good[name]) }
        try await verify(world, service, unitID)
        #expect(try await !world.points(unitID).contains { $0.isDamaged })
    }

    @Test func `every repository is verified in its period, one at a time and at the given rate`() async throws {
        let world = try await World(seed: 5)
        let trees = [MemoryTree(), MemoryTree()]
        let units = try await world.protect(trees)
        for tree in trees { try tree.put("big", [UInt8](repeating: 3, count: 40_000)) }
        var service = world.start()
        try await Scheduler(service).tick()
        try await world.work(service)
        #expect(try await world.catalog.count(Query<RepositoryHealth>()) == 2)
        #expect(try await world.catalog.count(Query<Job>(where: .equal("kind", "verify"))) == 0)
        world.clock.turn(seconds: 86_500)
        try await Scheduler(service).tick()
        try await Scheduler(service).tick()
        #expect(try await world.catalog.count(Query<Job>(where: .equal("kind", "verify"))) == 1)
        var dependencies = service.dependencies
        dependencies.worker.verifyBytesPerSecond = 1
        service = ServiceContext(dependencies: dependencies)
        let clock = world.clock
        let start = clock.now()
        // Turns the clock for whoever waits; the reading cannot be done before a second
        // a byte has passed.
        let turning = Task {
            while !Task.isCancelled {
                clock.turn(seconds: 10)
                await Task.yield()
            }
        }
        try await world.work(service)
        turning.cancel()
        await turning.value
        let health = try await world.catalog.page(
            Query<RepositoryHealth>(order: [.init("verifiedDateTime", ascending: false)], limit: 1))
        let verified = try #require(health.first)
        let stored = world.disk.objects.filter { $0.key.hasPrefix("\(verified.id)/data/") }.reduce(0) {
            $0 + $1.value.count
        }
        #expect(verified.problems == 0)
        #expect(units.map(\.id).contains(verified.id))
        #expect(verified.verifiedDateTime.timeIntervalSince(start) >= Double(stored) * 0.9)
    }

    @Test func `a prune beside a restore takes nothing away, and its dry run tells what it does`() async throws {
        let (world, service, unitID, tree) = try await LedgerTests.backedUp(3)
        let state = try tree.description()
        let points = try await world.points(unitID)
        let artifact = try await world.restore(points[2], .new)
        try await world.catalog.write { writer in
            for point in points.prefix(2) { _ = try writer.delete(RestorePoint.self, id: point.id) }
        }
        let planned = try await service.repositories.planPrune(unitID: unitID)
        #expect(Set(planned.forgotten) == Set(points.prefix(2).map(\.snapshotId)))
        #expect(
            try await service.repositories.check(unitID: unitID, readsData: false).snapshots == 3,
            "a dry run changes nothing")
        let jobs = [service.job(.prune, unitID), service.job(.backup, unitID)]
        try await world.catalog.write { writer in for job in jobs { _ = try writer.addJob(job) } }
        // All three at once, as several workers would; whoever finds the repository
        // in use comes again.
        for _ in 0..<30 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 { group.addTask { try await world.work(service, most: 1) } }
                try await group.waitForAll()
            }
            world.clock.turn(seconds: 10)
        }
        #expect(try await world.catalog.find(RestoreArtifact.self, id: artifact)?.status == .succeeded)
        #expect(try world.tenant.copy(artifact)?.description() == state)
        #expect(try await service.repositories.check(unitID: unitID, readsData: true).errors == [])
        #expect(try await service.repositories.check(unitID: unitID, readsData: false).snapshots == 1)
    }

    @Test func `points of a running session do not expire`() async throws {
        let (world, service, unitID, _) = try await LedgerTests.backedUp(2)
        let points = try await world.points(unitID)
        _ = try await world.restore(points[0], .new)
        world.clock.turn(seconds: 400 * 86_400)
        try await Scheduler(service).tick()
        #expect(try await world.points(unitID).map(\.id) == [points[0].id])
    }
}
