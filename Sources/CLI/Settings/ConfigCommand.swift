import ArgumentParser
import Foundation

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Show, check and explain the configuration of a server.",
        discussion: """
            A setting is given in the file of --config, in files of the folder of that name with '.d' behind it, as \
            HOLDFAST_NAME in the environment (dots and hyphens become underscores), or to 'serve' as --set name=value. \
            Where several name the same setting, the last of these wins; an option of 'serve' wins over all.
            """,
        subcommands: [
            ConfigShowCommand.self, ConfigCheckCommand.self, ConfigExplainCommand.self, ConfigSampleCommand.self,
            ConfigSchemaCommand.self,
        ])
}

struct ConfigShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "List every setting with its value and where that was given.",
        discussion: HelpText.discussion(
            """
            Values are those that 'serve' would use when it is started with this environment and file. Without \
            --config, the package's file is read where there is one. Of a secret only whether it is set is shown.
            """,
            examples: [
                "holdfast config show", "holdfast config show --defaults",
                "holdfast config show --config /etc/holdfast/holdfast.yaml --changed",
                "holdfast config show --json",
            ]))

    @Flag(help: "Show the defaults, whatever the environment and files say.")
    var defaults = false

    @Flag(help: "Show only what was given somewhere.")
    var changed = false

    @OptionGroup(title: "Configuration")
    var options: ConfigurationOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        let sources = defaults ? ConfigurationSources() : options.sourcesBesideServer(environment: environment)
        let configuration = try Configuration(sources).sound()
        let shown = Setting.all.filter { !changed || configuration.sources[$0.name] != nil }
        guard !output.json else {
            return JSONOutput.print(
                .array(shown.map { JSONOutput.document("setting", $0.json(in: configuration)) }))
        }
        output.show(Self.table(shown, configuration))
        for warning in configuration.warnings { Diagnostics.line(warning) }
    }

    static func table(_ settings: [Setting], _ configuration: Configuration) -> Table {
        var table = Table("setting", "value", "from", "meaning")
        for setting in settings {
            table.add(
                setting.name, setting.shown(in: configuration.settings), configuration.source(of: setting).shown,
                setting.meaning)
        }
        return table
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
            throw CommandFailure(.notFound, "T" + KeyGuess.unknown(key).dropFirst())
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
        if let option = setting.option { lines.append("option of serve: \(option)") }
        if let example = setting.example { lines.append("example: \(SampleConfiguration.line(setting, example))") }
        if let former = setting.formerName { lines.append("former name: \(former)") }
        return lines + ["a new value: \(setting.takesReload ? "at SIGHUP" : "at the next start")"]
    }
}

struct ConfigSchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print a JSON Schema of the configuration file, for editors.",
        discussion: HelpText.discussion(examples: ["holdfast config schema > holdfast.schema.json"]))

    func run() { print(ConfigurationSchema.document.line) }
}

struct ConfigSampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Print a configuration file with every setting, each explained and commented out.",
        discussion: HelpText.discussion(
            "What --set gives stands in the file as a setting in force.",
            examples: [
                "holdfast config sample",
                "holdfast config sample --set tenant.folder=/srv/holdfast/tenant > /etc/holdfast/holdfast.yaml",
            ]))

    @Option(name: .customLong("set"), help: "A setting that is in force in the file, as name=value. May be repeated.")
    var assignments: [String] = []

    func run() throws {
        let configuration = try Configuration(ConfigurationSources(assignments: assignments)).sound()
        print(SampleConfiguration.text(of: configuration), terminator: "")
    }
}
