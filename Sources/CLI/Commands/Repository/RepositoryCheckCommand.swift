import ArgumentParser
import BackupRepository
import BackupWork
import Catalog

struct RepositoryCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Verify a unit's repository. The exit code is 1 if anything is wrong.",
        discussion: """
            Stricter than 'restic check': also verifies the names, order and sizes in trees, and whether snapshots \
            were removed or put back (docs/ledger.md).
            """)
    @OptionGroup var unit: UnitArguments

    @Flag(help: "Also read and verify every byte of every pack.")
    var readData = false

    func run() async throws {
        try await unit.use { composition, row in
            let report = try await composition.service.repositories.check(unitID: row.id, readsData: readData)
            for problem in report.problems { show(problem) }
            show(Self.summary(report))
            if !report.isSound { throw CommandExit.notHealthy.code }
        }
    }

    static func summary(_ report: CheckReport) -> String {
        """
        \(report.snapshots.counted("snapshot")), \(report.trees.counted("tree")), \(report.packs.counted("pack")), \
        \(report.blobs.counted("blob")), \(report.bytesRead) bytes read: \
        \(report.isSound ? "no errors" : report.errors.count.counted("ERROR", plural: "ERRORS"))
        """
    }
}
