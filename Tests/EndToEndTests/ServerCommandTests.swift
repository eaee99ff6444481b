import Foundation
import SampleData
import Testing

/// Commands that ask a server, from its own machine and from elsewhere.
struct ServerCommandTests {
    private static func protected(seed: UInt64) async throws -> Installation {
        let installation = try Installation()
        try installation.fillTenant(seed: seed)
        try await installation.start()
        let created = try await installation.command("policy", "create", "--everyone")
        #expect(created.status == 0, "\(created.text)")
        return installation
    }

    // MARK: Backups and points

    @Test func `a point is taken by the server, also from elsewhere, and without one on its machine`() async throws {
        let installation = try await Self.protected(seed: 41)
        // Programs are told no mail addresses.
        let token = try await installation.token(of: Installation.user)
        let elsewhere = try await Program.run(
            Program.holdfast, ["unit", "backup", Installation.user, "--server", installation.baseURL],
            environment: ["HOLDFAST_TOKEN": token])
        #expect(elsewhere.status == 0, "\(elsewhere.text)")
        let words = elsewhere.output.split(separator: " ")
        #expect(words.count == 4)
        let point = String(try #require(words.dropFirst().first))
        let shown = try await installation.command("point", "show", point)
        #expect(shown.output.contains("Everything was read."))
        #expect(shown.output.contains(String(words[0])))
        let listed = try await installation.command("point", "list", Installation.user, "--no-heads")
        #expect(listed.output.split(separator: "\n").first?.hasPrefix(point) == true)

        _ = try await installation.stop()
        let alone = try await installation.command("unit", "backup", Installation.user)
        #expect(alone.status == 0, "\(alone.text)")
        let newest = String(try #require(alone.output.split(separator: " ").dropFirst().first))
        let offline = try await installation.command("point", "list", Installation.user, "--no-heads")
        let ids = offline.output.split(separator: "\n").compactMap { $0.split(separator: "\t").first.map(String.init) }
        #expect(ids.first == newest)
        #expect(ids.contains(point))
        #expect(try await installation.command("point", "show", newest).status == 0)
        let unit = String(words[0])
        try await installation.start()
        try await installation.requireResticIsContent(unit)
    }

    @Test func `what cannot be backed up is told, and the rest is taken`() async throws {
        let installation = try await Self.protected(seed: 42)
        let unknown = try await installation.command("unit", "backup", "nobody@contoso.example")
        #expect(unknown.status == 5)
        #expect(unknown.errors.contains("There is no account or site 'nobody@contoso.example'."))
        try FileManager.default.removeItem(at: installation.drive(Installation.user))
        try Data("no folder".utf8).write(to: installation.drive(Installation.user))
        let result = try await installation.command("unit", "backup")
        #expect(result.status == 3, "\(result.text)")
        #expect(result.errors.contains("✕ \(Installation.user): "), "\(result.text)")
        #expect(!result.errors.contains(installation.tenant.path), "places of the server are for its log")
    }

    // MARK: Contexts

    @Test func `a context is a server by name, with its token kept apart`() async throws {
        let installation = try await Self.protected(seed: 43)
        let folder = installation.folder
        let environment = ["XDG_CONFIG_HOME": folder.path + "/config", "XDG_STATE_HOME": folder.path + "/xdg-state"]
        func run(_ words: [String], _ more: [String: String] = [:], input: String? = nil) async throws -> ProgramResult
        {
            try await Program.run(
                Program.holdfast, words, environment: environment.merging(more) { $1 }, input: input)
        }
        let token = try await installation.token()
        let added = try await run(
            ["context", "add", "prod", installation.baseURL, "--token-file", "-"], input: token)
        #expect(added.status == 0, "\(added.text)")
        for words in [["status"], ["status", "--context", "prod"]] {
            let status = try await run(words)
            #expect(status.status == 0, "\(status.text)")
        }
        let file = folder.appending(path: "xdg-state/holdfast/tokens/prod")
        let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
        #expect(
            try !String(contentsOf: folder.appending(path: "config/holdfast/contexts.yaml"), encoding: .utf8)
                .contains(token))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
        let open = try await run(["status"])
        #expect(open.status == 4)
        #expect(open.errors.contains("chmod 600"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        let question = try await run(["policy", "deactivate", "Everyone", "--context", "prod"])
        #expect(question.status == 64)
        #expect(question.errors.contains("on prod (\(installation.baseURL))"), "\(question.text)")
        #expect(try await run(["context", "add", "prod", installation.baseURL]).status == 6)
        #expect(try await run(["status"], ["HOLDFAST_CONTEXT": "other"]).status == 5)
        #expect(try await run(["context", "remove", "prod"]).status == 0)
        #expect(!FileManager.default.fileExists(atPath: file.path))
        #expect(try await run(["status"]).status == 64)
    }

    // MARK: Events

    @Test func `changes come as lines while they happen`() async throws {
        let installation = try await Self.protected(seed: 44)
        let events = try RunningProgram(
            Program.holdfast, ["events", "units/\(Installation.user)", "--limit", "1", "--json"],
            environment: ["HOLDFAST_STATE": installation.state.path])
        try await Task.sleep(for: .milliseconds(500))
        try Data("new".utf8).write(to: installation.drive(Installation.user).appending(path: "new.txt"))
        try await waitUntil("a change is told") {
            _ = try await installation.command("unit", "backup", Installation.user)
            return !events.isRunning
        }
        let result = try await events.finish()
        #expect(result.status == 0, "\(result.text)")
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 2)
        let event = try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any]
        #expect(event?["thing"] as? String == "unitState")
        #expect((event?["body"] as? [String: Any])?["email"] as? String == Installation.user)
        let described = try await Program.run(Program.holdfast, ["help", "--json-schema", "events"])
        let schema = try JSONSchema(described.output)
        for line in lines {
            #expect(schema.problems(with: try JSONSerialization.jsonObject(with: Data(line.utf8))) == [])
        }
        let wrong = try await installation.command("events", "weather")
        #expect(wrong.status == 64)
        #expect(wrong.errors.contains("is not a topic"))
    }

    /// A server that ends each stream after one event, and tells with what id it was asked.
    private static let shortServer = #"""
        import http.server
        class Handler(http.server.BaseHTTPRequestHandler):
            count = 0
            def do_GET(self):
                Handler.count += 1
                self.send_response(503 if Handler.count == 2 else 200)
                self.send_header("Content-Type", "text/event-stream"); self.end_headers()
                if Handler.count == 2: return
                last = self.headers.get("Last-Event-ID", "none")
                self.wfile.write(("retry: 50\nid: %d\nevent: changed\ndata: "
                    '{"topic":"overview","thing":"overview","body":{"sentence":"after %s"}}\n\n'
                    % (Handler.count, last)).encode())
            def log_message(self, *a): pass
        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        print(server.server_port, flush=True)
        server.serve_forever()
        """#

    @Test func `a stream that ends is taken up where it ended`() async throws {
        let server = try RunningProgram(URL(filePath: "/usr/bin/env"), ["python3", "-c", Self.shortServer])
        defer { server.signal(SIGKILL) }
        try await waitUntil("the server tells its port") { server.read("out").contains("\n") }
        let port = server.read("out").trimmingCharacters(in: .whitespacesAndNewlines)
        let result = try await Program.run(
            Program.holdfast, ["events", "overview", "--limit", "3", "--server", "http://127.0.0.1:\(port)"],
            environment: ["HOLDFAST_TOKEN": "t"])
        #expect(result.status == 0, "\(result.text)")
        let told = result.output.split(separator: "\n").compactMap { $0.split(separator: ": ").last.map(String.init) }
        #expect(told == ["after none", "after 1", "after 3"])
    }

    // MARK: Completion

    private static let complete = """
        source <(holdfast completion bash)
        COMP_WORDS=(holdfast unit show adel) COMP_CWORD=3 COMP_LINE='holdfast unit show adel' COMP_POINT=23 COMP_TYPE=9
        _holdfast holdfast adel show
        printf '%s\\n' "${COMPREPLY[@]}"
        """

    @Test func `bash completes accounts from the server, and is silent without one`() async throws {
        let installation = try await Self.protected(seed: 45)
        let programs = installation.folder.appending(path: "programs")
        try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            at: programs.appending(path: "holdfast"), withDestinationURL: Program.holdfast)
        func complete(_ state: String) async throws -> ProgramResult {
            try await Program.run(
                URL(filePath: "/bin/bash"), ["-c", Self.complete],
                environment: [
                    "HOLDFAST_STATE": state, "XDG_CACHE_HOME": installation.folder.path + "/cache",
                    "PATH": programs.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? ""),
                ])
        }
        let silent = try await complete("/nowhere/at/all")
        #expect(silent.output.trimmingCharacters(in: .whitespacesAndNewlines) == "", "\(silent.text)")
        // The program of this test is not optimized, so one answer may come too late.
        try await waitUntil("an account is completed", seconds: 30) {
            try await complete(installation.state.path).output.contains(Installation.user)
        }
    }
}
