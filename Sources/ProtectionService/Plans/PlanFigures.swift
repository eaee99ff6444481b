package import BackupRepository
package import Catalog
import FileTree
package import Foundation
import ProtectionRules

/// The figures of one unit of a plan, added up from its changes.
package struct PlanFigures: Sendable, Hashable {
    package private(set) var sums = PlanSums()
    /// How many changes there are.
    package private(set) var count = 0
    private let newerAfter: Timestamp
    private let keptUntil: Timestamp?
    /// What the destination's files take more and less, and the longest one that stands twice.
    private var grown: UInt64 = 0
    private var freed: UInt64 = 0
    private var largest: UInt64 = 0
    private var written: UInt64 = 0
    private var unkept: UInt64 = 0

    /// - Parameter newerAfter: files changed after it count as newer work.
    /// - Parameter keptUntil: the moment of the newest point, which has every file that was changed
    ///   before; nil where that is not known.
    package init(newerAfter: Date, keptUntil: Date? = nil) {
        self.newerAfter = Timestamp(newerAfter)
        self.keptUntil = keptUntil.map { Timestamp($0) }
        sums.units = 1
    }

    /// Bytes that the destination needs while it is restored, at least.
    package var bytesNeeded: Int { Int(clamping: (grown > freed ? grown - freed : 0) &+ largest) }

    /// Bytes that the repository needs at most for the point of the state before, as far as the
    /// times of the files tell.
    package var bytesKept: Int { Int(clamping: unkept) }

    package mutating func add(_ change: PlannedChange) {
        count += 1
        switch change.action {
        case .create: sums.create += 1
        case .overwrite: sums.overwrite += 1
        case .delete: sums.delete += 1
        case .rename: sums.rename += 1
        case .attributes: sums.attributes += 1
        }
        if change.losesContent(newerThan: newerAfter) { sums.newerLost += 1 }
        let present = change.isFolder ? 0 : change.presentSize ?? 0
        switch change.action {
        case .create: (grown, written) = (grown &+ change.size, written &+ change.size)
        case .overwrite:
            // The old file stays until the new one is whole.
            largest = max(largest, change.size)
            written &+= change.size
            if change.size > present { grown &+= change.size - present } else { freed &+= present - change.size }
        case .delete: freed &+= present
        case .rename, .attributes: break
        }
        let isLost = change.action == .overwrite || change.action == .delete
        if isLost, keptUntil.map({ change.losesContent(newerThan: $0) }) ?? true { unkept &+= present }
    }

    /// Completes the sums when all changes were added.
    /// - Parameter unchanged: items that are right already.
    /// - Parameter bytesToRead: nil for as much as is written.
    package mutating func finish(unchanged: UInt64 = 0, bytesToRead: UInt64? = nil) {
        sums.unchanged = Int(clamping: unchanged)
        sums.bytesToRead = Int(clamping: bytesToRead ?? written)
        sums.bytesToWrite = Int(clamping: written)
        sums.estimatedSeconds = RestoreEstimate.seconds(bytesToWrite: sums.bytesToWrite, changes: count)
    }
}
