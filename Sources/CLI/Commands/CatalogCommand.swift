import ArgumentParser
import BackupWork
import Catalog
import Foundation
import Logging
import ProtectionService

struct CatalogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalog", abstract: "Copy or move the catalogue, or rebuild a lost one.",
        subcommands: [
            CatalogCopyCommand.self, CatalogMoveCommand.self, CatalogMigrateCommand.self, RebuildCommand.self,
        ])

    struct RebuildCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rebuild", abstract: "Bring units and restore points back from the repositories alone.",
            discussion: """
                Stop the server first. master.key must be there; settings.json too, or --tenant, which writes it \
                anew. Whatever the catalogue already \
                has stays as it is. Restore points come back for every snapshot; they are kept for a year, and for \
                at least 30 days from now. Policies, restore sessions and registered programs do not come back: \
                enable the service again, create a policy, and add the units to it.
                """)
        @OptionGroup var state: StateOption

        @Flag(
            help: """
                The present catalogue is damaged: rename it (catalog.sqlite.replaced-<time>) and begin with an empty \
                one.
                """)
        var replace = false

        @Option(
            help: "The tenant's folder, where settings.json is lost: the repositories tell the rest of it.",
            completion: .directory)
        var tenant: String?

        func run() async throws {
            if let tenant { try await StateFolder.recoverSettings(at: state.path, tenantPath: tenant) }
            var folder = try await StateFolder.open(at: state.path)
            folder.lock = try StateLock.take(in: folder.url)
            guard !replace || folder.settings.catalog == nil else {
                throw UsageError("The catalogue is in PostgreSQL: give an empty database, and leave --replace out.")
            }
            if replace { try folder.moveCatalogAside() }
            let composition = try await Composition(
                folder, logger: LogOptions.command(.error).logger, isRebuilding: true)
            let locations = try await folder.repositories.repositoryLocations()
            let report = try await composition.service.repositories.rebuildCatalog(locations: locations)
            for line in try await Self.lines(report, of: composition.service) { show(line) }
            try await composition.close()
            if !report.failures.isEmpty { throw ExitCode.failure }
        }

        private static func lines(
            _ report: CatalogRebuildReport, of service: ServiceContext
        ) async throws -> [String] {
            var lines: [String] = []
            for unit in report.units {
                lines.append("unit \(unit.unit.id) \(unit.unit.knownName): \(unit.points.counted("restore point"))")
                lines += unit.notes.map { "  note: \($0)" }
            }
            for location in report.known {
                let points = report.caughtUp[location] ?? 0
                let name = try await service.units.find(named: location).knownName
                lines.append("unit \(location) \(name) is already in the catalogue" + caughtUp(points))
            }
            lines += report.failures.map { "FAILED \($0.location): \($0.reason)" }
            return lines + [
                summary(
                    units: report.units.count, points: report.units.reduce(0) { $0 + $1.points },
                    failures: report.failures.count)
            ]
        }

        /// What to add about a known unit of which the catalogue did not know every point.
        static func caughtUp(_ points: Int) -> String {
            guard points > 0 else { return "" }
            return "; \(points.counted("restore point")) that it did not know \(points == 1 ? "is" : "are") back"
        }

        /// The last line of a rebuild.
        static func summary(units: Int, points: Int, failures: Int) -> String {
            """
            \(units.counted("unit")) with \(points.counted("restore point")) \(units == 1 ? "is" : "are") back, \
            \(failures) failed.
            """
        }
    }
}
