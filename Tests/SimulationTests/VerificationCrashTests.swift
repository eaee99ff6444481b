@testable import ProtectionRules
import BackupRepository
import BackupTesting
import Catalog
import Foundation
import ObjectStorage
import Synchronization
import Testing

@testable import ProtectionService
@testable import BackupWork

/// A verification whose process dies goes on where it was: nothing is read twice, and
/// nothing is left out.
@Suite struct VerificationCrashTests {
    /// A store that notes which packs are read in full, and does something before it reads one.
    private struct WatchedStore: ObjectStore {
        let base: any ObjectStore
        let willRead: @Sendable (String) async -> Void

        func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
            if range == nil, name.hasPrefix("data/") { await willRead(name) }
            return try await base.read(name, range: range)
        }

        func list(prefix: String) async throws(ObjectStoreError) -> [ObjectInfo] { try await base.list(prefix: prefix) }
        func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) {
            try await base.write(name, bytes)
        }
        func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool {
            try await base.create(name, bytes)
        }
        func delete(_ name: String) async throws(ObjectStoreError) { try await base.delete(name) }
        func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo? { try await base.stat(name) }
        func synchronizeDeletions(prefix: String) async throws(ObjectStoreError) {
            try await base.synchronizeDeletions(prefix: prefix)
        }
    }

    private final class Names: Sendable {
        private let names = Mutex<[String]>([])
        var all: [String] { names.withLock { $0 } }
        func add(_ name: String) { names.withLock { $0.append(name) } }
    }

    /// A task that can be cancelled from within.
    private final class Handle: Sendable {
        private let task = Mutex<Task<[String], any Error>?>(nil)

        func keep(_ task: Task<[String], any Error>) { self.task.withLock { $0 = task } }

        func cancel() async {
            while task.withLock({ $0 == nil }) { await Task.yield() }
            task.withLock { $0?.cancel() }
        }
    }

    /// A backed-up drive whose verification was requested, and its packs in the
    /// order of their names.
    private struct Scene: Sendable {
        let world: World
        let unitID: String
        let packs: [String]

        init(points: Int) async throws {
            let (world, service, unitID, _) = try await LedgerTests.backedUp(points)
            let prefix = "\(unitID)/"
            (self.world, self.unitID) = (world, unitID)
            packs = world.disk.objects.keys.filter { $0.hasPrefix(prefix + "data/") }.map {
                String($0.dropFirst(prefix.count))
            }.sorted()
            let job = service.job(.verify, unitID)
            _ = try await world.catalog.write { try $0.addJob(job) }
        }

        /// Verifies in a new process; gives the packs that it read.
        /// - Parameters:
        ///   - most: how many jobs it does.
        ///   - before: called before a pack is read.
        func verify(
            attemptsMost: Int = 8, most: Int = 20, before: @escaping @Sendable (String) async -> Void = { _ in }
        ) async throws -> [String] {
            let read = Names()
            var dependencies = world.restart().dependencies
            let stores = dependencies.repositoryStore
            dependencies.repositoryStore = { location in
                WatchedStore(base: stores(location)) { name in
                    read.add(name)
                    await before(name)
                }
            }
            dependencies.worker.attemptsMost = attemptsMost
            // Longer than a lease and than the wait after a failure.
            world.clock.turn(days: 1)
            try await world.work(ServiceContext(dependencies: dependencies), most: most)
            return read.all
        }

        /// Turns the clock until the running job's row says that everything up to the pack was
        /// found whole, then lets the process die.
        func die(keeping position: String) async {
            while true {
                let jobs =
                    (try? await world.catalog.page(Query<Job>(where: .equal("kind", JobKind.verify.rawValue)))) ?? []
                if jobs.contains(where: { JobCursor($0).position == position }) { break }
                world.clock.turn(seconds: 1)
                await Task.yield()
            }
            world.driver.die(.before, afterWrites: 0)
            while !world.driver.isDead {
                world.clock.turn(seconds: 1)
                await Task.yield()
            }
        }

        func health() async throws -> RepositoryHealth? {
            try await world.catalog.find(RepositoryHealth.self, id: unitID)
        }
        func job() async throws -> Job {
            try #require(try await world.catalog.page(Query<Job>(where: .equal("kind", JobKind.verify.rawValue))).first)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a verification that died goes on behind what it had read`() async throws {
        let scene = try await Scene(points: 5)
        let (packs, begun) = (scene.packs, scene.world.clock.now())
        try #require(packs.count > 6)
        let first = try await scene.verify { if $0 == packs[4] { await scene.die(keeping: packs[3]) } }
        #expect(first == Array(packs[...4]), "the process died while it read the fifth")
        #expect(try await scene.verify() == Array(packs[4...]))
        let health = try #require(try await scene.health())
        #expect(health.problems == 0)
        #expect(health.verifiedDateTime == begun, "what was read first was not read after the job began")
        #expect(try await scene.job().state == .done)
    }

    @Test(.timeLimit(.minutes(1))) func `damage that was seen before the death is not forgotten`() async throws {
        let scene = try await Scene(points: 5)
        let packs = scene.packs
        let name = "\(scene.unitID)/\(packs[2])"
        var bytes = try #require(scene.world.disk.objects[name])
        bytes[bytes.count / 3] ^= 4
        scene.world.disk.tamper(name, bytes)
        _ = try await scene.verify { if $0 == packs[5] { await scene.die(keeping: packs[1]) } }
        let second = try await scene.verify()
        #expect(second.starts(with: packs[2...]), "it goes on before the first pack that is damaged: \(second)")
        #expect(try #require(try await scene.health()).problems > 0)
        #expect(try await scene.world.points(scene.unitID).contains { $0.isDamaged })
    }

    @Test(.timeLimit(.minutes(1))) func `a hand-over keeps the place without waiting for the next heartbeat`()
        async throws
    {
        let scene = try await Scene(points: 5)
        let packs = scene.packs
        let handle = Handle()
        let task = Task { try await scene.verify(most: 1) { if $0 == packs[4] { await handle.cancel() } } }
        handle.keep(task)
        let first = try await task.value
        let job = try await scene.job()
        #expect(job.state == .waiting)
        #expect(JobCursor(job).starts == 0)
        #expect(JobCursor(job).position == first.last)
        #expect(try await first + scene.verify() == packs)
    }

    @Test(.timeLimit(.minutes(1))) func `deaths are counted from where it last got on`() async throws {
        let scene = try await Scene(points: 5)
        let packs = scene.packs
        for number in 1..<6 {
            _ = try await scene.verify(attemptsMost: 2) {
                if $0 == packs[number] { await scene.die(keeping: packs[number - 1]) }
            }
        }
        #expect(try await scene.job().state == .running, "five deaths, each further on, with two tries")
        for _ in 0..<2 {
            _ = try await scene.verify(attemptsMost: 2) { if $0 == packs[5] { await scene.die(keeping: packs[4]) } }
        }
        #expect(try await scene.job().state == .failed, "a pack that always kills its reader is given up")
    }
}
