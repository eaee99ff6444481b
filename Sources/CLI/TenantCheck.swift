import BackupService
import Catalog
import Foundation
import Logging

extension Composition {
    /// The most missing drives that are named one by one.
    private static let namedMissing = 100

    /// Looks at what the tenant has and logs what it should have and has not: an unmounted disk and a wrong folder look like a tenant without drives.
    /// - Returns: what the start line says of it, such as `3 drives, 1 site`.
    func lookAtTenant() async throws -> String {
        let folder = Logger.MetadataValue("\(state.settings.tenantPath)")
        let inventory = try await translated { try service.tenantInventory() }
        if inventory.isEmpty {
            logger.warning("The tenant holds no drive and no site. Is it the right folder, and is its disk mounted?", metadata: ["tenant": folder])
        }
        let missing = try await translated { try await service.missingSources() }
        for unit in missing.prefix(Self.namedMissing) {
            logger.error(
                "What is protected is not in the tenant, so it is not backed up. Is its disk mounted? Put the folder back.",
                metadata: ["kind": "\(unit.workload.noun)", "name": "\(unit.knownName)", "unit": "\(unit.id)", "tenant": folder])
        }
        if missing.count > Self.namedMissing {
            logger.error("More is missing from the tenant.", metadata: ["count": .stringConvertible(missing.count - Self.namedMissing), "tenant": folder])
        }
        return inventory.description + (missing.isEmpty ? "" : "; \(missing.count) that should be there \(missing.count == 1 ? "is" : "are") not (see the log)")
    }
}
