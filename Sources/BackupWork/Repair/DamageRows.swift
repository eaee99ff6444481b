import BackupRepository
import Catalog
import Foundation
import ProtectionRules

/// Marks of damaged restore points, within one transaction.
struct DamageRows {
    private let rows: CatalogWriter

    init(_ rows: CatalogWriter) { self.rows = rows }

    /// How many lost items the error of a unit lists.
    private static let itemsListed = 20

    /// Marks the points of a unit as damaged whose snapshots are incomplete, and no others; tells
    /// it in the unit.
    ///
    /// A damaged point is found by no search and taken by no session. The unit's error goes with
    /// the first point after a repair.
    func mark(_ verdict: DamageVerdict, unitID: String) throws {
        var damaged = 0
        for snapshot in verdict.incomplete {
            damaged += try rows.update(
                RestorePoint.self, where: .and([.equal("unitId", unitID), .equal("snapshotId", snapshot)]),
                set: ["isDamaged": true.sqlValue])
        }
        if verdict.problems.isEmpty { try acquit(except: verdict.incomplete, unitID: unitID) }
        guard !verdict.problems.isEmpty, var unit = try rows.find(ProtectionUnit.self, id: unitID) else { return }
        unit.error = PublicError(
            code: ServiceErrorCode.unknownError.rawValue,
            message: damaged > 0
                ? "The backup is damaged: \(damaged) restore points cannot be restored in full. "
                    + "Run 'holdfast repository repair \(unitID)'."
                : "The backup is not as it was left, although no restore point needs what is wrong. "
                    + "Run 'holdfast repository check \(unitID)'.",
            details: verdict.lost.prefix(Self.itemsListed).map {
                PublicErrorDetail(
                    code: ServiceErrorCode.artifactNotFound.rawValue, message: "The item is lost.", target: $0.path)
            })
        try rows.update(unit)
    }

    /// Points that were marked and are whole again, because a user put a file back.
    private func acquit(except incomplete: Set<String>, unitID: String) throws {
        let marked = Query<RestorePoint>(where: .and([.equal("unitId", unitID), .equal("isDamaged", true)]))
        for var point in try rows.page(marked) where !incomplete.contains(point.snapshotId) {
            point.isDamaged = false
            try rows.update(point)
        }
    }
}
