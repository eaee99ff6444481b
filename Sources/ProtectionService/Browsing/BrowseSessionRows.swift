import BackupRepository
package import Catalog
package import Foundation
import ProtectionRules

/// Rows of browse sessions, within one transaction.
package struct BrowseSessionRows<Rows: CatalogAccess> {
    private let rows: Rows

    package init(_ rows: Rows) { self.rows = rows }

    package func session(_ id: String, _ workload: Workload?, _ now: Date) throws -> BrowseSession {
        guard let session = try rows.find(BrowseSession.self, id: id), session.expirationDateTime > now,
            workload == nil || session.workload == workload
        else {
            throw ServiceError(.browseSessionNotFound, "There is no such browse session, or it has ended.")
        }
        return session
    }

    /// A point that can be browsed, with its unit.
    package func browsable(
        _ id: String?, _ workload: Workload, _ now: Date
    ) throws -> (RestorePoint, ProtectionUnit) {
        guard let id, let point = try rows.find(RestorePoint.self, id: id.lowercased()), point.workload == workload,
            !point.isDamaged,
            point.expirationDateTime > now, let unit = try rows.find(ProtectionUnit.self, id: point.unitId)
        else { throw ServiceError(.invalidRestorePoint, "restorePointId names no restore point of this workload.") }
        guard point.tags.contains(.fastRestore) else {
            throw ServiceError(.invalidRestorePoint, "Only a restore point with the tag fastRestore can be browsed.")
        }
        return (point, unit)
    }
}
