/// A store over a store. It forwards every call, so that none of them falls back to a default of the
/// protocol: a forgotten `draft` would keep each pack in memory, and a forgotten
/// `synchronizeDeletions` make a prune unsafe.
public protocol ForwardingObjectStore: ObjectStore {
    var base: any ObjectStore { get }

    /// Makes one call to the base: at once, after a wait, or again.
    func forward<Value>(
        _ call: @autoclosure () async throws(ObjectStoreError) -> Value
    ) async throws(ObjectStoreError) -> Value
}

extension ForwardingObjectStore {
    /// At once, and no more than once.
    public func forward<Value>(
        _ call: @autoclosure () async throws(ObjectStoreError) -> Value
    ) async throws(ObjectStoreError) -> Value { try await call() }

    public var versions: (any ObjectVersions)? { base.versions }

    public func list(prefix: String) async throws(ObjectStoreError) -> [ObjectInfo] {
        try await forward(await base.list(prefix: prefix))
    }

    public func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        try await forward(await base.read(name, range: range))
    }

    public func read(_ name: String, range: Range<UInt64>?, into buffer: inout [UInt8]) async throws(ObjectStoreError) {
        try await forward(await base.read(name, range: range, into: &buffer))
    }

    public func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) {
        try await forward(await base.write(name, bytes))
    }

    public func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool {
        try await forward(await base.create(name, bytes))
    }

    public func delete(_ name: String) async throws(ObjectStoreError) {
        try await forward(await base.delete(name))
    }

    public func deleteAll(_ names: [String]) async throws(ObjectStoreError) {
        try await forward(await base.deleteAll(names))
    }

    public func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo? {
        try await forward(await base.stat(name))
    }

    public func synchronizeDeletions(prefix: String) async throws(ObjectStoreError) {
        try await forward(await base.synchronizeDeletions(prefix: prefix))
    }

    public func draft() async throws(ObjectStoreError) -> any ObjectDraft {
        ForwardedDraft(base: try await forward(await base.draft()), store: self)
    }
}

/// A draft of the base, whose publication is a call like any other.
private final class ForwardedDraft: ObjectDraft {
    private let base: any ObjectDraft
    private let store: any ForwardingObjectStore

    init(base: any ObjectDraft, store: any ForwardingObjectStore) {
        self.base = base
        self.store = store
    }

    func append(_ bytes: [UInt8]) throws(ObjectStoreError) { try base.append(bytes) }

    func publish(as name: String) async throws(ObjectStoreError) {
        try await store.forward(await base.publish(as: name))
    }
}
