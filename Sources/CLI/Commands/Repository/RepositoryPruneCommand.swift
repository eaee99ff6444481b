import ProtectionService
import ArgumentParser
import BackupRepository
import BackupWork
import Catalog

struct RepositoryPruneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Free the space that no restore point needs, now.",
        discussion: "The server does so by itself a day after points have expired.")
    @OptionGroup var unit: UnitArguments

    @Flag(help: "Only print what would be done.")
    var dryRun = false

    func run() async throws {
        try await unit.use { composition, row in
            let service = composition.service
            let (forgotten, plan) = try await service.repositories.planPrune(unitID: row.id)
            for id in forgotten { show("forget snapshot \(id)") }
            let store = composition.state.repositories.store(at: row.location)
            show(plan.description(in: store, at: service.now))
            if !dryRun {
                try await composition.working([.prune]) { try await service.repositories.prune(unitID: row.id) }
            }
        }
    }
}
