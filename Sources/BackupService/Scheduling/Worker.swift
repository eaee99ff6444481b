import BackupRepository
import Catalog
import Foundation
import Logging
public import ServiceLifecycle
import Synchronization

/// Takes jobs under leases and runs several at once. Any number of workers, in any number of processes, may share a catalogue.
///
/// A job whose process was killed is taken over as soon as that is known on the same machine, and when the lease has run out elsewhere.
public final class Worker: Service {
    private let service: ProtectionService
    private let kinds: [JobKind]
    private let running = Mutex(Load())
    private var settings: WorkerSettings { service.dependencies.worker }

    /// The places that are taken.
    private struct Load {
        var awaited = 0
        var others = 0

        mutating func change(_ kind: String, by number: Int) {
            if Worker.isAwaited(kind) { awaited += number } else { others += number }
        }
    }

    private static func isAwaited(_ kind: String) -> Bool { JobKind(rawValue: kind)?.isAwaited == true }

    /// Makes a worker for some kinds of jobs, all by default.
    public init(_ service: ProtectionService, kinds: [JobKind] = JobKind.allCases) {
        self.service = service
        self.kinds = kinds
    }

    /// Works until the task is cancelled or a graceful shutdown begins; jobs that are not done then are given back.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await self.work() }
    }

    private func work() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let seen = service.signal.generation
                do {
                    try await endLeasesOfTheDead()
                    for job in try await claim() {
                        running.withLock { $0.change(job.kind, by: 1) }
                        group.addTask { await self.perform(job) }
                    }
                    let next = service.now.addingTimeInterval(Double(settings.pollSeconds))
                    try await service.dependencies.clock.sleep(until: next, orAfter: [(service.signal, seen)])
                } catch is CancellationError {
                    break
                } catch {
                    await pause(after: error)
                }
            }
            group.cancelAll()
        }
    }

    /// Runs a job, and then one after the other those that were claimed for its place.
    private func perform(_ first: Job) async {
        var job = first
        while let next = await JobExecution(job: job, service: service).perform(claiming: { [job] in try self.successor(of: job, $0) }) {
            service.signal.notify()
            job = next
        }
        let isLast = running.withLock { load in
            load.change(job.kind, by: -1)
            return load.awaited + load.others == 0
        }
        service.signal.notify()
        if isLast { service.dependencies.releaseMemory?() }
    }

    /// The catalogue could not be reached: said once, then tried again.
    private func pause(after error: any Error) async {
        service.dependencies.logger.error("The worker could not reach the catalogue and tries again.", metadata: ["cause": "\(error)"])
        try? await service.dependencies.clock.sleep(until: service.now.addingTimeInterval(Double(settings.retrySeconds)))
    }

    /// Claims as many jobs as there are free places, those that somebody waits for first; one place is left for the others, so that backups go
    /// on during a great restore. It looks before it writes, so that an idle worker costs no commits.
    private func claim() async throws -> [Job] {
        let load = running.withLock { $0 }
        let free = settings.width - load.awaited - load.others
        guard free > 0, try await service.catalog.count(due(kinds)) > 0 else { return [] }
        let mostAwaited = min(free, placesForAwaited - load.awaited)
        return try await service.catalog.write { writer in
            let first = try self.begin(isAwaited: true, limit: mostAwaited, writer)
            return try first + self.begin(isAwaited: false, limit: free - first.count, writer)
        }
    }

    /// How many of the places those jobs may have that somebody waits for.
    private var placesForAwaited: Int { max(1, settings.width - 1) }

    /// The jobs of some kinds that anybody may claim now.
    private func due(_ kinds: [JobKind]) -> Query<Job> {
        let now = service.now.sqlValue
        return Query<Job>(where: .and([
            .oneOf("kind", kinds.map(\.rawValue)),
            .or([
                .and([.equal("state", JobState.waiting), .compare("runAfterDateTime", .lessOrEqual, now)]),
                .and([.equal("state", JobState.running), .compare("leaseExpiresDateTime", .lessOrEqual, now)]),
            ]),
        ]))
    }

    /// The job that goes on in the place of one that ends, in the same commit: hundreds of small drives wait for nothing between them.
    ///
    /// It is of the same sort, so that the counts of places stay right. A place that somebody waits for is left to `claim`, however many backups are due.
    private func successor(of job: Job, _ writer: CatalogWriter) throws -> Job? {
        let isAwaited = Self.isAwaited(job.kind)
        if !isAwaited, running.withLock({ $0.awaited }) < placesForAwaited, try writer.count(due(kinds.filter(\.isAwaited))) > 0 { return nil }
        return try begin(isAwaited: isAwaited, limit: 1, writer).first
    }

    private func begin(isAwaited: Bool, limit: Int, _ writer: CatalogWriter) throws -> [Job] {
        let kinds = kinds.filter { $0.isAwaited == isAwaited }.map(\.rawValue)
        let owner = service.dependencies.process.description
        return try writer.beginJobs(owner: owner, now: service.now, leaseSeconds: settings.leaseSeconds, kinds: kinds, limit: limit)
    }

    /// Ends the leases of processes that are certainly gone, so that nobody waits for them to run out.
    private func endLeasesOfTheDead() async throws {
        let held = try await service.catalog.page(Query<Job>(where: .equal("state", JobState.running)))
        let now = service.now
        for job in held where job.leaseOwner.map(service.dependencies.process.isGone) ?? true {
            let same = RowPredicate.and([.equal("id", job.id), .equal("attempt", job.attempt), .equal("state", JobState.running)])
            try await service.catalog.write { _ = try $0.update(Job.self, where: same, set: ["leaseExpiresDateTime": now.sqlValue]) }
        }
    }
}
