import BackupServer
import Foundation
import ProtectionRules

/// The settings of the machine: jobs, verification and the socket.
extension Setting {
    /// How jobs run, and what they take.
    static let work = [
        Setting(
            "work.width", .number(at: \.worker.width, in: 1...256), former: "worker-width",
            meaning: "jobs that run at once"),
        Setting(
            "work.engine-width", .number(at: \.worker.engineWidth, in: 1...256), former: "engine-width",
            meaning: "threads of one backup or restore"),
        Setting(
            "work.lease", .duration(at: \.worker.leaseSeconds, in: .seconds, 5...86_400), former: "lease-seconds",
            meaning: "how long a job is held without a sign of life"),
        Setting(
            "work.attempts", .number(at: \.worker.attemptsMost, in: 1...100), former: "attempts-most",
            meaning: "tries before a job is given up"),
        Setting(
            "work.retry-delay", .duration(at: \.worker.retrySeconds, in: .seconds, 1...3600), former: "retry-seconds",
            meaning: "time before the second try; it doubles with each further one"),
        Setting(
            "work.largest-file", .size(at: \.worker.fileGigabytesMost, in: .gibibytes, 1...(1 << 24)),
            former: "file-gigabytes-most",
            meaning: "size of the longest file that is backed up; longer files count as failures"),
    ]

    /// The pages of people, and what they may fetch out of backups without a restore.
    static let portal = [
        Setting(
            "portal.enabled", .flag(at: \.portal.isEnabled),
            meaning: "whether people have pages here and sign in; programs get tokens all the same"),
        Setting(
            "portal.files", portalFiles,
            meaning: "a folder with the portal's files, read again for each request, for those who work on them"),
        Setting(
            "portal.confirm-units", .number(at: \.portal.confirmUnits, in: 0...10_000),
            meaning: "accounts that the portal rolls back at once without asking for the password once more"),
        Setting(
            "portal.downloads", .flag(at: \.limits.allowsDownloads),
            meaning: "whether content of backups can be downloaded and previewed"),
    ]

    /// How repositories are read to find damage.
    static let verification = [
        Setting(
            "verification.period", .duration(at: \.intervals.verifyPeriodDays, in: .days, 0...36_500),
            former: "verify-period-days",
            meaning: """
                time in which every byte of every repository is read and verified once, as far as the rate allows; 0: \
                never
                """),
        Setting(
            "verification.rate", .size(at: \.worker.verifyBytesPerSecond, in: .bytes, 0...(1 << 40)),
            former: "verify-bytes-per-second",
            meaning: """
                what verifying reads in a second; 500 TB take 173 days at the default, and the log says so; 0: no limit
                """),
    ]

    /// The socket, and what clients may ask of it.
    static let server = [
        Setting(
            "server.public-url", publicURL, former: "public-url",
            meaning: "the address in links, where a proxy stands in front (--public-url)"),
        Setting(
            "server.public-names", publicNames,
            meaning: "host names that people ask the portal by, besides localhost; others are refused"),
        Setting(
            "server.trusted-proxies", trustedProxies, former: "trusted-proxies",
            meaning: "proxies whose X-Forwarded-For and Forwarded are believed (--trusted-proxy)"),
        Setting(
            "server.requests-per-second", .number(at: \.requestsPerSecond, in: 0...1_000_000),
            former: "requests-per-second",
            meaning: "requests a second of one application in the long run; over it 429; 0: no limit"),
        Setting(
            "server.request-burst", .number(at: \.requestBurst, in: 1...1_000_000), former: "request-burst",
            meaning: "requests of one application at once"),
        Setting(
            "server.sign-in-failures-per-minute", .number(at: \.server.signInFailuresPerMinute, in: 1...100_000),
            former: "sign-in-failures-per-minute",
            meaning: "failed sign-ins a minute from one address for one client id; over it 429"),
        Setting(
            "server.concurrent-requests", .number(at: \.server.concurrentRequests, in: 1...100_000),
            former: "concurrent-requests", meaning: "requests at once; over it 503"),
        Setting(
            "server.open-connections", .number(at: \.server.openConnections, in: 1...1_000_000),
            former: "open-connections", meaning: "connections at once; over it new ones wait"),
        Setting(
            "server.head-timeout", .duration(at: \.server.headSeconds, in: .seconds, 1...3600),
            former: "head-seconds", meaning: "time for the head of a request, and between requests"),
        Setting(
            "server.body-timeout", .duration(at: \.server.bodySeconds, in: .seconds, 1...3600),
            former: "body-seconds", meaning: "time for the body of a request"),
        Setting(
            "server.body-size", .size(at: \.server.bodyLimitBytes, in: .bytes, 1024...(1 << 30)),
            former: "body-bytes", meaning: "size of a body, both as sent and decoded; over it 413"),
        Setting(
            "server.url-size", .size(at: \.server.urlBytes, in: .bytes, 256...(64 << 10)), former: "url-bytes",
            meaning: "size of a path with its query; over it 414"),
        Setting(
            "server.header-size", .size(at: \.server.headerBytes, in: .bytes, 1024...(1 << 20)),
            former: "header-bytes", meaning: "size of all header fields together"),
        Setting(
            "server.header-fields", .number(at: \.server.headerFields, in: 10...10_000), former: "header-fields",
            meaning: "header fields"),
        Setting(
            "server.shutdown-timeout", .duration(at: \.shutdownSeconds, in: .seconds, 1...3600),
            former: "shutdown-seconds", meaning: "time for requests to finish when the server is stopped"),
        Setting(
            "server.shutdown-notice", .duration(at: \.shutdownNoticeSeconds, in: .seconds, 0...600),
            meaning: "time in which /readyz answers 503 before the socket closes, for a load balancer to notice"),
    ]

    private static let publicURL = SettingKind.text(
        form: "the address that clients use, such as https://backup.example, without a path",
        show: { $0.server.publicURL ?? "each request's own" },
        set: { settings, value in
            guard let origin = PublicURL.origin(value) else { return false }
            settings.server.publicURL = origin
            return true
        })

    private static let trustedProxies = SettingKind.text(
        type: "list", form: "addresses and ranges joined with commas, such as 127.0.0.1,10.0.0.0/8",
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

    private static let publicNames = SettingKind.text(
        type: "list", form: "host names without ports, joined with commas, such as backup.example",
        show: { $0.portal.publicNames.isEmpty ? "none" : $0.portal.publicNames.joined(separator: ",") },
        set: { settings, value in
            let names = SettingKind.parts(of: value.lowercased())
            let isName = { (name: String) in
                !name.isEmpty && name.utf8.count <= 253
                    && (name.wholeMatch(of: /[a-z0-9._-]+|\[[0-9a-f:.]+\]/) != nil)
            }
            guard !names.isEmpty, names.allSatisfy(isName) else { return false }
            settings.portal.publicNames = names
            return true
        })

    private static let portalFiles = SettingKind.text(
        type: "path", form: "the path of a folder",
        show: { $0.portal.filesPath ?? "the program's own" },
        set: { settings, value in
            guard !value.isEmpty else { return false }
            settings.portal.filesPath = value
            return true
        })
}
