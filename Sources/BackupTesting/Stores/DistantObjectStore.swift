public import ObjectStorage
import Synchronization

/// A store far away: requests that are sent together are answered together, and each answer counts
/// as one round, however little it takes here.
///
/// A request waits until as many others wait as may be on their way at once, or until all tasks had
/// a long time to send theirs. So a caller that sends one after the other has one round for each.
public final class DistantObjectStore: ObjectStore {
    private struct State {
        var waiting = 0
        var round = 0
        /// Of these, how many were told to nobody yet.
        var untold = 0
    }

    /// How often a waiting request lets other tasks go on before the round ends.
    private static let patience = 20_000
    private let base: any ObjectStore
    private let width: Int
    private let state = Mutex(State())

    /// - Parameter width: how many requests end a round.
    public init(_ base: any ObjectStore, width: Int) {
        (self.base, self.width) = (base, width)
    }

    /// The rounds since the last call.
    public func takeRounds() -> Int {
        state.withLock { state in
            defer { state.untold = 0 }
            return state.untold
        }
    }

    public func list(prefix: String) async throws(ObjectStoreError) -> [ObjectInfo] {
        await travel()
        return try await base.list(prefix: prefix)
    }

    public func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        await travel()
        return try await base.read(name, range: range)
    }

    public func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) {
        await travel()
        try await base.write(name, bytes)
    }

    public func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool {
        await travel()
        return try await base.create(name, bytes)
    }

    public func delete(_ name: String) async throws(ObjectStoreError) {
        await travel()
        try await base.delete(name)
    }

    public func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo? {
        await travel()
        return try await base.stat(name)
    }

    private func travel() async {
        let mine = state.withLock { state in
            state.waiting += 1
            let mine = state.round
            if state.waiting == width { Self.end(&state) }
            return mine
        }
        for _ in 0..<Self.patience {
            if state.withLock({ $0.round != mine }) { return }
            await Task.yield()
        }
        state.withLock { if $0.round == mine { Self.end(&$0) } }
    }

    private static func end(_ state: inout State) {
        state.round += 1
        state.untold += 1
        state.waiting = 0
    }
}
