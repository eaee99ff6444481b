public import ObjectStorage
import Synchronization

/// A store that fails on cue, for showing that what is referenced stays readable whatever breaks.
public final class FaultyObjectStore: ObjectStore {
    /// A call about to be made.
    public enum Call: Sendable, Hashable {
        /// A list of names beginning with the text.
        case list(String)
        /// A read of the named object.
        case read(String)
        /// A write of the named object.
        case write(String)
        /// A deletion of the named object.
        case delete(String)
        /// A question for the named object's size.
        case stat(String)
    }

    private struct State {
        var calls: [Call] = []
        var writes = 0
        var failAtWrite: Int?
        var isDown = false
    }
    private let base: any ObjectStore
    private let state = Mutex(State())
    private let rule: @Sendable (Call) -> ObjectStoreError?

    /// Wraps `base`. A call for which `rule` returns an error fails with
    /// it, before anything happened.
    public init(_ base: any ObjectStore, rule: @escaping @Sendable (Call) -> ObjectStoreError? = { _ in nil }) {
        self.base = base
        self.rule = rule
    }

    /// From the `number`th write or deletion on (counted from 1) every change fails, as if the
    /// process had been killed or the disk were full; nil heals the store.
    public func failChanges(from number: Int?) {
        state.withLock { state in
            state.failAtWrite = number
            state.writes = 0
        }
    }

    /// Every call so far, in order.
    public var calls: [Call] { state.withLock { $0.calls } }

    /// How many writes and deletions were tried since the last `failChanges`.
    public var changes: Int { state.withLock { $0.writes } }

    public func list(prefix: String) async throws(ObjectStoreError) -> [ObjectInfo] {
        try pass(.list(prefix), prefix)
        return try await base.list(prefix: prefix)
    }

    public func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        try pass(.read(name), name)
        return try await base.read(name, range: range)
    }

    public func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) {
        try pass(.write(name), name, isChange: true)
        try await base.write(name, bytes)
    }

    public func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool {
        try pass(.write(name), name, isChange: true)
        return try await base.create(name, bytes)
    }

    public func delete(_ name: String) async throws(ObjectStoreError) {
        try pass(.delete(name), name, isChange: true)
        try await base.delete(name)
    }

    public func synchronizeDeletions(prefix: String) async throws(ObjectStoreError) {
        try await base.synchronizeDeletions(prefix: prefix)
    }

    public func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo? {
        try pass(.stat(name), name)
        return try await base.stat(name)
    }

    private func pass(_ call: Call, _ name: String, isChange: Bool = false) throws(ObjectStoreError) {
        let isFailing = state.withLock { state in
            state.calls.append(call)
            if isChange { state.writes += 1 }
            return isChange && state.failAtWrite.map { state.writes >= $0 } ?? false
        }
        if isFailing { throw ObjectStoreError(.inputOutput, name: name, message: "failed on cue") }
        if let error = rule(call) { throw error }
    }
}
