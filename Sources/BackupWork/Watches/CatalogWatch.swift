import Foundation
import Logging
public import ProtectionService
public import ServiceLifecycle

/// Has the catalogue read in full once a day while the server runs, as at every start: a server
/// that runs for months would otherwise not see what its disk did to rows that are never read.
public struct CatalogWatch: Service {
    /// From the end of one look to the beginning of the next.
    static let pauseSeconds = 86_400.0

    private let service: ServiceContext
    private let requireSound: @Sendable () async throws -> Void

    /// Makes a watch.
    /// - Parameter requireSound: reads the whole catalogue; throws where it is damaged,
    ///   with what to do.
    public init(_ service: ServiceContext, requireSound: @escaping @Sendable () async throws -> Void) {
        self.service = service
        self.requireSound = requireSound
    }

    /// Runs until the task is cancelled or a graceful shutdown begins. Damage is logged every day
    /// and stops nothing: what is not affected goes on.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await self.service.dependencies.clock.sleep(
                        until: self.service.now.addingTimeInterval(Self.pauseSeconds))
                    try await self.requireSound()
                } catch is CancellationError {
                    return
                } catch {
                    self.service.dependencies.logger.critical(
                        "The catalogue is not sound.", metadata: ["cause": "\(error)"])
                }
            }
        }
    }
}
