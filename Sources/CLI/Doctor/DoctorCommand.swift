import ArgumentParser
import Foundation

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check the machine, the configuration, the state folder and the server.",
        discussion: HelpText.discussion(
            """
            Each line tells a state, what was found, and what to do about it. Nothing is changed. With --state, or on \
            the server's machine, the state folder is looked at too, also while no server runs. The exit code is 7 \
            where a check failed.
            """,
            examples: [
                "holdfast doctor", "holdfast doctor --state /var/lib/holdfast --deep",
                "holdfast doctor --server https://backup.example:8443 --json",
            ]))

    @OptionGroup(title: "The server")
    var server: ServerOptions

    @OptionGroup(title: "Configuration")
    var options: ConfigurationOptions

    @Flag(help: "Read the whole catalogue, which takes a while where there are many restore points.")
    var deep = false

    @Flag(help: "Print the answer as JSON.")
    var json = false

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let sources = options.sourcesBesideServer(environment: environment)
        let configuration = Configuration(sources)
        var findings = ConfigurationChecks(
            configuration: configuration, file: sources.file, environment: environment, now: Date()
        ).findings
        let folder = stateFolder(configuration, environment)
        if let folder { findings += await StateChecks(url: folder, isDeep: deep, now: Date()).findings() }
        findings += await ServerChecks(options: server, stateFolder: folder, environment: environment).findings()
        let diagnosis = Diagnosis(findings: findings)
        if json {
            JSONOutput.print(diagnosis.document)
        } else {
            for line in diagnosis.lines(width: Terminal.width) { print(line) }
        }
        if !diagnosis.isHealthy { throw CommandExit.notHealthy.code }
    }

    /// The state folder of this machine that is meant; nil where a server elsewhere is.
    private func stateFolder(_ configuration: Configuration, _ environment: [String: String]) -> URL? {
        let named = environment["HOLDFAST_STATE"].flatMap { $0.isEmpty ? nil : $0 }
        let configured =
            configuration.sources["state.folder"] != nil || !configuration.files.isEmpty
            ? configuration.settings.place.stateFolder : nil
        let package = PlaceSettings.packageFolder
        let hasPackage = FileManager.default.fileExists(atPath: package + "/" + StateFile.settings)
        let isElsewhere = server.server != nil || server.context != nil
        let path = server.path ?? (isElsewhere ? nil : named ?? configured ?? (hasPackage ? package : nil))
        return path.map { URL(filePath: $0).standardizedFileURL }
    }
}
