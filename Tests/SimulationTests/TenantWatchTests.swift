import BackupTesting
import Catalog
import Foundation
import Logging
import Testing

@testable import ProtectionService
@testable import BackupWork

/// What is protected and not in the tenant is told when it goes and when it is back.
@Suite struct TenantWatchTests {
    private func watch(_ world: World) -> (TenantWatch, MemoryLog.Lines) {
        let lines = MemoryLog.Lines()
        var dependencies = world.start().dependencies
        dependencies.logger = Logger(label: "watch") { _ in MemoryLog(lines: lines) }
        return (TenantWatch(ServiceContext(dependencies: dependencies), place: "/srv/tenant"), lines)
    }

    @Test func `a drive that goes is named once, and one line tells that it is back`() async throws {
        let world = try await World(seed: 2)
        let units = try await world.protect([MemoryTree(), MemoryTree()])
        let (watch, lines) = watch(world)
        #expect(try await watch.look().summary == "2 drives")
        #expect(lines.take() == [])

        world.tenant.remove(userID: units[0].sourceId)
        #expect(try await watch.look().summary == "1 drive; 1 that should be there is not (see the log)")
        let told = lines.take()
        #expect(told.count == 1)
        #expect(told.first?.contains(units[0].id) == true)
        #expect(told.first?.hasPrefix("error What is protected is not in the tenant") == true)
        _ = try await watch.look()
        #expect(lines.take() == [])

        world.tenant.add(userID: units[0].sourceId, drive: MemoryTree())
        _ = try await watch.look()
        #expect(lines.take().map { $0.prefix(39) } == ["notice What was missing from the tenant"])
    }

    @Test func `of many drives a hundred are named and the others counted`() async throws {
        let world = try await World(seed: 3)
        let units = try await world.protect((0..<TenantWatch.namedMissing + 5).map { _ in MemoryTree() })
        for unit in units { world.tenant.remove(userID: unit.sourceId) }
        let (watch, lines) = watch(world)
        #expect(try await watch.look().missing.count == units.count)
        let told = lines.take()
        #expect(told.count == TenantWatch.namedMissing + 2, "one for the empty tenant, one for the rest")
        #expect(told.last?.contains("More is missing") == true)
        #expect(told.last?.contains("5") == true)
    }

    @Test func `what nobody protects is not missed`() async throws {
        let world = try await World(seed: 4)
        let units = try await world.protect([MemoryTree()])
        world.tenant.remove(userID: units[0].sourceId)
        try await world.catalog.write { writer in
            _ = try writer.update(
                ProtectionUnit.self, where: .equal("id", units[0].id),
                set: ["status": ProtectionUnitStatus.unprotected.sqlValue])
        }
        let (watch, _) = watch(world)
        #expect(try await watch.look().missing.isEmpty)
    }
}
