import ProtectionRules

extension Setting {
    /// Every setting, in the order in which they are shown.
    static let all: [Setting] =
        places + catalog + store + policy + restore + limits + retention + work + verification + incident + server
        + portal + signIn + metrics + surroundings + logLevels

    /// The setting that a name means, today's or an earlier one.
    static func named(_ name: String) -> Setting? { all.first { $0.isNamed(name) } }

    /// When points are taken, and how long they stay.
    private static let policy = [
        Setting(
            "policy.cadence", .duration(at: \.intervals.cadenceSeconds, in: .seconds, 10...86_400),
            former: "cadence-seconds", meaning: "time from one restore point to the next"),
        Setting(
            "policy.spread", .flag(at: \.intervals.spreadsBackups),
            meaning: """
                whether accounts and sites are backed up at different moments of the cadence, each always at its own; \
                otherwise all at once, at full multiples of it
                """),
        Setting(
            "policy.short-retention", .duration(at: \.intervals.tenMinuteRetentionDays, in: .days, 1...3660),
            former: "ten-minute-retention-days", meaning: "how long points between the weekly ones are kept"),
        Setting(
            "policy.default-retention", .duration(at: \.intervals.defaultRetentionDays, in: .days, 1...36_600),
            former: "default-retention-days",
            meaning: "how long weekly points are kept where the policy does not say"),
        Setting(
            "policy.sudden-loss-hold", .duration(at: \.intervals.suddenLossHoldDays, in: .days, 0...3660),
            former: "sudden-loss-hold-days",
            meaning: """
                how long the last full point of a drive that lost most of its files at once is kept at least; 0: no \
                longer than other points
                """),
        Setting(
            "policy.offboarding-undo", .duration(at: \.intervals.offboardingUndoDays, in: .days, 0...3660),
            former: "offboarding-undo-days", meaning: "time in which an offboarding can be undone"),
        Setting(
            "policy.restore-allowed", .duration(at: \.intervals.restoreAllowedDays, in: .days, 0...3660),
            former: "restore-allowed-days",
            meaning: "time of the service's undo period in which restores still run"),
        Setting(
            "policy.soonest-hand-over", .duration(at: \.intervals.handOverLeastDays, in: .days, 0...3660),
            former: "hand-over-least-days", meaning: "how far ahead a controller's replacement is at the soonest"),
        Setting(
            "policy.latest-hand-over", .duration(at: \.intervals.handOverMostDays, in: .days, 0...3660),
            former: "hand-over-most-days", meaning: "how far ahead a controller's replacement is at the latest"),
        Setting(
            "policy.deleted-controller-grace",
            .duration(at: \.intervals.deletedControllerGraceDays, in: .days, 0...3660),
            former: "deleted-controller-grace-days", meaning: "how long a deleted controller stays listed"),
    ]

    /// What restores may do at once.
    private static let restore = [
        Setting(
            "restore.active-sessions", .number(at: \.limits.activeRestoreSessions, in: 1...10_000),
            former: "active-restore-sessions", meaning: "restore sessions that are active at once"),
        Setting(
            "restore.queued-artifacts", .number(at: \.limits.queuedRestoreArtifacts, in: 1...1_000_000),
            former: "queued-restore-artifacts", meaning: "artifacts of one workload that are queued at once"),
        Setting(
            "restore.artifacts-per-day", .number(at: \.limits.restoreArtifactsPerDay, in: 1...10_000_000),
            former: "restore-artifacts-per-day",
            meaning: "artifacts of one workload that are restored in 24 hours; over it 429"),
        Setting(
            "restore.copies-per-source", .number(at: \.copiesPerSource, in: 1...10_000),
            former: "copies-per-source", meaning: "new sites that restores make of one drive or site"),
        Setting(
            "restore.undo-points", .choice(at: \.restores.undoPoints),
            meaning: "before which restores in place the present state is kept as a point: all or none"),
        Setting(
            "restore.undo-days", .number(at: \.restores.undoDays, in: 1...3660),
            meaning: "days for which points are kept that were taken before a restore"),
        Setting(
            "restore.maximum-units", .number(at: \.restores.maximumUnits, in: 1...256),
            meaning: """
                accounts that are restored at once, within one job less than work.width; by default as many as the \
                machine has processors, 3 to 8
                """),
        Setting(
            "restore.plan-validity", .duration(at: \.restores.planMinutes, in: .minutes, 1...1440),
            meaning: "how long a restore plan can be started as it was shown"),
    ]

    /// The limits of the contract's behaviour.md, section 17.
    private static let limits = [
        Setting(
            "limits.display-name-length", .number(at: \.limits.displayNameLength, in: 1...1024),
            former: "display-name-length", meaning: "characters of a policy's name"),
        Setting(
            "limits.units-per-policy-request", .number(at: \.limits.unitsPerPolicyRequest, in: 1...10_000),
            former: "units-per-policy-request", meaning: "units in one request that creates or changes a policy"),
        Setting(
            "limits.artifacts-per-request", .number(at: \.limits.artifactsPerRequest, in: 1...10_000),
            former: "artifacts-per-request",
            meaning: "artifacts in one request that creates or changes a restore session"),
        Setting(
            "limits.units-per-search", .number(at: \.limits.unitsPerSearch, in: 1...1000),
            former: "units-per-search", meaning: "units in one search for restore points"),
        Setting(
            "limits.entries-per-bulk-job", .number(at: \.limits.entriesPerBulkJob, in: 1...100_000),
            former: "entries-per-bulk-job", meaning: "entries of one bulk addition job"),
        Setting(
            "limits.units-per-plan", .number(at: \.limits.unitsPerPlan, in: 1...1_000_000),
            meaning: "accounts that one restore plan reaches at most"),
        Setting(
            "limits.bulk-restore-entries", .number(at: \.limits.bulkRestoreEntries, in: 1...100_000),
            former: "bulk-restore-entries", meaning: "entries of one bulk restore request"),
        Setting(
            "limits.groups-per-expression", .number(at: \.limits.groupsPerExpression, in: 1...10_000),
            former: "groups-per-expression", meaning: "groups in the expression of one inclusion rule"),
        Setting(
            "limits.query-expression-size", .size(at: \.limits.queryExpressionBytes, in: .bytes, 64...65_536),
            former: "query-expression-bytes", meaning: "size of the filter of a browse, or of a search for mail"),
        Setting(
            "limits.filter-terms", .number(at: \.limits.filterTerms, in: 1...10_000), former: "filter-terms",
            meaning: "comparisons in one $filter"),
        Setting(
            "limits.page-size", .number(at: \.limits.pageSize, in: 1...999), former: "page-size",
            meaning: "entries of a page, unless the client asks for another size"),
        Setting(
            "limits.largest-page-size", .number(at: \.limits.pageSizeMost, in: 1...10_000), former: "page-size-most",
            meaning: "entries of a page, whatever the client asks for"),
    ]

    /// How long what is over stays listed.
    private static let retention = [
        Setting(
            "retention.browse-sessions", .duration(at: \.intervals.browseSessionDays, in: .days, 1...3660),
            former: "browse-session-days", meaning: "how long a browse session lives"),
        Setting(
            "retention.ended-sessions", .duration(at: \.intervals.endedSessionDays, in: .days, 1...3660),
            former: "ended-session-days", meaning: "how long ended restore sessions are listed"),
        Setting(
            "audit.days", .duration(at: \.intervals.auditDays, in: .days, 1...3660),
            meaning: "how long the audit trail is kept"),
        Setting(
            "retention.ended-jobs", .duration(at: \.intervals.endedJobDays, in: .days, 1...3660),
            former: "ended-job-days", meaning: "how long ended jobs are kept"),
        Setting(
            "retention.prune-delay", .duration(at: \.intervals.pruneDelaySeconds, in: .seconds, 0...31_622_400),
            former: "prune-delay-seconds", meaning: "time from a point's expiry to the pruning of its repository"),
        Setting(
            "retention.sweep-hours", .number(at: \.intervals.sweepHours, in: 1...8760),
            meaning: """
                hours for which packs stay that nothing needs any more, where the catalogue is in PostgreSQL or the \
                repositories are in a bucket
                """),
        Setting(
            "retention.check-interval", .duration(at: \.intervals.housekeepingSeconds, in: .seconds, 1...86_400),
            former: "housekeeping-seconds", meaning: "time between checks of what has expired"),
    ]
}
