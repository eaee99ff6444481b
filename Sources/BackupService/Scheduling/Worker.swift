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
            if JobKind(rawValue: kind)?.isAwaited == true { awaited += number } else { others += number }
        }
    }

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
                        group.addTask {
                            await JobExecution(job: job, service: self.service).perform()
                            self.end(job)
                        }
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

    private func end(_ job: Job) {
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
        let (now, lease) = (service.now, settings.leaseSeconds)
        let due = RowPredicate.and([
            .oneOf("kind", kinds.map(\.rawValue)),
            .or([
                .and([.equal("state", JobState.waiting), .compare("runAfterDateTime", .lessOrEqual, now.sqlValue)]),
                .and([.equal("state", JobState.running), .compare("leaseExpiresDateTime", .lessOrEqual, now.sqlValue)]),
            ]),
        ])
        guard free > 0, try await service.catalog.count(Query<Job>(where: due)) > 0 else { return [] }
        let owner = service.dependencies.process.description
        let awaited = kinds.filter(\.isAwaited).map(\.rawValue), others = kinds.filter { !$0.isAwaited }.map(\.rawValue)
        let mostAwaited = min(free, max(1, settings.width - 1) - load.awaited)
        return try await service.catalog.write { writer in
            let first = try writer.claimJobs(owner: owner, now: now, leaseSeconds: lease, kinds: awaited, limit: mostAwaited)
            return try first + writer.claimJobs(owner: owner, now: now, leaseSeconds: lease, kinds: others, limit: free - first.count)
        }
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

/// One claimed job from its claim to its end, its retry, or the loss of its lease.
struct JobExecution {
    let job: Job
    let service: ProtectionService
    private let progress = ProgressCell()

    init(job: Job, service: ProtectionService) {
        self.job = job
        self.service = service
    }

    private struct LeaseLost: Error {}
    private var settings: WorkerSettings { service.dependencies.worker }
    private var context: JobContext { JobContext(service: service, progress: progress) }

    /// Counts this run in the cursor, so that a job which keeps killing its process is given up in the end.
    private var cursor: JobCursor {
        var cursor = JobCursor(job)
        cursor.starts += 1
        return cursor.reaching(progress.position)
    }

    /// The same for a run that ends in an orderly way and does not count.
    private var uncounted: JobCursor { JobCursor(job).reaching(progress.position) }

    func perform() async {
        do {
            try await runUnderLease()
        } catch is LeaseLost {
            service.dependencies.logger.warning("Another worker went on with a job.", metadata: ["job": "\(job.id)", "kind": "\(job.kind)"])
        } catch {
            await settle(Task.isCancelled ? nil : JobFailure(error))
        }
    }

    private func runUnderLease() async throws {
        guard let runner = Self.runner(of: job.kind) else {
            throw JobFailure(.unknownError, "The job is of a kind '\(job.kind)' that this program does not know.")
        }
        let counted = cursor
        guard counted.starts <= settings.attemptsMost else {
            throw JobFailure(.unknownError, "The job was begun \(counted.starts - 1) times and never ended.")
        }
        guard try await extendLease(counted) else { throw LeaseLost() }
        var started = job
        started.cursor = counted.text
        let outcome = try await withThrowingTaskGroup(of: JobOutcome?.self) { [started] group in
            group.addTask {
                try await service.dependencies.jobInspector?.willRun(started)
                return try await runner.run(started, context)
            }
            group.addTask {
                try await keepLease()
                return nil
            }
            defer { group.cancelAll() }
            guard let outcome = try await group.next() ?? nil else { throw LeaseLost() }
            return outcome
        }
        try await finish(outcome)
    }

    private func finish(_ outcome: JobOutcome) async throws {
        let job = job
        switch outcome {
        case .postponed(let moment): try await giveBack(until: moment, uncounted, nil)
        case .done(let result, let change):
            var cursor = JobCursor(job)
            cursor.result = result
            let text = cursor.text
            try await service.catalog.write { writer in
                try change(writer)
                _ = try writer.update(Job.self, where: .equal("id", job.id), set: ["cursor": .text(text)])
                guard try writer.finishJob(job) else { throw LeaseLost() }
            }
        }
    }

    /// Shows again and again that the job lives, and how far it is; returns when the lease was lost.
    private func keepLease() async throws {
        repeat {
            try await service.dependencies.clock.sleep(until: service.now.addingTimeInterval(Double(settings.heartbeatSeconds)))
        } while try await extendLease(cursor)
    }

    private func extendLease(_ cursor: JobCursor) async throws -> Bool {
        let (value, isNew) = progress.take()
        let (job, now, lease) = (job, service.now, settings.leaseSeconds)
        return try await service.catalog.write { writer in
            guard try writer.extendLease(of: job, now: now, leaseSeconds: lease, cursor: cursor.text, progress: value.text) else { return false }
            if isNew, job.kind == JobKind.restore.rawValue {
                _ = try writer.update(RestoreArtifact.self, where: .equal("id", job.subjectId), set: ["progress": value.sqlValue])
            }
            return true
        }
    }

    /// What becomes of a job that did not end: given back (nil: the process is stopping), tried again, or failed for good.
    private func settle(_ failure: JobFailure?) async {
        do {
            guard let failure else { return try await giveBack(until: service.now, uncounted, nil) }
            let waited = service.now.timeIntervalSince(job.createdDateTime)
            let isWorthIt = failure.isBusy ? waited < Double(settings.busyMostHours) * 3600 : failure.isRetryable && cursor.starts < settings.attemptsMost
            service.dependencies.logger.error(
                "A job failed.",
                metadata: ["job": "\(job.id)", "kind": "\(job.kind)", "subject": "\(job.subjectId)", "again": "\(isWorthIt)", "cause": "\(failure.message)"])
            guard isWorthIt else { return try await fail(failure) }
            let seconds = failure.isBusy ? settings.busySeconds : settings.retrySeconds << min(cursor.starts, 8)
            try await giveBack(until: service.now.addingTimeInterval(Double(seconds)), failure.isBusy ? uncounted : cursor, failure)
        } catch {
            service.dependencies.logger.error("A job could not be given back; its lease will run out.", metadata: ["job": "\(job.id)", "cause": "\(error)"])
        }
    }

    private func giveBack(until moment: Date, _ cursor: JobCursor, _ failure: JobFailure?) async throws {
        let (job, runner) = (job, Self.runner(of: job.kind))
        try await service.catalog.write { writer in
            guard try writer.releaseJob(job, runAfter: moment, cursor: cursor.text, error: failure?.publicError) else { return }
            if let failure, !failure.isBusy { try runner?.willRetry(job, failure, writer) }
        }
    }

    private func fail(_ failure: JobFailure) async throws {
        let (job, context, runner) = (job, context, Self.runner(of: job.kind))
        try await service.catalog.write { writer in
            try runner?.fail(job, failure, context, writer)
            guard try writer.finishJob(job, error: failure.publicError) else { throw LeaseLost() }
        }
    }

    private static func runner(of kind: String) -> (any JobRunner)? {
        switch JobKind(rawValue: kind) {
        case .backup: BackupJob()
        case .scheduleRestores: ScheduleRestoresJob()
        case .restore: RestoreJob()
        case .restoreItems: RestoreItemsJob()
        case .settle: SettleJob()
        case .prune: PruneJob()
        case .deleteRepository: DeleteRepositoryJob()
        case .applyRule: ApplyRuleJob()
        case .addUnits: AddUnitsJob()
        case .coverWorkload: CoverWorkloadJob()
        case .sendMail: SendMailJob()
        case .verify: VerifyJob()
        case nil: nil
        }
    }
}
