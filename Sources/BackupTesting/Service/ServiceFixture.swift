import BackupRepository
import BackupWork
public import Catalog
public import Connectors
import Logging
public import ProtectionRules
public import ProtectionService

/// A service with everything that it needs: a catalogue in a temporary file, repositories in memory,
/// a clock that is turned by hand and counted ids. Its jobs run when the test says so.
public final class ServiceFixture: Sendable {
    public let clock: ManualClock
    /// The repositories, by location. Whoever gives `repositoryStore` another value keeps this empty.
    public let stores: MemoryStores
    public let service: ServiceContext
    private let catalogFile: TemporaryCatalog

    /// Makes a service that is not enabled and has no application.
    /// - Parameters:
    ///   - catalogFile: a catalogue that the test looks at or stands before; nil for an empty one.
    ///   - configure: changes what the service is given.
    public init(
        tenant: any Tenant, clock: ManualClock = ManualClock(), catalogFile: TemporaryCatalog? = nil,
        stores: MemoryStores = MemoryStores(), configure: (inout ServiceDependencies) -> Void = { _ in }
    ) async throws {
        let file = if let catalogFile { catalogFile } else { try await TemporaryCatalog.make() }
        var dependencies = Self.dependencies(catalog: file.store, tenant: tenant, clock: clock, stores: stores)
        configure(&dependencies)
        self.catalogFile = file
        self.clock = clock
        self.stores = stores
        service = ServiceContext(dependencies: dependencies)
    }

    /// What a service is given in tests; it logs nothing below critical.
    public static func dependencies(
        catalog: CatalogStore, tenant: any Tenant, clock: any WallClock, stores: MemoryStores
    ) -> ServiceDependencies {
        guard let secrets = TenantSecrets(masterSecret: [UInt8](repeating: 7, count: 32)) else {
            preconditionFailure("32 bytes are a master secret")
        }
        let ids = CountedIDs()
        var dependencies = ServiceDependencies(
            catalog: catalog, tenant: tenant, repositoryStore: { stores[$0] }, secrets: secrets, clock: clock,
            makeID: { ids.next() },
            repositoryEnvironment: RepositoryEnvironment(hostname: "test", username: "test"), process: .current(),
            logger: .quiet)
        // Tests turn the clock by whole cadences.
        dependencies.intervals.spreadsBackups = false
        return dependencies
    }

    /// The catalogue as the service sees it.
    public var catalog: CatalogStore { service.dependencies.catalog }

    /// Every row of every table as text: equal before and after whatever changes nothing.
    public func rows() async throws -> [String] { try await catalogFile.rows() }

    /// Makes the caller's application the controller, and enables the service.
    public func enable(_ caller: Caller) async throws {
        _ = try await service.apps.register(caller)
        _ = try await service.apps.activate(id: caller.application.id, effectiveDateTime: nil, caller)
        _ = try await service.status.enable(appOwnerTenantID: service.tenantID, caller)
    }
}

/// Jobs that did not come to an end.
public struct EndlessJobs: Error, CustomStringConvertible {
    /// How many times jobs were claimed.
    public var rounds: Int
    public var description: String { "jobs were claimed \(rounds) times and others are still due" }
}

// MARK: Running

extension ServiceFixture {
    /// Lets everything happen that is due now: looks of the scheduler, and after each every job.
    /// - Throws: `EndlessJobs`, and what a look throws.
    public func settle(looks: Int = 1) async throws {
        for _ in 0..<looks {
            try await Scheduler(service).tick()
            try await work()
        }
    }

    /// Runs the jobs that are due now, and those that they add, one after the other; throws
    /// `EndlessJobs` where they do not come to an end.
    /// - Parameter width: how many jobs are claimed before the first of them runs: what was claimed
    ///   is at work for all others.
    public func work(width: Int = 8) async throws {
        for _ in 0..<1000 {
            let jobs = try await claim(width)
            if jobs.isEmpty { return }
            for job in jobs { await JobExecution(job: job, service: service, jobs: .all).perform() }
        }
        throw EndlessJobs(rounds: 1000)
    }

    /// Claims the jobs that are due first, as a worker does.
    public func claim(_ limit: Int) async throws -> [Job] {
        let now = clock.now()
        return try await catalog.write { writer in
            try JobClaims(writer).begin(
                owner: "test", now: now, leaseSeconds: 60, kinds: JobKind.allCases.map(\.rawValue), limit: limit)
        }
    }
}
