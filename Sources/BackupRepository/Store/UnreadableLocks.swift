import Synchronization

/// When locks that cannot be read were first met. A lock names its holder and its time inside, so
/// of one that cannot be read only this is known.
///
/// One record per service: it belongs to the `RepositoryEnvironment` that the service is composed
/// with, and outlives the repositories that are opened with it.
final class UnreadableLocks: Sendable {
    private let firstMet = Mutex<[String: Int64]>([:])

    /// Whether a lock has been unreadable for so long that no process can hold it: a holder
    /// replaces its lock every few minutes. The first call for a name only notes it; after
    /// true it is forgotten.
    /// - Parameter now: seconds since 1970.
    func isAbandoned(_ name: String, at now: Int64) -> Bool {
        firstMet.withLock { firstMet in
            guard let first = firstMet[name] else {
                firstMet[name] = now
                return false
            }
            guard now - first > RepositoryLock.staleAfterSeconds else { return false }
            firstMet[name] = nil
            return true
        }
    }
}
