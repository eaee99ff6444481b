import ArgumentParser
import Foundation

/// A command as the argument parser describes it (`--experimental-dump-help`), as far as a page
/// of the manual needs it.
struct CommandHelp: Decodable {
    struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String
        }

        let kind: String
        let shouldDisplay: Bool
        let sectionTitle: String?
        let isOptional: Bool
        let isRepeating: Bool
        let names: [Name]?
        let valueName: String?
        let defaultValue: String?
        let allValues: [String]?
        let abstract: String?
    }

    private struct Tool: Decodable {
        let command: CommandHelp
    }

    let superCommands: [String]?
    let commandName: String
    let shouldDisplay: Bool?
    let abstract: String?
    let discussion: String?
    private let subcommands: [CommandHelp]?
    private let arguments: [Argument]?

    /// The whole program, with every command below it.
    static func program() throws -> CommandHelp {
        try JSONDecoder().decode(Tool.self, from: Data(Holdfast._dumpHelp().utf8)).command
    }

    /// The words that call it: `holdfast unit list`.
    var words: String { ((superCommands ?? []) + [commandName]).joined(separator: " ") }

    var shownSubcommands: [CommandHelp] {
        (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
    }

    /// Arguments and options, without those that every command has.
    var shownArguments: [Argument] {
        (arguments ?? []).filter { argument in
            let names = argument.names?.map(\.name) ?? []
            return argument.shouldDisplay && !names.contains("help") && !names.contains("version")
        }
    }

    /// What stands before the examples.
    var text: String { Self.parts(discussion ?? "").text }

    /// The lines that show how it is called.
    var examples: [String] { Self.parts(discussion ?? "").examples }

    private static func parts(_ discussion: String) -> (text: String, examples: [String]) {
        guard let mark = discussion.firstRange(of: "Examples:\n") else { return (discussion, []) }
        let lines = discussion[mark.upperBound...].split(separator: "\n")
        return (
            discussion[..<mark.lowerBound].trimmingCharacters(in: .whitespacesAndNewlines),
            lines.map { $0.trimmingCharacters(in: .whitespaces) }
        )
    }
}
