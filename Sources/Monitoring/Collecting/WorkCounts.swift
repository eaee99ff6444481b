import Catalog
import ProtectionRules
public import ProtectionService

/// Counts what the work came to.
public struct WorkCounts: WorkObserver {
    private let registry: MetricRegistry

    public init(_ registry: MetricRegistry) { self.registry = registry }

    public func note(_ event: WorkEvent) {
        switch event {
        case .ran(let run): note(run)
        case .backedUp(let workload, let figures): note(figures, of: workload.rawValue)
        case .restored(let workload, let end, let bytes):
            registry.add(to: .restoreArtifacts, workload.rawValue, end.rawValue)
            registry.add(bytes, to: .restoreBytes)
        case .verified(let bytes, let problems, let ledgerViolations):
            registry.add(bytes, to: .verifiedBytes)
            registry.add(problems, to: .verificationProblems)
            registry.add(ledgerViolations, to: .ledgerViolations)
        case .planned: registry.add(to: .plans)
        case .mailSent: registry.add(to: .mails, "sent")
        case .leaseLost: registry.add(to: .leasesLost)
        }
    }

    private func note(_ run: JobRun) {
        registry.add(to: .jobAttempts, run.kind, run.outcome.rawValue)
        switch (JobKind(rawValue: run.kind), run.outcome) {
        case (.backup, .done):
            guard let workload = run.workload?.rawValue else { return }
            registry.observe(run.seconds, in: .backupDuration, workload)
            registry.observe(run.delaySeconds, in: .backupStartDelay, workload)
        case (.backup, .failed):
            guard let workload = run.workload?.rawValue else { return }
            registry.add(to: .backups, workload, "failed")
        case (.restore, .done), (.restoreItems, .done): registry.observe(run.seconds, in: .restoreDuration)
        case (.sendMail, .failed): registry.add(to: .mails, "failed")
        default: break
        }
    }

    private func note(_ backup: BackupFigures, of workload: String) {
        let outcome = backup.unread > 0 ? "partial" : backup.isChanged ? "changed" : "unchanged"
        registry.add(to: .backups, workload, outcome)
        registry.add(backup.readBytes, to: .sourceReadBytes, workload)
        // A snapshot that equals the one before stored nothing and changed nothing.
        guard backup.isChanged else { return }
        registry.add(backup.added, to: .sourceFiles, workload, "added")
        registry.add(backup.changed, to: .sourceFiles, workload, "changed")
        registry.add(backup.removed, to: .sourceFiles, workload, "removed")
        registry.add(backup.addedBytes, to: .sourceAddedBytes, workload)
        registry.add(backup.storedBytes, to: .storedBytes, workload)
    }
}
