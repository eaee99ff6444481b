import BackupTesting
import Catalog
import Foundation
import Testing

@testable import BackupWork

/// What the scheduler does with many rows.
@Suite struct HousekeepingTests {
    @Test func `ended jobs go after some days, and open ones stay however old they are`() async throws {
        let world = try await World(seed: 1)
        let start = world.clock.now()
        let jobs = [JobState.done, .failed, .waiting].map { state in
            Job(
                id: state.rawValue, kind: "settle", subjectId: state.rawValue, runAfterDateTime: start,
                createdDateTime: start
            ).with {
                $0.state = state
                $0.endedDateTime = state == .waiting ? nil : start
            }
        }
        try await world.catalog.write { try $0.insert(contentsOf: jobs) }
        world.clock.turn(days: 6.9)
        try await Scheduler(world.start()).tick()
        #expect(try await world.catalog.count(Query<Job>()) == 3)
        world.clock.turn(days: 0.2)
        try await Scheduler(world.start()).tick()
        #expect(try await world.catalog.page(Query<Job>()).map(\.id) == ["waiting"])
    }

    @Test func `a job counts from its end, not from its beginning`() async throws {
        let (world, service, _, _) = try await LedgerTests.backedUp(1)
        let job = try #require(try await world.catalog.page(Query<Job>(where: .equal("kind", "backup"))).first)
        #expect(job.endedDateTime == world.clock.now())
        try await world.catalog.write {
            _ = try $0.update(Job.self, where: .true, set: ["createdDateTime": Date(timeIntervalSince1970: 0).sqlValue])
        }
        world.clock.turn(seconds: 1)
        try await Scheduler(service).tick()
        #expect(try await world.catalog.find(Job.self, id: job.id) != nil)
    }

    @Test func `more rows than one look has time for are gone after the next, which comes soon`() async throws {
        let world = try await World(seed: 1)
        let (start, most) = (world.clock.now(), Scheduler.rowsPerChange * Scheduler.changesPerLook)
        let jobs = (0...most).map { number in
            Job(
                id: "\(number)", kind: "settle", subjectId: "\(number)", runAfterDateTime: start, createdDateTime: start
            ).with {
                $0.state = .done
                $0.endedDateTime = start
            }
        }
        try await world.catalog.write { try $0.insert(contentsOf: jobs) }
        world.clock.turn(days: 8)
        let scheduler = Scheduler(world.start())
        #expect(try await scheduler.tick() == world.clock.now().addingTimeInterval(1))
        #expect(try await world.catalog.count(Query<Job>()) == 1)
        #expect(try await scheduler.tick() > world.clock.now().addingTimeInterval(1))
        #expect(try await world.catalog.count(Query<Job>()) == 0)
    }

    @Test func `a point that a restore reads does not keep others from expiring`() async throws {
        let (world, service, unitID, _) = try await LedgerTests.backedUp(3)
        let points = try await world.points(unitID)
        _ = try await world.restore(points[0], .new)
        try await world.catalog.write {
            _ = try $0.update(RestorePoint.self, where: .true, set: ["expirationDateTime": world.clock.now().sqlValue])
        }
        try await Scheduler(service).tick()
        #expect(try await world.points(unitID).map(\.id) == [points[0].id])
    }

    @Test func `every unit that is due gets a backup, however many are`() async throws {
        let world = try await World(seed: 1)
        let drives = (0..<Scheduler.rowsPerChange * 2 + 7).map { _ in MemoryTree() }
        _ = try await world.protect(drives)
        try await Scheduler(world.start()).tick()
        try await Scheduler(world.start()).tick()
        #expect(try await world.catalog.count(Query<Job>(where: .equal("kind", "backup"))) == drives.count)
    }

    @Test func `a verification that fails lets the others have their turn`() async throws {
        let (world, service, unitID, _) = try await LedgerTests.backedUp(1)
        let now = world.clock.now()
        let failed = Job(
            id: "failed", kind: "verify", subjectId: unitID, runAfterDateTime: now, createdDateTime: now
        ).with {
            $0.state = .failed
            $0.endedDateTime = now
        }
        try await world.catalog.write { writer in
            try writer.insert(failed)
            _ = try writer.update(
                RepositoryHealth.self, where: .true, set: ["verifiedDateTime": Date(timeIntervalSince1970: 0).sqlValue])
        }
        #expect(try await Scheduler(service).addDueVerification(now) == 0)
        #expect(try await Scheduler(service).addDueVerification(now.addingTimeInterval(86_401)) == 1)
    }

    @Test func `a repository that was verified in the future is verified now`() async throws {
        let (world, service, _, _) = try await LedgerTests.backedUp(1)
        let now = world.clock.now()
        #expect(try await Scheduler(service).addDueVerification(now) == 0)
        #expect(try await Scheduler(service).addDueVerification(now.addingTimeInterval(-7200)) == 1)
    }
}
