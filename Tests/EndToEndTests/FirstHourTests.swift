import Foundation
import Testing

/// docs/first-hour.md, run as it stands there, from top to bottom.
struct FirstHourTests {
    /// The shell blocks that follow the mark `<!-- run -->`.
    private static func blocks() throws -> [String] {
        let document = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/first-hour.md")
            .standardizedFileURL
        let text = try String(contentsOf: document, encoding: .utf8)
        return text.matches(of: /<!-- run -->\n```sh\n((?s:.*?))\n```/).map { String($0.1) }
    }

    @Test func `an administrator protects a drive and a site, browses, and brings files and drives back`() async throws
    {
        let blocks = try Self.blocks()
        let (tenant, rest) = (try #require(blocks.first), blocks.dropFirst())
        let installation = try Installation()
        let programs = installation.folder.appending(path: "programs")
        try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            at: programs.appending(path: "holdfast"), withDestinationURL: Program.holdfast)
        var environment = [
            "TENANT": installation.tenant.path, "STATE": installation.state.path, "WHO": "ada@example.org",
            "SITE": "team",
            "PATH": "\(programs.path):\(ProcessInfo.processInfo.environment["PATH"] ?? "")",
        ]
        func run(_ script: String) async throws -> ProgramResult {
            try await Program.run(
                URL(filePath: "/bin/bash"), ["-euo", "pipefail", "-c", "cd '\(installation.folder.path)'\n" + script],
                environment: environment)
        }
        try #require(try await run(tenant).status == 0)
        try await installation.start()
        environment["BASE"] = installation.baseURL
        let result = try await run(rest.joined(separator: "\n"))
        #expect(result.status == 0, "\(result.text)")
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(lines.count { $0 == "completed" } == 4)
        #expect(lines.contains("folder plans"), "\(result.text)")
        #expect(lines.contains("file report.txt"), "\(result.text)")
        #expect(lines.count { $0 == "first version" } == 3)
        #expect(lines.contains("our charter"))
        #expect(result.output.contains("no errors were found"))
        _ = try await installation.stop()
    }
}
