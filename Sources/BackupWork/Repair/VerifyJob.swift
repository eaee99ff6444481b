import BackupRepository
import Catalog
import Foundation
import Logging
import ObjectStorage
import ProtectionRules
import ProtectionService

/// Reads everything in a unit's repository at a limited rate, and marks the points that cannot be
/// restored in full before a user needs them.
///
/// The job's cursor keeps up to where the packs were found whole, so that a crash or a
/// hand-over costs no second reading. It stays before the first pack with a problem: the next
/// run finds that again.
struct VerifyJob: JobRunner {
    func run(_ job: Job, _ context: JobContext) async throws -> JobOutcome {
        let unitID = job.subjectId
        let position = JobCursor(job).position
        guard let verdict = try await judge(unitID, from: position, context) else { return .nothing }
        // What an earlier run read may have been read long ago; but not before the job was there.
        let (verified, problems) = (position == nil ? context.now : job.createdDateTime, verdict.problems)
        for problem in problems.prefix(100) {
            context.logger.error(
                "A verification found damage.",
                metadata: ["unit": "\(unitID)", "object": "\(problem.object)", "cause": "\(problem.message)"])
        }
        context.cameTo(
            .verified(
                bytes: context.progress.value.bytesDone, problems: problems.count,
                ledgerViolations: verdict.ledgerViolations))
        return .done(result: "\(problems.count) problems") { writer in
            guard try writer.find(UnitRepository.self, id: unitID) != nil else { return }
            // A snapshot that another program added or removed is no danger to what later backups store.
            let stored = try verdict.storedBytes ?? writer.find(RepositoryHealth.self, id: unitID)?.storedBytes
            try writer.save(
                RepositoryHealth(
                    id: unitID, verifiedDateTime: verified, problems: verdict.damage, storedBytes: stored))
            try DamageRows(writer).mark(verdict, unitID: unitID)
            if !verdict.problems.isEmpty { try RepositoryRows(writer).forgetView(unitID: unitID) }
        }
    }

    /// nil where the unit has no repository. One that does not open any more holds nothing that
    /// could be restored before a repair.
    private func judge(_ unitID: String, from position: String?, _ context: JobContext) async throws -> DamageVerdict? {
        do {
            guard let open = try await context.openRepository(unitID: unitID) else { return nil }
            try await mendOpening(unitID, open.repository, context)
            return try await judge(open, from: position, context)
        } catch let error as RepositoryError where error.isOfUnopenable {
            // A place that is empty is one that is not mounted, which is no damage.
            guard let row = try await context.catalog.find(UnitRepository.self, id: unitID),
                try await !context.dependencies.repositoryStore(row.location).list(prefix: "").isEmpty
            else { throw error }
            let relied = try await context.catalog.read { try RepositoryRows($0).snapshotsInUse(unitID: unitID) }
            return DamageVerdict(
                problems: [CheckProblem(.error, object: "config", message: error.message)], damage: 1,
                incomplete: relied)
        }
    }

    /// What lies beside for the day on which the catalogue is lost can be written again as long
    /// as it is there.
    private func mendOpening(_ unitID: String, _ repository: Repository, _ context: JobContext) async throws {
        guard
            let keeper = try await LedgerKeeper.find(
                unitID: unitID, repository: repository, context.dependencies)
        else { return }
        let problems = try await keeper.openingProblems()
        guard !problems.isEmpty else { return }
        try await keeper.writeOpening()
        for problem in problems {
            context.logger.warning(
                "What lay beside a repository was damaged and is written anew.",
                metadata: ["unit": "\(unitID)", "object": "\(problem.object)"])
        }
    }

    /// Structure first, under a short lock; then every pack without one. Only where something is
    /// wrong everything is looked at together.
    private func judge(
        _ open: (repository: Repository, row: UnitRepository), from position: String?, _ context: JobContext
    ) async throws -> DamageVerdict {
        let pace = ReadingPace(
            context.dependencies.repositoryEnvironment,
            bytesPerSecond: context.dependencies.worker.verifyBytesPerSecond, context.progress)
        let repairer = Repairer(repository: open.repository, width: 1)
        let structure = try await Checker(repository: open.repository, width: 1).check(readsData: false)
        let suspects = try await repairer.suspectPacks(
            after: position, pace: pace.read, soundUpTo: context.progress.reach)
        let stored = try await open.repository.packBytes()
        let ledger = try await context.service.repositories.ledgerProblems(open.row, open.repository).filter {
            $0.severity == .error
        }
        // No point is in danger without that key, and its owner may have removed it on purpose.
        for problem in try await context.service.repositories.passwordProblems(open.row, open.repository) {
            context.logger.warning(
                "A repository does not open with its password.",
                metadata: ["unit": "\(open.row.id)", "cause": "\(problem.message)"])
        }
        let relied = try await context.catalog.read { [id = open.row.id] in
            try RepositoryRows($0).snapshotsInUse(unitID: id)
        }
        let missing = relied.subtracting(try await open.repository.snapshotIDs())
        if structure.isSound, suspects.isEmpty, ledger.isEmpty {
            let mended = try await open.repository.snapshots().filter { $0.tags.contains(Repairer.mendedTag) }.map(\.id)
            return DamageVerdict(incomplete: missing.union(mended), storedBytes: stored)
        }
        let plan = try await repairer.plan(pace: pace.read)
        return DamageVerdict(
            problems: plan.problems + ledger, damage: plan.problems.count,
            incomplete: plan.incompleteSnapshots.union(missing), lost: plan.lost,
            storedBytes: stored, ledgerViolations: ledger.count)
    }

    func fail(_ job: Job, with failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        guard var unit = try writer.find(ProtectionUnit.self, id: job.subjectId) else { return }
        unit.error = failure.publicError
        try writer.update(unit)
    }
}

/// Holds a reader back to a rate, by the machine's time: the service's may stand
/// still in a sandbox.
final class ReadingPace: Sendable {
    private let environment: RepositoryEnvironment
    private let bytesPerSecond: Int
    private let progress: ProgressCell
    private let start: Date

    init(_ environment: RepositoryEnvironment, bytesPerSecond: Int, _ progress: ProgressCell) {
        self.environment = environment
        self.bytesPerSecond = bytesPerSecond
        self.progress = progress
        start = Date(environment.now())
    }

    /// Notes bytes that were read, and waits until they were due.
    func read(_ bytes: UInt64) async throws {
        progress.update { value in
            value.itemsDone += 1
            value.bytesDone += Int(clamping: bytes)
        }
        guard bytesPerSecond > 0 else { return }
        let due = start.addingTimeInterval(Double(progress.value.bytesDone) / Double(bytesPerSecond))
        let early = due.timeIntervalSince(Date(environment.now()))
        if early > 0 { try await environment.sleep(.seconds(early)) }
    }
}
