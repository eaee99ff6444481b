import Synchronization

/// What was found at fault in each version, gathered over the runs of one test.
final class SeenFaults: Sendable {
    private let found = Mutex<[String: Set<String>]>([:])

    /// Adds a version's faults; gives all of both versions once both are there.
    func add(_ faults: Set<String>, _ version: String) -> Set<String>? {
        found.withLock { found in
            found[version] = faults
            return found.count == 2 ? found.values.reduce(into: []) { $0.formUnion($1) } : nil
        }
    }
}
