import Synchronization

/// Whether this process is about to end: it still answers requests, but begins nothing new.
public final class EndNotice: Sendable {
    private let given = Atomic(false)

    public init() {}

    public var isGiven: Bool { given.load(ordering: .acquiring) }

    public func give() { given.store(true, ordering: .releasing) }
}
