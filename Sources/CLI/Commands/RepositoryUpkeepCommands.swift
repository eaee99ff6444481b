import ArgumentParser
import BackupRepository
import ProtectionRules
import ProtectionService
import BackupWork
import Catalog
import Foundation
import Logging

extension RepositoryCommand {
    struct RepairCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "repair",
            abstract:
                "Make a damaged repository whole again, and tell exactly what is lost; exit code 1 if something is.",
            discussion: """
                The index is made anew from the packs, what opens is kept, and what the drive still has is stored \
                again. What is then still lost is \
                taken out of the snapshots that had it; their restore points are marked as damaged. Points whose \
                snapshots another program replaced or \
                removed ('restic tag', 'forget') are led to what holds their content now. Everything that is removed \
                is copied to the \
                folder beside the repository first. Afterwards stock restic is content with the repository.
                """)
        @OptionGroup var unit: UnitArguments

        @Flag(help: "Only print what would be done.")
        var dryRun = false

        /// What is told of a point whose snapshot another program removed or stored anew.
        private static func line(_ displaced: DisplacedPoint, wasExecuted: Bool) -> String {
            let point = "point \(displaced.point.id) of \(displaced.point.protectionDateTime.formatted(.iso8601))"
            return switch displaced.fate {
            case .whole:
                """
                \(wasExecuted ? "found again" : "would be found again"): \(point): its snapshot was replaced or \
                removed, all of its content is there
                """
            case .changed: "lost in part: \(point): another program stored its snapshot anew with other content"
            case .gone: "gone: \(point): its snapshot was removed, and its content with it"
            }
        }

        func run() async throws {
            try await unit.use { composition, row in
                let report = try await translated {
                    dryRun
                        ? try await composition.service.planRepair(unitID: row.id)
                        : try await composition.service.repairRepository(unitID: row.id)
                }
                for problem in report.plan.problems { show(problem) }
                show(report.wasExecuted ? "Repaired." : "Would: \(report.plan)")
                for loss in report.losses {
                    for item in loss.items {
                        show(
                            """
                            lost: point \(loss.point.id) of \(loss.point.protectionDateTime.formatted(.iso8601)): \
                            \(item.isFolder ? "folder " : "")\(item.path.debugDescription)
                            """
                        )
                    }
                }
                let named = Set(report.losses.map(\.point.snapshotId))
                for item in report.plan.lost where !named.contains(item.snapshot) {
                    show("lost: no point needs it: \(item)")
                }
                for displaced in report.displaced { show(Self.line(displaced, wasExecuted: report.wasExecuted)) }
                show("\(report.damagedPoints) restore points lost something.")
                if report.damagedPoints > 0 { throw ExitCode.failure }
            }
        }
    }

    struct PruneCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "prune", abstract: "Free the space of what no restore point needs, now.",
            discussion: "The server does so by itself, a day after points have expired.")
        @OptionGroup var unit: UnitArguments

        @Flag(help: "Only print what would be done.")
        var dryRun = false

        func run() async throws {
            try await unit.use { composition, row in
                let service = composition.service
                let planned = try await translated { try await service.planPrune(unitID: row.id) }
                for id in planned.forgotten { show("forget snapshot \(id)") }
                show(planned.plan)
                if !dryRun { try await composition.working([.prune]) { try await service.pruneNow(unitID: row.id) } }
            }
        }
    }

    struct VerifyCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract:
                """
                Read every byte of a repository and mark restore points that cannot be restored in full; exit code \
                1 if anything is wrong.
                """,
            discussion: "The server does so by itself, every 30 days for each repository and at a limited rate.")
        @OptionGroup var unit: UnitArguments

        func run() async throws {
            try await unit.use { composition, row in
                let service = composition.service
                let problems = try await composition.working([.verify]) { try await service.verifyNow(unitID: row.id) }
                if let warning = try await service.verificationPace().warning { show("warning: \(warning)") }
                show(
                    problems == 0
                        ? "no errors" : "\(problems) ERRORS; 'holdfast repository repair \(row.id)' tells what is lost")
                if problems > 0 { throw ExitCode.failure }
            }
        }
    }
}

/// Gives errors of the service and the engine the words of the command line.
func translated<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
        return try await body()
    } catch let error as ServiceError {
        throw UsageError(error.message)
    } catch let error as RepositoryError {
        throw UsageError(error.message)
    }
}

extension Composition {
    /// Runs a worker for some kinds of jobs while `body` waits for one.
    func working<Value: Sendable>(
        _ kinds: [JobKind], _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let service = service
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await Worker(service, kinds: kinds).run() }
            defer { group.cancelAll() }
            return try await translated(body)
        }
    }
}
