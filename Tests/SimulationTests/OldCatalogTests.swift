import BackupRepository
import BackupTesting
import Catalog
import FileTree
import Foundation
import ObjectStorage
import Synchronization
import Testing

@testable import ProtectionService
@testable import BackupWork

/// The catalogue was put back from an older copy, or lost its last commits: it does not know the
/// newest points, and their snapshots look forgotten.
@Suite struct OldCatalogTests {
    /// A drive with two points that an old catalogue knows, and three that it does not. Gives what
    /// the drive held at each point.
    private func rolledBack() async throws -> (
        World, ServiceContext, String, MemoryTree, [String: [TreePath: DescribedItem]]
    ) {
        let (world, service, unitID, tree) = try await LedgerTests.backedUp(2)
        let (rows, points) = (try await world.catalog.page(Query<LedgerRow>()), try await world.points(unitID))
        let repository = try #require(try await world.catalog.find(UnitRepository.self, id: unitID))
        var states: [String: [TreePath: DescribedItem]] = [:]
        for number in 5..<8 {
            try await LedgerTests.backUp(world, service, tree, number: number)
            let point = try #require(try await world.points(unitID).last)
            states[point.id] = try tree.description()
        }
        try await world.catalog.write { writer in
            _ = try writer.delete(LedgerRow.self, where: .equal("unitId", unitID))
            try writer.insert(contentsOf: rows)
            _ = try writer.delete(RestorePoint.self, where: .equal("unitId", unitID))
            try writer.insert(contentsOf: points)
            try writer.update(repository)
        }
        return (world, world.start(), unitID, tree, states)
    }

    private func expectAllBack(
        _ world: World, _ service: ServiceContext, _ unitID: String, states: [String: [TreePath: DescribedItem]]
    ) async throws {
        for (id, state) in states {
            let point = try #require(try await world.catalog.find(RestorePoint.self, id: id))
            #expect(!point.isDamaged)
            #expect(point.expirationDateTime >= world.clock.now().addingTimeInterval(29 * 86_400))
            let artifact = try await world.restore(point, .new)
            try await world.work(service)
            #expect(try world.tenant.copy(artifact)?.description() == state)
        }
        #expect(try await service.repositories.check(unitID: unitID, readsData: true).errors == [])
    }

    @Test func `a prune brings back the points that the catalogue does not know, and removes none of them`()
        async throws
    {
        let (world, service, unitID, _, states) = try await rolledBack()
        #expect(try await service.repositories.planPrune(unitID: unitID).forgotten == [], "a dry run tells the same")
        let prune = service.job(.prune, unitID)
        _ = try await world.catalog.write { try $0.addJob(prune) }
        try await world.work(service)
        #expect(try await world.points(unitID).count == 5)
        try await expectAllBack(world, service, unitID, states: states)
    }

    @Test func `a start brings them back, once`() async throws {
        let (world, service, unitID, _, states) = try await rolledBack()
        let report = try await service.repositories.compare(locations: [unitID])
        #expect(report.caughtUp.map(\.unitID) == [unitID])
        #expect(report.caughtUp.map(\.points) == [3])
        #expect(report.missing.isEmpty)
        #expect(report.unknown.isEmpty)
        #expect(report.failures.isEmpty)
        try await expectAllBack(world, service, unitID, states: states)
        let again = try await service.repositories.compare(locations: [unitID])
        #expect(again.caughtUp.isEmpty)
    }

    // MARK: A few at a time

    /// What a watch told.
    private final class Told: Sendable {
        let reports = Mutex<[StartComparison]>([])
        func take(_ report: StartComparison) { reports.withLock { $0.append(report) } }
        var caughtUp: [Int] { reports.withLock { $0.flatMap { $0.caughtUp.map(\.points) } } }
        var failures: [String] { reports.withLock { $0.flatMap { $0.failures.map(\.unitID) } } }
    }

    @Test func `a large installation brings them back after its start, and says so once`() async throws {
        let (world, service, unitID, _, states) = try await rolledBack()
        let told = Told()
        let watch = RepositoryWatch(service) { told.take($0) }
        #expect(try await watch.compareNext(after: "") == unitID)
        #expect(told.caughtUp == [3])
        #expect(try await watch.compareNext(after: unitID) == nil)
        try await expectAllBack(world, service, unitID, states: states)
        #expect(try await watch.compareNext(after: "") == unitID)
        #expect(told.caughtUp == [3])
        #expect(told.failures == [])
    }

    @Test func `what a backup compared since the start is not compared again`() async throws {
        let (_, service, unitID, _, _) = try await rolledBack()
        var dependencies = service.dependencies
        dependencies.memory.isRemote = true
        let remote = ServiceContext(dependencies: dependencies)
        remote.dependencies.memory.noteComparison(unitID, at: remote.now)
        let told = Told()
        #expect(try await RepositoryWatch(remote) { told.take($0) }.compareNext(after: "") == unitID)
        #expect(told.reports.withLock { $0.isEmpty })
    }

    @Test func `nothing is compared while the catalogue is closed for writing`() async throws {
        let (_, service, _, _, _) = try await rolledBack()
        let told = Told()
        service.catalog.writeGate.close(because: "a page is not one")
        #expect(try await RepositoryWatch(service) { told.take($0) }.compareNext(after: "") == "")
        #expect(told.reports.withLock { $0.isEmpty })
    }

    @Test func `the places alone tell what is gone and what nobody knows`() async throws {
        let (world, service, unitID, _) = try await LedgerTests.backedUp(1)
        let stranger = "00000000-0000-4000-8000-000000000001"
        for (name, bytes) in world.disk.objects where name.hasPrefix("\(unitID)/") {
            world.disk.tamper(stranger + name.dropFirst(unitID.count), bytes)
        }
        let whole = try await service.repositories.compareNames(locations: [unitID])
        #expect(whole.isEmpty)
        let report = try await service.repositories.compareNames(locations: [stranger])
        #expect(report.missing == [unitID])
        #expect(report.unknown == [stranger])
    }

    @Test func `the next backup brings them back, and goes on`() async throws {
        let (world, service, unitID, tree, states) = try await rolledBack()
        try await LedgerTests.backUp(world, service, tree, number: 9)
        #expect(try await world.points(unitID).count == 6)
        try await expectAllBack(world, service, unitID, states: states)
    }

    @Test func `a rebuild brings them back, and says how many`() async throws {
        let (world, service, unitID, _, states) = try await rolledBack()
        let report = try await service.repositories.rebuildCatalog(locations: [unitID])
        #expect(report.known == [unitID])
        #expect(report.caughtUp == [unitID: 3])
        #expect(report.failures.isEmpty)
        try await expectAllBack(world, service, unitID, states: states)
    }

    @Test func `what was deleted in the meantime stays deleted`() async throws {
        let (world, service, unitID, tree) = try await LedgerTests.backedUp(3)
        let (rows, points) = (try await world.catalog.page(Query<LedgerRow>()), try await world.points(unitID))
        let oldest = points[0]
        try await world.catalog.write { _ = try $0.delete(RestorePoint.self, id: oldest.id) }
        let prune = service.job(.prune, unitID)
        _ = try await world.catalog.write { try $0.addJob(prune) }
        try await world.work(service)
        try await LedgerTests.backUp(world, service, tree, number: 9)
        try await world.catalog.write { writer in
            _ = try writer.delete(LedgerRow.self, where: .equal("unitId", unitID))
            try writer.insert(contentsOf: rows)
            try writer.insert(oldest)
        }
        let report = try await service.repositories.compare(locations: [unitID])
        #expect(report.failures.isEmpty)
        #expect(world.disk.objects["\(unitID)/snapshots/\(oldest.snapshotId)"] == nil)
        // The old catalogue's point of it is found out by a verification.
        let verify = service.job(.verify, unitID)
        _ = try await world.catalog.write { try $0.addJob(verify) }
        try await world.work(service)
        #expect(try await world.points(unitID).filter(\.isDamaged).map(\.id) == [oldest.id])
    }

    @Test func `a repository that is gone, and one that nobody knows, are told`() async throws {
        let (world, service, unitID, _) = try await LedgerTests.backedUp(1)
        let stranger = "00000000-0000-4000-8000-000000000001"
        for (name, bytes) in world.disk.objects where name.hasPrefix("\(unitID)/") {
            world.disk.tamper(stranger + name.dropFirst(unitID.count), bytes)
        }
        let objects = world.disk.objects
        for name in objects.keys where name.hasPrefix("\(unitID)/") { world.disk.tamper(name, nil) }
        let report = try await service.repositories.compare(locations: [
            stranger, "00000000-0000-4000-8000-000000000002",
        ])
        #expect(report.missing == [unitID])
        #expect(report.unknown == [stranger])
    }

    @Test func `repositories in each other's place open for nobody and lose nothing`() async throws {
        let world = try await World(seed: 8)
        let trees = [MemoryTree(), MemoryTree()]
        let units = try await world.protect(trees)
        let service = world.start()
        for tree in trees { try await LedgerTests.backUp(world, service, tree, number: 1) }
        let objects = world.disk.objects
        func swap() {
            for (name, bytes) in world.disk.objects {
                for (from, to) in [(0, 1), (1, 0)] where name.hasPrefix("\(units[from].id)/") {
                    world.disk.tamper("moved/\(units[to].id)" + name.dropFirst(units[from].id.count), bytes)
                    world.disk.tamper(name, nil)
                }
            }
            for (name, bytes) in world.disk.objects where name.hasPrefix("moved/") {
                world.disk.tamper(String(name.dropFirst(6)), bytes)
                world.disk.tamper(name, nil)
            }
        }
        swap()
        for unit in units {
            let error = try await #require(throws: RepositoryError.self) {
                try await service.repositories.check(unitID: unit.id, readsData: false)
            }
            #expect(!error.message.isEmpty)
        }
        try trees[0].put("more", [1])
        world.clock.turn(seconds: 600)
        try await Scheduler(service).tick()
        try await world.work(service)
        #expect(
            try await world.catalog.find(ProtectionUnit.self, id: units[0].id)?.error != nil,
            "the unit says that its backup fails")
        swap()
        for (name, bytes) in objects where !name.contains("locks/") {
            #expect(world.disk.objects[name] == bytes, "\(name)")
        }
        for unit in units {
            #expect(try await service.repositories.check(unitID: unit.id, readsData: true).errors == [])
        }
    }

    @Test func `what lies beside a repository is checked, and a verification writes it anew`() async throws {
        let (world, service, unitID, _) = try await LedgerTests.backedUp(1)
        let beside = world.disk.objects.keys.filter {
            $0.hasPrefix("\(unitID).beside/identity") || $0.hasPrefix("\(unitID).beside/opening/")
        }.sorted()
        #expect(beside.count == 3)
        for name in beside {
            let bytes = try #require(world.disk.objects[name])
            for change in [nil, [], Array(bytes.dropLast()), bytes.map { $0 ^ 1 }] as [[UInt8]?] {
                world.disk.tamper(name, change)
                let found = try await service.repositories.check(unitID: unitID, readsData: false).errors
                #expect(found.count == 1, "\(name): \(found)")
                #expect(found.first.map { name.hasSuffix($0.object) } == true, "\(name): \(found)")
                let verify = service.job(.verify, unitID)
                _ = try await world.catalog.write { try $0.addJob(verify) }
                try await world.work(service)
                #expect(try await service.repositories.check(unitID: unitID, readsData: false).errors == [])
                #expect(world.disk.objects[name] == bytes)
            }
        }
    }
}
