import Catalog
import Foundation
import Logging
public import ProtectionService
public import ServiceLifecycle

/// Compares the repositories with the catalogue after a start, a few a minute: of a large installation,
/// or one whose repositories are in a bucket, where two requests for each unit would delay every start.
///
/// Nothing relies on its haste: the first backup of a unit, and each prune, finds what it would find.
public struct RepositoryWatch: Service {
    /// Repositories that are compared at once; the next ones follow after a minute.
    static let unitsAtOnce = 10
    static let pauseSeconds = 60.0

    private let service: ServiceContext
    private let tell: @Sendable (StartComparison) async -> Void

    /// - Parameter tell: hears what was found, unless that is nothing.
    public init(_ service: ServiceContext, tell: @escaping @Sendable (StartComparison) async -> Void) {
        self.service = service
        self.tell = tell
    }

    /// Runs until every repository was compared once, the task is cancelled or a graceful shutdown begins.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var after = ""
            while !Task.isCancelled {
                do {
                    guard let last = try await self.compareNext(after: after) else { break }
                    after = last
                } catch {
                    self.service.dependencies.logger.error(
                        "The repositories could not be compared with the catalogue. That is tried again in a minute.",
                        metadata: ["cause": "\(error)"])
                }
                try? await self.service.dependencies.clock.sleep(
                    until: self.service.now.addingTimeInterval(Self.pauseSeconds))
            }
        }
        // A service that ends would end the others.
        try await gracefulShutdown()
    }

    /// Compares the next repositories in the order of their ids, without those that a backup of this
    /// process has compared already.
    /// - Returns: the last id that was met; nil at the end.
    func compareNext(after id: String) async throws -> String? {
        // What is found could not be written, and the damage comes first.
        guard !service.catalog.writeGate.isClosed else { return id }
        let next = Query<UnitRepository>(
            where: .compare("id", .greater, id.sqlValue), order: [.init("id")], limit: Self.unitsAtOnce)
        let rows = try await service.catalog.page(next)
        var report = StartComparison()
        for row in rows where !service.dependencies.memory.hasCompared(row.id, at: service.now) {
            await service.repositories.compare(row, &report)
        }
        if !report.isEmpty { await tell(report) }
        return rows.last?.id
    }
}
