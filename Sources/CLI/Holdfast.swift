import ArgumentParser

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
            keeps. Then drive it with any Microsoft Graph client and a token from 'holdfast token'. Every backup is a \
            standard restic repository: 'repository path' and 'repository password' print what restic needs.
            """,
        version: Version.current,
        subcommands: [
            ServeCommand.self, SettingsCommand.self, TokenCommand.self, ClientCommand.self, BackupCommand.self,
            PointCommand.self, RestoreCommand.self, RepositoryCommand.self, CatalogCommand.self, DemoCommand.self,
        ])

    /// Does what the library's own `main` does, but explains errors in words for people.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            exit(withError: explanation(of: error).map(UsageError.init) ?? error)
        }
    }
}
