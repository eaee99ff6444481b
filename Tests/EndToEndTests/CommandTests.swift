import Foundation
import SampleData
import Testing

/// The commands that ask a running server, as a newcomer types them.
struct CommandTests {
    /// A server over a sample tenant whose every drive is protected by one command.
    private static func protected() async throws -> Installation {
        let installation = try Installation()
        try installation.fillTenant(seed: 31)
        try await installation.start()
        let created = try await installation.command("policy", "create", "--everyone")
        #expect(created.status == 0, "\(created.text)")
        _ = try await Program.holdfast("unit", "backup", "--state", installation.state.path)
        return installation
    }

    private static func document(_ result: ProgramResult) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    }

    @Test func `one command protects everyone, and others look into the points`() async throws {
        let installation = try await Self.protected()
        let drive = installation.drive(Installation.user)
        let entries = try FileManager.default.contentsOfDirectory(atPath: drive.path).sorted()
        let name = try #require(
            try entries.first { name in
                let values = try drive.appending(path: name).resourceValues(forKeys: [.isRegularFileKey])
                return values.isRegularFile == true && name.allSatisfy(\.isASCII)
            })

        let policies = try await installation.command("policy", "list", "--json")
        let policy = try #require((try Self.document(policies) as? [[String: Any]])?.first)
        #expect(policy["displayName"] as? String == "Everyone")
        #expect(policy["schema"] as? String == "holdfast.cli/1")

        let listed = try await installation.command("ls", Installation.user, "--no-heads")
        #expect(listed.status == 0, "\(listed.text)")
        let names = Set(
            listed.output.split(separator: "\n").compactMap { $0.split(separator: "\t").last.map(String.init) })
        #expect(names.contains(name))

        let missing = try await installation.command("ls", "\(Installation.user):no such folder")
        #expect(missing.status == 5)
        #expect(missing.errors.contains("There is no 'no such folder' in the root"))
    }

    @Test func `single files come back beside what is there, or over it`() async throws {
        let installation = try await Self.protected()
        let note = installation.drive(Installation.user).appending(path: "a note.txt")
        try Data("first\n".utf8).write(to: note)
        _ = try await Program.holdfast("unit", "backup", "--state", installation.state.path, Installation.user)
        try Data("second\n".utf8).write(to: note)
        let item = "\(Installation.user):Documents/a note.txt"

        let kept = try await installation.command("restore", item, "--at", "now", "--conflict", "keep-both")
        #expect(kept.status == 0, "\(kept.text)")
        #expect(try String(contentsOf: note, encoding: .utf8) == "second\n")

        let unconfirmed = try await installation.command("restore", item, "--at", "now", "--conflict", "replace")
        #expect(unconfirmed.status == 64)
        #expect(unconfirmed.errors.contains("add --yes 1"))
        #expect(try String(contentsOf: note, encoding: .utf8) == "second\n")

        let replaced = try await installation.command(
            "restore", item, "--at", "now", "--conflict", "replace", "--yes", "--json")
        #expect(replaced.status == 0, "\(replaced.text)")
        #expect(try String(contentsOf: note, encoding: .utf8) == "first\n")
        let last = try #require(replaced.output.split(separator: "\n").last)
        let result = try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any]
        #expect(result?["type"] as? String == "result")
        #expect(result?["ok"] as? Bool == true)
    }

    @Test func `a second policy for everyone is refused by the state of things`() async throws {
        let installation = try await Self.protected()
        let again = try await installation.command("policy", "create", "--everyone", "--json")
        #expect(again.status == 6, "\(again.text)")
        let answer = try #require(try Self.document(again) as? [String: Any])
        #expect(answer["type"] as? String == "result")
        #expect(answer["exitCode"] as? Int == 6)
    }

    /// The examples of the manual that need no other day than this one, as a shell runs them.
    private static let script = """
        set -e
        holdfast status --check
        holdfast find 'budget*.xlsx' --in $WHO --deleted
        holdfast versions $WHO:Documents/Budget/2026.xlsx
        holdfast cat $WHO:Budget/2026.xlsx --at "$MOMENT"
        holdfast restore $WHO:Documents/Budget/2026.xlsx --at "$MOMENT" --conflict keep-both
        holdfast restore $WHO --at "$MOMENT" --dry-run --json | jq -s 'map(select(.type=="plan"))[0].newerLost'
        holdfast restore $WHO --at "$MOMENT" --yes --watch
        holdfast restore --undo "$(holdfast session list --limit 1 --json | jq -r '.[0].id')" --dry-run
        """

    @Test func `the examples of the manual run as they stand`() async throws {
        let installation = try await Self.protected()
        let budget = installation.drive(Installation.user).appending(path: "Budget/2026.xlsx")
        try FileManager.default.createDirectory(
            at: budget.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data("figures\n".utf8).write(to: budget)
        _ = try await Program.holdfast("unit", "backup", "--state", installation.state.path, Installation.user)
        let moment = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        try FileManager.default.removeItem(at: budget)
        _ = try await Program.holdfast("unit", "backup", "--state", installation.state.path, Installation.user)

        let programs = installation.folder.appending(path: "programs")
        try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            at: programs.appending(path: "holdfast"), withDestinationURL: Program.holdfast)
        let result = try await Program.run(
            URL(filePath: "/bin/bash"), ["-c", Self.script],
            environment: [
                "HOLDFAST_STATE": installation.state.path, "WHO": Installation.user, "MOMENT": moment,
                "PATH": programs.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? ""),
            ])
        #expect(result.status == 0, "\(result.text)")
        #expect(result.output.contains("figures\n"))
        #expect(try String(contentsOf: budget, encoding: .utf8) == "figures\n")
        #expect(result.output.contains("To do it: holdfast restore --plan "))
    }

    // MARK: Bad input

    @Test(arguments: [
        (["polcy", "list"], Int32(64), "Did you mean 'holdfast policy'?"),
        (["restore"], 64, "Say what to bring back"), (["restore", "ada", "--all"], 64, "in one way"),
        (["restore", "ada", "ada:b", "--at", "now"], 64, "need a restore each"),
        (["unit", "timeline", "ada", "--buckets", "601"], 64, "--buckets must be from 1 to 600"),
        (["status", "--server", "backup.example"], 64, "--server must be"),
    ])
    func `a wrong command is told without asking a server`(
        words: [String], status: Int32, message: String
    ) async throws {
        let result = try await Program.run(Program.holdfast, words)
        #expect(result.status == status)
        #expect(result.errors.contains(message), "\(result.text)")
        #expect(result.output.isEmpty)
    }

    @Test func `where no server runs the command says how to start one`() async throws {
        let installation = try Installation()
        try await installation.start()
        _ = try await installation.stop()
        let result = try await installation.command("status")
        #expect(result.status == 69)
        #expect(result.errors.contains("holdfast serve --tenant"))
        try await installation.start()
        try await installation.kill()
        #expect(try await installation.command("status").status == 69)
    }

    @Test func `an account that does not exist, and moments that are none`() async throws {
        let installation = try await Self.protected()
        let unknown = try await installation.command("ls", "adel@contoso.example")
        #expect(unknown.status == 5)
        #expect(unknown.errors.contains("There is no account or site 'adel@contoso.example'."))
        for (moment, message) in [("soon", "is no moment"), ("2099-01-01 00:00", "is in the future")] {
            let result = try await installation.command("ls", Installation.user, "--at", moment)
            #expect(result.status == 64)
            #expect(result.errors.contains(message), "\(result.text)")
        }
        let early = try await installation.command("ls", Installation.user, "--at", "2001-01-01T00:00Z")
        #expect(early.status == 5)
        #expect(early.errors.contains("has no restore point at or before"))
    }

    @Test func `a token that is none is refused as not allowed`() async throws {
        let installation = try Installation()
        try await installation.start()
        let result = try await Program.run(
            Program.holdfast, ["policy", "list", "--server", installation.baseURL],
            environment: ["HOLDFAST_TOKEN": "nonsense"])
        #expect(result.status == 4)
        #expect(result.errors.contains("HOLDFAST_TOKEN"))
    }

    @Test func `former names go on, and say the name of today`() async throws {
        let settings = try await Program.run(Program.holdfast, ["settings"])
        #expect(settings.status == 0)
        #expect(settings.output.contains("policy.cadence"))
        #expect(settings.errors.contains("is called 'holdfast config show --defaults' now"))
    }

    @Test func `holdfast alone shows what is needed most`() async throws {
        let result = try await Program.run(Program.holdfast, [])
        #expect(result.status == 0)
        #expect(result.output.contains("holdfast policy create --everyone"))
        #expect(result.output.split(separator: "\n").count < 12)
    }
}

extension Installation {
    /// Runs a command against this server, on this machine.
    func command(_ words: String...) async throws -> ProgramResult {
        try await Program.run(Program.holdfast, words, environment: ["HOLDFAST_STATE": state.path])
    }
}
