import BackupRepository
import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import ProtectionService
import Testing

@testable import BackupWork

/// Schedulers of five processes over one catalogue: what is due is begun once.
@Suite struct SharedScheduleTests {
    private struct Cluster {
        let catalog: PostgresCatalog
        let clock = ManualClock(Date(timeIntervalSince1970: 1_800_000_000))
        let schedulers: [Scheduler]
        /// What stands before the database of each.
        let processes: [MortalDriver]
        private let fixtures: [ServiceFixture]
        private let drivers: [any SQLDriver]
        let units = 40

        init() async throws {
            catalog = try await PostgresCatalog.make()
            let (tenant, clock) = (MemoryTenant(), clock)
            var fixtures: [ServiceFixture] = []
            var (drivers, processes): ([any SQLDriver], [MortalDriver]) = ([], [])
            for number in 0..<5 {
                let driver = try await catalog.anotherDriver()
                let process = MortalDriver(driver)
                fixtures.append(
                    try await ServiceFixture(tenant: tenant, clock: clock) {
                        $0.catalog = CatalogStore(driver: process)
                        $0.makeID = { UUID().uuidString.lowercased() }
                        $0.isShared = true
                        $0.intervals.verifyPeriodDays = 0
                        $0.process = ThisProcess(
                            ProcessIdentity(host: "host", processID: Int32(number), instance: "\(number)"),
                            start: { _ in .unknown })
                    })
                drivers.append(driver)
                processes.append(process)
            }
            (self.fixtures, self.drivers, self.processes) = (fixtures, drivers, processes)
            schedulers = fixtures.map { Scheduler($0.service) }
            let now = clock.now()
            let units = (0..<units).map { number in
                ProtectionUnit(
                    id: "unit-\(number)", workload: .oneDriveForBusiness, sourceId: "source-\(number)",
                    status: .protected, protectionSources: [], createdDateTime: now
                ).with { $0.nextBackupDateTime = now }
            }
            try await catalog.store.write { writer in
                try writer.save(ServiceState(id: tenant.id, status: .enabled))
                try writer.insert(contentsOf: units)
            }
        }

        /// All look at once, as their time or a signal has it; some may die of it.
        func look(isAskedFor: Bool) async {
            await withTaskGroup(of: Void.self) { group in
                for scheduler in schedulers {
                    group.addTask {
                        _ = try? await scheduler.lookInTurn(isAskedFor: isAskedFor) { try await scheduler.tick() }
                    }
                }
            }
        }

        /// How many backups each unit has got since the last time, as a set of numbers.
        func takeBackups() async throws -> [Int] {
            let jobs = try await catalog.store.page(Query<Job>(where: .equal("kind", JobKind.backup.rawValue)))
            try await catalog.store.write { try $0.delete(Job.self, where: .true) }
            let counts = Dictionary(grouping: jobs, by: \.subjectId).mapValues(\.count)
            return (0..<units).map { counts["unit-\($0)"] ?? 0 }
        }

        func close() async throws { for driver in drivers { try await driver.close() } }
    }

    @Test(arguments: [false, true])
    func `each unit has exactly its looks`(isAskedFor: Bool) async throws {
        let cluster = try await Cluster()
        for round in 0..<6 {
            await cluster.look(isAskedFor: isAskedFor)
            // Nobody finds anything more.
            await cluster.look(isAskedFor: isAskedFor)
            #expect(try await cluster.takeBackups() == Array(repeating: 1, count: cluster.units), "round \(round)")
            cluster.clock.turn(seconds: 600)
        }
        try await cluster.close()
    }

    @Test(arguments: MortalDriver.Moment.allCases)
    func `a process that is killed at its turn keeps nobody from it for long`(
        moment: MortalDriver.Moment
    ) async throws {
        let cluster = try await Cluster()
        await cluster.look(isAskedFor: true)
        #expect(try await cluster.takeBackups().allSatisfy { $0 == 1 })
        for writes in 0..<3 {
            cluster.clock.turn(seconds: 600)
            let victim = cluster.processes[writes]
            victim.die(moment, afterWrites: writes)
            let scheduler = cluster.schedulers[writes]
            _ = try? await scheduler.lookInTurn(isAskedFor: false) { try await scheduler.tick() }
            #expect(victim.isDead)
            await cluster.look(isAskedFor: false)
            cluster.clock.turn(seconds: 61)
            await cluster.look(isAskedFor: false)
            #expect(try await cluster.takeBackups() == Array(repeating: 1, count: cluster.units), "write \(writes)")
            victim.revive()
        }
        try await cluster.close()
    }
}
