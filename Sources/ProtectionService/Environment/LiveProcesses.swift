import Synchronization

/// How many processes share what a client may ask for.
public final class LiveProcesses: Sendable {
    private let api = Atomic<Int>(1)

    public init() {}

    /// Those that answer clients; 1 where nobody counts.
    public var countOfAPI: Int { api.load(ordering: .relaxed) }

    func note(api count: Int) { api.store(max(1, count), ordering: .relaxed) }
}
