import Catalog
import Concurrency
import Foundation
import Logging
public import ProtectionRules
public import ProtectionService
public import ServiceLifecycle

/// Shows in the catalogue that this process lives, and tells it what others have changed there.
public final class ProcessWatch: Service {
    private let service: ServiceContext
    private let roles: Set<ProcessRole>
    private let version: String

    /// How often it looks for changes of others: those who follow hear of them so much later.
    private static let secondsBetweenLooks = 1.0

    public init(_ service: ServiceContext, roles: Set<ProcessRole>, version: String) {
        (self.service, self.roles, self.version) = (service, roles, version)
    }

    /// Runs until the task is cancelled or a graceful shutdown begins; then the process leaves the list.
    public func run() async throws {
        let clock = service.dependencies.clock
        let started = clock.now()
        await cancelWhenGracefulShutdown {
            var (shown, number) = (Date.distantPast, 0)
            while !Task.isCancelled {
                do {
                    if clock.now().timeIntervalSince(shown) >= ProcessOperations.secondsBetweenSigns {
                        try await self.service.processes.sign(roles: self.roles, version: self.version, since: started)
                        shown = clock.now()
                    }
                    number = try await self.followChanges(after: number)
                } catch {
                    self.service.dependencies.logger.debug(
                        "The list of processes cannot be reached.", metadata: ["cause": "\(error)"])
                }
                let next = clock.now().addingTimeInterval(Self.secondsBetweenLooks)
                guard (try? await clock.sleep(until: next)) != nil else { return }
            }
        }
        // The task is cancelled, and what it begins would be too.
        let service = service
        await Task.detached { try? await service.processes.leave() }.value
    }

    private func followChanges(after number: Int) async throws -> Int {
        let newest = try await service.events.number()
        if newest != number {
            service.dependencies.catalog.changed.notify()
            service.signal.notify()
        }
        return newest
    }
}
