import BackupRepository
import Catalog
import Foundation
import Logging
import ProtectionRules
import ProtectionService

/// Deletes packs that were found to be unneeded some time ago, and that no index file names now: the
/// second half of a prune where several processes use a repository.
///
/// In between, whoever slept and woke has either written its index file, which names the pack and
/// keeps it, or found out that it was overtaken.
struct SweepJob: JobRunner {
    func run(_ job: Job, _ context: JobContext) async throws -> JobOutcome {
        let unitID = job.subjectId
        let moment = context.now.addingTimeInterval(-context.service.intervals.sweepSeconds)
        let doomed = try await context.catalog.read { try DoomedRows($0).due(unitID: unitID, since: moment) }
        guard !doomed.isEmpty, let open = try await context.openRepository(unitID: unitID) else {
            return .done(result: nil) { try DoomedRows($0).remove(doomed) }
        }
        let count = try await Pruner(repository: open.repository).sweep(doomed.map(\.name))
        let whose = await context.service.particulars(ofUnit: unitID)
        context.logger.info(
            "Deleted packs that nothing needed for some time.",
            metadata: whose.merging([
                "packs": .stringConvertible(count), "needed-again": .stringConvertible(doomed.count - count),
            ]) { $1 })
        let stored = try await open.repository.packBytes()
        return .done(result: nil) { writer in
            try DoomedRows(writer).remove(doomed)
            try HealthRows(writer).setStored(stored, unitID: unitID)
        }
    }

    func fail(_ job: Job, with failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        // The rows stay, so that the next look adds the job again.
    }
}

extension ServiceIntervals {
    /// How long an unneeded pack stays before it is deleted.
    var sweepSeconds: TimeInterval { Double(sweepHours) * 3600 }
}

extension Scheduler {
    /// Adds sweeps for the repositories that have packs whose time has come.
    func addSweeps(_ now: Date) async throws {
        let moment = now.addingTimeInterval(-service.intervals.sweepSeconds)
        let due = Query<DoomedObject>(where: .compare("sinceDateTime", .lessOrEqual, moment.sqlValue))
        let service = service
        let units = try await service.catalog.read { reader in
            try reader.groupedCount(due, by: "unitId").keys.compactMap { value -> String? in
                if case .text(let id) = value { id } else { nil }
            }
        }
        guard !units.isEmpty else { return }
        try await service.catalog.write { writer in
            _ = try writer.addJobs(JobKind.sweep.rawValue, units.sorted().map { service.job(.sweep, $0) })
        }
    }
}
