import ArgumentParser
import BackupWork
import Catalog
import Foundation
import Logging
import ProtectionRules
import ProtectionService

struct UnitBackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Take a restore point now, and return when it exists.",
        discussion: """
            Works beside a running server or without one. Prints a line for each restore point: the unit's id, the \
            point's id, its time and the unit's name; then the number of items that could not be read, if there are \
            any.

            \(HelpText.discussion(examples: [
                "holdfast unit backup --state /var/lib/holdfast",
                "holdfast unit backup --state /var/lib/holdfast ada@contoso.example",
                "holdfast unit backup --state /var/lib/holdfast 'Team site'",
            ]))
            """)

    @OptionGroup var state: StateOption

    @Argument(help: "Sign-in names, names of sites, or unit ids. Without any: every protected unit.")
    var names: [String] = []

    func run() async throws {
        let folder = try await StateFolder.open(at: state.path)
        guard !folder.isSandbox else { throw StateRefusal.hasNoClock(folder.url.path) }
        let composition = try await Composition(folder, log: .command(.warning))
        let service = composition.service
        let points = try await composition.working([.backup]) { [names] in try await service.backups.takeNow(names) }
        for point in points {
            show(Self.line(point, unitName: try await service.units.find(named: point.unitId).knownName))
        }
        try await composition.close()
    }

    /// A restore point that was taken, for a person or a script.
    static func line(_ point: RestorePoint, unitName: String) -> String {
        let unread = point.failureCount > 0 ? " \(point.failureCount) unread" : ""
        return "\(point.unitId) \(point.id) \(point.protectionDateTime.formatted(.iso8601)) \(unitName)\(unread)"
    }
}
