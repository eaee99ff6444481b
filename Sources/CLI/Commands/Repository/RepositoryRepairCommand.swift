import ArgumentParser
import BackupRepository
import BackupWork
import Catalog
import Foundation

struct RepositoryRepairCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: """
            Make a damaged repository whole again, and tell exactly what is lost. The exit code is 1 if anything is \
            lost.
            """,
        discussion: """
            Rebuilds the index from the packs, keeps what opens, and stores again what the drive still has. What is \
            then still lost is taken out of the snapshots that had it, and their restore points are marked as \
            damaged. Points whose snapshots another program replaced or removed ('restic tag', 'restic forget') are \
            led to what holds their content now. Everything that is removed is copied to the folder beside the \
            repository first. Afterwards 'restic check' finds no errors.
            """)
    @OptionGroup var unit: UnitArguments

    @Flag(help: "Only print what would be done.")
    var dryRun = false

    func run() async throws {
        try await unit.use { composition, row in
            let service = composition.service
            let report =
                dryRun
                ? try await service.repositories.planRepair(unitID: row.id)
                : try await service.repositories.repair(unitID: row.id)
            for line in Self.lines(report) { show(line) }
            if report.damagedPoints > 0 { throw ExitCode.failure }
        }
    }

    static func lines(_ report: RepositoryRepairReport) -> [String] {
        let named = Set(report.losses.map(\.point.snapshotId))
        let unneeded = report.plan.lost.filter { !named.contains($0.snapshot) }
        return report.plan.problems.map(\.description)
            + [report.wasExecuted ? "Repaired." : "Would: \(report.plan)"]
            + report.losses.flatMap(lines)
            + unneeded.map { "lost: no point needs it: \($0)" }
            + report.displaced.map { line($0, wasExecuted: report.wasExecuted) }
            + ["\(report.damagedPoints.counted("restore point")) lost something."]
    }

    private static func lines(_ loss: RepositoryRepairReport.PointLoss) -> [String] {
        loss.items.map { item in
            "lost: \(name(of: loss.point)): \(item.isFolder ? "folder " : "")\(item.path.debugDescription)"
        }
    }

    /// What became of a point whose snapshot another program removed or rewrote.
    private static func line(_ displaced: DisplacedPoint, wasExecuted: Bool) -> String {
        let point = name(of: displaced.point)
        return switch displaced.fate {
        case .whole:
            """
            \(wasExecuted ? "found again" : "would be found again"): \(point): its snapshot was replaced or removed, \
            but all of its content is there
            """
        case .changed: "lost in part: \(point): another program rewrote its snapshot with other content"
        case .gone: "gone: \(point): its snapshot was removed, and its content with it"
        }
    }

    private static func name(of point: RestorePoint) -> String {
        "point \(point.id) of \(point.protectionDateTime.formatted(.iso8601))"
    }
}
