package import BackupRepository
package import Catalog
import FileTree
package import Foundation
import ProtectionRules

/// The figures of one unit of a plan, from its changes.
package struct PlanFigures: Sendable, Hashable {
    package var sums = PlanSums()
    /// Bytes that the destination needs while it is restored, at least.
    package var bytesNeeded = 0

    /// - Parameter newerAfter: files changed after it count as newer work.
    /// - Parameter unchanged: items that are right already.
    package init(_ changes: [PlannedChange], newerAfter: Date, unchanged: UInt64, bytesToRead: UInt64) {
        let newer = Timestamp(newerAfter)
        var (grown, freed, largest, written) = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
        for change in changes {
            switch change.action {
            case .create: sums.create += 1
            case .overwrite: sums.overwrite += 1
            case .delete: sums.delete += 1
            case .rename: sums.rename += 1
            case .attributes: sums.attributes += 1
            }
            if change.losesContent(newerThan: newer) { sums.newerLost += 1 }
            let present = change.isFolder ? 0 : change.presentSize ?? 0
            switch change.action {
            case .create: (grown, written) = (grown &+ change.size, written &+ change.size)
            case .overwrite:
                // The old file stays until the new one is whole.
                largest = max(largest, change.size)
                written &+= change.size
                if change.size > present { grown &+= change.size - present } else { freed &+= present - change.size }
            case .delete: freed &+= present
            case .rename, .attributes: continue
            }
        }
        sums.units = 1
        sums.unchanged = Int(clamping: unchanged)
        sums.bytesToRead = Int(clamping: bytesToRead)
        sums.bytesToWrite = Int(clamping: written)
        sums.estimatedSeconds = RestoreEstimate.seconds(bytesToWrite: sums.bytesToWrite, changes: changes.count)
        bytesNeeded = Int(clamping: (grown > freed ? grown - freed : 0) &+ largest)
    }
}
