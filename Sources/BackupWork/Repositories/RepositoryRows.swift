import BackupRepository
import Catalog
import Connectors
import Foundation
import ObjectStorage
import ProtectionRules
import ProtectionService

/// What the catalogue says of repositories, within one transaction.
struct RepositoryRows<Rows: CatalogAccess> {
    let rows: Rows

    init(_ rows: Rows) { self.rows = rows }

    /// Snapshots of a unit that its points and its repository's row name.
    /// - Parameter includingDamaged: whether points count that are known not to be whole.
    func snapshotsInUse(unitID: String, includingDamaged: Bool = true) throws -> Set<String> {
        var snapshots: Set<String> = []
        let ofUnit = RowPredicate.equal("unitId", unitID)
        let points = includingDamaged ? ofUnit : .and([ofUnit, .equal("isDamaged", false)])
        for value in try rows.groupedCount(Query<RestorePoint>(where: points), by: "snapshotId").keys {
            if case .text(let id) = value { snapshots.insert(id) }
        }
        if let last = try rows.find(UnitRepository.self, id: unitID)?.lastSnapshotId { snapshots.insert(last) }
        return snapshots
    }
}
