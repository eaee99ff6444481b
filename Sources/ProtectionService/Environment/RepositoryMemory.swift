package import Foundation
public import ObjectStorage
import Synchronization

/// What this process remembers of repositories, so that it need not ask their store again.
public struct RepositoryMemory: Sendable {
    /// How long the catalogue's view of a remote repository counts without a look at it.
    private static let trustSeconds = 86_400.0

    /// Copies of objects on this machine; nil for none.
    public var cache: CacheFolder?
    /// Whether each request to the repositories costs time and money. Otherwise every backup
    /// compares the catalogue's view with the repository itself.
    public var isRemote = false
    private let comparisons = Comparisons()

    /// Nothing on this machine, and every backup looks.
    public init() {}

    /// Whether this process compared the view of a unit's repository with the repository lately.
    /// What it knows ends with it: before the next one starts, anything may have been put back.
    package func hasCompared(_ unitID: String, at now: Date) -> Bool {
        guard isRemote, let last = comparisons.dates.withLock({ $0[unitID] }) else { return false }
        return abs(now.timeIntervalSince(last)) < Self.trustSeconds
    }

    package func noteComparison(_ unitID: String, at now: Date) {
        comparisons.dates.withLock { $0[unitID] = now }
    }

    package func forgetComparison(_ unitID: String) {
        comparisons.dates.withLock { $0[unitID] = nil }
    }

    private final class Comparisons: Sendable {
        let dates = Mutex<[String: Date]>([:])
    }
}
