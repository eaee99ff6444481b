import ArgumentParser
import Catalog
import Foundation
import ProtectionService

struct RepositoryListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: """
            List all units: id, name, what the unit is, its restore points, the newest of them, and where its \
            repository is.
            """)
    @OptionGroup var state: StateOption

    func run() async throws {
        try await state.use { composition in
            let shelf = composition.state.repositories
            for entry in try await composition.service.units.overview() {
                show(
                    Self.line(
                        entry.unit, points: entry.points, newest: entry.newest?.protectionDateTime,
                        address: entry.repository.map { shelf.address(of: $0.location) }))
            }
        }
    }

    /// - Parameter address: where the repository is; nil where the unit has none yet.
    static func line(_ unit: ProtectionUnit, points: Int, newest: Date?, address: String?) -> String {
        """
        \(unit.id)  \(unit.knownName)  \(unit.workload.noun), \(unit.status.rawValue)  \(points.counted("point")), \
        newest \(newest?.formatted(.iso8601) ?? "never")  \(address ?? "(no repository yet)")
        """
    }
}
