public import Catalog
import Foundation
import Logging
import ProtectionRules
public import ProtectionService
public import ServiceLifecycle
import Synchronization

/// What a look at the tenant found.
public struct TenantLook: Sendable {
    public var inventory: TenantInventory
    /// What is protected and not there.
    public var missing: [ProtectionUnit]

    /// For the start line: `3 drives, 1 site`, with what is missing, where something is.
    public var summary: String {
        inventory.description
            + (missing.isEmpty
                ? "" : "; \(missing.count) that should be there \(missing.count == 1 ? "is" : "are") not (see the log)")
    }
}

/// Looks on the cadence whether what is protected is in the tenant, and tells the log of what has
/// gone and of what has come back, once each: a disk that is not mounted and a wrong folder look
/// like a tenant without drives, and each of its backups fails for a reason of its own.
public final class TenantWatch: Service {
    /// The most missing drives and sites that one look names one by one.
    static let namedMissing = 100

    private let service: ServiceContext
    /// The folder or address of the tenant, for the log.
    private let place: String
    /// The units that were missing at the last look; nil before the first.
    private let known = Mutex<Set<String>?>(nil)

    /// - Parameter place: what the log calls the tenant: its folder.
    public init(_ service: ServiceContext, place: String) {
        self.service = service
        self.place = place
    }

    private var logger: Logger { service.dependencies.logger }

    /// Runs until the task is cancelled or a graceful shutdown begins.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await self.service.dependencies.clock.sleep(
                        until: self.service.now.addingTimeInterval(Double(self.service.intervals.cadenceSeconds)))
                    _ = try await self.look()
                } catch is CancellationError {
                    return
                } catch {
                    self.logger.error(
                        "The tenant cannot be looked at.", metadata: ["tenant": "\(self.place)", "cause": "\(error)"])
                }
            }
        }
    }

    /// Looks once, and logs what is otherwise than at the last look.
    /// - Throws: `ServiceError` where the tenant cannot be read.
    public func look() async throws -> TenantLook {
        let look = TenantLook(
            inventory: try service.tenant.inventory(), missing: try await service.tenant.missingSources())
        let missing = Set(look.missing.map(\.id))
        let former = known.withLock { known in
            defer { known = missing }
            return known
        }
        if former == nil, look.inventory.isEmpty {
            logger.warning(
                "The tenant holds no drive and no site. Is it the right folder, and is its disk mounted?",
                metadata: ["tenant": "\(place)"])
        }
        service.dependencies.health.set(
            "tenant", to: missing.isEmpty ? .ok : .failing,
            message: missing.isEmpty
                ? "" : "\(missing.count) protected drives or sites are not in the tenant; the log names them.",
            at: service.now)
        let gone = look.missing.filter { former?.contains($0.id) != true }
        for unit in gone.prefix(Self.namedMissing) {
            logger.error(
                """
                What is protected is not in the tenant, so it is not backed up. Is its disk mounted? Put the \
                folder back.
                """,
                metadata: particulars(unit))
        }
        if gone.count > Self.namedMissing {
            logger.error(
                "More is missing from the tenant.",
                metadata: ["count": .stringConvertible(gone.count - Self.namedMissing), "tenant": "\(place)"])
        }
        let back = (former ?? []).subtracting(missing)
        if !back.isEmpty {
            logger.notice(
                "What was missing from the tenant is no longer.",
                metadata: ["count": .stringConvertible(back.count), "tenant": "\(place)"])
        }
        return look
    }

    private func particulars(_ unit: ProtectionUnit) -> Logger.Metadata {
        ["kind": "\(unit.workload.noun)", "name": "\(unit.knownName)", "unit": "\(unit.id)", "tenant": "\(place)"]
    }
}
