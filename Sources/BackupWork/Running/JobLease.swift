import BackupRepository
import Catalog
import Concurrency
import Logging
import ObjectStorage
import ProtectionRules
import ProtectionService
import Synchronization

/// The lease of one run of a job, as the process knows it that holds it: until when it lasts for
/// certain, by a clock that goes on while the machine sleeps and that nobody sets.
///
/// A run that was stopped for longer asks the catalogue before it changes anything. Where another
/// worker went on with the job, or the catalogue does not answer, the run changes nothing any more.
final class JobLease: Sendable {
    private struct State {
        var end: SteadyTime?
        var isLost = false
    }

    private let job: Job
    private let definition: JobDefinition?
    private let service: ServiceContext
    private let progress: ProgressCell
    private let state = Mutex(State())
    private let asking = AsyncSemaphore(permits: 1)
    private let untilLost: AsyncStream<Void>
    private let losing: AsyncStream<Void>.Continuation

    /// - Parameter claimedAt: the steady time before the job was claimed; nil where that is not
    ///   known, and then the first change asks.
    init(
        of job: Job, _ definition: JobDefinition?, service: ServiceContext, progress: ProgressCell,
        claimedAt: SteadyTime?
    ) {
        self.job = job
        self.definition = definition
        self.service = service
        self.progress = progress
        (untilLost, losing) = AsyncStream.makeStream()
        if let claimedAt { noteHeld(since: claimedAt) }
    }

    /// How long a lease counts that was asked for at a moment: less than it lasts, because what is
    /// begun in time takes a while.
    private var certainSeconds: Double {
        let seconds = Double(service.dependencies.worker.leaseSeconds)
        return seconds - min(5, seconds / 4)
    }

    /// Whether the lease was found to be over when something was to be changed.
    var isLost: Bool { state.withLock { $0.isLost } }

    /// Whether it lasts for certain.
    var isHeld: Bool {
        let now = service.dependencies.clock.steadyTime()
        return state.withLock { state in
            guard !state.isLost, let end = state.end else { return false }
            return end.epoch == now.epoch && now.seconds < end.seconds
        }
    }

    /// Whether something may be changed now, by a caller that cannot wait for the catalogue.
    var mayChangeAtOnce: Bool {
        if isHeld { return true }
        lose()
        return false
    }

    /// Whether something may be changed now. Asks the catalogue where this process does not know.
    func mayChange() async -> Bool {
        if isHeld { return true }
        await asking.acquire()
        defer { asking.release() }
        if isHeld { return true }
        if isLost { return false }
        do {
            if try await extend() { return true }
        } catch {
            service.dependencies.logger.warning(
                "The lease of a job is over, and the catalogue does not answer; the run changes nothing any more.",
                metadata: ["job": "\(job.id)", "kind": "\(job.kind)", "cause": "\(error)"])
        }
        lose()
        return false
    }

    /// Extends the lease in the catalogue, and records how far the job is.
    /// - Returns: whether it is still ours.
    func extend() async throws -> Bool {
        let asked = service.dependencies.clock.steadyTime()
        let (job, definition, now) = (job, definition, service.now)
        let lease = service.dependencies.worker.leaseSeconds
        let cursor = JobCursor(job).after(.failed, reached: progress.position)
        let (value, isNew) = progress.take(at: now)
        // A sign of life alone changes the job's own row, under its holder's name: no long change of
        // another kind may keep it waiting until the lease is lost.
        let isOurs = try await service.catalog.write(isNew ? .control : .plain) { writer in
            guard
                try writer.extendLease(
                    of: job, now: now, leaseSeconds: lease, cursor: cursor.text, progress: value.text)
            else { return false }
            if isNew { try definition?.showProgress(value, job, writer) }
            return true
        }
        if isOurs { noteHeld(since: asked) } else { lose() }
        return isOurs
    }

    /// Returns when the lease was lost.
    func waitUntilLost() async {
        for await _ in untilLost {}
    }

    private func noteHeld(since asked: SteadyTime) {
        state.withLock { $0.end = SteadyTime(epoch: asked.epoch, seconds: asked.seconds + certainSeconds) }
    }

    private func lose() {
        state.withLock { $0.isLost = true }
        losing.finish()
    }
}

extension JobLease {
    /// The service as the run sees it: nothing that it opens, and no row, is changed without the lease.
    ///
    /// A run's own lock of a repository may be taken away at any time: what is not taken away keeps others
    /// waiting, and no other process needs it.
    var fenced: ServiceContext {
        service.replacing { dependencies in
            dependencies.catalog = dependencies.catalog.requiring { writer in
                guard try writer.holds(self.job) else {
                    self.lose()
                    throw RepositoryError(.leaseLost, "another worker went on with the job", isRetryable: true)
                }
            }
            let (stores, fence) = (dependencies.repositoryStore, WriteFence { await self.mayChange() })
            dependencies.repositoryStore = { location in
                LeasedObjectStore(stores(location), fence: fence) { $0.hasPrefix("locks/") }
            }
            // The holder before holds nothing any more, whether it lives or not.
            dependencies.repositoryEnvironment.process.ended.formUnion(JobCursor(job).formerHolders ?? [])
            dependencies.tenant = GuardedTenant(dependencies.tenant, lease: self)
        }
    }
}
