import ProtectionService
import ProtectionRules
import ArgumentParser
import BackupWork
import Catalog

struct RepositoryVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: """
            Read every byte of a repository, and mark restore points that cannot be restored in full. The exit code \
            is 1 if anything is wrong.
            """,
        discussion: "The server does so by itself every 30 days for each repository, at a limited rate.")
    @OptionGroup var unit: UnitArguments

    func run() async throws {
        try await unit.use { composition, row in
            let service = composition.service
            let problems = try await composition.working([.verify]) {
                try await service.repositories.verify(unitID: row.id)
            }
            if let warning = try await service.repositories.verificationPace().warning { show("warning: \(warning)") }
            show(Self.summary(problems: problems, unitID: row.id))
            if problems > 0 { throw CommandExit.notHealthy.code }
        }
    }

    static func summary(problems: Int, unitID: String) -> String {
        guard problems > 0 else { return "no errors" }
        return
            "\(problems.counted("ERROR", plural: "ERRORS")); 'holdfast repository repair \(unitID)' tells what is lost"
    }
}
