import ArgumentParser
import ProtectionService
import Catalog
import Logging

@main
struct Holdfast: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "holdfast",
        abstract:
            """
            Backup and restore for OneDrive accounts, on storage you own, behind the Microsoft 365 Backup Storage \
            API.
            """,
        discussion: """
            Start with 'holdfast demo', which shows the main job on sample files. To protect drives of your own, \
            give 'serve' a folder with one folder \
            per account (drives/<user>/...) and a state folder for what the server keeps; then drive it with any \
            Microsoft Graph client and a \
            token from 'holdfast token'. Every backup is a standard restic repository: 'repository path' and \
            'repository password' tell where and how.
            """,
        version: "0.1.0",
        subcommands: [
            ServeCommand.self, SettingsCommand.self, TokenCommand.self, ClientCommand.self, BackupCommand.self,
            PointCommand.self, RestoreCommand.self,
            RepositoryCommand.self,
            CatalogCommand.self, DemoCommand.self,
        ])

    /// As the library's own, but for the words of errors.
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

/// The option that every command but `serve` and `demo` needs.
struct StateOption: ParsableArguments {
    @Option(name: .customLong("state"), help: "The server's state folder, as given to 'serve'.")
    var path: String

    /// Opens the state folder for one command, and closes the catalogue however that ends.
    func use(_ body: (Composition) async throws -> Void) async throws {
        let composition = try await Composition(try StateFolder.open(at: path), log: .command(.error))
        do {
            try await body(composition)
        } catch {
            try? await composition.service.dependencies.catalog.close()
            throw error
        }
        try await composition.service.dependencies.catalog.close()
    }
}
