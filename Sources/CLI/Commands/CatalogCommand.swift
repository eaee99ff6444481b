import BackupWork
import ArgumentParser
import ProtectionService
import Catalog
import Foundation
import Logging

struct CatalogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalog", abstract: "Make a lost catalogue again.", subcommands: [RebuildCommand.self])

    struct RebuildCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rebuild", abstract: "Bring units and restore points back from the repositories alone.",
            discussion: """
                Stop the server first. settings.json and master.key must be there. What the catalogue has already is \
                left as it is. Policies, restore \
                sessions and registered programs do not come back: enable the service again, make a policy, and put \
                the units into it. Restore points \
                come back for every snapshot and are kept for a year, and at least for 30 days from now.
                """)
        @OptionGroup var state: StateOption

        @Flag(
            help:
                """
                Move the present catalogue aside (catalog.sqlite.replaced-<time>) and begin with an empty one, \
                because it is damaged.
                """
        )
        var replace = false

        func run() async throws {
            var folder = try StateFolder.open(at: state.path)
            folder.lock = try StateLock.take(in: folder.url)
            if replace { try folder.moveCatalogAside() }
            let composition = try await Composition(folder, log: .command(.error), isRebuilding: true)
            let report = try await translated {
                try await composition.service.rebuildCatalog(locations: try folder.repositoryLocations())
            }
            for unit in report.units {
                show("unit \(unit.unit.id) \(unit.unit.knownName): \(unit.points) restore points")
                for note in unit.notes { show("  note: \(note)") }
            }
            for location in report.known {
                let points = report.caughtUp[location] ?? 0
                let name = try await composition.service.unit(named: location).knownName
                show(
                    "unit \(location) \(name) is in the catalogue already"
                        + (points > 0 ? "; \(points) restore points that it did not know are back" : ""))
            }
            for failure in report.failures { show("FAILED \(failure.location): \(failure.reason)") }
            show(
                """
                \(report.units.count) units with \(report.units.reduce(0) { $0 + $1.points }) restore points are \
                back, \(report.failures.count) failed.
                """
            )
            try await composition.service.dependencies.catalog.close()
            if !report.failures.isEmpty { throw ExitCode.failure }
        }
    }
}

extension StateFolder {
    /// Gives the catalogue's files other names, so that the next start makes an empty
    /// one. Nothing is deleted.
    func moveCatalogAside() throws {
        let suffix = ".replaced-\(Int(Date().timeIntervalSince1970))"
        for name in ["-wal", "-shm", ""] where FileManager.default.fileExists(atPath: catalogPath + name) {
            try FileManager.default.moveItem(atPath: catalogPath + name, toPath: catalogPath + suffix + name)
        }
    }
}
