import ArgumentParser
import Foundation

@main
struct Holdfast: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "holdfast",
        abstract: """
            Backup and restore for OneDrive accounts, on storage you own, behind the Microsoft 365 Backup Storage API.
            """,
        discussion: """
            Start with 'holdfast demo', which shows the main job on sample files. To protect drives of your own, give \
            'serve' a folder with one folder per account (drives/<user>/...) and a state folder for what the server \
            keeps; then 'holdfast policy create --everyone --state <folder>' protects them all, and 'holdfast status' \
            tells how they are. Any Microsoft Graph client works too, with a token from 'holdfast token'. Every backup \
            is a standard restic repository: 'repository path' and 'repository password' print what restic needs.
            """,
        version: Version.current,
        groupedSubcommands: [
            CommandGroup(
                name: "Look",
                subcommands: [
                    StatusCommand.self, DoctorCommand.self, IncidentCommand.self, ActivityCommand.self,
                    EventsCommand.self,
                ]),
            CommandGroup(
                name: "Protect", subcommands: [PolicyCommand.self, UnitCommand.self]),
            CommandGroup(
                name: "Look into",
                subcommands: [
                    PointCommand.self, DiffCommand.self, ListItemsCommand.self, TreeCommand.self, FindCommand.self,
                    VersionsCommand.self, CatCommand.self, DownloadCommand.self,
                ]),
            CommandGroup(
                name: "Bring back", subcommands: [RestoreCommand.self, SessionCommand.self]),
            CommandGroup(
                name: "People and programs",
                subcommands: [
                    LoginCommand.self, LogoutCommand.self, WhoamiCommand.self, ContextCommand.self,
                    OperatorCommand.self, TokenCommand.self, ProgramCommand.self,
                ]),
            CommandGroup(
                name: "Operate",
                subcommands: [
                    ServeCommand.self, DemoCommand.self, ConfigCommand.self, RepositoryCommand.self,
                    StoreCommand.self, CatalogCommand.self, ProcessesCommand.self, CompletionCommand.self,
                    ManualCommand.self,
                ]),
        ])

    /// Does what the library's own `main` does, but explains errors in words for people.
    static func main() async {
        let (words, former) = CommandWords.current(Array(CommandLine.arguments.dropFirst()))
        if let former { FormerName.tell(former.used, now: former.current) }
        let arguments = CommandWords.normalized(words)
        do {
            if let command = CommandWords.schemaRequest(in: arguments) {
                return print(try OutputSchemas.schema(of: command).line)
            }
            if let mistake = CommandWords.mistake(in: arguments) { throw mistake }
            var command = try parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error, wantsJSON: arguments.contains("--json"))
        }
    }

    func run() {
        print(Self.firstHelp)
    }

    /// What stands alone shows: the commands that are needed most, not everything.
    static let firstHelp = """
        Holdfast \(Version.current): backup and restore on storage you own.

          holdfast demo                        see it work on sample files
          holdfast serve                       run the server on a folder of drives
          holdfast policy create --everyone    protect every account
          holdfast status                      is all protected, and what needs you?
          holdfast restore                     bring accounts, folders or files back
          holdfast find                        find a file over all restore points

        'holdfast --help' lists every command, and 'holdfast help <command>' explains
        one. 'holdfast help --json-schema <command>' describes what --json prints.
        """

    /// Ends the program with what went wrong: in words on standard error, and as a result on standard
    /// output where JSON was asked for.
    private static func end(with error: any Error, wantsJSON: Bool) -> Never {
        if let error = error as? any UserFacingError {
            let failure = error as? CommandFailure ?? CommandFailure(error.status, error.description)
            if wantsJSON { JSONOutput.print(JSONOutput.result(of: failure)) }
            // What was typed stays as it is; the server's moments are in UTC.
            let lines =
                failure.isOfServer
                ? [Moments.localized(failure.description, zone: .current, now: Date())] : error.lines
            for line in lines { Diagnostics.line("Error: \(line)") }
            Foundation.exit(failure.status.rawValue)
        }
        let status = exitCode(for: error).rawValue
        let text = explanation(of: error)
        if wantsJSON, status != 0, !(error is ExitCode) {
            let failure = CommandFailure(
                CommandExit(rawValue: status) ?? .failed, text ?? message(for: error))
            JSONOutput.print(JSONOutput.result(of: failure))
        }
        exit(withError: text.map { UsageError($0) } ?? error)
    }
}
