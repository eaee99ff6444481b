import ArgumentParser
import Foundation

struct ConfigCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Look for everything that is wrong in the configuration.",
        discussion: HelpText.discussion(
            """
            Every fault is told with its file, line and column, and the exit code is 78. Secrets in files are opened; \
            credentials of the service are there only for the service itself.
            """,
            examples: [
                "holdfast config check", "holdfast config check --config /etc/holdfast/holdfast.yaml",
                "holdfast config check --json",
            ]))

    @OptionGroup(title: "Configuration")
    var options: ConfigurationOptions

    @Flag(help: "Print the answer as JSON.")
    var json = false

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        let configuration = Configuration(options.sourcesBesideServer(environment: environment))
        let faults = configuration.faults + configuration.secretFaults(environment: environment)
        guard faults.isEmpty else {
            guard json else { throw UsageError(faults) }
            JSONOutput.print(Self.document(configuration, faults: faults))
            throw CommandExit.wrongConfiguration.code
        }
        guard !json else { return JSONOutput.print(Self.document(configuration, faults: [])) }
        for warning in configuration.warnings { Diagnostics.line(warning) }
        show(Self.sentence(configuration))
    }

    static func document(_ configuration: Configuration, faults: [ConfigurationFault]) -> JSONValue {
        JSONOutput.document(
            "configuration",
            .object([
                ("isSound", .bool(faults.isEmpty)), ("files", .array(configuration.files.map { .string($0) })),
                ("faults", .array(faults.map(\.json))),
                ("warnings", .array(configuration.warnings.map { .string($0) })),
            ]))
    }

    static func sentence(_ configuration: Configuration) -> String {
        let files = configuration.files.isEmpty ? "no file" : configuration.files.joined(separator: ", ")
        let count = configuration.sources.count
        return "Nothing is wrong: \(files), \(count.counted("setting")) given."
    }
}

extension Configuration {
    /// What is wrong with secrets that can be looked at from here.
    func secretFaults(environment: [String: String]) -> [ConfigurationFault] {
        Setting.all.filter(\.kind.isSecret).compactMap { setting in
            guard let text = setting.kind.identity?(settings), let secret = SecretReference(text),
                secret.isFile || environment["CREDENTIALS_DIRECTORY"] != nil
            else { return nil }
            do {
                _ = try secret.read(environment: environment)
                return nil
            } catch {
                return ConfigurationFault(source(of: setting), "\(setting.name): \(explained(error))")
            }
        }
    }
}
