import BackupRepository
import Concurrency
import Synchronization

/// The few repositories that were browsed last, so that a next page does not read the index again.
final class OpenRepositories: Sendable {
    /// An index takes about 60 bytes for each blob, so only a few are kept.
    private static let limit = 4
    private let entries = Mutex<[(unitID: String, repository: Repository)]>([])
    /// The long folders that were browsed last.
    let folders = FolderMemory()
    /// The comparisons of points that were read last.
    let differences = ReadDifferences()
    /// The names that were shown last.
    let names = BrowsedNames()

    /// Deriving a key and reading trees takes the time of a thousand other requests, so it is not
    /// done on the threads of requests.
    static let threads = WorkerPool(width: WorkerPool.processors(atMost: 4), name: "browse")

    subscript(unitID: String) -> Repository? {
        entries.withLock { entries in
            guard let place = entries.firstIndex(where: { $0.unitID == unitID }) else { return nil }
            let entry = entries.remove(at: place)
            entries.append(entry)
            return entry.repository
        }
    }

    func keep(_ repository: Repository, unitID: String) {
        entries.withLock { entries in
            entries.removeAll { $0.unitID == unitID }
            if entries.count == Self.limit { entries.removeFirst() }
            entries.append((unitID: unitID, repository: repository))
        }
    }

    func forget(unitID: String) {
        entries.withLock { $0.removeAll { $0.unitID == unitID } }
        differences.forget(unitID: unitID)
    }
}
