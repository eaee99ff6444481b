import BackupRepository
import BackupTesting
import Catalog
import Foundation
import ObjectStorage
import Testing

@testable import ProtectionService
@testable import BackupWork

/// Two processes make the repository of one unit at once: the catalogue decides, so both use the
/// same one, and its row opens it.
@Suite struct TwoCreatorsTests {
    /// A disk on which something happens before the change of that number.
    private struct Interrupted: ObjectStore {
        let base: FaultyObjectStore
        let number: Int
        let other: @Sendable () async -> Void

        func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) {
            if base.changes == number { await other() }
            try await base.write(name, bytes)
        }

        func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool {
            if base.changes == number { await other() }
            return try await base.create(name, bytes)
        }

        func delete(_ name: String) async throws(ObjectStoreError) { try await base.delete(name) }
        func list(prefix: String) async throws(ObjectStoreError) -> [ObjectInfo] { try await base.list(prefix: prefix) }
        func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
            try await base.read(name, range: range)
        }
        func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo? { try await base.stat(name) }
    }

    private func context(_ service: ServiceContext) -> JobContext {
        JobContext(service: service, progress: ProgressCell())
    }

    @Test(arguments: 0..<2) func `one that comes before a change of the other uses the same repository`(
        change: Int
    ) async throws {
        let world = try await World(seed: 9)
        let unitID = try #require(try await world.protect([MemoryTree()]).first).id
        let (early, late) = (world.start(), world.start())
        var dependencies = late.dependencies
        dependencies.repositoryStore = { location in
            Interrupted(base: FaultyObjectStore(world.disk.store(location)), number: change) {
                _ = try? await self.context(early).openOrCreateRepository(unitID: unitID)
            }
        }
        let made = try await context(ServiceContext(dependencies: dependencies)).openOrCreateRepository(
            unitID: unitID)
        try await expectOne(world, unitID, made.repository.id)
    }

    @Test func `many at once use the same repository`() async throws {
        let world = try await World(seed: 10)
        let unitID = try #require(try await world.protect([MemoryTree()]).first).id
        let services = (0..<8).map { _ in world.start() }
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for service in services {
                group.addTask { try await self.context(service).openOrCreateRepository(unitID: unitID).repository.id }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        try await expectOne(world, unitID, try #require(ids.first))
    }

    @Test(arguments: 0..<4)
    func `an interrupted making is finished by the next, and no start takes it for a strange repository`(
        change: Int
    ) async throws {
        let world = try await World(seed: 11)
        let unitID = try #require(try await world.protect([MemoryTree()]).first).id
        world.disk.cut(afterChanges: change)
        _ = try? await context(world.start()).openOrCreateRepository(unitID: unitID)
        let service = world.restart()
        let report = try await service.repositories.compare(locations: [unitID])
        #expect(report.unknown.isEmpty)
        #expect(report.missing.isEmpty)
        let made = try await context(service).openOrCreateRepository(unitID: unitID)
        try await expectOne(world, unitID, made.repository.id)
    }

    /// The row opens the repository that is there, the derived password does, and nothing else is
    /// left of the making.
    private func expectOne(_ world: World, _ unitID: String, _ id: String) async throws {
        let service = world.start()
        #expect(try await context(service).openRepository(unitID: unitID)?.repository.id == id)
        let password = service.dependencies.secrets.repositoryPassword(unitID: unitID)
        let store = world.disk.store(unitID)
        #expect(
            try await Repository.open(
                in: store, password: password, environment: service.dependencies.repositoryEnvironment
            ).id == id)
        #expect(try await store.list(prefix: "keys/").count == 1)
        #expect(try await world.catalog.count(Query<RepositoryCreation>()) == 0)
        #expect(try await world.catalog.count(Query<RepositoryHealth>()) == 1)
    }
}
