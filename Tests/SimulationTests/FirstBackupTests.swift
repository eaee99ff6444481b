import BackupTesting
import Catalog
import Foundation
import Testing

@testable import BackupWork

/// The first backup of a drive fails in a way that no immediate try can help with.
@Suite struct FirstBackupTests {
    @Test func `a drive whose first backup failed says so and is tried again at the next moment of the cadence`()
        async throws
    {
        let world = try await World(seed: 6)
        let tree = MemoryTree()
        try tree.put("file", [1, 2, 3])
        let unit = try #require(try await world.protect([tree]).first)
        let service = world.start()
        world.disk.arm(.failForGood, afterCalls: 4)
        try await Scheduler(service).tick()
        try await world.work(service)
        let failed = try #require(try await world.catalog.find(ProtectionUnit.self, id: unit.id))
        #expect(failed.status == .unprotected)
        #expect(failed.error != nil)
        #expect(try await world.points(unit.id).isEmpty)
        world.clock.turn(seconds: 600)
        try await Scheduler(service).tick()
        try await world.work(service)
        let protected = try #require(try await world.catalog.find(ProtectionUnit.self, id: unit.id))
        #expect(protected.status == .protected)
        #expect(protected.error == nil)
        #expect(try await world.points(unit.id).count == 1)
    }

    @Test func `a unit of a policy that was switched off is not tried again`() async throws {
        let world = try await World(seed: 7)
        let unit = try #require(try await world.protect([MemoryTree()]).first)
        let service = world.start()
        world.disk.arm(.failForGood, afterCalls: 4)
        try await Scheduler(service).tick()
        try await world.work(service)
        #expect(try await world.catalog.find(ProtectionUnit.self, id: unit.id)?.status == .unprotected)
        let policyID = try #require(unit.policyId)
        try await world.catalog.write {
            _ = try $0.update(ProtectionPolicy.self, where: .equal("id", policyID), set: ["activatedDateTime": .null])
        }
        for _ in 0..<3 {
            world.clock.turn(seconds: 600)
            try await Scheduler(service).tick()
            try await world.work(service)
        }
        #expect(try await world.points(unit.id).isEmpty)
    }
}
