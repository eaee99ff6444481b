import ArgumentParser
import Foundation

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Show what can be set of a server, and explain one setting.",
        discussion: """
            Give a setting to 'serve' as --set name=value, as HOLDFAST_NAME in the environment (dots and hyphens \
            become underscores), or in the JSON file of --settings. Where several name the same setting, the first of \
            these wins.
            """,
        subcommands: [ConfigShowCommand.self, ConfigExplainCommand.self])
}

struct ConfigShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "List every setting with its value.",
        discussion: HelpText.discussion(
            "Values are those that 'serve' would use when it is started with this environment and file.",
            examples: [
                "holdfast config show", "holdfast config show --defaults",
                "holdfast config show --settings /etc/holdfast/settings.json --json",
            ]))

    @Flag(help: "Show the defaults, whatever the environment says.")
    var defaults = false

    @Option(help: "A JSON file of settings, as 'serve --settings' takes it.")
    var settings: String?

    @Flag(help: "Print the answer as JSON.")
    var json = false

    func run() throws {
        let environment = defaults ? [:] : ProcessInfo.processInfo.environment
        let values = try ServerSettings.read(
            file: defaults ? nil : settings, environment: environment, assignments: [])
        guard !json else {
            return JSONOutput.print(.array(Setting.all.map { JSONOutput.document("setting", $0.json(in: values)) }))
        }
        for setting in Setting.all { print(Self.line(setting, in: values, width: Self.nameWidth)) }
    }

    /// The length of the longest name.
    static let nameWidth = Setting.all.map(\.name.count).max() ?? 0

    /// Name, value and meaning; the names end in the same column.
    static func line(_ setting: Setting, in settings: ServerSettings, width: Int) -> String {
        let padding = String(repeating: " ", count: max(0, width - setting.name.count))
        return "\(setting.name)\(padding)  \(setting.shown(in: settings))\t\(setting.meaning)"
    }
}

struct ConfigExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Explain one setting: its meaning, type, range, default and names.",
        discussion: HelpText.discussion(
            examples: ["holdfast config explain policy.cadence", "holdfast config explain cadence-seconds"]))

    @Argument(
        help: "The setting's name, as 'holdfast config show' lists it.", completion: .custom(ServerNames.settings))
    var key: String

    func run() throws {
        guard let setting = Setting.named(key) else {
            let guess = NearestWord.guess(key, among: Setting.all.map(\.name))
            throw CommandFailure(
                .notFound, "There is no setting '\(key)'.\(guess) 'holdfast config show' lists them.")
        }
        for line in Self.lines(setting) { show(line) }
    }

    /// What there is to know of a setting.
    static func lines(_ setting: Setting) -> [String] {
        var lines = [
            "\(setting.name): \(setting.meaning)", "type: \(setting.kind.type)",
            "value: \(setting.kind.reading.form)", "default: \(setting.shown(in: ServerSettings()))",
            "environment: \(setting.environmentName)",
        ]
        if let former = setting.formerName { lines.append("former name: \(former)") }
        return lines
    }
}

extension Setting {
    /// The setting as the API's `setting` has it, as far as it is known without a server.
    fileprivate func json(in settings: ServerSettings) -> JSONValue {
        .object([
            ("key", .string(name)), ("value", .string(shown(in: settings))),
            ("default", .string(shown(in: ServerSettings()))), ("type", .string(kind.type)),
            ("meaning", .string(meaning)),
        ])
    }
}
