import BackupRepository
import Catalog
import ProtectionService

/// Makes the name index of a unit tell of all its restore points: after it was lost, or a backup could
/// not add to it.
struct IndexNamesJob: JobRunner {
    func run(_ job: Job, _ context: JobContext) async throws -> JobOutcome {
        guard let open = try await context.openRepository(unitID: job.subjectId) else { return .nothing }
        try await NameIndexKeeper(context.dependencies, row: open.row, repository: open.repository).catchUp()
        return .nothing
    }

    func fail(_ job: Job, with failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        // Searches leave the unit out, and say how many units they looked through; the next backup
        // adds the job again.
    }
}
