import BackupRepository
import Catalog
import FileTree
import Logging
import ProtectionRules
import ProtectionService

// What the log is told of a backup that came to its end.
extension BackupJob {
    func logUnread(_ outcome: ArchiveOutcome, _ unit: ProtectionUnit, _ context: JobContext) {
        for item in outcome.failures.prefix(100) {
            context.logger.warning(
                """
                An item could not be read; the restore point \
                \(item.keptFrom == nil ? "only names it" : "keeps it as last read").
                """,
                metadata: [
                    "name": "\(unit.knownName)", "unit": "\(unit.id)", "item": "\(item.path)",
                    "cause": "\(item.code): \(item.message)",
                ])
        }
    }

    func logMissing(_ packs: Int, _ unit: ProtectionUnit, _ context: JobContext) {
        context.logger.warning(
            """
            Index files of another program, or of a run that was stopped, name packs that are not there. The backup \
            stored what it needs of them again; a prune and a verification follow.
            """,
            metadata: ["name": "\(unit.knownName)", "unit": "\(unit.id)", "packs": "\(packs)"])
    }

    func logLoss(_ backup: TakenBackup, _ unit: ProtectionUnit, _ context: JobContext) {
        guard SuddenLoss(backup.files, before: backup.filesBefore, held: nil) == .lost else { return }
        context.logger.warning(
            """
            A drive or site lost most of its files at once. Is its disk mounted? Its last full restore point is \
            kept for a time.
            """,
            metadata: [
                "name": "\(unit.knownName)", "unit": "\(unit.id)", "files": "\(backup.files)",
                "before": "\(backup.filesBefore ?? 0)",
            ])
    }
}
