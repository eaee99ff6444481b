import ArgumentParser

struct RepositoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repository", abstract: "Find, open, verify and repair the restic repository of a unit.",
        subcommands: [
            RepositoryListCommand.self, RepositoryPathCommand.self, RepositoryPasswordCommand.self,
            RepositoryCheckCommand.self, RepositoryRepairCommand.self, RepositoryPruneCommand.self,
            RepositoryVerifyCommand.self, RepositoryAdoptCommand.self, RepositoryRewindCommand.self,
        ])
}
