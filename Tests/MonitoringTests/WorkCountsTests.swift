import Catalog
import ProtectionService
import Testing

@testable import Monitoring

/// What becomes of what the work tells.
@Suite struct WorkCountsTests {
    private let registry = MetricRegistry()

    /// The lines with a value other than zero, without buckets.
    private var lines: [String] {
        MetricsText.text(registry.readings).split(separator: "\n").map(String.init).filter {
            !$0.hasPrefix("#") && !$0.hasSuffix(" 0") && !$0.contains("_bucket{")
        }
    }

    private func note(_ events: WorkEvent...) { for event in events { WorkCounts(registry).note(event) } }

    private func run(_ kind: JobKind, _ outcome: JobRun.Outcome, _ workload: Workload? = nil) -> WorkEvent {
        .ran(JobRun(kind: kind.rawValue, outcome: outcome, workload: workload, seconds: 2, delaySeconds: 5))
    }

    @Test func `a backup with changes counts files and bytes`() {
        var figures = BackupFigures()
        figures.isChanged = true
        (figures.added, figures.changed, figures.removed) = (3, 2, 1)
        (figures.addedBytes, figures.storedBytes, figures.readBytes) = (100, 40, 120)
        note(.backedUp(.sharePoint, figures))
        #expect(
            lines == [
                #"holdfast_backups_total{workload="sharePoint",outcome="changed"} 1"#,
                #"holdfast_source_files_total{workload="sharePoint",change="added"} 3"#,
                #"holdfast_source_files_total{workload="sharePoint",change="changed"} 2"#,
                #"holdfast_source_files_total{workload="sharePoint",change="removed"} 1"#,
                #"holdfast_source_added_bytes_total{workload="sharePoint"} 100"#,
                #"holdfast_stored_bytes_total{workload="sharePoint"} 40"#,
                #"holdfast_source_read_bytes_total{workload="sharePoint"} 120"#,
            ])
    }

    @Test(arguments: [(false, 0, "unchanged"), (true, 0, "changed"), (true, 2, "partial"), (false, 2, "partial")])
    func `the outcome of a backup says the worst`(isChanged: Bool, unread: Int, outcome: String) {
        var figures = BackupFigures()
        (figures.isChanged, figures.unread) = (isChanged, unread)
        note(.backedUp(.oneDriveForBusiness, figures))
        #expect(lines == [#"holdfast_backups_total{workload="oneDriveForBusiness",outcome="\#(outcome)"} 1"#])
    }

    @Test func `a backup that failed for good is one, and a try that is repeated is none`() {
        note(run(.backup, .failed, .sharePoint), run(.backup, .retried, .sharePoint))
        #expect(
            lines == [
                #"holdfast_backups_total{workload="sharePoint",outcome="failed"} 1"#,
                #"holdfast_job_attempts_total{kind="backup",outcome="failed"} 1"#,
                #"holdfast_job_attempts_total{kind="backup",outcome="retried"} 1"#,
            ])
    }

    @Test func `a backup that was done tells how long it took and waited`() {
        note(run(.backup, .done, .sharePoint))
        #expect(lines.contains(#"holdfast_backup_duration_seconds_sum{workload="sharePoint"} 2"#))
        #expect(lines.contains(#"holdfast_backup_start_delay_seconds_sum{workload="sharePoint"} 5"#))
    }

    @Test func `restores, verifications, plans, mails and leases are counted`() {
        note(
            .restored(.sharePoint, .succeeded, bytes: 7), .restored(.sharePoint, .cancelled, bytes: 1),
            .verified(bytes: 10, problems: 3, ledgerViolations: 2), .planned, .mailSent, .leaseLost,
            run(.sendMail, .failed), run(.restore, .done))
        #expect(
            lines == [
                "holdfast_verified_bytes_total 10", "holdfast_verification_problems_total 3",
                "holdfast_ledger_violations_total 2",
                #"holdfast_restore_artifacts_total{workload="sharePoint",outcome="cancelled"} 1"#,
                #"holdfast_restore_artifacts_total{workload="sharePoint",outcome="succeeded"} 1"#,
                "holdfast_restore_bytes_total 8", "holdfast_restore_duration_seconds_sum 2",
                "holdfast_restore_duration_seconds_count 1", "holdfast_plans_total 1",
                #"holdfast_job_attempts_total{kind="restore",outcome="done"} 1"#,
                #"holdfast_job_attempts_total{kind="sendMail",outcome="failed"} 1"#,
                "holdfast_leases_lost_total 1", #"holdfast_mails_total{outcome="failed"} 1"#,
                #"holdfast_mails_total{outcome="sent"} 1"#,
            ])
    }
}
