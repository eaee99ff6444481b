import ArgumentParser
import BackupAPI
import Foundation
import Testing

@testable import CLI

/// Commands as they are written, and the help that they give.
@Suite struct CommandLineTests {
    /// Every command by the words that call it.
    private static func commands(
        _ command: any ParsableCommand.Type = Holdfast.self, path: [String] = []
    ) -> [[String]] {
        [path]
            + command.configuration.subcommands.flatMap { subcommand in
                commands(subcommand, path: path + [subcommand.configuration.commandName ?? ""])
            }
    }

    private static func command(_ path: [String]) -> any ParsableCommand.Type {
        path.reduce(Holdfast.self as any ParsableCommand.Type) { command, name in
            command.configuration.subcommands.first { $0.configuration.commandName == name } ?? command
        }
    }

    @Test func `the commands are those of the manual`() {
        let names = Self.commands().map { $0.joined(separator: " ") }
        let groups = [
            "incident": ["list", "show", "dismiss"], "unit": ["list", "show", "timeline", "backup"],
            "policy": ["list", "show", "create", "change", "activate", "deactivate", "delete", "preview"],
            "point": ["list", "show", "diff", "release"],
            "session": ["list", "show", "watch", "cancel", "retry", "report", "notices"],
            "program": ["add", "list", "remove"],
            "config": ["show", "check", "explain", "sample", "schema"],
            "repository": ["list", "path", "password", "check", "verify", "repair", "prune", "adopt", "rewind"],
            "store": ["advise", "check", "list", "probe"],
            "catalog": ["copy", "move", "migrate", "rebuild"], "demo": ["show", "attack", "tenant"],
            "activity": ["list"],
            "context": ["add", "list", "use", "remove"],
            "operator": ["first-code", "list", "add", "remove", "reset"],
        ]
        let alone = [
            "", "restore", "status", "diff", "ls", "tree", "find", "versions", "cat", "download", "token", "serve",
            "events", "completion", "doctor", "manual", "login", "logout", "whoami", "processes",
        ]
        #expect(Set(names) == Set(alone + groups.flatMap { group, words in [group] + words.map { "\(group) \($0)" } }))
    }

    @Test(arguments: commands())
    func `help says in a sentence what a command does`(path: [String]) {
        let command = Self.command(path)
        let abstract = command.configuration.abstract
        #expect(abstract.first?.isUppercase == true)
        #expect(abstract.hasSuffix("."))
        #expect(!abstract.contains("\n"))
        let parts = command.configuration.discussion.split(separator: "Examples:", maxSplits: 1)
        if let text = parts.first, !command.configuration.discussion.hasPrefix("Examples:") {
            #expect(text.trimmingCharacters(in: .whitespacesAndNewlines).hasSuffix("."))
        }
    }

    /// The examples in the help of the commands that ask a server.
    private static let examples: [String] = commands().flatMap { path in
        let discussion = command(path).configuration.discussion
        guard let examples = discussion.firstRange(of: "Examples:\n") else { return [String]() }
        return discussion[examples.upperBound...].split(separator: "\n").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
    }

    @Test func `most commands have examples`() {
        #expect(Self.examples.count > 80)
    }

    /// The words of a line for a shell, up to the first `|`, `>` or `||`.
    private static func words(_ line: String) -> [String] {
        line.matches(of: /'([^']*)'|"((?:[^"\\]|\\.)*)"|([^\s'"]+)/).map { match in
            String(match.1 ?? match.2 ?? match.3 ?? "")
        }.prefix { !["|", ">", "||"].contains($0) }.map { String($0) }
    }

    @Test(arguments: examples) func `an example in the help can be typed as it stands`(example: String) throws {
        let words = Self.words(example)
        #expect(words.first == "holdfast")
        let (arguments, _) = CommandWords.current(Array(words.dropFirst()))
        _ = try Holdfast.parseAsRoot(CommandWords.normalized(arguments))
    }

    @Test(arguments: commands())
    func `help explains every argument and option`(path: [String]) {
        // The explanation of a long name stands on the next line.
        let help = Holdfast.helpMessage(for: Self.command(path), columns: 1000).replacing(/\n {20,}/, with: " ")
        for line in help.split(separator: "\n") where line.hasPrefix("  -") || line.hasPrefix("  <") {
            let words = line.split(separator: " ")
            #expect(words.count > 3, "no help for: \(line)")
        }
    }

    // MARK: Tokens

    private func token(_ arguments: [String]) throws -> TokenCommand {
        try #require(try Holdfast.parseAsRoot(["token", "--state", "s"] + arguments) as? TokenCommand)
    }

    @Test func `a token is valid for a day unless asked otherwise`() throws {
        #expect(try token([]).hours == 24)
        #expect(try token(["--hours", "0.5"]).hours == 0.5)
        #expect(try token(["--hours", "87600"]).hours == 87_600)
    }

    @Test(arguments: ["0", "-1", "nan", "inf", "87600.1", "soon"])
    func `a token for no time, or for more than ten years, is refused`(hours: String) {
        #expect(throws: (any Error).self) { try token(["--hours=\(hours)"]) }
    }

    @Test func `roles are permissions of the API, and all of them without any`() throws {
        #expect(try TokenCommand.permissions([]) == GraphPermission.all)
        let one = try #require(GraphPermission.all.sorted().first)
        #expect(try TokenCommand.permissions([one, one]) == [one])
    }

    @Test func `the sandbox has a permission of its own`() throws {
        #expect(try TokenCommand.permissions(["Sandbox.ReadWrite.All"]) == ["Sandbox.ReadWrite.All"])
        #expect(!GraphPermission.all.contains("Sandbox.ReadWrite.All"))
    }

    @Test func `an unknown role is refused with the known ones`() {
        let error = #expect(throws: UsageError.self) { try TokenCommand.permissions(["Mail.Read"]) }
        #expect(error?.description.hasPrefix("There is no permission 'Mail.Read'.") == true)
        for known in GraphPermission.all { #expect(error?.description.contains(known) == true) }
    }

    // MARK: Arguments

    @Test(arguments: [
        ["repository", "list"], ["repository", "path", "x"],
        ["session", "notices", "id"], ["catalog", "rebuild"], ["program", "list"], ["token"],
    ])
    func `a command without its state folder is refused`(arguments: [String]) throws {
        let error = #expect(throws: (any Error).self) { try Holdfast.parseAsRoot(arguments) }
        #expect(Holdfast.message(for: try #require(error)).contains("--state"))
    }

    @Test(arguments: [
        ["point", "show"], ["point", "release"], ["repository", "path"], ["repository", "check"],
        ["session", "notices"],
        ["program", "add"], ["program", "remove"],
    ])
    func `a command about one thing needs its name`(arguments: [String]) {
        #expect(throws: (any Error).self) { try Holdfast.parseAsRoot(arguments + ["--state", "s"]) }
    }

    @Test func `a backup takes no name, one or several`() throws {
        for names in [[], ["ada@x.example"], ["ada@x.example", "Team site"]] {
            let command = try Holdfast.parseAsRoot(["unit", "backup", "--state", "s"] + names) as? UnitBackupCommand
            #expect(command?.names == names)
        }
    }

    @Test func `a dry run is asked for by name`() throws {
        let repair = ["repository", "repair", "--state", "s", "x"]
        let plain = try #require(try Holdfast.parseAsRoot(repair) as? RepositoryRepairCommand)
        #expect(!plain.dryRun)
        let dry = try #require(try Holdfast.parseAsRoot(repair + ["--dry-run"]) as? RepositoryRepairCommand)
        #expect(dry.dryRun)
    }

    @Test func `the demo's own options do not take those of its other commands`() throws {
        let attack = try Holdfast.parseAsRoot(["demo", "attack", "--tenant", "x"]) as? DemoAttackCommand
        #expect(attack?.tenant == "x")
        let demo = try Holdfast.parseAsRoot(["demo", "--tenant", "y", "--port", "0"]) as? DemoShowCommand
        #expect(demo?.tenant == "y")
    }

    @Test func `the version is the one that the log names`() {
        #expect(Holdfast.configuration.version == Version.current)
    }
}
