import Foundation
import SampleData
import Testing

/// The first day of a newcomer with two terminals, who reads nothing but what the program says.
struct NewcomerTests {
    /// A terminal in a folder, where `holdfast` is on the path.
    private struct Terminal {
        let folder: URL

        func run(_ line: String) async throws -> ProgramResult {
            let path = folder.appending(path: "programs").path
            return try await Program.run(
                URL(filePath: "/bin/bash"), ["-c", "cd '\(folder.path)' && \(line)"],
                environment: [
                    "PATH": path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? ""),
                    "HOLDFAST_STATE": folder.appending(path: "state").path,
                ])
        }

        /// The command that the program's own words name after some others.
        func named(after words: String, in text: String) throws -> String {
            let line = try #require(text.split(separator: "\n").first { $0.contains(words) }, "\(text)")
            let start = try #require(
                line.range(
                    of: "holdfast ", range: (line.range(of: words)?.upperBound ?? line.startIndex)..<line.endIndex))
            return String(line[start.lowerBound...])
        }
    }

    @Test func `protect, be attacked, see it, preview, roll back, check, undo and roll back again`() async throws {
        let installation = try Installation()
        let terminal = Terminal(folder: installation.folder)
        let programs = installation.folder.appending(path: "programs")
        try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            at: programs.appending(path: "holdfast"), withDestinationURL: Program.holdfast)
        try FileManager.default.removeItem(at: installation.tenant)
        let sample = try await terminal.run("holdfast demo tenant ./tenant")
        #expect(sample.status == 0, "\(sample.text)")
        #expect(sample.output.contains("holdfast policy create --everyone"))
        try await installation.start()
        for line in ["holdfast policy create --everyone", "holdfast unit backup", "holdfast status --check"] {
            let result = try await terminal.run(line)
            #expect(result.status == 0, "\(line): \(result.text)")
        }
        let clean = try await installation.copy(installation.tenant, name: "clean")
        let attack = try await terminal.run("holdfast demo attack --tenant ./tenant")
        #expect(attack.status == 0, "\(attack.text)")
        let damaged = try await installation.copy(installation.tenant, name: "damaged")
        #expect(try await terminal.run("holdfast unit backup").status == 0)

        let status = try await terminal.run("holdfast status --check")
        #expect(status.status == 7, "\(status.text)")
        let show = try terminal.named(after: "▲ incident", in: status.output)
        let incident = try await terminal.run(show)
        #expect(incident.status == 0, "\(incident.text)")
        let number = try #require(show.split(separator: " ").last)
        let preview = try await terminal.run("holdfast restore --incident \(number) --dry-run")
        #expect(preview.status == 0, "\(preview.text)")
        #expect(preview.output.contains("for 3 accounts in place"), "\(preview.text)")
        #expect(try Self.differences(damaged, installation.tenant) == [], "a preview changes nothing")

        let doIt = try terminal.named(after: "To do it:", in: preview.output)
        let restored = try await terminal.run(doIt + " --watch")
        #expect(restored.status == 0, "\(restored.text)")
        #expect(try Self.differences(clean, installation.tenant) == [])
        #expect(try await terminal.run("holdfast status --check").status == 0)

        let undo = try terminal.named(after: "To take it back", in: restored.output)
        let undoPlan = try await terminal.run(undo + " --dry-run")
        #expect(undoPlan.status == 0, "\(undoPlan.text)")
        let undone = try await terminal.run(
            try terminal.named(after: "To do it:", in: undoPlan.output) + " --watch")
        #expect(undone.status == 0, "\(undone.text)")
        #expect(try Self.differences(damaged, installation.tenant) == [])

        let again = try terminal.named(after: "To take it back", in: undone.output)
        let againPlan = try await terminal.run(again + " --dry-run")
        let done = try await terminal.run(try terminal.named(after: "To do it:", in: againPlan.output) + " --watch")
        #expect(done.status == 0, "\(done.text)")
        #expect(try Self.differences(clean, installation.tenant) == [])
        let list = try await Program.holdfast("repository", "list", "--state", installation.state.path)
        for row in list.split(separator: "\n").prefix(3) {
            try await installation.requireResticIsContent(String(row.prefix(36)))
        }
    }

    private static func differences(_ first: URL, _ second: URL) throws -> [String] {
        let drives = try FileManager.default.contentsOfDirectory(atPath: first.appending(path: "drives").path).sorted()
        return try drives.flatMap { name in
            try TreeComparison(
                first.appending(path: "drives/\(name)").path, second.appending(path: "drives/\(name)").path
            ).differences.map { "\(name): \($0)" }
        }
    }
}
