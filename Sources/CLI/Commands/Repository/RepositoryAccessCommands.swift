import ArgumentParser
import Catalog
import ProtectionService

struct RepositoryPathCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "path", abstract: "Print where a unit's repository is, as stock restic takes it.")
    @OptionGroup var unit: UnitArguments

    func run() async throws {
        try await unit.use { composition, row in
            show(composition.state.repositories.address(of: row.location))
        }
    }
}

struct RepositoryPasswordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Print the password with which stock restic opens a unit's repository.")
    @OptionGroup var unit: UnitArguments

    func run() async throws {
        try await unit.use { composition, row in
            show(composition.service.dependencies.secrets.repositoryPassword(unitID: row.id))
        }
    }
}
