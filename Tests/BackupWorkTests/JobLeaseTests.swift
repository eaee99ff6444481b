import BackupTesting
import Catalog
import FileTree
import Foundation
import ObjectStorage
import ProtectionRules
import Testing

@testable import BackupWork
@testable import ProtectionService

/// A job that is held, and what its holder may do.
private struct HeldJob {
    let fixture: ServiceFixture
    let job: Job
    let lease: JobLease

    /// - Parameter knowsClaim: whether the holder knows when it asked for the job.
    init(knowsClaim: Bool = true, configure: (inout ServiceDependencies) -> Void = { _ in }) async throws {
        fixture = try await ServiceFixture(tenant: MemoryTenant(), configure: configure)
        let waiting = fixture.service.job(.prune, "unit")
        try await fixture.catalog.write { _ = try $0.addJob(waiting) }
        let asked = fixture.clock.steadyTime()
        job = try #require(try await fixture.claim(1).first)
        lease = JobLease(
            of: job, nil, service: fixture.service, progress: ProgressCell(), claimedAt: knowsClaim ? asked : nil)
    }

    func present() async throws -> Job { try #require(try await fixture.catalog.find(Job.self, id: job.id)) }

    /// Another worker takes the job over.
    func lose() async throws {
        try await fixture.catalog.write { [job] in
            try $0.update(Job.self, where: .equal("id", job.id), set: ["attempt": (job.attempt + 1).sqlValue])
        }
    }
}

@Suite struct JobLeaseTests {
    @Test func `a holder relies on its lease for all of it but a margin`() async throws {
        let held = try await HeldJob()
        held.fixture.clock.turn(seconds: 54.9)
        #expect(held.lease.isHeld)
        held.fixture.clock.turn(seconds: 0.1)
        #expect(!held.lease.isHeld)
        #expect(!held.lease.isLost)
    }

    @Test func `the margin of a short lease is a quarter of it`() async throws {
        let held = try await HeldJob { $0.worker.leaseSeconds = 8 }
        held.fixture.clock.turn(seconds: 5.9)
        #expect(held.lease.isHeld)
        held.fixture.clock.turn(seconds: 0.1)
        #expect(!held.lease.isHeld)
    }

    @Test func `setting the time of day changes nothing`() async throws {
        let held = try await HeldJob()
        held.fixture.clock.jump(seconds: 100_000)
        #expect(held.lease.isHeld)
        held.fixture.clock.jump(seconds: -200_000)
        held.fixture.clock.turn(seconds: 55)
        #expect(!held.lease.isHeld)
    }

    @Test func `a sleeper whose job nobody took asks and goes on`() async throws {
        let held = try await HeldJob()
        held.fixture.clock.turn(seconds: 3600)
        #expect(await held.lease.mayChange())
        #expect(held.lease.isHeld)
        let end = try #require(try await held.present().leaseExpiresDateTime)
        #expect(end == held.fixture.clock.now().addingTimeInterval(60))
    }

    @Test func `a sleeper whose job was taken over changes nothing any more`() async throws {
        let held = try await HeldJob()
        try await held.lose()
        held.fixture.clock.turn(seconds: 3600)
        #expect(!(await held.lease.mayChange()))
        #expect(held.lease.isLost)
        held.fixture.clock.turn(seconds: -3600)
        #expect(!(await held.lease.mayChange()), "a lost lease stays lost")
        await held.lease.waitUntilLost()
    }

    @Test func `who cannot wait for the catalogue loses a lease that is over`() async throws {
        let held = try await HeldJob()
        #expect(held.lease.mayChangeAtOnce)
        held.fixture.clock.turn(seconds: 60)
        #expect(!held.lease.mayChangeAtOnce)
        #expect(held.lease.isLost)
    }

    @Test func `who does not know when the job was claimed asks first`() async throws {
        let held = try await HeldJob(knowsClaim: false)
        #expect(!held.lease.isHeld)
        #expect(await held.lease.mayChange())
        #expect(held.lease.isHeld)
    }

    @Test func `everything that a run opens is behind the lease`() async throws {
        let held = try await HeldJob()
        let fenced = held.lease.fenced.dependencies
        try await fenced.repositoryStore("unit").write("config", [1])
        try await held.lose()
        held.fixture.clock.turn(seconds: 60)
        let error = await #expect(throws: ObjectStoreError.self) {
            try await fenced.repositoryStore("unit").write("config", [2])
        }
        #expect(error?.code == .leaseLost)
        try await fenced.repositoryStore("unit").delete("locks/ab")
        #expect(held.fixture.stores["unit"].contents == ["config": [1]])
    }
}

/// Takes the lease of a job away while it runs, as a worker does that went on with it.
private struct Thief: JobInspector {
    let catalog: CatalogStore
    let clock: ManualClock
    var takes = true

    func willRun(_ job: Job) async throws {
        if takes {
            try await catalog.write {
                try $0.update(Job.self, where: .equal("id", job.id), set: ["attempt": (job.attempt + 1).sqlValue])
            }
        }
        clock.turn(seconds: 3600)
    }

    func willRestore(artifactID: String, unitID: String) async throws {}
}

@Suite struct LostLeaseTests {
    @Test func `a run that lost its lease stores nothing and fails nothing`() async throws {
        let tree = MemoryTree()
        try tree.put("file", [1, 2, 3])
        let world = try await PlanWorld([tree])
        try await Scheduler(world.service).tick()
        let job = try #require(try await world.fixture.claim(1).first)
        let thief = Thief(catalog: world.fixture.catalog, clock: world.fixture.clock)
        let service = world.service.replacing { $0.jobInspector = thief }
        await JobExecution(job: job, service: service, jobs: .all).perform()
        #expect(world.fixture.stores[world.unit.id].contents.isEmpty)
        let present = try #require(try await world.fixture.catalog.find(Job.self, id: job.id))
        #expect(present.state == .running, "it is the other's")
        #expect(present.error == nil)
        #expect(try await world.fixture.catalog.find(ProtectionUnit.self, id: world.unit.id)?.error == nil)
    }

    @Test func `a run that slept and still has its job goes on`() async throws {
        let tree = MemoryTree()
        try tree.put("file", [1, 2, 3])
        let world = try await PlanWorld([tree])
        try await Scheduler(world.service).tick()
        let job = try #require(try await world.fixture.claim(1).first)
        let thief = Thief(catalog: world.fixture.catalog, clock: world.fixture.clock, takes: false)
        let service = world.service.replacing { $0.jobInspector = thief }
        await JobExecution(job: job, service: service, jobs: .all).perform()
        #expect(try await world.fixture.catalog.find(Job.self, id: job.id)?.state == .done)
        #expect(try await world.fixture.catalog.count(Query<RestorePoint>()) == 1)
    }
}
