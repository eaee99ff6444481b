import BackupRepository
import BackupTesting
import Catalog
import Foundation
import Testing

@testable import ProtectionService
@testable import BackupWork

/// Which jobs of one repository wait for which.
@Suite struct RepositoryUseTests {
    /// A job is due while another of the unit is open.
    struct Meeting: Sendable, CustomTestStringConvertible {
        var due: JobKind
        var other: JobKind
        var state: JobState
        var waits: Bool
        var testDescription: String { "\(due) beside a \(state) \(other)" }
    }

    static let meetings: [Meeting] = [
        .init(due: .backup, other: .prune, state: .running, waits: true),
        .init(due: .backup, other: .prune, state: .waiting, waits: false),
        .init(due: .backup, other: .deleteRepository, state: .waiting, waits: true),
        .init(due: .backup, other: .verify, state: .running, waits: false),
        .init(due: .prune, other: .backup, state: .running, waits: true),
        .init(due: .prune, other: .backup, state: .waiting, waits: true),
        .init(due: .prune, other: .verify, state: .running, waits: false),
        .init(due: .verify, other: .prune, state: .running, waits: true),
        .init(due: .verify, other: .backup, state: .running, waits: false),
        .init(due: .deleteRepository, other: .backup, state: .running, waits: true),
        .init(due: .deleteRepository, other: .prune, state: .running, waits: true),
        .init(due: .deleteRepository, other: .verify, state: .running, waits: true),
        .init(due: .deleteRepository, other: .backup, state: .waiting, waits: false),
    ]

    private func job(_ kind: JobKind, of subject: String, _ state: JobState, in world: World) -> Job {
        let now = world.clock.now()
        return Job(
            id: world.makeID(), kind: kind.rawValue, subjectId: subject, runAfterDateTime: now, createdDateTime: now
        ).with {
            $0.state = state
            $0.leaseOwner = state == .running ? "w" : nil
            $0.leaseExpiresDateTime = state == .running ? now.addingTimeInterval(60) : nil
        }
    }

    @Test(arguments: meetings) func `what removes waits for what reads or adds`(_ meeting: Meeting) async throws {
        let world = try await World(seed: 1)
        let (due, other) = (
            job(meeting.due, of: "unit", .waiting, in: world), job(meeting.other, of: "unit", meeting.state, in: world)
        )
        try await world.catalog.write { try $0.insert(contentsOf: [due, other]) }
        let now = world.clock.now()
        #expect(try await world.catalog.read { try RepositoryUse($0).isBlocked(due, now: now) } == meeting.waits)
        let elsewhere = job(meeting.due, of: "another unit", .waiting, in: world)
        #expect(try await world.catalog.read { try !RepositoryUse($0).isBlocked(elsewhere, now: now) })
    }

    @Test func `of a backup and a prune that are due at once the backup begins, and the prune follows it`() async throws
    {
        let world = try await World(seed: 1)
        var jobs = [job(.prune, of: "unit", .waiting, in: world), job(.backup, of: "unit", .waiting, in: world)]
        jobs[0].runAfterDateTime.addTimeInterval(-5)
        try await world.catalog.write { [jobs] in try $0.insert(contentsOf: jobs) }
        let now = world.clock.now()
        let claim = { @Sendable (writer: CatalogWriter) in
            try JobClaims(writer).begin(
                owner: "w", now: now, leaseSeconds: 60, kinds: JobKind.allCases.map(\.rawValue), limit: 4)
        }
        let first = try await world.catalog.write(claim)
        #expect(first.map(\.kind) == ["backup"])
        #expect(try await world.catalog.write(claim).isEmpty)
        #expect(try await world.catalog.write { writer in try writer.finishJob(first[0], at: now) })
        #expect(try await world.catalog.write(claim).map(\.kind) == ["prune"])
    }

    @Test func `a worker that runs no backups does not wait for those that are only due`() async throws {
        let world = try await World(seed: 1)
        let jobs = [job(.prune, of: "unit", .waiting, in: world), job(.backup, of: "unit", .waiting, in: world)]
        try await world.catalog.write { try $0.insert(contentsOf: jobs) }
        let now = world.clock.now()
        #expect(
            try await world.catalog.read { try !RepositoryUse($0).isBlocked(jobs[0], now: now, yieldsToBackups: false) }
        )
    }

    /// A unit whose erasure is due, while an artifact of either kind has a status.
    private func erasure(
        _ isGranular: Bool, _ status: ArtifactRestoreStatus
    ) async throws -> (World, ServiceContext, String) {
        let (world, service, unitID, _) = try await LedgerTests.backedUp(1)
        let point = try #require(try await world.points(unitID).first)
        let artifact = try await world.restore(point, .new)
        try await world.catalog.write { writer in
            _ = try writer.delete(Job.self, where: .true)
            let session = try #require(try writer.find(RestoreArtifact.self, id: artifact)).sessionId
            if isGranular {
                try writer.delete(RestoreArtifact.self, id: artifact)
                var item = GranularRestoreArtifact()
                (item.id, item.sessionId, item.itemKey, item.restorePointId, item.unitId) = (
                    artifact, session, "key", point.id, unitID
                )
                (item.sourceId, item.status) = ("source", status)
                try writer.insert(item)
            } else {
                _ = try writer.update(RestoreArtifact.self, where: .true, set: ["status": status.sqlValue])
            }
            _ = try writer.update(
                ProtectionUnit.self, where: .true,
                set: [
                    "status": ProtectionUnitStatus.offboardRequested.sqlValue,
                    "offboardRequestedDateTime": Date(timeIntervalSince1970: 0).sqlValue,
                ])
        }
        return (world, service, unitID)
    }

    @Test(arguments: [false, true], [ArtifactRestoreStatus.scheduling, .scheduled, .inProgress])
    func `the backups of a unit stay while a restore of either kind is on its way, and go after it`(
        isGranular: Bool, status: ArtifactRestoreStatus
    ) async throws {
        let (world, service, unitID) = try await erasure(isGranular, status)
        for _ in 0..<3 {
            try await Scheduler(service).tick()
            try await world.work(service)
        }
        #expect(try await world.points(unitID).count == 1)
        #expect(world.disk.objects["\(unitID)/config"] != nil)
        try await world.catalog.write { writer in
            _ = try writer.update(
                RestoreArtifact.self, where: .true, set: ["status": ArtifactRestoreStatus.succeeded.sqlValue])
            _ = try writer.update(
                GranularRestoreArtifact.self, where: .true, set: ["status": ArtifactRestoreStatus.succeeded.sqlValue])
        }
        try await Scheduler(service).tick()
        try await world.work(service)
        #expect(world.disk.objects.keys.filter { $0.hasPrefix(unitID) }.isEmpty)
    }

    @Test(arguments: [false, true]) func `an erasure that is ordered already waits for the restores that were accepted`(
        isGranular: Bool
    ) async throws {
        let (world, service, unitID) = try await erasure(isGranular, .scheduled)
        let job = service.job(.deleteRepository, unitID)
        _ = try await world.catalog.write { try $0.addJob(job) }
        try await world.work(service)
        #expect(world.disk.objects["\(unitID)/config"] != nil)
        #expect(try await world.catalog.find(Job.self, id: job.id)?.attempt == 0)
    }

    @Test func `the end of the service waits for the restores that were accepted`() async throws {
        let (world, service, unitID) = try await erasure(true, .inProgress)
        var state = ServiceState(id: world.tenant.id, status: .restoreLocked)
        state.gracePeriodDateTime = world.clock.now()
        try await world.catalog.write { [state] writer in
            try writer.save(state)
            _ = try writer.update(
                ProtectionUnit.self, where: .true, set: ["status": ProtectionUnitStatus.unprotected.sqlValue])
        }
        try await Scheduler(service).tick()
        #expect(try await world.points(unitID).count == 1)
        try await world.catalog.write {
            _ = try $0.update(
                GranularRestoreArtifact.self, where: .true, set: ["status": ArtifactRestoreStatus.failed.sqlValue])
        }
        try await Scheduler(service).tick()
        #expect(try await world.points(unitID).isEmpty)
    }

    @Test func `an erasure waits for a program that holds a lock of the repository`() async throws {
        let (world, service, unitID, _) = try await LedgerTests.backedUp(1)
        let row = try #require(try await world.catalog.find(UnitRepository.self, id: unitID))
        let other = try await service.repositories.openForRepair(row, mending: false)
        let job = service.job(.deleteRepository, unitID)
        _ = try await world.catalog.write { try $0.addJob(job) }
        try await other.withLock(exclusive: false) { try await world.work(service, most: 1) }
        #expect(world.disk.objects["\(unitID)/config"] != nil)
        world.clock.turn(seconds: 60)
        try await world.work(service)
        #expect(world.disk.objects.keys.filter { $0.hasPrefix(unitID) }.isEmpty)
    }

    @Test func `a look into a point does not keep the unit from being erased, and ends with it`() async throws {
        let (world, service, unitID) = try await erasure(false, .succeeded)
        var session = BrowseSession()
        (session.id, session.unitId, session.status, session.expirationDateTime) = (
            "bs", unitID, .created, world.clock.now().addingTimeInterval(86_400)
        )
        try await world.catalog.write { [session] in try $0.insert(session) }
        try await Scheduler(service).tick()
        #expect(try await world.points(unitID).isEmpty)
        #expect(try await world.catalog.count(Query<BrowseSession>()) == 0)
    }
}
