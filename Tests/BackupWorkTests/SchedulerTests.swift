import BackupRepository
import BackupTesting
import Catalog
import FileTree
import Foundation
import Logging
import ObjectStorage
import ProtectionRules
import ProtectionService
import Testing

@testable import BackupWork

/// A scheduler over a catalogue of its own; its repositories are in memory and stay empty.
private struct Bench {
    let clock = ManualClock(Date(timeIntervalSince1970: 1_800_000_000))
    let tenant = MemoryTenant()
    let catalog: TemporaryCatalog
    let service: ServiceContext
    let scheduler: Scheduler

    init(status: BackupServiceStatus = .enabled) async throws {
        catalog = try await TemporaryCatalog.make()
        let (clock, tenant) = (clock, tenant)
        let origin = ProcessIdentity.Origin(bootID: "bench", namespaces: "1.1", startTicks: 1)
        let process = ThisProcess(
            ProcessIdentity(host: "bench", processID: 1, instance: "1", origin: origin), start: { _ in .ticks(1) })
        var logger = Logger(label: "bench")
        logger.logLevel = .critical
        let secrets = try #require(TenantSecrets(masterSecret: [UInt8](repeating: 1, count: 32)))
        var dependencies = ServiceDependencies(
            catalog: catalog.store, tenant: tenant, repositoryStore: { _ in MemoryObjectStore() }, secrets: secrets,
            clock: clock, makeID: { UUID().uuidString.lowercased() },
            repositoryEnvironment: RepositoryEnvironment(
                hostname: "bench", username: "bench", process: process, now: { Timestamp(clock.now()) },
                sleep: { _ in }),
            process: process, logger: logger)
        dependencies.intervals.verifyPeriodDays = 0
        dependencies.intervals.spreadsBackups = false
        service = ServiceContext(dependencies: dependencies)
        scheduler = Scheduler(service)
        let state = ServiceState(id: tenant.id, status: status)
        try await catalog.store.write { try $0.save(state) }
    }

    func unit(
        _ id: String, _ status: ProtectionUnitStatus, due: Double? = nil, offboarded: Double? = nil
    ) async throws {
        let now = clock.now()
        let unit = ProtectionUnit(
            id: id, workload: .oneDriveForBusiness, sourceId: "source-\(id)", status: status, protectionSources: [],
            createdDateTime: now
        ).with {
            $0.offboardRequestedDateTime = offboarded.map { now.addingTimeInterval($0) }
            $0.nextBackupDateTime = due.map { now.addingTimeInterval($0) }
        }
        try await catalog.store.write { try $0.insert(unit) }
    }

    func jobs(_ kind: JobKind) async throws -> [String] {
        try await catalog.store.page(Query<Job>(where: .equal("kind", kind.rawValue))).map(\.subjectId).sorted()
    }

    func status(of id: String) async throws -> ProtectionUnitStatus? {
        try await catalog.store.find(ProtectionUnit.self, id: id)?.status
    }
}

@Suite struct SchedulerTests {
    @Test func `a unit whose moment has come gets one backup, and the next moment`() async throws {
        let bench = try await Bench()
        try await bench.unit("due", .protected, due: -3600)
        try await bench.unit("later", .protected, due: 300)
        try await bench.scheduler.tick()
        #expect(try await bench.jobs(.backup) == ["due"])
        let next = try await bench.catalog.store.find(ProtectionUnit.self, id: "due")?.nextBackupDateTime
        #expect(next == Date(timeIntervalSince1970: 1_800_000_600))
        try await bench.scheduler.tick()
        #expect(try await bench.jobs(.backup) == ["due"])
    }

    @Test func `a moment further ahead than the cadence is of a wrong clock and has come`() async throws {
        let bench = try await Bench()
        try await bench.unit("ahead", .protected, due: 601)
        try await bench.unit("soon", .protected, due: 600)
        try await bench.scheduler.tick()
        #expect(try await bench.jobs(.backup) == ["ahead"])
    }

    @Test(arguments: [ProtectionUnitStatus.removeRequested, .unprotectRequested, .offboardRequested, .offboarded])
    func `a unit that leaves is not backed up`(status: ProtectionUnitStatus) async throws {
        let bench = try await Bench()
        try await bench.unit("u", status, due: -1)
        try await bench.scheduler.tick()
        #expect(try await bench.jobs(.backup).isEmpty)
    }

    @Test(arguments: [ProtectionUnitStatus.protectRequested, .protected, .unprotected])
    func `a unit that is or shall be protected is backed up`(status: ProtectionUnitStatus) async throws {
        let bench = try await Bench()
        try await bench.unit("u", status, due: -1)
        try await bench.scheduler.tick()
        #expect(try await bench.jobs(.backup) == ["u"])
    }

    @Test(arguments: [BackupServiceStatus.disabled, .protectionChangeLocked, .restoreLocked])
    func `a service that is off begins no backups`(status: BackupServiceStatus) async throws {
        let bench = try await Bench(status: status)
        try await bench.unit("u", .protected, due: -1)
        try await bench.scheduler.tick()
        #expect(try await bench.jobs(.backup).isEmpty)
    }

    @Test func `the next look is at the next multiple of the cadence`() async throws {
        let bench = try await Bench()
        bench.clock.turn(seconds: 1)
        #expect(try await bench.scheduler.tick() == Date(timeIntervalSince1970: 1_800_000_600))
    }

    @Test func `backups are deleted when the undo period is over, to the second`() async throws {
        let bench = try await Bench()
        try await bench.unit("over", .offboardRequested, offboarded: -30 * 86_400)
        try await bench.unit("running", .offboardRequested, offboarded: -30 * 86_400 + 1)
        try await bench.scheduler.tick()
        #expect(try await bench.status(of: "over") == .offboarded)
        #expect(try await bench.status(of: "running") == .offboardRequested)
        #expect(try await bench.jobs(.deleteRepository) == ["over"])
    }

    @Test func `a hand-over takes effect on its date`() async throws {
        let bench = try await Bench()
        let now = bench.clock.now()
        let apps = [
            ServiceApp(
                id: "new", status: .pendingActive, registrationDateTime: now, lastModifiedDateTime: now
            ).with {
                $0.effectiveDateTime = now
            },
            ServiceApp(
                id: "old", status: .pendingInactive, registrationDateTime: now, lastModifiedDateTime: now
            ).with {
                $0.effectiveDateTime = now
            },
        ]
        try await bench.catalog.store.write { try $0.insert(contentsOf: apps) }
        try await bench.scheduler.tick()
        #expect(try await bench.catalog.store.find(ServiceApp.self, id: "new")?.status == .active)
        #expect(try await bench.catalog.store.find(ServiceApp.self, id: "old")?.status == .inactive)
    }

    @Test func `nothing expires in the first hours after a jump`() async throws {
        let bench = try await Bench()
        try await bench.scheduler.tick()
        try await bench.unit("over", .offboardRequested, offboarded: -30 * 86_400)
        bench.clock.jump(seconds: 3600)
        try await bench.scheduler.tick()
        #expect(try await bench.status(of: "over") == .offboardRequested)
        bench.clock.turn(seconds: 6 * 3600)
        try await bench.scheduler.tick()
        #expect(try await bench.status(of: "over") == .offboarded)
    }

    @Test func `a job that waits longer than jobs do is due now`() async throws {
        let bench = try await Bench()
        let now = bench.clock.now()
        let jobs = [("far", 10_000.0), ("near", 60)].map { id, wait in
            Job(
                id: id, kind: JobKind.settle.rawValue, subjectId: id, runAfterDateTime: now.addingTimeInterval(wait),
                createdDateTime: now)
        }
        try await bench.catalog.store.write { try $0.insert(contentsOf: jobs) }
        try await bench.scheduler.tick()
        #expect(try await bench.catalog.store.find(Job.self, id: "far")?.runAfterDateTime == now)
        #expect(
            try await bench.catalog.store.find(Job.self, id: "near")?.runAfterDateTime == now.addingTimeInterval(60))
    }

    @Test func `at the end of the undo period the service lets go of everything`() async throws {
        let bench = try await Bench()
        let now = bench.clock.now()
        var state = ServiceState(id: bench.tenant.id, status: .restoreLocked)
        state.gracePeriodDateTime = now
        try await bench.unit("u", .protected, due: 60)
        try await bench.catalog.store.write { [state] in try $0.save(state) }
        try await bench.scheduler.tick()
        #expect(try await bench.catalog.store.find(ServiceState.self, id: bench.tenant.id)?.status == .disabled)
        let unit = try await bench.catalog.store.find(ProtectionUnit.self, id: "u")
        #expect(unit?.status == .offboarded)
        #expect(unit?.nextBackupDateTime == nil)
        #expect(try await bench.jobs(.deleteRepository) == ["u"])
    }
}
