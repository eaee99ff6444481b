import ArgumentParser
import Foundation

/// Where the configuration is.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        help: """
            The configuration file, such as /etc/holdfast/holdfast.yaml; files in the folder of that name with '.d' \
            behind it come after it. Otherwise HOLDFAST_CONFIG.
            """, completion: .file(extensions: ["yaml"]))
    var config: String?

    @Option(
        name: .customLong("set"),
        help: "A setting, as name=value. May be repeated. 'holdfast config show' lists them.")
    var assignments: [String] = []

    @Option(
        help: "A JSON file of settings, such as {\"server.requests-per-second\": 50}, as it was before --config.",
        completion: .file(extensions: ["json"]))
    var settings: String?

    /// The sources of a server's configuration.
    func sources(environment: [String: String], options: [GivenOption] = []) -> ConfigurationSources {
        let named = environment["HOLDFAST_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        return ConfigurationSources(
            file: config ?? (settings == nil ? named : nil), flatFile: settings, environment: environment,
            assignments: assignments, options: options)
    }

    /// The sources of a command beside a server, which looks at the package's file by itself.
    func sourcesBesideServer(environment: [String: String]) -> ConfigurationSources {
        var sources = sources(environment: environment)
        if settings == nil { sources.file = ConfigurationSources.file(config, environment: environment) }
        return sources
    }
}

/// An option that was given, and the setting that it stands for.
struct GivenOption: Sendable {
    let setting: String
    let option: String
    let value: String

    /// nil for an option that was not given.
    init?(_ setting: String, _ option: String, _ value: String?) {
        guard let value else { return nil }
        (self.setting, self.option, self.value) = (setting, option, value)
    }

    /// A path as an option may give it: from the folder in which the command is typed.
    init?(_ setting: String, _ option: String, path: String?) {
        self.init(setting, option, path.map { URL(filePath: $0).standardizedFileURL.path })
    }

    /// nil for an option that was given not once.
    init?(_ setting: String, _ option: String, _ values: [String]) {
        guard !values.isEmpty else { return nil }
        (self.setting, self.option, value) = (setting, option, values.joined(separator: ","))
    }
}
