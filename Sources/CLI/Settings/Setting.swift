import ProtectionRules
import BackupServer
import ProtectionService
import Foundation

/// One setting: its name, where it is kept, what it may be, and what it means.
struct Setting: Sendable {
    let name: String
    let meaning: String
    private let kind: Kind

    private enum Kind: Sendable {
        case number(any (WritableKeyPath<ServerSettings, Int> & Sendable), ClosedRange<Int>)
        case text(Text)
    }

    /// A setting that is no number.
    struct Text: Sendable {
        /// What it must be, for whoever wrote something else.
        let form: String
        let show: @Sendable (ServerSettings) -> String
        /// Sets it, or says that it cannot.
        let set: @Sendable (inout ServerSettings, String) -> Bool
    }

    init(
        _ name: String, _ place: any (WritableKeyPath<ServerSettings, Int> & Sendable), _ range: ClosedRange<Int>,
        _ meaning: String
    ) {
        self.name = name
        self.meaning = meaning
        kind = .number(place, range)
    }

    init(_ name: String, _ text: Text, _ meaning: String) {
        self.name = name
        self.meaning = meaning
        kind = .text(text)
    }

    /// How its value is written.
    func shown(in settings: ServerSettings) -> String {
        switch kind {
        case .number(let place, _): "\(settings[keyPath: place])"
        case .text(let text): text.show(settings)
        }
    }

    /// Gives it a value.
    /// - Returns: nil, or what it must be where the value does not fit.
    func set(_ value: String, in settings: inout ServerSettings) -> String? {
        switch kind {
        case .number(let place, let range):
            guard let number = Int(value), range.contains(number) else {
                return "a whole number of \(range.lowerBound) to \(range.upperBound)"
            }
            settings[keyPath: place] = number
            return nil
        case .text(let text): return text.set(&settings, value) ? nil : text.form
        }
    }

    /// Its name in the environment.
    var environmentName: String { "HOLDFAST_" + name.uppercased().replacing("-", with: "_") }

    /// Every setting, in the order in which they are shown.
    static let all: [Setting] = service + time + work + socket

    /// The limits of the contract's behaviour.md, section 17.
    private static let service = [
        Setting("display-name-length", \.limits.displayNameLength, 1...1024, "characters of a policy's name"),
        Setting(
            "units-per-policy-request", \.limits.unitsPerPolicyRequest, 1...10_000,
            "units in one request that creates or changes a policy"),
        Setting(
            "artifacts-per-request", \.limits.artifactsPerRequest, 1...10_000,
            "artifacts in one request that creates or changes a restore session"),
        Setting(
            "active-restore-sessions", \.limits.activeRestoreSessions, 1...10_000,
            "restore sessions that are active at once"),
        Setting("units-per-search", \.limits.unitsPerSearch, 1...1000, "units in one search for restore points"),
        Setting("entries-per-bulk-job", \.limits.entriesPerBulkJob, 1...100_000, "entries of one bulk addition job"),
        Setting(
            "bulk-restore-entries", \.limits.bulkRestoreEntries, 1...100_000, "entries of one bulk restore request"),
        Setting(
            "queued-restore-artifacts", \.limits.queuedRestoreArtifacts, 1...1_000_000,
            "artifacts of one workload that are queued at once"),
        Setting(
            "restore-artifacts-per-day", \.limits.restoreArtifactsPerDay, 1...10_000_000,
            "artifacts of one workload that are restored in 24 hours; over it 429"),
        Setting(
            "copies-per-source", \.copiesPerSource, 1...10_000, "new sites that restores make of one drive or site"),
        Setting(
            "groups-per-expression", \.limits.groupsPerExpression, 1...10_000,
            "groups in the expression of one inclusion rule"),
        Setting(
            "query-expression-bytes", \.limits.queryExpressionBytes, 64...65_536,
            "bytes of the filter of a browse, or of a search for mail"),
        Setting("filter-terms", \.limits.filterTerms, 1...10_000, "comparisons in one $filter"),
        Setting("page-size", \.limits.pageSize, 1...999, "entries of a page where the client names no size"),
        Setting("page-size-most", \.limits.pageSizeMost, 1...10_000, "entries of a page at the most"),
    ]

    private static let time = [
        Setting(
            "cadence-seconds", \.intervals.cadenceSeconds, 10...86_400, "seconds from one restore point to the next"),
        Setting(
            "ten-minute-retention-days", \.intervals.tenMinuteRetentionDays, 1...3660,
            "days that points between the weekly ones are kept"),
        Setting(
            "default-retention-days", \.intervals.defaultRetentionDays, 1...36_600,
            "days that weekly points are kept where the policy does not say"),
        Setting(
            "sudden-loss-hold-days", \.intervals.suddenLossHoldDays, 0...3660,
            """
            days that the last full point of a drive that lost most of its files at once is kept at least; 0: no \
            longer than others
            """
        ),
        Setting(
            "offboarding-undo-days", \.intervals.offboardingUndoDays, 0...3660,
            "days in which an offboarding can be undone"),
        Setting(
            "restore-allowed-days", \.intervals.restoreAllowedDays, 0...3660,
            "days of the service's undo period in which restores still run"),
        Setting(
            "hand-over-least-days", \.intervals.handOverLeastDays, 0...3660,
            "days ahead that a controller's replacement is at the soonest"),
        Setting(
            "hand-over-most-days", \.intervals.handOverMostDays, 0...3660,
            "days ahead that a controller's replacement is at the latest"),
        Setting(
            "deleted-controller-grace-days", \.intervals.deletedControllerGraceDays, 0...3660,
            "days that a deleted controller stays listed"),
        Setting("browse-session-days", \.intervals.browseSessionDays, 1...3660, "days that a browse session lives"),
        Setting(
            "ended-session-days", \.intervals.endedSessionDays, 1...3660,
            "days that ended restore sessions are listed"),
        Setting("ended-job-days", \.intervals.endedJobDays, 1...3660, "days that ended jobs are kept"),
        Setting(
            "prune-delay-seconds", \.intervals.pruneDelaySeconds, 0...31_622_400,
            "seconds from a point's expiry to the pruning of its repository"),
        Setting(
            "housekeeping-seconds", \.intervals.housekeepingSeconds, 1...86_400,
            "seconds between looks at expiry and undo periods"),
        Setting(
            "verify-period-days", \.intervals.verifyPeriodDays, 0...36_500,
            """
            days in which every byte of every repository is read and verified once, as far as the rate allows; 0: \
            never
            """
        ),
    ]

    private static let work = [
        Setting("worker-width", \.worker.width, 1...256, "jobs that run at once"),
        Setting("engine-width", \.worker.engineWidth, 1...256, "threads of one backup or restore"),
        Setting(
            "lease-seconds", \.worker.leaseSeconds, 5...86_400, "seconds that a job is held without a sign of life"),
        Setting("attempts-most", \.worker.attemptsMost, 1...100, "tries after which a job is given up"),
        Setting(
            "retry-seconds", \.worker.retrySeconds, 1...3600,
            "seconds before the second try; they double with each further one"),
        Setting(
            "file-gigabytes-most", \.worker.fileGigabytesMost, 1...(1 << 24),
            "gigabytes of the longest file that is backed up; longer ones are told as failures"),
        Setting(
            "verify-bytes-per-second", \.worker.verifyBytesPerSecond, 0...(1 << 40),
            """
            bytes a second that verifying reads at the most; 500 TB take 173 days at the default, and the log says \
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
        Setting("public-url", publicURL, "the address in links, where a proxy stands in front (--public-url)"),
        Setting(
            "trusted-proxies", trustedProxies,
            "proxies whose X-Forwarded-For and Forwarded are believed (--trusted-proxy)"),
        Setting(
            "requests-per-second", \.requestsPerSecond, 0...1_000_000,
            "requests a second of one application in the long run; over it 429; 0: no limit"),
        Setting("request-burst", \.requestBurst, 1...1_000_000, "requests of one application at once"),
        Setting(
            "sign-in-failures-per-minute", \.server.signInFailuresPerMinute, 1...100_000,
            "failed sign-ins a minute from one address for one client id; over it 429"),
        Setting(
            "concurrent-requests", \.server.concurrentRequests, 1...100_000,
            "requests that are worked on at once; over it 503"),
        Setting(
            "open-connections", \.server.openConnections, 1...1_000_000, "connections at once; over it new ones wait"),
        Setting("head-seconds", \.server.headSeconds, 1...3600, "seconds for a request's head, and between requests"),
        Setting("body-seconds", \.server.bodySeconds, 1...3600, "seconds for a request's body"),
        Setting(
            "body-bytes", \.server.bodyLimitBytes, 1024...(1 << 30),
            "bytes of a body, before and after its encoding; over it 413"),
        Setting("url-bytes", \.server.urlBytes, 256...(64 << 10), "bytes of a path with its query; over it 414"),
        Setting("header-bytes", \.server.headerBytes, 1024...(1 << 20), "bytes of all header fields together"),
        Setting("header-fields", \.server.headerFields, 10...10_000, "header fields"),
        Setting(
            "shutdown-seconds", \.shutdownSeconds, 1...3600, "seconds for requests to finish when the server is stopped"
        ),
    ]
}
