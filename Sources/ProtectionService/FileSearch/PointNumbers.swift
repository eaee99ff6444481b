package import BackupRepository
package import Catalog

/// How the whole restore points of a unit stand to the snapshots in its name index.
package struct PointNumbers: Sendable {
    /// A point, and the number that the index has for its snapshot.
    package struct Entry: Sendable {
        package var point: RestorePoint
        /// nil where the index does not have the snapshot, or knows that it cannot be read.
        package var number: UInt32?
    }

    /// Every point, in the order of time.
    package let points: [Entry]
    /// The snapshots that the index does not have, in the order of time.
    package let missing: [String]
    /// Whether the index becomes whole by adding what is missing at its end. Not where points came
    /// back that are older than others in it, or where a repair replaced their snapshots.
    package let canFollow: Bool

    /// - Parameter points: those that are not damaged, in the order of time.
    package init(_ points: [RestorePoint], in snapshots: [NameSnapshot]) {
        let known = Dictionary(snapshots.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var (entries, missing, seen): ([Entry], [String], Set<String>) = ([], [], [])
        var (last, canFollow): (UInt32, Bool) = (0, true)
        for point in points {
            if let snapshot = known[point.snapshotId] {
                if snapshot.number < last || !missing.isEmpty { canFollow = false }
                last = max(last, snapshot.number)
                entries.append(Entry(point: point, number: snapshot.isReadable ? snapshot.number : nil))
            } else {
                if seen.insert(point.snapshotId).inserted { missing.append(point.snapshotId) }
                entries.append(Entry(point: point, number: nil))
            }
        }
        (self.points, self.missing, self.canFollow) = (entries, missing, canFollow)
    }
}
