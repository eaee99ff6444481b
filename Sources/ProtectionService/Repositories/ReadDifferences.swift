import BackupRepository
import Synchronization

/// Which snapshots are compared.
struct DifferenceKey: Hashable {
    let unitID: String
    let from: String
    let to: String
}

/// The few comparisons that were read last. A next page of one does not look for renamed items
/// again, for which it would have to read everything.
final class ReadDifferences: Sendable {
    private static let limit = 4
    private let entries = Mutex<[(key: DifferenceKey, difference: SnapshotDifference)]>([])

    subscript(key: DifferenceKey) -> SnapshotDifference? {
        entries.withLock { entries in entries.first { $0.key == key }?.difference }
    }

    func keep(_ difference: SnapshotDifference, _ key: DifferenceKey) {
        entries.withLock { entries in
            entries.removeAll { $0.key == key }
            if entries.count == Self.limit { entries.removeFirst() }
            entries.append((key: key, difference: difference))
        }
    }

    /// Forgets what was read of a unit: its index may be of before a prune.
    func forget(unitID: String) { entries.withLock { $0.removeAll { $0.key.unitID == unitID } } }
}
