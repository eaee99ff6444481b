package import Catalog
import Foundation

/// The rows that belong to one run of damage: from the newest back, as long as the pauses are short.
package struct DamageChain: Sendable {
    /// The rows, the oldest first.
    package private(set) var rows: [ChangeStatistics] = []
    /// The newest damage before the pause that ended the run; nil where none did.
    private(set) var earlier: Date?

    /// A longer pause ends the run: an attacker that works by day rests at night.
    package static let pauseHours: Double = 16
    /// A file or two that are alone for so long are ordinary work before the damage.
    package static let aloneHours: Double = 1
    static let aloneFiles = 2

    /// - Parameter changes: oldest first.
    /// - Parameter countsRemovals: whether files that only went are part of the damage.
    package init(_ changes: [ChangeStatistics], countsRemovals: Bool) {
        let damaged = changes.filter { $0.isDamaged(countsRemovals: countsRemovals) }
        for row in damaged.reversed() {
            if let next = rows.last {
                let pause = next.dateTime.timeIntervalSince(row.dateTime)
                if pause > Self.pauseHours * 3600 {
                    earlier = row.dateTime
                    break
                }
                if pause > Self.aloneHours * 3600, row.damagedFiles <= Self.aloneFiles,
                    !(countsRemovals && row.isRemoval), !Self.hasCompany(row, in: damaged)
                {
                    continue
                }
            }
            rows.append(row)
        }
        rows.reverse()
    }

    /// Whether another damaged row is near.
    private static func hasCompany(_ row: ChangeStatistics, in rows: [ChangeStatistics]) -> Bool {
        rows.contains {
            $0.id != row.id && abs($0.dateTime.timeIntervalSince(row.dateTime)) <= aloneHours * 3600
        }
    }
}

extension ChangeStatistics {
    /// Files of the row that would be part of an incident.
    fileprivate var damagedFiles: Int { evidence.map { $0.hits + $0.strangers + $0.sealedArchives } ?? 0 }

    fileprivate func isDamaged(countsRemovals: Bool) -> Bool {
        if damagedFiles > 0 { return true }
        if let evidence, evidence.noteFolders >= 3 { return true }
        return countsRemovals && isRemoval
    }

    /// Whether more files went without a successor than go by the way.
    fileprivate var isRemoval: Bool { removed - replaced >= max(10, filesBefore / 50) }
}
