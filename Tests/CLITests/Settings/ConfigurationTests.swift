import BackupServer
import Foundation
import ProtectionRules
import Testing

@testable import CLI

/// How a configuration is put together, and what is told of a wrong one.
@Suite struct ConfigurationTests {
    let scratch = Scratch()

    private func read(
        _ text: String? = nil, more: [String: String] = [:], environment: [String: String] = [:],
        assignments: [String] = [], options: [GivenOption] = []
    ) throws -> Configuration {
        let file = try text.map { try scratch.write($0, to: "holdfast.yaml") }
        for (name, text) in more { try scratch.write(text, to: "holdfast.yaml.d/\(name)") }
        return Configuration(
            ConfigurationSources(
                file: file, environment: environment, assignments: assignments, options: options))
    }

    /// The faults, without the path of the file.
    private func faults(_ text: String, environment: [String: String] = [:]) throws -> [String] {
        try read(text, environment: environment).faults.map { $0.text.replacing(scratch.path("") + "/", with: "") }
    }

    // MARK: What a file sets

    @Test func `the file that the documents show has no fault`() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../../docs/configuration.md")
        let text = try String(contentsOf: page.standardizedFileURL, encoding: .utf8)
        let block = try #require(text.firstMatch(of: /```yaml\n([\s\S]*?)```/)?.1)
        let configuration = try read(String(block))
        #expect(configuration.faults == [])
        #expect(configuration.sources.count > 10)
    }

    @Test func `a file of all forms sets what it says`() throws {
        let configuration = try read(
            """
            tenant:
              folder: /srv/holdfast/tenant
            server:
              listen: 0.0.0.0:8443
              trusted-proxies: [127.0.0.1, 10.0.0.0/8]
              tls: {certificate: /etc/holdfast/tls/cert.pem, key: /etc/holdfast/tls/key.pem}
            policy:
              cadence: 10m                 # a comment
              short-retention: 14d
            portal.downloads: off
            restore: {undo-points: none, undo-days: 30}
            """)
        #expect(configuration.faults == [])
        let settings = configuration.settings
        #expect(settings.place.tenantFolder == "/srv/holdfast/tenant")
        #expect(settings.place.listen == "0.0.0.0:8443")
        #expect(settings.place.certificate == "/etc/holdfast/tls/cert.pem")
        #expect(settings.place.certificateKey == "/etc/holdfast/tls/key.pem")
        #expect(settings.server.trustedProxies.map(\.description) == ["127.0.0.1", "10.0.0.0/8"])
        #expect(settings.intervals.cadenceSeconds == 600)
        #expect(settings.intervals.tenMinuteRetentionDays == 14)
        #expect(!settings.limits.allowsDownloads)
        #expect(settings.restores.undoPoints.rawValue == "none")
    }

    @Test(arguments: [
        "mail: {server: 'm.example:25', from: no}", "mail:\n  server: m.example:25\n  from: 1e3\n",
        "mail:\n  server: m.example:25\n  from: 08:00\n", "mail:\n  server: m.example:25\n  from: 2026-11-30\n",
        "mail:\n  server: m.example:25\n  from: ~\n", "mail:\n  server: m.example:25\n  from: 0x10\n",
    ])
    func `a value stays the text that was written`(text: String) throws {
        let configuration = try read(text)
        #expect(configuration.faults == [])
        let written = try #require(text.split(separator: "from: ").last).filter { !"}\n".contains($0) }
        #expect(configuration.settings.mail.sender == written)
    }

    @Test(arguments: ["", "# nothing\n", "---\n", "policy:\nserver:\n  tls:\n"])
    func `a file that sets nothing leaves the defaults`(text: String) throws {
        let configuration = try read(text)
        #expect(configuration.faults == [])
        #expect(configuration.sources.isEmpty)
    }

    @Test func `a mark of the encoding and line ends of Windows do no harm`() throws {
        let configuration = try read("\u{feff}policy:\r\n  cadence: 5m\r\n")
        #expect(configuration.faults == [])
        #expect(configuration.settings.intervals.cadenceSeconds == 300)
    }

    // MARK: Which source wins

    @Test func `the later source wins, and each value knows where it came from`() throws {
        let configuration = try read(
            """
            policy:
              cadence: 1m
              short-retention: 1d
            limits: {page-size: 1, filter-terms: 1, units-per-search: 1}
            """,
            more: [
                "10.yaml": "policy: {short-retention: 2d}\nlimits: {page-size: 2}\n",
                "20.yaml": "limits: {page-size: 3, filter-terms: 3, units-per-search: 3}\n", "30.txt": "nonsense",
                ".40.yaml": "nonsense",
            ],
            environment: ["HOLDFAST_LIMITS_FILTER_TERMS": "4", "HOLDFAST_LIMITS_UNITS_PER_SEARCH": "4"],
            assignments: ["limits.units-per-search=5"])
        #expect(configuration.faults == [])
        let file = scratch.path("holdfast.yaml")
        let expected: [(String, String, SettingSource)] = [
            ("policy.cadence", "1m", .file(path: file, line: 2, column: 3)),
            ("policy.short-retention", "2d", .file(path: file + ".d/10.yaml", line: 1, column: 10)),
            ("limits.page-size", "3", .file(path: file + ".d/20.yaml", line: 1, column: 10)),
            ("limits.filter-terms", "4", .variable("HOLDFAST_LIMITS_FILTER_TERMS")),
            ("limits.units-per-search", "5", .assignment),
            ("limits.entries-per-bulk-job", "1000", .builtIn),
        ]
        for (name, value, source) in expected {
            let setting = try #require(Setting.named(name))
            if source != .builtIn { #expect(setting.shown(in: configuration.settings) == value) }
            #expect(configuration.source(of: setting) == source)
        }
        #expect(configuration.files == [file, file + ".d/10.yaml", file + ".d/20.yaml"])
    }

    @Test func `dots and hyphens of a name are underscores in its variable`() throws {
        let configuration = try read(environment: [
            "HOLDFAST_SERVER_LISTEN": "127.0.0.1:9", "HOLDFAST_TENANT_FOLDER": "/t",
        ])
        #expect(configuration.settings.place.listen == "127.0.0.1:9")
        #expect(configuration.settings.place.tenantFolder == "/t")
    }

    @Test func `an option wins over all, and what it does not fit is its own matter`() throws {
        let options = [
            try #require(GivenOption("server.listen", "--listen", "0.0.0.0:80")),
            try #require(GivenOption("server.tls.key", "--tls-key", path: "key.pem")),
        ]
        let configuration = try read(
            "server: {listen: 127.0.0.1:1}\n", environment: ["HOLDFAST_SERVER_LISTEN": "127.0.0.1:2"],
            assignments: ["server.listen=127.0.0.1:3"], options: options)
        #expect(configuration.settings.place.listen == "0.0.0.0:80")
        #expect(configuration.source(of: try #require(Setting.named("server.listen"))) == .option("--listen"))
        #expect(configuration.settings.place.certificateKey?.hasSuffix("/key.pem") == true)
        #expect(configuration.faults == [])
    }

    @Test func `a variable that is near to one of a setting is told`() throws {
        let configuration = try read(environment: [
            "HOLDFAST_POLICY_CADENSE": "1m", "HOLDFAST_STATE": "/s", "HOLDFAST_FUZZ_ITERATIONS": "7",
        ])
        #expect(
            configuration.warnings == [
                "HOLDFAST_POLICY_CADENSE is no variable of a setting. Did you mean HOLDFAST_POLICY_CADENCE?"
            ])
        #expect(configuration.faults == [])
    }

    // MARK: What is wrong

    @Test func `everything is told at once, with line, column and the nearest name`() throws {
        let found = try faults(
            """
            policy:
              cadence: soon
              retension: 14d
            restore: [a]
            polcy:
              cadence: 10m
              nonsense: x
            cadence-seconds: 600
            limits:
              page-size: 1000
              cadence: 10m
              filter-terms:
            """, environment: ["HOLDFAST_WORK_WIDTH": "many"])
        #expect(
            found == [
                """
                holdfast.yaml:2:3: policy.cadence must be a time from 10s to 1d, such as 90s, 10m, 6h or 14d, not \
                'soon'.
                """,
                "holdfast.yaml:3:3: there is no 'retension' in 'policy'. Did you mean 'short-retention'?",
                "holdfast.yaml:4:1: 'restore' is a group: write settings below it, such as restore.active-sessions.",
                "holdfast.yaml:5:1: there is no 'polcy'. Did you mean 'policy'?",
                """
                holdfast.yaml:8:1: 'cadence-seconds' is called policy.cadence now, and takes a time from 10s to 1d, \
                such as 90s, 10m, 6h or 14d.
                """,
                "holdfast.yaml:10:3: limits.page-size must be a whole number from 1 to 999, not '1000'.",
                "holdfast.yaml:11:3: there is no 'cadence' in 'limits'. Did you mean 'policy.cadence'?",
                "holdfast.yaml:12:3: limits.filter-terms has no value: write one behind it, or remove the line.",
                "HOLDFAST_WORK_WIDTH: work.width must be a whole number from 1 to 256, not 'many'.",
            ])
    }

    @Test(arguments: [
        ("policy: 10m\n", "1:1: 'policy' is a group"), ("policy: {cadence: [10m]}\n", "1:10: policy.cadence must be"),
        ("policy: {cadence: {a: b}}\n", "1:10: policy.cadence is a setting, no group"),
        ("- a\n", "1:1: a configuration file begins with the name of a group"),
        ("7\n", "1:1: a value stands in the line"),
        ("policy: {cadence: 1m, cadence: 2m}\n", "'cadence' stands here twice."),
        (
            "policy.cadence: 1m\npolicy:\n  cadence: 2m\n",
            "3:3: policy.cadence stands here twice; the first time in line 1."
        ),
        ("policy: [\n", "this is no YAML: "), ("policy: {a: b: c}\n", "this is no YAML: "),
        ("server: {trusted-proxies: [[a]]}\n", "server.trusted-proxies must be addresses"),
        ("server: {trusted-proxies: ['127.0.0.1,::1']}\n", "server.trusted-proxies must have entries without commas."),
        ("tokens: {issuers: ['http://x.example']}\n", "tokens.issuers must be a list of https addresses"),
        ("tenant: {folder: srv/tenant}\n", "tenant.folder must be an absolute path"),
    ])
    func `a file of another shape is refused with its place`(text: String, expected: String) throws {
        let found = try faults(text)
        #expect(found.count == 1)
        #expect(found.first?.contains(expected) == true, "\(found)")
    }

    @Test func `faults are an error with a line for each, and the exit code of a wrong configuration`() throws {
        let configuration = try read("policy: {cadence: x, nonsense: y}\n")
        let error = #expect(throws: UsageError.self) { try configuration.sound() }
        #expect(error?.lines.count == 2)
        #expect(error?.status == .wrongConfiguration)
    }

    // MARK: Contradictions

    @Test(arguments: [
        ("server: {listen: '0.0.0.0:80'}\n", "server.listen is 0.0.0.0:80, and tokens would cross the network"),
        ("server: {tls: {certificate: /c}}\n", "server.tls.certificate needs server.tls.key too."),
        ("server: {tls: {key: /k}}\n", "server.tls.key needs server.tls.certificate too."),
        ("mail: {from: a@x.example}\n", "mail.from needs mail.server"),
        ("sign-in: {issuer: {client-id: a}}\n", "sign-in.issuer.client-id needs sign-in.issuer.url"),
        (
            "sign-in: {issuer: {url: 'https://x.example', client-id: a}, roles: {auditor: [b]}}\n",
            "sign-in.issuer.url needs sign-in.issuer.client-secret."
        ),
        (
            "sign-in: {issuer: {url: 'https://x.example', client-id: a, client-secret: 'credential:b'}}\n",
            "sign-in.issuer.url needs a value in sign-in.roles.administrator"
        ),
        ("mail: {server: 'm.example:25'}\n", "mail.server needs mail.from"),
        ("mail: {server: 'm.example:25', from: a, user: b}\n", "mail.user needs mail.password."),
        ("mail: {server: 'm.example:25', from: a, password: 'credential:b'}\n", "mail.password needs mail.user."),
    ])
    func `settings that do not fit each other are told where they are`(text: String, expected: String) throws {
        let found = try faults(text)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("holdfast.yaml:1:") == true)
        #expect(found.first?.contains(expected) == true, "\(found)")
    }

    @Test func `the certificate of an option fits the address of the file`() throws {
        let options = [
            GivenOption("server.tls.key", "--tls-key", path: "/k"),
            GivenOption("server.tls.certificate", "--tls-certificate", path: "/c"),
        ].compactMap(\.self)
        #expect(try read("server: {listen: '0.0.0.0:80'}\n", options: options).faults == [])
    }

    // MARK: Files

    @Test func `a file that cannot be read is named`() {
        let path = scratch.path("nowhere.yaml")
        let faults = Configuration(ConfigurationSources(file: path)).faults.map(\.text)
        #expect(faults == ["The configuration file '\(path)' cannot be read (No such file or directory)."])
    }

    @Test func `a file that is no text, or a folder, is refused`() throws {
        let file = scratch.url.appending(path: "holdfast.yaml")
        try Data([0x61, 0x3a, 0x20, 0xff, 0xfe]).write(to: file)
        #expect(
            Configuration(ConfigurationSources(file: file.path)).faults.map(\.text) == [
                "The configuration file '\(file.path)' is no text in UTF-8."
            ])
        #expect(Configuration(ConfigurationSources(file: scratch.url.path)).faults.count == 1)
    }

    @Test func `both kinds of file at once are refused`() throws {
        let file = try scratch.write("policy:\n", to: "holdfast.yaml")
        let configuration = Configuration(ConfigurationSources(file: file, flatFile: file))
        #expect(
            configuration.faults.map(\.text) == ["--config and --settings exclude each other: give --config alone."])
    }

    @Test func `the JSON of before works, with a warning that says how to write it`() throws {
        let file = try scratch.write(#"{"cadence-seconds": 300, "limits.page-size": 7}"#, to: "settings.json")
        let configuration = Configuration(ConfigurationSources(flatFile: file))
        #expect(configuration.faults == [])
        #expect(configuration.settings.intervals.cadenceSeconds == 300)
        #expect(configuration.warnings.count == 1)
        #expect(configuration.warnings.first?.hasSuffix("policy.cadence: 5m; limits.page-size: 7") == true)
        let written = try read("policy.cadence: 5m\nlimits.page-size: 7\n")
        #expect(written.changes(from: configuration).isEmpty)
    }

    // MARK: Hostile files

    @Test func `ten megabytes are refused before they are parsed`() throws {
        let start = ContinuousClock.now
        let found = try faults(String(repeating: "a: [b, c]\n", count: 1 << 20))
        #expect(found.count == 1)
        #expect(found.first?.contains("has more than 1MiB") == true)
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test func `of thousands of faults a hundred are told`() throws {
        let start = ContinuousClock.now
        let found = try faults((0..<20_000).map { "nonsense\($0): x\n" }.joined())
        #expect(found.count == 101)
        #expect(found.last?.hasSuffix("what is wrong from here on is not told.") == true)
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test func `a thousand levels, in each form, are refused`() throws {
        let forms = [
            String(repeating: "- ", count: 1000) + "a", "a: " + String(repeating: "[", count: 1000),
            "a: " + String(repeating: "{a: ", count: 1000), String(repeating: "? ", count: 1000) + "a",
            (0..<1000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
        ]
        for form in forms { #expect(!(try faults(form).isEmpty)) }
    }

    @Test func `a bomb of aliases is refused at its first anchor`() throws {
        let levels = (1...30).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined()
        let start = ContinuousClock.now
        let found = try faults("a0: &a0 [x, x]\n" + levels + "? *a30\n: x\n")
        #expect(found.first?.contains("anchors are not read") == true)
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test func `the words of a file cannot move a terminal`() throws {
        let configuration = try read("policy: {\"\\e[2Jx\": 1, cadence: \"\\u202e\"}\n")
        let error = #expect(throws: UsageError.self) { try configuration.sound() }
        let text = error?.description ?? "\u{1b}"
        #expect(!text.unicodeScalars.contains { $0 == "\u{1b}" || $0 == "\u{202e}" })
    }
}
