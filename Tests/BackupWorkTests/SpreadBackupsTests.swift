import BackupTesting
import Catalog
import Connectors
import Foundation
import ProtectionRules
import ProtectionService
import Testing

@testable import BackupWork

/// Backups that are due spread over the cadence, each unit at its own moment.
@Suite struct SpreadBackupsTests {
    private let fixture: ServiceFixture
    private let beats: AsyncStream<Void>
    private static let units = 240

    init() async throws {
        let (beats, stream) = AsyncStream<Void>.makeStream()
        self.beats = beats
        fixture = try await ServiceFixture(tenant: MemoryTenant()) { dependencies in
            dependencies.intervals.spreadsBackups = true
            dependencies.heartbeats = Heartbeats { _, _ in stream.yield() }
        }
        try await fixture.enable(Caller(application: Identity(id: "3f1c2d4e-0000-4000-8000-0000000000aa")))
        let now = fixture.clock.now()
        let units = (0..<Self.units).map { number in
            ProtectionUnit(
                id: "3f1c2d4e-0000-4000-8000-\(number)", workload: .oneDriveForBusiness, sourceId: "source-\(number)",
                status: .protected, protectionSources: [], createdDateTime: now
            ).with { $0.nextBackupDateTime = now }
        }
        try await fixture.catalog.write { try $0.insert(contentsOf: units) }
    }

    /// The units for which backups wait, whose jobs are then gone.
    private func takeJobs() async throws -> [String] {
        let backups = RowPredicate.equal("kind", JobKind.backup.rawValue)
        let jobs = try await fixture.catalog.page(Query<Job>(where: backups))
        try await fixture.catalog.write { _ = try $0.delete(Job.self, where: backups) }
        return jobs.map(\.subjectId)
    }

    private func moments() async throws -> [String: Date] {
        let units = try await fixture.catalog.page(Query<ProtectionUnit>())
        return Dictionary(units.compactMap { unit in unit.nextBackupDateTime.map { (unit.id, $0) } }) { one, _ in one }
    }

    @Test func `units that are due together come apart, and stay where they are after a restart`() async throws {
        try await Scheduler(fixture.service).tick()
        #expect(try await takeJobs().count == Self.units)
        let first = try await moments()
        #expect(Set(first.values).count > 40)
        let now = fixture.clock.now()
        #expect(first.values.allSatisfy { $0 > now && $0 <= now.addingTimeInterval(600) })
        // A server that was off for a while finds all of them due, once.
        fixture.clock.turn(seconds: 7200)
        try await Scheduler(fixture.service).tick()
        #expect(try await takeJobs().count == Self.units)
        for (id, moment) in try await moments() {
            let moved = moment.timeIntervalSince(try #require(first[id]))
            #expect(moved.truncatingRemainder(dividingBy: 600) == 0)
        }
    }

    @Test func `the scheduler looks at each slot, and each unit has one backup in a cadence`() async throws {
        let scheduler = Task { [service = fixture.service] in try await Scheduler(service).run() }
        defer { scheduler.cancel() }
        var beats = beats.makeAsyncIterator()
        _ = await beats.next()
        #expect(try await takeJobs().count == Self.units)
        var taken: [String] = []
        for _ in 0..<60 {
            fixture.clock.turn(seconds: 10)
            _ = await beats.next()
            let now = try await takeJobs()
            #expect(now.count <= 20)
            taken += now
        }
        #expect(taken.count == Self.units)
        #expect(Set(taken).count == Self.units)
    }
}
