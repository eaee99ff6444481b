import Foundation
import Testing

/// The examples of docs/sandbox.md, run as they stand there.
@Suite(.serialized) struct SandboxDocumentTests {
    /// The shell block that follows the mark `<!-- run: NAME -->`.
    private static func block(_ name: String) throws -> String {
        let document = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/sandbox.md")
            .standardizedFileURL
        let text = try String(contentsOf: document, encoding: .utf8)
        let mark = "<!-- run: \(name) -->\n```sh\n"
        let start = try #require(text.range(of: mark)?.upperBound, "docs/sandbox.md has no block '\(name)'")
        let end = try #require(text.range(of: "\n```", range: start..<text.endIndex)?.lowerBound)
        return String(text[start..<end])
    }

    /// Starts a sandbox and runs the beginning with an example.
    private func run(_ name: String) async throws -> ProgramResult {
        let installation = try Installation()
        try await installation.startSandbox()
        let state = installation.state.path
        let environment = [
            "BASE": installation.baseURL,
            "CONTROL": try await Program.holdfast("token", "--state", state, "--role", "Sandbox.ReadWrite.All"),
            "TOKEN": try await Program.holdfast("token", "--state", state),
            "PERSON": "\(Program.holdfast.path) token --state \(state) --delegated",
        ]
        let script = try "cd '\(installation.folder.path)'\n" + Self.block("beginning") + "\n" + Self.block(name)
        let result = try await Program.run(
            URL(filePath: "/bin/bash"), ["-euo", "pipefail", "-c", script], environment: environment)
        let stopped = try await installation.stop()
        #expect(stopped?.status == 0)
        return result
    }

    @Test func `forty days of retention pass in seconds`() async throws {
        let result = try await run("retention")
        #expect(result.status == 0, "\(result.text)")
        #expect(result.output.contains("retention: "), "\(result.text)")
    }

    @Test func `a session ends completedWithError, and a transient refusal passes`() async throws {
        let result = try await run("failure")
        #expect(result.status == 0, "\(result.text)")
        #expect(result.output.contains("failure: one of two artifacts"), "\(result.text)")
    }

    @Test func `without the flag there is no control surface, and a sandbox's folder is refused`() async throws {
        let installation = try Installation()
        try await installation.start()
        let control = try await Program.holdfast(
            "token", "--state", installation.state.path, "--role", "Sandbox.ReadWrite.All")
        // The control surface's paths answer as any path that does not exist.
        for method in ["GET", "POST"] {
            let hidden = try await answer(method, installation.baseURL + "/sandbox/clock", control)
            let unknown = try await answer(method, installation.baseURL + "/sandpit/clock", control)
            #expect(hidden.replacing("sandbox", with: "sandpit") == unknown)
            #expect(!hidden.hasPrefix("2"))
        }
        _ = try await installation.stop()
        let real = try await Program.run(
            Program.holdfast, ["serve", "--sandbox", "--state", installation.state.path, "--listen", "127.0.0.1:0"])
        #expect(real.status != 0)
        #expect(real.errors.contains("not a sandbox"))

        let sandbox = try Installation()
        try await sandbox.startSandbox()
        _ = try await sandbox.stop()
        let crossed = try await Program.run(
            Program.holdfast,
            ["serve", "--tenant", sandbox.tenant.path, "--state", sandbox.state.path, "--listen", "127.0.0.1:0"])
        #expect(crossed.status != 0)
        #expect(crossed.errors.contains("belongs to a sandbox"))
    }

    @Test(arguments: [
        (["--tenant", "/tmp"], "leave --tenant out"),
        (["--oidc-issuer", "https://login.example"], "leave --oidc-issuer out"),
    ])
    func `a sandbox takes no tenant and no outside issuer`(options: [String], reason: String) async throws {
        let installation = try Installation()
        let result = try await Program.run(
            Program.holdfast,
            ["serve", "--sandbox", "--state", installation.state.path, "--listen", "127.0.0.1:0"] + options)
        #expect(result.status != 0)
        #expect(result.errors.contains(reason), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: installation.state.path))
    }

    /// Status and body without what differs from answer to answer.
    private func answer(_ method: String, _ url: String, _ token: String) async throws -> String {
        let result = try await Program.run(
            URL(filePath: "/usr/bin/curl"),
            ["-sS", "-X", method, "-H", "Authorization: Bearer \(token)", "-w", "\n%{http_code}", url])
        let lines = result.output.split(separator: "\n")
        let body = lines.dropLast().joined(separator: "\n").replacing(/"innerError".*/, with: "")
        return "\(lines.last ?? "") \(body)"
    }
}
