import BackupRepository
import Catalog
import Concurrency
import Foundation
import Logging
import ProtectionRules
public import ProtectionService
public import ServiceLifecycle
import Synchronization

/// Takes jobs under leases and runs several at once. Any number of workers, in any number of
/// processes, may share a catalogue.
///
/// A job whose process was killed is taken over as soon as that is known on the same machine, and
/// when the lease has run out elsewhere.
public final class Worker: Service {
    private let service: ServiceContext
    private let jobs: [JobDefinition]
    private let running = Mutex(Load())
    private let leases: LeaseWatch
    private var settings: WorkerSettings { service.dependencies.worker }

    /// The places that are taken.
    private struct Load {
        var awaited = 0
        var others = 0
        /// The jobs that run in them.
        var ids: Set<String> = []

        mutating func begin(_ job: Job, isAwaited: Bool) {
            ids.insert(job.id)
            if isAwaited { awaited += 1 } else { others += 1 }
        }

        mutating func end(_ job: Job, isAwaited: Bool) {
            ids.remove(job.id)
            if isAwaited { awaited -= 1 } else { others -= 1 }
        }
    }

    /// When the present job of a place was asked for.
    private final class ClaimTime: Sendable {
        private let time: Mutex<SteadyTime>

        init(_ time: SteadyTime) { self.time = Mutex(time) }

        var value: SteadyTime {
            get { time.withLock { $0 } }
            set { time.withLock { $0 = newValue } }
        }
    }

    /// The kinds of jobs that write into drives and sites, of which `restore.maximum-units` bounds how
    /// many run at once.
    private static let restores: [JobKind] = [.restore, .restoreItems]

    /// A prune that has been due for so long goes before backups, so that no server is too busy
    /// to give space back.
    private static let secondsOfPatience = 3600.0

    private func isAwaited(_ job: Job) -> Bool { jobs[kind: job.kind]?.isAwaited == true }

    /// The kinds of jobs that users wait for, or the others.
    private func kinds(isAwaited: Bool) -> [JobKind] { jobs.filter { $0.isAwaited == isAwaited }.map(\.kind) }

    /// - Parameter jobs: the kinds of jobs that the worker does.
    public init(_ service: ServiceContext, jobs: [JobDefinition]) {
        self.service = service
        self.jobs = jobs
        let process = service.dependencies.process
        leases = LeaseWatch(isGone: { process.isGone($0) }, settings: service.dependencies.worker)
    }

    /// Works until the task is cancelled or a graceful shutdown begins; jobs that are not done
    /// then are given back.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await self.work() }
    }

    private func work() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let seen = service.signal.generation
                let asked = service.dependencies.clock.steadyTime()
                do {
                    let claimed = try await claim()
                    service.dependencies.heartbeats.beat(.worker, service.dependencies.clock)
                    for job in claimed {
                        running.withLock { $0.begin(job, isAwaited: self.isAwaited(job)) }
                        group.addTask { await self.perform(job, claimedAt: asked) }
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
    private func perform(_ first: Job, claimedAt firstAsked: SteadyTime) async {
        var job = first
        let asked = ClaimTime(firstAsked)
        while let next = await JobExecution(job: job, service: service, jobs: jobs, claimedAt: asked.value).perform(
            claiming: { [job, clock = service.dependencies.clock] in
                asked.value = clock.steadyTime()
                return try self.successor(of: job, $0)
            })
        {
            service.signal.notify()
            running.withLock { [job] load in
                load.begin(next, isAwaited: isAwaited(next))
                load.end(job, isAwaited: isAwaited(job))
            }
            job = next
        }
        let isLast = running.withLock { [job] load in
            load.end(job, isAwaited: isAwaited(job))
            return load.awaited + load.others == 0
        }
        service.signal.notify()
        if isLast { service.dependencies.releaseMemory?() }
    }

    /// The catalogue could not be reached: said once, then tried again.
    private func pause(after error: any Error) async {
        service.dependencies.logger.error(
            "The worker could not reach the catalogue and tries again.", metadata: ["cause": "\(error)"])
        try? await service.dependencies.clock.sleep(
            until: service.now.addingTimeInterval(Double(settings.retrySeconds)))
    }

    /// Claims as many jobs as there are free places, those that users wait for first; one place
    /// is left for the others, so that backups go on during a great restore. It looks before it
    /// writes, so that an idle worker costs no commits.
    private func claim() async throws -> [Job] {
        let load = running.withLock { $0 }
        let free = settings.width - load.awaited - load.others
        guard free > 0, !service.catalog.writeGate.isClosed, !service.dependencies.ending.isGiven else { return [] }
        let lapsed = try await lapsedJobs(besides: load.ids)
        let isDue = try await service.catalog.count(due(jobs.map(\.kind))) > 0
        guard isDue || !lapsed.isEmpty else { return [] }
        let mostAwaited = min(free, placesForAwaited - load.awaited)
        return try await service.catalog.write { writer in
            let first = try self.beginAwaited(limit: mostAwaited, takingOver: lapsed, writer)
            return try first + self.begin(isAwaited: false, limit: free - first.count, takingOver: lapsed, writer)
        }
    }

    /// Claims jobs that users wait for, with no more restores among them than may still begin. A restore
    /// that is to be taken over is none that runs.
    private func beginAwaited(limit: Int, takingOver lapsed: [Job], _ writer: CatalogWriter) throws -> [Job] {
        guard limit > 0 else { return [] }
        let writing = try writer.count(
            Query<Job>(
                where: .and([
                    .equal("state", JobState.running), .oneOf("kind", Self.restores.map(\.rawValue)),
                    .not(.oneOf("id", lapsed.map(\.id))),
                ])))
        let some = min(limit, max(0, maximumRestores - writing))
        let first = try begin(isAwaited: true, limit: some, takingOver: lapsed, writer)
        guard first.count == some, some < limit else { return first }
        let others = kinds(isAwaited: true).filter { !Self.restores.contains($0) }
        return try first + begin(others, limit: limit - some, takingOver: lapsed, writer)
    }

    /// The running jobs whose holders are gone, or have shown no sign of life for long enough.
    private func lapsedJobs(besides own: Set<String>) async throws -> [Job] {
        let held = try await service.catalog.page(Query<Job>(where: .equal("state", JobState.running))).filter {
            !own.contains($0.id)
        }
        return leases.lapsed(
            among: held, at: ClockReading(now: service.now, steady: service.dependencies.clock.steadyTime()))
    }

    /// How many drives and sites are restored into at once.
    private var maximumRestores: Int { max(1, service.dependencies.restores.maximumUnits) }

    /// How many of the places jobs may have that users wait for.
    private var placesForAwaited: Int { max(1, settings.width - 1) }

    /// The jobs of some kinds that wait and are due, also those that other jobs of
    /// their repository keep waiting.
    private func due(_ kinds: [JobKind]) -> Query<Job> {
        Query<Job>(
            where: .and([
                .oneOf("kind", kinds.map(\.rawValue)), .equal("state", JobState.waiting),
                .compare("runAfterDateTime", .lessOrEqual, service.now.sqlValue),
            ]))
    }

    /// The job that goes on in the place of one that ends, in the same commit: hundreds of small
    /// drives wait for nothing between them.
    ///
    /// It is of the same sort, so that the counts of places stay right. A place that a user waits
    /// for is left to `claim`, however many backups are due.
    private func successor(of job: Job, _ writer: CatalogWriter) throws -> Job? {
        guard !service.dependencies.ending.isGiven else { return nil }
        let isAwaited = isAwaited(job)
        if !isAwaited, running.withLock({ $0.awaited }) < placesForAwaited,
            try writer.count(due(kinds(isAwaited: true))) > 0
        {
            return nil
        }
        guard isAwaited else { return try begin(isAwaited: false, limit: 1, takingOver: [], writer).first }
        return try beginAwaited(limit: 1, takingOver: [], writer).first
    }

    /// Claims jobs of one sort. Of those that no user waits for, prunes and sweeps come last: what a
    /// backup keeps is worth more than what they free.
    private func begin(isAwaited: Bool, limit: Int, takingOver lapsed: [Job], _ writer: CatalogWriter) throws -> [Job] {
        let kinds = kinds(isAwaited: isAwaited)
        guard kinds.contains(.prune) else { return try begin(kinds, limit: limit, takingOver: lapsed, writer) }
        let late = due([.prune]).dueSince(service.now.addingTimeInterval(-Self.secondsOfPatience))
        var jobs: [Job] = []
        if try writer.first(late) != nil {
            jobs = try begin([.prune], limit: min(1, limit), takingOver: lapsed, writer)
        }
        for kinds in [kinds.filter { $0 != .prune && $0 != .sweep }, [.prune], [.sweep]] {
            jobs += try begin(kinds, limit: limit - jobs.count, takingOver: lapsed, writer)
        }
        return jobs
    }

    private func begin(
        _ kinds: [JobKind], limit: Int, takingOver lapsed: [Job], _ writer: CatalogWriter
    ) throws -> [Job] {
        try JobClaims(writer).begin(
            owner: service.dependencies.process.description, now: service.now, leaseSeconds: settings.leaseSeconds,
            kinds: kinds.map(\.rawValue),
            limit: limit, takingOver: lapsed, yieldsToBackups: jobs[kind: JobKind.backup.rawValue] != nil)
    }
}

extension Query where Record == Job {
    /// Those of them that were due at a moment already.
    fileprivate func dueSince(_ moment: Date) -> Query<Job> {
        var query = self
        query.predicate = .and([predicate, .compare("runAfterDateTime", .lessOrEqual, moment.sqlValue)])
        return query
    }
}
