import ProtectionService
import ArgumentParser
import ProtectionRules
import BackupWork
import Catalog
import Foundation
import Logging

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Take a restore point now, and return when it exists.",
        discussion:
            """
            Works beside a running server or without one. Prints a line for each restore point: the unit's id, the \
            point's id, its time and the unit's name, and how many items could not be read, where some could not.
            """
    )

    @OptionGroup var state: StateOption

    @Argument(help: "Sign-in names, names of sites, or unit ids; none for every protected unit.")
    var names: [String] = []

    func run() async throws {
        let folder = try StateFolder.open(at: state.path)
        guard !folder.isSandbox else {
            throw UsageError(
                """
                '\(state.path)' is a sandbox, whose clock only its server knows. Ask that: POST /sandbox/clock or \
                /sandbox/idle.
                """
            )
        }
        let composition = try await Composition(folder, log: .command(.warning))
        let service = composition.service
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await Worker(service, kinds: [.backup]).run() }
            defer { group.cancelAll() }
            do {
                for point in try await service.backUpNow(names) {
                    let name = try await service.unit(named: point.unitId).knownName
                    let unread = point.failureCount > 0 ? " \(point.failureCount) unread" : ""
                    show("\(point.unitId) \(point.id) \(point.protectionDateTime.formatted(.iso8601)) \(name)\(unread)")
                }
            } catch let error as ServiceError {
                throw UsageError(error.message)
            }
        }
        try await service.dependencies.catalog.close()
    }
}
