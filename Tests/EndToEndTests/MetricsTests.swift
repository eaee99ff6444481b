import Foundation
import SampleData
import Testing

/// What a server tells those who watch it, from outside.
@Suite struct MetricsTests {
    private static let curl = URL(filePath: "/usr/bin/curl")

    private func get(_ url: String, _ options: [String] = []) async throws -> (status: String, body: String) {
        let result = try await Program.run(Self.curl, ["-sS", "-w", "\n%{http_code}"] + options + [url])
        let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
        return (String(lines.last ?? ""), lines.dropLast().joined(separator: "\n"))
    }

    /// The address of the metrics, as the log tells it.
    private func address(_ installation: Installation) async throws -> String {
        try await waitUntil("the metrics are answered") {
            installation.server?.read("err").contains("Metrics are answered.") == true
        }
        let log = installation.server?.read("err") ?? ""
        return try #require(log.firstMatch(of: /address=(http:\/\/127\.0\.0\.1:\d+\/metrics)/).map { String($0.1) })
    }

    /// A protected drive with a point.
    private func protectedDrive(seed: UInt64, _ options: [String]) async throws -> Installation {
        let installation = try Installation()
        try installation.fillTenant(seed: seed)
        try await installation.start(options)
        let steps = try await installation.client()
        try await installation.enableService(steps)
        let users = try await steps.users().filter { $0.userPrincipalName == Installation.user }
        let unit = try #require(try await steps.protect(users).first).id
        _ = try await steps.latestPoint(of: unit, before: Date() + 3600)
        return installation
    }

    @Test func `the numbers of a server at work are those of its drives, in a form that every reader takes`()
        async throws
    {
        let installation = try await protectedDrive(seed: 61, ["--set", "metrics.listen=127.0.0.1:0"])
        let url = try await address(installation)
        let (status, text) = try await get(url)
        #expect(status == "200")
        for line in text.split(separator: "\n") {
            #expect(
                line.wholeMatch(
                    of: /# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? [-+.0-9eInfNa]+/)
                    != nil,
                "\(line)")
        }
        func value(_ series: String) -> Double? {
            text.split(separator: "\n").first { $0.hasPrefix(series + " ") }.flatMap {
                Double($0.dropFirst(series.count + 1))
            }
        }
        #expect(value(#"holdfast_units{workload="oneDriveForBusiness",state="protected"}"#) == 1)
        #expect(value(#"holdfast_backups_total{workload="oneDriveForBusiness",outcome="changed"}"#) == 1)
        #expect(try #require(value("holdfast_catalog_bytes")) > 4096)
        #expect(try #require(value("holdfast_storage_free_bytes{store=\"repositories\"}")) > 0)
        #expect(
            abs(try #require(value("holdfast_scheduler_last_tick_timestamp_seconds")) - Date().timeIntervalSince1970)
                < 60)
        #expect(!text.contains("contoso"))
        try await expectReaders(like: text, in: installation.folder)
        #expect(try await get(url.replacing("/metrics", with: "/healthz")).status == "404")
        #expect(try await get(url, ["-X", "POST"]).status == "405")
        #expect(try await installation.stop()?.status == 0)
    }

    /// Has the readers of others look at the page.
    private func expectReaders(like text: String, in folder: URL) async throws {
        let page = folder.appending(path: "page.txt")
        try Data((text + "\n").utf8).write(to: page)
        let env = URL(filePath: "/usr/bin/env")
        let checked = try await Program.run(env, ["sh", "-c", "promtool check metrics < '\(page.path)'"])
        #expect(checked.status == 0, "\(checked.text)")
        #expect(checked.text.isEmpty, "\(checked.text)")
        let script = """
            import sys; from prometheus_client.parser import text_string_to_metric_families as parse
            found = list(parse(open(sys.argv[1]).read()))
            print(len(found), sum(len(f.samples) for f in found))
            """
        let python = try await PythonEnvironment.shared.python()
        let parsed = try await Program.run(python, ["-c", script, page.path])
        let lines = text.split(separator: "\n")
        let types = lines.count { $0.hasPrefix("# TYPE") }
        #expect(parsed.output == "\(types) \(lines.count - 2 * types)\n", "\(parsed.text)")
    }

    @Test func `the alerts are good, and fire as they should`() async throws {
        let env = URL(filePath: "/usr/bin/env")
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "packaging/prometheus")
        for words in [["check", "rules", "holdfast.rules.yml"], ["test", "rules", "holdfast.rules.test.yml"]] {
            let command = "cd '\(folder.path)' && promtool \(words.joined(separator: " "))"
            let result = try await Program.run(env, ["sh", "-c", command])
            #expect(result.status == 0, "\(result.text)")
        }
    }

    @Test func `the dashboard is what its script writes`() async throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let result = try await Program.run(root.appending(path: "scripts/dashboard"), ["--check"])
        #expect(result.status == 0, "\(result.text)")
    }

    @Test func `a server that serves is ready, and its health has figures for those who may see them`() async throws {
        let installation = try await protectedDrive(seed: 62, [])
        try await waitUntil("the server is ready") { try await get(installation.baseURL + "/readyz").status == "200" }
        #expect(try await get(installation.baseURL + "/readyz").body == #"{"status":"ready","failing":[]}"#)
        let token = try await installation.token()
        let (status, body) = try await get(
            installation.baseURL + "/holdfast/v1.0/health", ["-H", "Authorization: Bearer \(token)"])
        #expect(status == "200")
        for name in ["catalog", "storage", "scheduler", "worker", "points", "protection", "queue", "damage"] {
            #expect(body.contains(#""name":"\#(name)""#), "\(name): \(body)")
        }
        #expect(body.contains(#""freeBytes":""#))
        #expect(try await get(installation.baseURL + "/holdfast/v1.0/health").status == "401")
        #expect(try await get(installation.baseURL + "/metrics").status == "401")
        #expect(
            try await get(installation.baseURL + "/metrics", ["-H", "Authorization: Bearer \(token)"]).body.contains(
                "holdfast_build_info{"))
        #expect(try await installation.stop()?.status == 0)
    }

    @Test func `a port for metrics that is in use is named, and ends the server`() async throws {
        let first = try Installation()
        try await first.start(["--set", "metrics.listen=127.0.0.1:0"])
        let port = try #require(try await address(first).firstMatch(of: /:(\d+)\//).map { String($0.1) })
        let second = try Installation()
        await #expect(throws: (any Error).self) {
            try await second.start(["--set", "metrics.listen=127.0.0.1:\(port)"])
            try await Task.sleep(for: .seconds(2))
            #expect(second.server?.isRunning != true)
            throw Program.Missing(description: "the server ended")
        }
        #expect(second.server?.read("err").contains("metrics.listen") == true)
        _ = try await first.stop()
    }
}
