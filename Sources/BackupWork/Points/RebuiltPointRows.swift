import BackupRepository
import Catalog
import Connectors
import FileTree
import Foundation
import ObjectStorage
import ProtectionRules
import ProtectionService

/// Rows of points that a rebuild brings back, within one transaction.
struct RebuiltPointRows {
    private let rows: CatalogWriter

    init(_ rows: CatalogWriter) { self.rows = rows }

    /// Adds points in order of their times, later than all that are there, and what
    /// they could not read.
    func insert(_ points: [RebuiltPoint], makeID: () -> String) throws {
        for rebuilt in points {
            try rows.insert(rebuilt.point)
            try UnreadItemRows(rows).note(
                rebuilt.unread, unitID: rebuilt.point.unitId, at: rebuilt.point.protectionDateTime, makeID: makeID)
        }
    }
}
