import Foundation
import Testing

@testable import CLI

/// What `doctor` finds, and how it tells that.
@Suite struct DiagnosisTests {
    let scratch = Scratch()
    private let now = Date(timeIntervalSince1970: 1_796_000_000)

    private func finding(_ status: Finding.Status) -> Finding { Finding("storage", status, "4 GiB are free.") }

    @Test(
        arguments: [
            ([], true), ([.ok, .warning, .unknown], true), ([.ok, .failing], false),
        ] as [([Finding.Status], Bool)])
    func `only a check that failed makes it unhealthy`(statuses: [Finding.Status], isHealthy: Bool) {
        #expect(Diagnosis(findings: statuses.map(finding)).isHealthy == isHealthy)
    }

    @Test func `a finding is a line with its cure`() {
        let bad = Finding("tenant", .failing, "'/t\u{1b}' cannot be read.", action: "mount it")
        #expect(bad.lines(width: nil) == ["  ▲ tenant: '/t\\u{1b}' cannot be read.  → mount it"])
        #expect(Diagnosis(findings: [bad, finding(.ok)]).lines(width: nil).first == "1 check failed, 0 warnings.")
        #expect(Diagnosis(findings: [finding(.ok)]).lines(width: nil).first == "Nothing is wrong.")
    }

    @Test func `a check of the server keeps what it had besides`() throws {
        let text =
            #"{"name":"scheduler","status":"failing","since":"2026-11-30T08:00:00Z","message":"m","#
            + #""action":"a","figures":{"x":1}}"#
        let finding = Finding(ofServer: try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)))
        #expect(finding.status == .failing)
        #expect(finding.origin == .server)
        #expect(finding.json.text("since") == "2026-11-30T08:00:00Z")
        #expect(finding.json["figures"]?["x"] == .integer(1))
        #expect(finding.json.text("from") == "server")
        #expect(Finding.Status(text: "novel") == .unknown)
    }

    // MARK: The server's answer

    private func answer(_ status: Int, _ body: String) -> APIClient.Answer {
        APIClient.Answer(status: status, headers: [:], body: Data(body.utf8))
    }

    @Test func `the server's checks follow its answer`() throws {
        let body = #"{"checks":[{"name":"catalog","status":"warning","message":"m"}]}"#
        let findings = try ServerChecks.findings("here", answer(200, body))
        #expect(findings.map(\.name) == ["server", "catalog"])
        #expect(findings.map(\.status) == [.ok, .warning])
    }

    @Test func `what two checks found alike is told once`() {
        #expect(Diagnosis(findings: [finding(.ok), finding(.warning), finding(.ok)]).findings.count == 2)
    }

    @Test(arguments: [400, 404]) func `a server without a report answers all the same`(status: Int) throws {
        let findings = try ServerChecks.findings("here", answer(status, "{}"))
        #expect(findings.map(\.status) == [.ok])
    }

    @Test(arguments: [401, 403, 500]) func `a refusal is an error`(status: Int) {
        #expect(throws: (any Error).self) { try ServerChecks.findings("here", answer(status, "{}")) }
    }

    @Test(arguments: [(0, 0), (59, 0), (61, 1), (-61, 1)] as [(Double, Int)])
    func `clocks that differ are told`(skew: Double, count: Int) {
        // 30 November 2026, 08:53:20 in Greenwich.
        let findings = ServerChecks.clock(
            serverDate: "Mon, 30 Nov 2026 08:53:20 GMT", now: Date(timeIntervalSince1970: 1_796_028_800 + skew))
        #expect(findings.count == count)
        if skew > 60 { #expect(findings.first?.message.contains("ahead of the server's") == true) }
    }

    // MARK: Certificate, room, tenant

    @Test(arguments: [(-1.0, Finding.Status.failing), (1, .warning), (13.9, .warning), (14.1, .ok)])
    func `a certificate is told in time`(days: Double, status: Finding.Status) {
        let finding = ConfigurationChecks.finding("/c.pem", end: now + days * 86_400, now: now)
        #expect(finding.status == status)
        #expect((finding.action == nil) == (status == .ok))
    }

    @Test(
        arguments: [
            (10 << 30, 100 << 30, 50, 100, .ok), (0, 100 << 30, 50, 100, .failing),
            (10 << 30, 100 << 30, 0, 100, .failing), (1 << 30, 100 << 30, 50, 100, .failing),
            (4 << 30, 100 << 30, 50, 100, .warning), (9 << 30, 100 << 30, 50, 100, .warning),
            (10 << 30, 100 << 30, 4, 100, .warning), (10 << 30, 100 << 30, 1, 100, .failing),
            (10 << 30, 100 << 30, 0, 0, .ok),
        ] as [(UInt64, UInt64, UInt64, UInt64, Finding.Status)])
    func `room is judged by bytes and by files`(
        free: UInt64, all: UInt64, freeFiles: UInt64, allFiles: UInt64, status: Finding.Status
    ) {
        #expect(SpaceCheck.finding(free: free, all: all, freeFiles: freeFiles, allFiles: allFiles).status == status)
    }

    @Test func `a tenant is looked at as far as its drives`() throws {
        let path = try scratch.makeFolder("tenant")
        #expect(TenantCheck.finding(path).status == .warning)
        _ = try scratch.makeFolder("tenant/drives")
        #expect(TenantCheck.finding(path).status == .warning)
        _ = try scratch.makeFolder("tenant/drives/ada@x.example")
        #expect(TenantCheck.finding(path).status == .ok)
        #expect(TenantCheck.finding(path + "/nowhere").status == .failing)
    }

    // MARK: The configuration and the state folder

    private func checks(_ text: String, mode: Int = 0o644) throws -> [Finding] {
        let file = try scratch.write(text, to: "holdfast.yaml", mode: mode)
        return ConfigurationChecks(
            configuration: Configuration(ConfigurationSources(file: file)), file: file, environment: [:], now: now
        ).findings
    }

    @Test func `each fault of the configuration is a finding`() throws {
        let findings = try checks("policy: {cadence: x, nonsense: y}\n")
        #expect(findings.map(\.status) == [.failing, .failing])
        #expect(findings.allSatisfy { $0.action == "holdfast config check" })
    }

    @Test func `a configuration that others can change is refused`() throws {
        #expect(try checks("policy: {cadence: 1m}\n").map(\.status) == [.ok])
        let findings = try checks("policy: {cadence: 1m}\n", mode: 0o666)
        #expect(findings.map(\.status) == [.ok, .failing])
        #expect(findings.last?.action?.hasPrefix("chmod go-w ") == true)
    }

    @Test func `secrets and certificates that cannot be read are told`() throws {
        let mail = "mail: {server: 'm.example:25', from: a, user: b, password: '"
        #expect(try checks(mail + "credential:x'}\n").map(\.status) == [.ok, .unknown])
        #expect(try checks(mail + "file:/nowhere/at/all'}\n").map(\.status) == [.ok, .failing])
        #expect(
            try checks("server: {tls: {certificate: /nowhere, key: /nowhere}}\n").map(\.status) == [.ok, .failing])
    }

    @Test func `a state folder is looked at without a server`() async throws {
        let tenant = try scratch.makeFolder("tenant")
        _ = try scratch.makeFolder("tenant/drives/ada@x.example")
        let state = scratch.path("state")
        let url = URL(filePath: state)
        #expect(await StateChecks(url: url, isDeep: true, now: now).findings().map(\.status) == [.failing])
        let folder = try await StateFolder.openOrCreate(at: state, tenantPath: tenant)
        try await folder.use { _ in }
        let sound = await StateChecks(url: url, isDeep: true, now: Date()).findings()
        #expect(sound.filter { ![.ok, .unknown].contains($0.status) && $0.name != "storage" } == [])
        #expect(sound.contains { $0.name == "catalog" && $0.status == .ok })

        try scratch.setMode(0o644, of: "state/master.key")
        try scratch.write("", to: "state/settings.json.new")
        let open = await StateChecks(url: url, isDeep: false, now: Date()).findings()
        #expect(open.contains { $0.status == .failing && $0.message.contains("chmod 600") })
        try scratch.setMode(0o600, of: "state/master.key")
        let left = await StateChecks(url: url, isDeep: false, now: Date()).findings()
        #expect(left.contains { $0.name == "leftovers" && $0.status == .warning })

        let old = await StateChecks(url: url, isDeep: false, now: Date(timeIntervalSinceNow: -86_400)).findings()
        #expect(old.contains { $0.name == "clock" && $0.status == .failing })
        try FileManager.default.removeItem(atPath: state + "/catalog.sqlite")
        let lost = await StateChecks(url: url, isDeep: false, now: Date()).findings()
        #expect(lost.contains { $0.name == "catalog" && $0.status == .failing })
    }
}
