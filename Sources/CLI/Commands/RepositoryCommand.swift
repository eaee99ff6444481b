import BackupWork
import ArgumentParser
import BackupRepository
import ProtectionService
import Catalog
import Foundation
import Logging

struct RepositoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repository", abstract: "Find, open and verify the restic repository of a unit.",
        subcommands: [
            ListCommand.self, PathCommand.self, PasswordCommand.self, CheckCommand.self, RepairCommand.self,
            PruneCommand.self, VerifyCommand.self,
        ])

    struct ListCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract:
                """
                List who is who: unit id, name, what it is, restore points, the newest of them, and where the \
                repository is.
                """
        )
        @OptionGroup var state: StateOption

        func run() async throws {
            try await state.use { composition in
                for entry in try await translated({ try await composition.service.unitOverview() }) {
                    let (unit, newest) = (entry.unit, entry.newest?.protectionDateTime.formatted(.iso8601) ?? "never")
                    let path =
                        entry.repository.map { composition.state.repositoriesPath + "/" + $0.location }
                        ?? "(no repository yet)"
                    show(
                        """
                        \(unit.id)  \(unit.knownName)  \(unit.workload.noun), \(unit.status.rawValue)  \
                        \(entry.points) point\(entry.points == 1 ? "" : "s"), newest \(newest)  \(path)
                        """
                    )
                }
            }
        }
    }

    /// A unit by its id or name, and its repository's row.
    struct UnitArguments: ParsableArguments {
        @OptionGroup var state: StateOption

        @Argument(
            help: "A sign-in name, the name of a site, or the id of a protection unit; 'repository list' shows them.")
        var name: String

        /// Opens the state folder for a command about the unit.
        func use(_ body: (Composition, UnitRepository) async throws -> Void) async throws {
            try await state.use { composition in
                try await body(
                    composition, try await translated { try await composition.service.repositoryRow(named: name) })
            }
        }
    }

    struct PathCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "path", abstract: "Print where a unit's repository is.")
        @OptionGroup var unit: UnitArguments

        func run() async throws {
            try await unit.use { composition, row in
                show(composition.state.repositoriesPath + "/" + row.location)
            }
        }
    }

    struct PasswordCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "password", abstract: "Print the password with which stock restic opens a unit's repository.")
        @OptionGroup var unit: UnitArguments

        func run() async throws {
            try await unit.use { composition, row in
                show(composition.service.dependencies.secrets.repositoryPassword(unitID: row.id))
            }
        }
    }

    struct CheckCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Verify a unit's repository; exit code 1 if anything is wrong.",
            discussion:
                """
                Stricter than restic: also the names, order and sizes in trees, and whether snapshots were removed \
                or put back (docs/ledger.md).
                """
        )
        @OptionGroup var unit: UnitArguments

        @Flag(help: "Read and verify every byte of every pack, too.")
        var readData = false

        func run() async throws {
            try await unit.use { composition, row in
                let report = try await composition.service.checkRepository(unitID: row.id, readsData: readData)
                for problem in report.problems { show(problem) }
                show(
                    """
                    \(report.snapshots) snapshots, \(report.trees) trees, \(report.packs) packs, \(report.blobs) \
                    blobs, \(report.bytesRead) bytes read: \
                    \(report.isSound ? "no errors" : "\(report.errors.count) ERRORS")
                    """
                )
                if !report.isSound { throw ExitCode.failure }
            }
        }
    }
}
