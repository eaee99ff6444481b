import BackupRepository
import BackupTesting
import Catalog
import FileTree
import Foundation
import ObjectStorage
import Testing

@testable import ProtectionService
@testable import BackupWork

/// The catalogue is gone; the repositories, `settings.json` and `master.key` are there.
@Suite struct RebuildTests {
    /// The same disk, tenant and clock with an empty catalogue.
    private func emptied(_ world: World) async throws -> (ServiceContext, TemporaryCatalog) {
        let catalog = try await TemporaryCatalog.make()
        var dependencies = world.start().dependencies
        dependencies.catalog = catalog.store
        return (ServiceContext(dependencies: dependencies), catalog)
    }

    @Test func `units and points come back with their ids and times, and restore`() async throws {
        let world = try await World(seed: 3)
        let trees = [MemoryTree(), MemoryTree()]
        let units = try await world.protect(trees)
        let old = world.start()
        var states: [String: [TreePath: DescribedItem]] = [:]
        for number in 0..<4 {
            for tree in trees {
                try await LedgerTests.backUp(world, old, tree, number: number)
                // A tick looks at every drive.
                for (unit, tree) in zip(units, trees) {
                    if let point = try await world.points(unit.id).last { states[point.id] = try tree.description() }
                }
            }
        }
        var points: [RestorePoint] = []
        for unit in units { points += try await world.points(unit.id) }
        // With the names that the directory gave them.
        let named = try await world.catalog.page(Query<ProtectionUnit>())

        let (service, catalog) = try await emptied(world)
        let report = try await service.repositories.rebuildCatalog(
            locations: units.map(\.id) + units.map { $0.id + ".beside" })
        #expect(report.failures.isEmpty)
        #expect(report.units.flatMap(\.notes) == [])
        for unit in named {
            let back = try #require(try await catalog.store.find(ProtectionUnit.self, id: unit.id))
            #expect(back.sourceId == unit.sourceId)
            #expect(back.workload == unit.workload)
            #expect(back.displayName == unit.displayName)
            #expect(back.status == .unprotected)
            #expect(try await service.repositories.check(unitID: unit.id, readsData: true).errors == [])
            let ids = Set(try await catalog.store.page(Query<RestorePoint>(where: .equal("unitId", unit.id))).map(\.id))
            // Of points that share a snapshot the one comes back for which it was taken.
            let first = Dictionary(grouping: points.filter { $0.unitId == unit.id }, by: \.snapshotId).values.compactMap
            { $0.min { $0.protectionDateTime < $1.protectionDateTime } }
            #expect(ids == Set(first.map(\.id)))
        }
        for point in try await catalog.store.page(Query<RestorePoint>()) {
            let original = try #require(points.first { $0.id == point.id })
            #expect(abs(point.protectionDateTime.timeIntervalSince(original.protectionDateTime)) < 0.002)
            #expect(point.expirationDateTime >= world.clock.now().addingTimeInterval(29 * 86_400))
            let open = try #require(
                try await JobContext(service: service, progress: ProgressCell()).openRepository(unitID: point.unitId))
            let copy = MemoryTree()
            let restorer = Restorer(repository: open.repository)
            let outcome = try await restorer.execute(
                try await restorer.plan(snapshot: point.snapshotId, onto: copy, mode: .fresh))
            #expect(outcome.failures.isEmpty)
            #expect(try copy.description() == states[point.id])
        }
        let again = try await service.repositories.rebuildCatalog(locations: units.map(\.id))
        #expect(again.units.isEmpty)
        #expect(again.known.count == 2)
    }

    @Test func `without config, keys or identity what is left comes back with a note`() async throws {
        for missing in ["config", "keys/", ".beside/identity"] {
            let (world, _, unitID, _) = try await LedgerTests.backedUp(2)
            for name in world.disk.objects.keys
            where name.hasPrefix("\(unitID)/\(missing)") || name == "\(unitID)\(missing)" {
                world.disk.tamper(name, nil)
            }
            let (service, catalog) = try await emptied(world)
            let report = try await service.repositories.rebuildCatalog(locations: [unitID])
            #expect(report.failures.isEmpty, "\(missing): \(report.failures)")
            #expect(report.units.first?.points == 2, "\(missing)")
            #expect(report.units.first?.notes.count == 1, "\(missing)")
            #expect(try await catalog.store.count(Query<RestorePoint>()) == 2)
        }
    }

    @Test func `a repository of another tenant, or none, is a failure and stops nothing`() async throws {
        let (world, _, unitID, _) = try await LedgerTests.backedUp(1)
        let (service, catalog) = try await emptied(world)
        let nobody = "00000000-0000-4000-8000-000000000000"
        let report = try await service.repositories.rebuildCatalog(locations: [nobody, "../elsewhere", unitID])
        #expect(report.units.map(\.unit.id) == [unitID])
        #expect(Set(report.failures.map(\.location)) == [nobody, "../elsewhere"])
        #expect(try await catalog.store.count(Query<ProtectionUnit>()) == 1)
    }
}
