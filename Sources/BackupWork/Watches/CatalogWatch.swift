import Catalog
import Foundation
import Logging
public import ProtectionService
public import ServiceLifecycle

/// Has the catalogue read in full while the server runs: a large one at its start, any once a day. A
/// server that runs for months would otherwise not see what its disk did to rows that are never read.
///
/// Of a catalogue that is damaged nothing more is written: reading goes on, changes are refused, and
/// no job of the worker begins.
public struct CatalogWatch: Service {
    /// From the end of one look to the beginning of the next.
    static let pauseSeconds = 86_400.0

    private let service: ServiceContext
    private let looksAtOnce: Bool
    private let findDamage: @Sendable () async throws -> String?

    /// Makes a watch.
    /// - Parameter looksAtOnce: whether nothing has read the catalogue in full since the start.
    /// - Parameter findDamage: reads the whole catalogue, and returns what is damaged, with what to
    ///   do; nil where nothing is. Throws where that cannot be found out.
    public init(
        _ service: ServiceContext, looksAtOnce: Bool = false,
        findDamage: @escaping @Sendable () async throws -> String?
    ) {
        self.service = service
        self.looksAtOnce = looksAtOnce
        self.findDamage = findDamage
    }

    /// Runs until the task is cancelled or a graceful shutdown begins. Damage is logged every day.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            if self.looksAtOnce { await self.look() }
            while !Task.isCancelled {
                do {
                    try await self.service.dependencies.clock.sleep(
                        until: self.service.now.addingTimeInterval(Self.pauseSeconds))
                } catch {
                    return
                }
                await self.look()
            }
        }
    }

    private func look() async {
        let logger = service.dependencies.logger
        do {
            guard let damage = try await findDamage() else { return }
            logger.critical(
                "The catalogue is not sound. Nothing more is written to it; reading goes on.",
                metadata: ["cause": "\(damage)"])
            service.catalog.writeGate.close(because: damage)
        } catch is CancellationError {
            return
        } catch {
            logger.error(
                "The catalogue could not be read in full. That is tried again in a day.",
                metadata: ["cause": "\(error)"])
        }
    }
}
