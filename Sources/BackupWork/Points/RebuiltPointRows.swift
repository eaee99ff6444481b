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
        let files = Dictionary(
            points.map { ($0.snapshot.id, $0.snapshot.statistics?.totalFiles) }, uniquingKeysWith: { first, _ in first }
        )
        for rebuilt in points {
            try rows.insert(rebuilt.point)
            let before = rebuilt.snapshot.parent.flatMap { files[$0] ?? nil }
            // What people changed before a restore counts with the backup after it.
            if rebuilt.point.undoSessionId == nil, let change = ChangeStatistics(rebuilt, filesBefore: before),
                try rows.find(ChangeStatistics.self, id: change.id) == nil
            {
                try ChangeRows(rows).record(change)
            }
            try UnreadItemRows(rows).note(
                rebuilt.unread, unitID: rebuilt.point.unitId, at: rebuilt.point.protectionDateTime, makeID: makeID)
        }
    }
}

extension ChangeStatistics {
    /// What the snapshot of a point says that it changed against its parent; nil where it says nothing,
    /// as snapshots of older programs do. What was changed in snapshots that are gone is not known
    /// any more, nor what spoke of damage.
    /// - Parameter filesBefore: how many files the parent has, where it is still there.
    fileprivate init?(_ rebuilt: RebuiltPoint, filesBefore: UInt64?) {
        guard let counts = rebuilt.snapshot.statistics else { return nil }
        self.init(id: rebuilt.point.id, unitId: rebuilt.point.unitId, dateTime: rebuilt.point.protectionDateTime)
        files = Int(clamping: counts.totalFiles)
        (added, changed) = (Int(clamping: counts.filesNew), Int(clamping: counts.filesChanged))
        let kept = counts.filesUnmodified + counts.filesChanged
        if let filesBefore, filesBefore > kept { removed = Int(clamping: filesBefore - kept) }
        replaced = min(added, removed)
        (addedBytes, storedBytes) = (Int(clamping: counts.addedBytes), Int(clamping: counts.addedPackedBytes))
        flags = rebuilt.snapshot.parent == nil ? [.rebuilt, .first] : .rebuilt
    }
}
