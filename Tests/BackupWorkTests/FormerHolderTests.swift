import BackupTesting
import Catalog
import FileTree
import Foundation
import ObjectStorage
import ProtectionRules
import Testing

@testable import BackupRepository
@testable import BackupWork
@testable import ProtectionService

/// A prune whose process was lost on another machine left its lock in the repository. Of that process
/// nothing is known, so its lock counts for half an hour, unless its job was taken over.
@Suite struct FormerHolderTests {
    private static func process(_ name: String) -> ThisProcess {
        let origin = ProcessIdentity.Origin(bootID: name, namespaces: "1.1", startTicks: 1)
        return ThisProcess(
            ProcessIdentity(host: "same", processID: 1, instance: name, origin: origin), start: { _ in .none })
    }

    /// A drive with a point, and a prune that is due, over which a lost process's lock lies.
    private static func world() async throws -> PlanWorld {
        let tree = MemoryTree()
        try tree.put("file", [1, 2, 3])
        let world = try await PlanWorld([tree]) { dependencies in
            let clock = dependencies.clock
            dependencies.process = process("mine")
            dependencies.repositoryEnvironment.process = process("mine")
            dependencies.repositoryEnvironment.now = { Timestamp(clock.now()) }
        }
        try await world.backUp()
        var environment = world.service.dependencies.repositoryEnvironment
        environment.process = process("lost")
        let theirs = try await Repository.open(
            in: world.fixture.stores[world.unit.id],
            password: world.service.dependencies.secrets.repositoryPassword(unitID: world.unit.id),
            environment: environment)
        _ = try await RepositoryLock.take(in: theirs, exclusive: true)
        let prune = world.service.job(.prune, world.unit.id)
        try await world.fixture.catalog.write { _ = try $0.addJob(prune) }
        return world
    }

    /// A process takes the prune, as it is due or as its lease has run out.
    private static func claim(_ world: PlanWorld, as owner: ThisProcess) async throws -> Job {
        let now = world.service.now
        let jobs = try await world.fixture.catalog.write {
            try JobClaims($0).begin(
                owner: owner.description, now: now, leaseSeconds: 60, kinds: [JobKind.prune.rawValue], limit: 1)
        }
        return try #require(jobs.first)
    }

    private static func locks(_ world: PlanWorld) -> [String] {
        world.fixture.stores[world.unit.id].contents.keys.filter { $0.hasPrefix("locks/") }
    }

    @Test func `who takes a job over takes away the lock of the holder before`() async throws {
        let world = try await Self.world()
        _ = try await Self.claim(world, as: Self.process("lost"))
        world.fixture.clock.turn(seconds: 61)
        let job = try await Self.claim(world, as: Self.process("mine"))
        #expect(JobCursor(job).formerHolders == ["lost"])
        await JobExecution(job: job, service: world.service, jobs: .all).perform()
        let present = try #require(try await world.fixture.catalog.find(Job.self, id: job.id))
        #expect(present.state == .done)
        #expect(JobCursor(present).formerHolders == nil)
        #expect(Self.locks(world) == [])
    }

    @Test func `the lock of a process that held nothing is respected`() async throws {
        let world = try await Self.world()
        world.fixture.clock.turn(seconds: 61)
        let job = try await Self.claim(world, as: Self.process("mine"))
        await JobExecution(job: job, service: world.service, jobs: .all).perform()
        let present = try #require(try await world.fixture.catalog.find(Job.self, id: job.id))
        #expect(present.state == .waiting)
        #expect(Self.locks(world).count == 1)
    }

    @Test func `the last four holders are kept`() {
        var job = Job()
        for name in ["a", "b", "c", "b", "d", "e"] {
            job.cursor = JobCursor(job).counted(after: Self.process(name).description).text
        }
        #expect(JobCursor(job).formerHolders == ["c", "b", "d", "e"])
        #expect(JobCursor(job).starts == 6)
    }

    @Test func `an owner that is no process of ours is none`() {
        #expect(JobCursor(Job()).counted(after: "somebody").formerHolders == nil)
    }
}
