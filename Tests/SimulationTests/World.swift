@testable import ProtectionRules
import BackupRepository
import BackupTesting
import SampleData
import Catalog
import Connectors
import FileTree
import Foundation
import ObjectStorage
import Synchronization

@testable import ProtectionService
@testable import BackupWork

/// Everything that a service needs, in memory or temporary, with a disk and a
/// process that can fail.
final class World: Sendable {
    let clock = ManualClock()
    let disk: SimulatedDisk
    let tenant = MemoryTenant()
    /// The database as the service's process has it.
    let driver: MortalDriver
    /// The same database as an observer sees it, whom nothing kills.
    let catalog: CatalogStore
    private let file: TemporaryCatalog
    private let starts = Mutex(0)
    private let identifiers: Mutex<SeededGenerator>

    init(seed: UInt64, in engine: CatalogEngine = .ofRun) async throws {
        disk = SimulatedDisk(seed: seed)
        file = try await TemporaryCatalog.make(in: engine)
        driver = MortalDriver(
            file.database, isPowerless: { [disk] in disk.isDown }, onDeath: { [disk] in disk.halt() })
        catalog = file.store
        identifiers = Mutex(SeededGenerator(seed: seed ^ 0x1d))
    }

    /// The path of the catalogue's file.
    var catalogPath: String { file.path }

    /// A UUID that the seed repeats.
    func makeID() -> String {
        identifiers.withLock { random in
            let (a, b) = (random.next(), random.next())
            let hex = { (value: UInt64, digits: Int) in
                String(String(value, radix: 16).suffix(digits)).leftPadded(to: digits)
            }
            return "\(hex(a, 8))-\(hex(a >> 32, 4))-4\(hex(b, 3))-8\(hex(b >> 12, 3))-\(hex(b >> 24 ^ a << 8, 12))"
        }
    }

    /// The process is dead, by itself or with the machine: another is started, and
    /// finds what was durable.
    func restart() -> ServiceContext {
        if disk.isDown { disk.restorePower() }
        disk.resume()
        driver.revive()
        return start()
    }

    /// A service as a process that has just started would build it.
    func start() -> ServiceContext {
        let number = starts.withLock { number in
            number += 1
            return number
        }
        let clock = clock
        let origin = ProcessIdentity.Origin(bootID: "simulation", namespaces: "1.1", startTicks: UInt64(number))
        let process = ThisProcess(
            ProcessIdentity(host: "simulation", processID: Int32(number), instance: "\(number)", origin: origin),
            start: { $0 == Int32(number) ? .ticks(UInt64(number)) : .none })
        let environment = RepositoryEnvironment(
            hostname: "simulation.invalid", username: "holdfast", process: process, now: { Timestamp(clock.now()) },
            sleep: { duration in try await clock.sleep(until: clock.now().addingTimeInterval(duration / .seconds(1))) })
        var dependencies = ServiceFixture.dependencies(
            catalog: CatalogStore(driver: driver), tenant: tenant, clock: clock, stores: MemoryStores())
        dependencies.repositoryStore = { [disk] in disk.store($0) }
        dependencies.makeID = { [self] in makeID() }
        dependencies.repositoryEnvironment = environment
        dependencies.process = process
        dependencies.worker.engineWidth = 1
        dependencies.worker.verifyBytesPerSecond = 0
        dependencies.intervals.verifyPeriodDays = 1
        return ServiceContext(dependencies: dependencies)
    }

    /// An active policy over a drive for each tree. Gives the units.
    func protect(_ drives: [MemoryTree]) async throws -> [ProtectionUnit] {
        let (now, policyID, tenantID) = (clock.now(), makeID(), tenant.id)
        let policy = ProtectionPolicy(
            id: policyID, workload: .oneDriveForBusiness, displayName: "simulation", status: .active,
            retentionDays: 365, createdDateTime: now
        ).with {
            $0.activatedDateTime = now
        }
        let units = drives.map { drive in
            let unit = ProtectionUnit(
                id: makeID(), workload: .oneDriveForBusiness, sourceId: makeID(), status: .protectRequested,
                protectionSources: [], createdDateTime: now
            ).with {
                $0.policyId = policyID
                $0.displayName = "drive"
                $0.signInOrSiteName = "drive@example.org"
                $0.nextBackupDateTime = now
            }
            tenant.add(userID: unit.sourceId, drive: drive)
            return unit
        }
        try await catalog.write { writer in
            try writer.save(ServiceState(id: tenantID, status: .enabled))
            try writer.insert(policy)
            try writer.insert(contentsOf: units)
        }
        return units
    }

    /// Runs jobs that are due, one after the other.
    func work(_ service: ServiceContext, most: Int = 20, before: () -> Void = {}) async throws {
        for _ in 0..<most {
            let (owner, now) = (service.dependencies.process.description, clock.now())
            let jobs = try await service.catalog.write {
                try JobClaims($0).begin(
                    owner: owner, now: now, leaseSeconds: 60, kinds: JobKind.allCases.map(\.rawValue), limit: 1)
            }
            guard let job = jobs.first else { return }
            before()
            await JobExecution(job: job, service: service, jobs: .all).perform()
            if driver.isDead { return }
        }
    }

    /// Adds a session that restores a point. Gives the artifact's id.
    func restore(_ point: RestorePoint, _ destination: DestinationType) async throws -> String {
        let (session, artifact, now) = (makeID(), makeID(), clock.now())
        let job = Job(
            id: makeID(), kind: JobKind.scheduleRestores.rawValue, subjectId: session, runAfterDateTime: now,
            createdDateTime: now)
        try await catalog.write { writer in
            try writer.insert(
                RestoreSession(
                    id: session, workload: point.workload, status: .activating, createdDateTime: now
                ).with {
                    $0.artifactsTotal = 1
                    $0.artifactsInProgress = 1
                })
            try writer.insert(
                RestoreArtifact(
                    id: artifact, sessionId: session, workload: point.workload, ordinal: 0, restorePointId: point.id,
                    unitId: point.unitId,
                    destinationType: destination, status: .scheduling))
            _ = try writer.addJob(job)
        }
        return artifact
    }

    /// Every point of a unit, oldest first.
    func points(_ unitID: String) async throws -> [RestorePoint] {
        try await catalog.page(
            Query<RestorePoint>(where: .equal("unitId", unitID), order: [.init("protectionDateTime")]))
    }
}

extension String {
    fileprivate func leftPadded(to count: Int) -> String {
        String(repeating: "0", count: max(0, count - self.count)) + self
    }
}
