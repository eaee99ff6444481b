import BackupServer
import Foundation
import ProtectionRules
import ProtectionService

extension Setting {
    /// Every setting, in the order in which they are shown.
    static let all: [Setting] = service + time + work + socket

    /// The limits of the contract's behaviour.md, section 17.
    private static let service = [
        Setting(
            "display-name-length", at: \.limits.displayNameLength, in: 1...1024,
            meaning: "characters of a policy's name"),
        Setting(
            "units-per-policy-request", at: \.limits.unitsPerPolicyRequest, in: 1...10_000,
            meaning: "units in one request that creates or changes a policy"),
        Setting(
            "artifacts-per-request", at: \.limits.artifactsPerRequest, in: 1...10_000,
            meaning: "artifacts in one request that creates or changes a restore session"),
        Setting(
            "active-restore-sessions", at: \.limits.activeRestoreSessions, in: 1...10_000,
            meaning: "restore sessions that are active at once"),
        Setting(
            "units-per-search", at: \.limits.unitsPerSearch, in: 1...1000,
            meaning: "units in one search for restore points"),
        Setting(
            "entries-per-bulk-job", at: \.limits.entriesPerBulkJob, in: 1...100_000,
            meaning: "entries of one bulk addition job"),
        Setting(
            "bulk-restore-entries", at: \.limits.bulkRestoreEntries, in: 1...100_000,
            meaning: "entries of one bulk restore request"),
        Setting(
            "queued-restore-artifacts", at: \.limits.queuedRestoreArtifacts, in: 1...1_000_000,
            meaning: "artifacts of one workload that are queued at once"),
        Setting(
            "restore-artifacts-per-day", at: \.limits.restoreArtifactsPerDay, in: 1...10_000_000,
            meaning: "artifacts of one workload that are restored in 24 hours; over it 429"),
        Setting(
            "copies-per-source", at: \.copiesPerSource, in: 1...10_000,
            meaning: "new sites that restores make of one drive or site"),
        Setting(
            "groups-per-expression", at: \.limits.groupsPerExpression, in: 1...10_000,
            meaning: "groups in the expression of one inclusion rule"),
        Setting(
            "query-expression-bytes", at: \.limits.queryExpressionBytes, in: 64...65_536,
            meaning: "bytes of the filter of a browse, or of a search for mail"),
        Setting(
            "filter-terms", at: \.limits.filterTerms, in: 1...10_000,
            meaning: "comparisons in one $filter"),
        Setting(
            "page-size", at: \.limits.pageSize, in: 1...999,
            meaning: "entries of a page, unless the client asks for another size"),
        Setting(
            "page-size-most", at: \.limits.pageSizeMost, in: 1...10_000,
            meaning: "entries of a page, whatever the client asks for"),
    ]

    private static let time = [
        Setting(
            "cadence-seconds", at: \.intervals.cadenceSeconds, in: 10...86_400,
            meaning: "seconds from one restore point to the next"),
        Setting(
            "ten-minute-retention-days", at: \.intervals.tenMinuteRetentionDays, in: 1...3660,
            meaning: "days that points between the weekly ones are kept"),
        Setting(
            "default-retention-days", at: \.intervals.defaultRetentionDays, in: 1...36_600,
            meaning: "days that weekly points are kept where the policy does not say"),
        Setting(
            "sudden-loss-hold-days", at: \.intervals.suddenLossHoldDays, in: 0...3660,
            meaning: """
                days that the last full point of a drive that lost most of its files at once is kept at least; 0: no \
                longer than other points
                """
        ),
        Setting(
            "offboarding-undo-days", at: \.intervals.offboardingUndoDays, in: 0...3660,
            meaning: "days in which an offboarding can be undone"),
        Setting(
            "restore-allowed-days", at: \.intervals.restoreAllowedDays, in: 0...3660,
            meaning: "days of the service's undo period in which restores still run"),
        Setting(
            "hand-over-least-days", at: \.intervals.handOverLeastDays, in: 0...3660,
            meaning: "days ahead that a controller's replacement is at the soonest"),
        Setting(
            "hand-over-most-days", at: \.intervals.handOverMostDays, in: 0...3660,
            meaning: "days ahead that a controller's replacement is at the latest"),
        Setting(
            "deleted-controller-grace-days", at: \.intervals.deletedControllerGraceDays, in: 0...3660,
            meaning: "days that a deleted controller stays listed"),
        Setting(
            "browse-session-days", at: \.intervals.browseSessionDays, in: 1...3660,
            meaning: "days that a browse session lives"),
        Setting(
            "ended-session-days", at: \.intervals.endedSessionDays, in: 1...3660,
            meaning: "days that ended restore sessions are listed"),
        Setting(
            "ended-job-days", at: \.intervals.endedJobDays, in: 1...3660,
            meaning: "days that ended jobs are kept"),
        Setting(
            "prune-delay-seconds", at: \.intervals.pruneDelaySeconds, in: 0...31_622_400,
            meaning: "seconds from a point's expiry to the pruning of its repository"),
        Setting(
            "housekeeping-seconds", at: \.intervals.housekeepingSeconds, in: 1...86_400,
            meaning: "seconds between checks of what has expired"),
        Setting(
            "verify-period-days", at: \.intervals.verifyPeriodDays, in: 0...36_500,
            meaning: """
                days in which every byte of every repository is read and verified once, as far as the rate allows; 0: \
                never
                """
        ),
    ]

    private static let work = [
        Setting(
            "worker-width", at: \.worker.width, in: 1...256,
            meaning: "jobs that run at once"),
        Setting(
            "engine-width", at: \.worker.engineWidth, in: 1...256,
            meaning: "threads of one backup or restore"),
        Setting(
            "lease-seconds", at: \.worker.leaseSeconds, in: 5...86_400,
            meaning: "seconds that a job is held without a sign of life"),
        Setting(
            "attempts-most", at: \.worker.attemptsMost, in: 1...100,
            meaning: "tries before a job is given up"),
        Setting(
            "retry-seconds", at: \.worker.retrySeconds, in: 1...3600,
            meaning: "seconds before the second try; they double with each further one"),
        Setting(
            "file-gigabytes-most", at: \.worker.fileGigabytesMost, in: 1...(1 << 24),
            meaning: "gigabytes of the longest file that is backed up; longer files count as failures"),
        Setting(
            "verify-bytes-per-second", at: \.worker.verifyBytesPerSecond, in: 0...(1 << 40),
            meaning: """
                bytes a second that verifying reads; 500 TB take 173 days at the default, and the log says \
                so; 0: no limit
                """
        ),
    ]

    private static let publicURL = Text(
        form: "the address that clients use, such as https://backup.example, without a path",
        show: { $0.server.publicURL ?? "each request's own" },
        set: { settings, value in
            guard let origin = PublicURL.origin(value) else { return false }
            settings.server.publicURL = origin
            return true
        })

    private static let trustedProxies = Text(
        form: "addresses and ranges joined with commas, such as 127.0.0.1,10.0.0.0/8",
        show: {
            $0.server.trustedProxies.isEmpty
                ? "none" : $0.server.trustedProxies.map(\.description).joined(separator: ",")
        },
        set: { settings, value in
            let parts = value.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            let ranges = parts.compactMap { AddressRange($0) }
            guard ranges.count == parts.count else { return false }
            settings.server.trustedProxies = ranges
            return true
        })

    private static let socket = [
        Setting(
            "public-url", publicURL,
            meaning: "the address in links, where a proxy stands in front (--public-url)"),
        Setting(
            "trusted-proxies", trustedProxies,
            meaning: "proxies whose X-Forwarded-For and Forwarded are believed (--trusted-proxy)"),
        Setting(
            "requests-per-second", at: \.requestsPerSecond, in: 0...1_000_000,
            meaning: "requests a second of one application in the long run; over it 429; 0: no limit"),
        Setting(
            "request-burst", at: \.requestBurst, in: 1...1_000_000,
            meaning: "requests of one application at once"),
        Setting(
            "sign-in-failures-per-minute", at: \.server.signInFailuresPerMinute, in: 1...100_000,
            meaning: "failed sign-ins a minute from one address for one client id; over it 429"),
        Setting(
            "concurrent-requests", at: \.server.concurrentRequests, in: 1...100_000,
            meaning: "requests at once; over it 503"),
        Setting(
            "open-connections", at: \.server.openConnections, in: 1...1_000_000,
            meaning: "connections at once; over it new ones wait"),
        Setting(
            "head-seconds", at: \.server.headSeconds, in: 1...3600,
            meaning: "seconds for the head of a request, and between requests"),
        Setting(
            "body-seconds", at: \.server.bodySeconds, in: 1...3600,
            meaning: "seconds for the body of a request"),
        Setting(
            "body-bytes", at: \.server.bodyLimitBytes, in: 1024...(1 << 30),
            meaning: "bytes of a body, both as sent and decoded; over it 413"),
        Setting(
            "url-bytes", at: \.server.urlBytes, in: 256...(64 << 10),
            meaning: "bytes of a path with its query; over it 414"),
        Setting(
            "header-bytes", at: \.server.headerBytes, in: 1024...(1 << 20),
            meaning: "bytes of all header fields together"),
        Setting(
            "header-fields", at: \.server.headerFields, in: 10...10_000,
            meaning: "header fields"),
        Setting(
            "shutdown-seconds", at: \.shutdownSeconds, in: 1...3600,
            meaning: "seconds for requests to finish when the server is stopped"
        ),
    ]
}
