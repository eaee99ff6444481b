import BackupRepository
import Catalog
import FileTree
import Foundation
import Logging
import ProtectionRules
import ProtectionService
import Synchronization

/// Does one kind of job. Every step can be repeated: after a crash the job runs
/// again from the start.
protocol JobRunner: Sendable {
    /// Does the work. What it changes in the catalogue at its end is given back, so that it happens
    /// together with the job's end.
    func run(_ job: Job, _ context: JobContext) async throws -> JobOutcome

    /// Records that the job has failed for good, together with the job's end.
    func fail(_ job: Job, with failure: JobFailure, context: JobContext, writer: CatalogWriter) throws

    /// Shows that a try has failed and what the next one waits for, together with the job's
    /// return to the queue.
    func willRetry(_ job: Job, after failure: JobFailure, context: JobContext, writer: CatalogWriter) throws
}

extension JobRunner {
    func willRetry(_ job: Job, after failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {}
}

/// How a run of a job ended, when it did not throw.
enum JobOutcome: Sendable {
    /// The work is done. The change is made together with the job's end; the text becomes the job's
    /// result. `makesDue` wakes the scheduler: units were added whose first backup is due.
    case done(result: String?, makesDue: Bool = false, @Sendable (CatalogWriter) throws -> Void)
    /// Something else is in the way; look again at that moment.
    case postponed(until: Date)

    /// Nothing was left to do.
    static let nothing = JobOutcome.done(result: nil) { _ in }
}

/// What a runner needs besides its job.
struct JobContext: Sendable {
    let service: ServiceContext
    let progress: ProgressCell

    var dependencies: ServiceDependencies { service.dependencies }
    var catalog: CatalogStore { service.dependencies.catalog }
    var now: Date { service.now }
    var logger: Logger { service.dependencies.logger }

    /// Opens the repository of a unit; nil where it has none.
    func openRepository(unitID: String) async throws -> (repository: Repository, row: UnitRepository)? {
        try await RepositoryOpener(dependencies).open(unitID: unitID)
    }

    /// Opens the repository of a unit, making it on the first backup.
    func openOrCreateRepository(unitID: String) async throws -> (repository: Repository, row: UnitRepository) {
        try await RepositoryOpener(dependencies).openOrCreate(unitID: unitID)
    }

    /// Tells the log everything about a failure, with the first of its items.
    func report(_ failure: JobFailure, _ metadata: Logger.Metadata) {
        var metadata = metadata
        metadata["cause"] = "\(failure.logText)"
        logger.error("A job failed.", metadata: metadata)
        for item in failure.items.prefix(Self.itemsLogged) {
            metadata["cause"] = "\(item)"
            logger.warning("An item could not be restored.", metadata: metadata)
        }
    }

    private static let itemsLogged = 100

    /// Tells something that is in the catalogue already.
    func tell(_ event: WorkEvent) { dependencies.observer?.note(event) }

    /// Has something told once the job's end is in the catalogue.
    func cameTo(_ event: WorkEvent) { progress.come(to: event) }

    /// When to look again where something that is no job uses the repository, or
    /// another session the drive.
    var whenFree: Date { now.addingTimeInterval(Double(dependencies.worker.busySeconds)) }
}

/// How far a job is. Written by the engine's threads, read by the heartbeat.
final class ProgressCell: Sendable {
    private let state = Mutex(State())
    private let reached = Mutex<String?>(nil)
    private let logged = Mutex<JobReport?>(nil)
    private let told = Mutex<[WorkEvent]>([])

    /// What the log will say; nil for jobs that concern no unit.
    var report: JobReport? { logged.withLock { $0 } }

    /// What the job came to, which is told with its end.
    var results: [WorkEvent] { told.withLock { $0 } }

    func come(to result: WorkEvent) { told.withLock { $0.append(result) } }

    /// Forgets what the job came to, because it did not end so.
    func forgetResults() { told.withLock { $0 = [] } }

    /// Changes what the log will say.
    func note(_ body: (inout JobReport?) -> Void) { logged.withLock { body(&$0) } }

    /// Where the next run of the job would go on, if this one ended now; nil for where it went on
    /// itself. The heartbeat makes it durable.
    var position: String? { reached.withLock { $0 } }

    /// Notes that everything up to there need not be done again.
    func reach(_ position: String) { reached.withLock { $0 = position } }

    private struct State {
        var counts = ArtifactProgress()
        var path: TreePath?
        var samples = ProgressSamples()
        var isNew = false

        var value: ArtifactProgress {
            var value = counts
            value.currentPath = path?.description
            value.samples = samples.values.isEmpty ? nil : samples.values
            return value
        }
    }

    /// Changes what was counted.
    /// - Parameter path: the item at hand; nil where it stays what it was.
    func update(at path: TreePath? = nil, _ body: (inout ArtifactProgress) -> Void) {
        state.withLock { state in
            body(&state.counts)
            if let path { state.path = path }
            state.isNew = true
        }
    }

    /// The progress, noted as that of a moment, and whether it changed since the last call.
    func take(at now: Date) -> (value: ArtifactProgress, isNew: Bool) {
        state.withLock { state in
            defer { state.isNew = false }
            state.samples.note(state.counts.bytesDone, at: now)
            return (state.value, state.isNew)
        }
    }

    var value: ArtifactProgress { state.withLock { $0.value } }
}

extension ArtifactProgress {
    /// The JSON text that a job's row keeps.
    var text: String? {
        guard case .text(let text) = sqlValue else { return nil }
        return text
    }
}
