import ArgumentParser
import Foundation

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check the machine, the configuration, the state folder and the server.",
        discussion: HelpText.discussion(
            """
            Each line tells a state, what was found, and what to do about it. With --state, or on the server's \
            machine, the state folder, a store in S3 and a catalogue in PostgreSQL are looked at too, also while no \
            server runs. Nothing is changed without --fix, which asks before each act, and only closes files to other \
            accounts and removes drafts of files that are there. The exit code is 7 where a check failed.
            """,
            examples: [
                "holdfast doctor", "holdfast doctor --state /var/lib/holdfast --deep",
                "holdfast doctor --server https://backup.example:8443 --json",
                "holdfast doctor --state /var/lib/holdfast --fix",
            ]))

    @OptionGroup(title: "The server")
    var server: ServerOptions

    @OptionGroup(title: "Configuration")
    var options: ConfigurationOptions

    @Flag(
        help: """
            Read the whole catalogue, which takes a while where there are many restore points, and write an object \
            into a store in S3, read it and delete it.
            """)
    var deep = false

    @Flag(help: "Put right what can be without risk: rights that other accounts have, and leftovers.")
    var fix = false

    @Flag(help: "With --fix: do all of it without asking.")
    var yes = false

    @Flag(help: "Print the answer as JSON.")
    var json = false

    func validate() throws {
        guard fix || !yes else { throw ValidationError("--yes confirms what --fix does: give both.") }
    }

    func run() async throws {
        let diagnosis = try await diagnose()
        if json {
            JSONOutput.print(diagnosis.document)
        } else {
            for line in diagnosis.lines(width: Terminal.width) { print(line) }
        }
        if !diagnosis.isHealthy { throw CommandExit.notHealthy.code }
    }

    /// Looks, and with `--fix` mends and looks again: a state folder that was closed to others can be
    /// read now, and shows more.
    private func diagnose() async throws -> Diagnosis {
        var findings = await look()
        guard fix else { return Diagnosis(findings: findings) }
        var fixes: [Fix] = []
        while true {
            let acts = Diagnosis(findings: findings).acts(beyond: fixes)
            guard !acts.isEmpty else { return Diagnosis(findings: findings, fixes: fixes) }
            fixes += try Mender(isConfirmed: yes).mend(acts)
            findings = await look()
        }
    }

    private func look() async -> [Finding] {
        let environment = ProcessInfo.processInfo.environment
        let sources = options.sourcesBesideServer(environment: environment)
        let configuration = Configuration(sources)
        var findings = ConfigurationChecks(
            configuration: configuration, file: sources.file, environment: environment, now: Date()
        ).findings
        let folder = stateFolder(configuration, environment)
        if let folder { findings += await StateChecks(url: folder, isDeep: deep, now: Date()).findings() }
        return await findings + ServerChecks(options: server, stateFolder: folder, environment: environment).findings()
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
