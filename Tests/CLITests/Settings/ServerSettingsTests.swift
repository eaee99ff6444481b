import BackupServer
import ProtectionRules
import Foundation
import Testing

@testable import CLI

/// How settings are read, and which values they take.
@Suite struct ServerSettingsTests {
    let scratch = Scratch()

    private func read(
        file: String? = nil, environment: [String: String] = [:], _ assignments: [String] = []
    ) throws -> ServerSettings {
        try ServerSettings.read(
            file: try file.map { try scratch.write($0, to: "settings.json") }, environment: environment,
            assignments: assignments)
    }

    private func refusal(
        file: String? = nil, environment: [String: String] = [:], _ assignments: [String] = []
    ) -> String {
        let error = #expect(throws: UsageError.self) {
            try read(file: file, environment: environment, assignments)
        }
        return error?.description ?? ""
    }

    // MARK: Where they come from

    @Test func `nothing given leaves the defaults`() throws {
        let settings = try read()
        for setting in Setting.all { #expect(setting.shown(in: settings) == setting.shown(in: ServerSettings())) }
    }

    @Test func `a file sets numbers, texts and lists`() throws {
        let settings = try read(
            file: """
                {"page-size": 7, "public-url": "https://backup.example", \
                "trusted-proxies": ["127.0.0.1", "10.0.0.0/8"], "request-burst": "9"}
                """)
        #expect(settings.limits.pageSize == 7)
        #expect(settings.server.publicURL == "https://backup.example")
        #expect(settings.server.trustedProxies.map(\.description) == ["127.0.0.1", "10.0.0.0/8"])
        #expect(settings.requestBurst == 9)
    }

    @Test func `the environment has a name of its own for each setting`() throws {
        let settings = try read(environment: ["HOLDFAST_REQUESTS_PER_SECOND": "50", "PAGE_SIZE": "3"])
        #expect(settings.requestsPerSecond == 50)
        #expect(settings.limits.pageSize == ServerSettings().limits.pageSize)
    }

    @Test func `the command line wins over the environment, and that over the file`() throws {
        let file = #"{"page-size": 1, "request-burst": 1, "shutdown-seconds": 1}"#
        let environment = ["HOLDFAST_PAGE_SIZE": "2", "HOLDFAST_REQUEST_BURST": "2"]
        let settings = try read(file: file, environment: environment, ["page-size=3"])
        #expect(settings.limits.pageSize == 3)
        #expect(settings.requestBurst == 2)
        #expect(settings.shutdownSeconds == 1)
    }

    @Test func `the last assignment of a setting wins`() throws {
        #expect(try read(["page-size=3", "page-size=4"]).limits.pageSize == 4)
    }

    @Test func `a value may hold an equals sign`() {
        #expect(refusal(["page-size=1=2"]).contains("not '1=2'"))
    }

    // MARK: What is refused

    @Test(arguments: ["page-size", ""])
    func `an assignment without a value is refused`(assignment: String) {
        #expect(refusal([assignment]) == "--set must be name=value, not '\(assignment)'.")
    }

    @Test func `an unknown name is refused with its source, and where the names are`() {
        let advice = "there is no setting 'pagesize'. Did you mean 'page-size'? 'holdfast config show' lists them."
        #expect(refusal(["pagesize=1"]) == "--set: \(advice)")
        #expect(refusal(file: #"{"pagesize": 1}"#) == "the settings file: \(advice)")
    }

    @Test func `a value that does not fit is refused with its source, and what it must be`() {
        let form = "must be a whole number from 1 to 999, not '1000'."
        #expect(refusal(["page-size=1000"]) == "--set: page-size \(form)")
        #expect(refusal(environment: ["HOLDFAST_PAGE_SIZE": "1000"]) == "HOLDFAST_PAGE_SIZE: page-size \(form)")
        #expect(refusal(file: #"{"page-size": 1000}"#) == "the settings file: page-size \(form)")
    }

    @Test(arguments: ["", " 1", "1.0", "1e2", "0x10", "ten", "9223372036854775808", "-1"])
    func `what is no whole number in the range is refused`(value: String) {
        #expect(refusal(["page-size=\(value)"]).contains("must be a whole number from 1 to 999"))
    }

    @Test(arguments: [
        "", "{", "[]", "7", #"{"page-size": 1.5}"#, #"{"page-size": null}"#, #"{"page-size": {}}"#,
        #"{"trusted-proxies": [1]}"#,
    ])
    func `a file that cannot be used is named, with an example`(text: String) {
        let message = refusal(file: text)
        #expect(message.contains("'\(scratch.path("settings.json"))' cannot be used ("))
        #expect(message.hasSuffix(#"It is a JSON object such as {"server.requests-per-second": 50}."#))
    }

    @Test func `a file that does not exist is named`() {
        let path = scratch.path("nowhere.json")
        let error = #expect(throws: UsageError.self) {
            try ServerSettings.read(file: path, environment: [:], assignments: [])
        }
        #expect(error?.description.contains("'\(path)' cannot be used (No such file or directory)") == true)
    }

    // MARK: Each setting

    @Test func `names are different, and so are the names of variables`() {
        #expect(Set(Setting.all.map(\.name)).count == Setting.all.count)
        let variables = Setting.all.flatMap(\.environmentNames).map(\.variable)
        #expect(Set(variables).count == variables.count)
        let names = Setting.all.flatMap { [$0.name] + [$0.formerName].compactMap(\.self) }
        #expect(Set(names).count == names.count)
    }

    @Test(arguments: Setting.all.map(\.name))
    func `a setting takes its own default, and has a name and a meaning that fit`(name: String) throws {
        let setting = try #require(Setting.all.first { $0.name == name })
        if let text = setting.defaultText {
            var settings = ServerSettings()
            #expect(setting.set(text, under: name, in: &settings) == nil)
            #expect(setting.shown(in: settings) == text)
        } else {
            #expect(!(setting.example ?? "").isEmpty, "neither a default nor an example shows how it is written")
        }
        // One to three words with hyphens; a word begins with a letter, and 's3' is one.
        #expect(name.wholeMatch(of: /[a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*){0,2}/) != nil)
        #expect(!setting.meaning.isEmpty)
        #expect(!setting.meaning.hasSuffix("."))
        #expect(!setting.meaning.contains("\n"))
    }

    @Test(arguments: Setting.all.map(\.name))
    func `a setting is stored in a place of its own`(name: String) throws {
        let setting = try #require(Setting.all.first { $0.name == name })
        let candidates =
            [1, 2, 10, 64, 256, 1024].flatMap { ["\($0)", "\($0)s", "\($0)d", "\($0)B", "\($0)GiB"] }
            + ["https://x.example", "10.0.0.0/8", "on", "off", "0.5", "none", "all"]
            + ["/x", "x.example:1", "credential:x", "json", "tls", "debug", "path", "md5", "s3://bucket/x"]
            + ["postgres://x", "governance"]
        let value = try #require(
            candidates.first { text in
                var settings = ServerSettings()
                return setting.set(text, under: name, in: &settings) == nil
                    && setting.shown(in: settings) != setting.shown(in: ServerSettings())
            })
        var settings = ServerSettings()
        #expect(setting.set(value, under: name, in: &settings) == nil)
        for other in Setting.all where other.name != name {
            #expect(other.shown(in: settings) == other.shown(in: ServerSettings()), "\(name) changed \(other.name)")
        }
    }

    @Test(arguments: [
        ("page-size", 1, 999), ("units-per-search", 1, 1000), ("sudden-loss-hold-days", 0, 3660),
        ("cadence-seconds", 10, 86_400), ("lease-seconds", 5, 86_400), ("requests-per-second", 0, 1_000_000),
        ("url-bytes", 256, 65_536), ("header-fields", 10, 10_000),
    ])
    func `a range holds both of its ends and nothing beyond`(name: String, least: Int, most: Int) throws {
        for value in [least, most] { _ = try read(["\(name)=\(value)"]) }
        for value in [least - 1, most + 1] {
            #expect(refusal(["\(name)=\(value)"]).contains("from \(least) to \(most), not '\(value)'"))
        }
    }

    @Test(arguments: ["backup.example", "https://backup.example/graph", "ftp://x", ""])
    func `an address for clients must be an origin`(value: String) {
        #expect(refusal(["public-url=\(value)"]).contains("the address that clients use"))
    }

    @Test(arguments: ["nginx", "10.0.0.1/8", "127.0.0.1,nginx"])
    func `proxies must be addresses and ranges`(value: String) {
        #expect(refusal(["trusted-proxies=\(value)"]).contains("addresses and ranges joined with commas"))
    }

    @Test func `proxies may have spaces around them`() throws {
        #expect(try read(["trusted-proxies=127.0.0.1, ::1"]).server.trustedProxies.count == 2)
    }

    // MARK: Names and types

    @Test func `a name of today is written with its unit, a former one as a number`() throws {
        #expect(try read(["policy.cadence=5m"]).intervals.cadenceSeconds == 300)
        #expect(try read(["cadence-seconds=300"]).intervals.cadenceSeconds == 300)
        #expect(try read(["policy.short-retention=2w"]).intervals.tenMinuteRetentionDays == 14)
        #expect(try read(["work.largest-file=1TiB"]).worker.fileGigabytesMost == 1024)
        #expect(try read(["server.url-size=16KiB"]).server.urlBytes == 16_384)
        #expect(try read(["verification.rate=0"]).worker.verifyBytesPerSecond == 0)
    }

    @Test(arguments: [
        "policy.cadence=300", "policy.cadence=9s", "policy.cadence=25h", "policy.cadence=5 m", "policy.cadence=",
        "policy.cadence=m", "policy.cadence=-5m", "policy.cadence=99999999999999999999d", "policy.cadence=5M",
        "policy.short-retention=36h", "policy.short-retention=0", "work.largest-file=1MiB", "server.url-size=16",
        "server.url-size=16kib", "server.url-size=9999999999TiB", "cadence-seconds=5m",
    ])
    func `a value of another form, unit or range is refused`(assignment: String) {
        let name = assignment.split(separator: "=")[0]
        #expect(refusal([assignment]).hasPrefix("--set: \(name) must be "))
    }

    @Test func `the refusal of a time says in which form it is written`() {
        #expect(
            refusal(["policy.cadence=300"])
                == "--set: policy.cadence must be a time from 10s to 1d, such as 90s, 10m, 6h or 14d, not '300'.")
    }

    @Test func `a former name is noted with the name of today`() throws {
        let settings = try read(environment: ["HOLDFAST_PAGE_SIZE": "7"], ["cadence-seconds=300", "work.width=2"])
        #expect(settings.formerNames.map(\.used) == ["page-size", "cadence-seconds"])
        #expect(settings.formerNames.map(\.current) == ["limits.page-size", "policy.cadence"])
    }

    @Test func `of two variables of one setting that of today wins`() throws {
        let environment = ["HOLDFAST_PAGE_SIZE": "7", "HOLDFAST_LIMITS_PAGE_SIZE": "8"]
        #expect(try read(environment: environment).limits.pageSize == 8)
    }

    @Test(arguments: [(0, "0"), (90, "90s"), (600, "10m"), (3600, "1h"), (86_400, "1d"), (1_209_600, "14d")])
    func `a time is shown in the greatest unit that is exact`(seconds: Int, expected: String) {
        #expect(DurationUnit.seconds.text(of: seconds) == expected)
        #expect(DurationUnit.seconds.count(in: expected) == seconds)
    }

    @Test func `a setting is explained with all of its names`() throws {
        let setting = try #require(Setting.named("cadence-seconds"))
        #expect(
            ConfigExplainCommand.lines(setting) == [
                "policy.cadence: time from one restore point to the next", "type: duration",
                "value: a time from 10s to 1d, such as 90s, 10m, 6h or 14d", "default: 10m",
                "environment: HOLDFAST_POLICY_CADENCE", "former name: cadence-seconds",
                "a new value: at the next start",
            ])
    }

    @Test func `an option and an example are explained too`() throws {
        let lines = ConfigExplainCommand.lines(try #require(Setting.named("server.tls.key")))
        #expect(lines.contains("option of serve: --tls-key"))
        #expect(lines.contains("example: key: /etc/holdfast/tls/key.pem"))
        #expect(lines.last == "a new value: at SIGHUP")
    }
}
