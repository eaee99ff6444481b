package import ProtectionRules
package import ProtectionService
import Concurrency
package import Catalog
import Foundation
import Logging

/// One claimed job from its claim to its end, its retry, or the loss of its lease.
package struct JobExecution {
    let job: Job
    let service: ServiceContext
    /// What the job is; nil for a kind that this program does not know.
    private let definition: JobDefinition?
    private let progress = ProgressCell()
    private let started = ContinuousClock.now
    private let begun: Date
    private let lease: JobLease
    /// The service as the run sees it: what it changes, it changes under the lease.
    private let fenced: ServiceContext

    /// - Parameter jobs: the kinds of jobs that there are.
    /// - Parameter claimedAt: the steady time before the job was claimed; nil where that is not known.
    package init(job: Job, service: ServiceContext, jobs: [JobDefinition], claimedAt: SteadyTime? = nil) {
        self.job = job
        self.service = service
        definition = jobs[kind: job.kind]
        begun = service.now
        lease = JobLease(of: job, definition, service: service, progress: progress, claimedAt: claimedAt)
        fenced = lease.fenced
    }

    private struct LeaseLost: Error {}
    private var settings: WorkerSettings { service.dependencies.worker }
    private var context: JobContext { JobContext(service: fenced, progress: progress) }

    /// What the row keeps if the run ends so.
    private func cursor(_ end: RunEnd) -> JobCursor {
        JobCursor(job).after(end, reached: progress.position)
    }

    /// Runs the job to its end.
    /// - Parameter claiming: called in the commit that ends the job well, unless the worker stops.
    /// - Returns: what `claiming` returned; nil where the job did not end well.
    @discardableResult
    package func perform(claiming: @escaping @Sendable (CatalogWriter) throws -> Job? = { _ in nil }) async -> Job? {
        do {
            return try await finish(try await runUnderLease(), claiming)
        } catch {
            if error is LeaseLost || lease.isLost {
                await endWithoutLease()
            } else {
                await settle(Task.isCancelled ? nil : JobFailure(error))
            }
        }
        return nil
    }

    /// Leaves the job to whoever holds it now. Where that is nobody yet, it waits for the next worker;
    /// that the run ended so is no failure.
    private func endWithoutLease() async {
        service.dependencies.observer?.note(.leaseLost)
        service.dependencies.logger.warning(
            "A run lost the lease of its job, and leaves the job to another.",
            metadata: ["job": "\(job.id)", "kind": "\(job.kind)"])
        do {
            try await giveBack(until: service.now, cursor(.interrupted), nil)
        } catch {
            service.dependencies.logger.error(
                "A job could not be given back; its lease will run out.",
                metadata: ["job": "\(job.id)", "cause": "\(error)"])
        }
    }

    private func runUnderLease() async throws -> JobOutcome {
        guard let runner = definition?.runner else {
            throw JobFailure(.unknownError, "The job is of a kind '\(job.kind)' that this program does not know.")
        }
        let starts = JobCursor(job).starts
        guard starts <= settings.attemptsMost else {
            throw JobFailure(.unknownError, "The job was begun \(starts - 1) times and never ended.")
        }
        guard await lease.mayChange() else { throw LeaseLost() }
        // Only what opens a repository finds the locks that the holder before left there.
        if JobCursor(job).formerHolders != nil { service.dependencies.memory.forgetComparison(job.subjectId) }
        return try await withThrowingTaskGroup(of: JobOutcome?.self) { group in
            group.addTask {
                await lease.waitUntilLost()
                try Task.checkCancellation()
                throw LeaseLost()
            }
            group.addTask {
                try await service.dependencies.jobInspector?.willRun(job)
                return try await runner.run(job, context)
            }
            group.addTask {
                try await keepLease()
                return nil
            }
            defer { group.cancelAll() }
            guard let outcome = try await group.next() ?? nil else { throw LeaseLost() }
            return outcome
        }
    }

    private func finish(
        _ outcome: JobOutcome, _ claiming: @escaping @Sendable (CatalogWriter) throws -> Job?
    ) async throws -> Job? {
        // What it did while nothing could be changed is not done.
        if lease.isLost { throw LeaseLost() }
        let job = job
        switch outcome {
        case .postponed(let moment):
            try await giveBack(until: moment, cursor(.interrupted), nil)
            tell(.postponed)
            return nil
        case .done(let result, let makesDue, let change):
            let text = cursor(.done(result: result)).text
            // The commit runs outside of the task.
            let isStopping = Task.isCancelled
            let (now, service) = (service.now, service)
            let next = try await service.catalog.write { writer in
                try change(writer)
                _ = try writer.update(Job.self, where: .equal("id", job.id), set: ["cursor": .text(text)])
                guard try writer.finishJob(job, at: now) else { throw LeaseLost() }
                return isStopping ? nil : try claiming(writer)
            }
            if makesDue { service.dueSignal.notify() }
            let seconds = (ContinuousClock.now - started) / .seconds(1)
            progress.report?.log(to: service.dependencies.logger, jobID: job.id, seconds: seconds)
            tell(.done)
            return next
        }
    }

    /// Tells what the run came to, once that is in the catalogue.
    private func tell(_ outcome: JobRun.Outcome) {
        guard let observer = service.dependencies.observer else { return }
        if [.done, .failed].contains(outcome) { for event in progress.results { observer.note(event) } }
        observer.note(
            .ran(
                JobRun(
                    kind: job.kind, outcome: outcome, workload: progress.report?.unit.workload,
                    seconds: (ContinuousClock.now - started) / .seconds(1),
                    delaySeconds: max(0, begun.timeIntervalSince(job.runAfterDateTime)))))
    }

    /// Shows again and again that the job lives, and how far it is; returns when
    /// the lease was lost.
    ///
    /// Where the machine slept, or stopped this process, for longer than the lease, another worker may
    /// have taken the job over. The first thing that is done after it is to ask, and a run that
    /// lost its job ends.
    private func keepLease() async throws {
        let clock = service.dependencies.clock
        var shown = clock.steadyTime()
        repeat {
            try await clock.sleep(until: service.now.addingTimeInterval(Double(settings.heartbeatSeconds)))
            let now = clock.steadyTime()
            if now.epoch == shown.epoch, now.seconds - shown.seconds > Double(settings.leaseSeconds) {
                service.dependencies.logger.warning(
                    """
                    A job showed no sign of life for longer than its lease: the machine slept, or this process was \
                    stopped.
                    """,
                    metadata: [
                        "job": "\(job.id)", "kind": "\(job.kind)", "seconds": "\(Int(now.seconds - shown.seconds))",
                    ])
            }
            shown = now
        } while try await showLife()
    }

    /// Extends the lease. A catalogue that does not answer is asked again for as long as the
    /// lease lasts for certain.
    /// - Returns: whether the lease is still ours.
    private func showLife() async throws -> Bool {
        do {
            return try await lease.extend()
        } catch let error as CatalogError {
            guard lease.isHeld else { throw error }
            return true
        }
    }

    /// What becomes of a job that did not end: given back (nil: the process is stopping), tried
    /// again, or failed for good.
    private func settle(_ failure: JobFailure?) async {
        do {
            guard let failure else {
                try await giveBack(until: service.now, cursor(.interrupted), nil)
                return tell(.interrupted)
            }
            let starts = cursor(.failed).starts
            let isWorthIt =
                failure.isBusy ? !hasWaitedLongEnough : failure.isRetryable && starts < settings.attemptsMost
            let metadata: Logger.Metadata = [
                "job": "\(job.id)", "kind": "\(job.kind)", "subject": "\(job.subjectId)", "again": "\(isWorthIt)",
            ]
            context.report(failure, metadata.merging(progress.report?.subject ?? [:]) { $1 })
            guard isWorthIt else {
                try await fail(failure)
                return tell(.failed)
            }
            let seconds = failure.isBusy ? settings.busySeconds : settings.retrySeconds << min(starts, 8)
            try await giveBack(
                until: service.now.addingTimeInterval(Double(seconds)), cursor(failure.isBusy ? .interrupted : .failed),
                failure)
            tell(failure.isBusy ? .postponed : .retried)
        } catch {
            service.dependencies.logger.error(
                "A job could not be given back; its lease will run out.",
                metadata: ["job": "\(job.id)", "cause": "\(error)"])
        }
    }

    /// Whether something else uses the repository for longer than a job waits. A clock that
    /// went ahead makes a wait look long, so as many tries as fit into a tenth of the hours
    /// must have been made too; one that went back makes it look short, so ten times as
    /// many are enough alone.
    private var hasWaitedLongEnough: Bool {
        let seconds = settings.busyMostHours * 3600
        let tries = seconds / max(1, settings.busySeconds)
        let waited = service.now.timeIntervalSince(job.createdDateTime)
        return job.attempt >= 10 * tries || (waited >= Double(seconds) && job.attempt >= tries / 10)
    }

    private func giveBack(until moment: Date, _ cursor: JobCursor, _ failure: JobFailure?) async throws {
        let (job, context, runner) = (job, context, definition?.runner)
        try await service.catalog.write { writer in
            guard try writer.releaseJob(job, runAfter: moment, cursor: cursor.text, error: failure?.jobError) else {
                return
            }
            if let failure {
                try runner?.willRetry(
                    job, after: failure.waiting(until: moment), context: context, writer: writer)
            }
        }
    }

    private func fail(_ failure: JobFailure) async throws {
        let (job, context, runner) = (job, context, definition?.runner)
        progress.forgetResults()
        try await service.catalog.write { writer in
            try runner?.fail(job, with: failure, context: context, writer: writer)
            guard try writer.finishJob(job, at: context.now, error: failure.jobError) else { throw LeaseLost() }
        }
    }
}
