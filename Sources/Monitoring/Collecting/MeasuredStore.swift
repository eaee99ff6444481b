public import ObjectStorage

/// The kinds of requests to a store, as they are counted.
enum StoreOperation: String, CaseIterable, Sendable {
    case list, read, write, create, delete, stat
}

/// A store whose requests are timed and whose failures are counted. An object that is not there, or ends
/// too early, is an answer and no failure.
public struct MeasuredStore: ForwardingObjectStore {
    public let base: any ObjectStore
    private let registry: MetricRegistry

    public init(_ base: any ObjectStore, _ registry: MetricRegistry) {
        self.base = base
        self.registry = registry
    }

    public func list(prefix: String) async throws(ObjectStoreError) -> [ObjectInfo] {
        try await measured(.list, await base.list(prefix: prefix))
    }

    public func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        try await measured(.read, await base.read(name, range: range))
    }

    public func read(
        _ name: String, range: Range<UInt64>?, into buffer: inout [UInt8]
    ) async throws(ObjectStoreError) {
        let started = ContinuousClock.now
        do throws(ObjectStoreError) {
            try await base.read(name, range: range, into: &buffer)
            note(.read, since: started, nil)
        } catch {
            note(.read, since: started, error)
            throw error
        }
    }

    public func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) {
        try await measured(.write, await base.write(name, bytes))
    }

    public func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool {
        try await measured(.create, await base.create(name, bytes))
    }

    /// A draft counts as a write when it gets its name.
    public func draft() async throws(ObjectStoreError) -> any ObjectDraft {
        MeasuredDraft(try await base.draft(), self)
    }

    public func delete(_ name: String) async throws(ObjectStoreError) {
        try await measured(.delete, await base.delete(name))
    }

    public func deleteAll(_ names: [String]) async throws(ObjectStoreError) {
        try await measured(.delete, await base.deleteAll(names))
    }

    public func synchronizeDeletions(prefix: String) async throws(ObjectStoreError) {
        try await measured(.delete, await base.synchronizeDeletions(prefix: prefix))
    }

    public func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo? {
        try await measured(.stat, await base.stat(name))
    }

    private func measured<Value>(
        _ operation: StoreOperation, _ call: @autoclosure () async throws(ObjectStoreError) -> Value
    ) async throws(ObjectStoreError) -> Value {
        let started = ContinuousClock.now
        do throws(ObjectStoreError) {
            let value = try await call()
            note(operation, since: started, nil)
            return value
        } catch {
            note(operation, since: started, error)
            throw error
        }
    }

    fileprivate func note(
        _ operation: StoreOperation, since started: ContinuousClock.Instant, _ error: ObjectStoreError?
    ) {
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        registry.observe(seconds, in: .storageDuration, MetricReadings.store, operation.rawValue)
        guard let error, error.code != .notFound, error.code != .outOfRange else { return }
        registry.add(to: .storageErrors, MetricReadings.store, operation.rawValue)
    }
}

/// A draft whose publication is timed.
private final class MeasuredDraft: ObjectDraft {
    private let base: any ObjectDraft
    private let store: MeasuredStore

    init(_ base: any ObjectDraft, _ store: MeasuredStore) {
        self.base = base
        self.store = store
    }

    func append(_ bytes: [UInt8]) throws(ObjectStoreError) { try base.append(bytes) }

    func publish(as name: String) async throws(ObjectStoreError) {
        let started = ContinuousClock.now
        do throws(ObjectStoreError) {
            try await base.publish(as: name)
            store.note(.write, since: started, nil)
        } catch {
            store.note(.write, since: started, error)
            throw error
        }
    }
}
