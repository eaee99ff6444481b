/// An object that is filled piece by piece before its name is known, as the name of a pack is the
/// hash of its bytes.
///
/// It has one holder at a time. What is not published leaves nothing behind, not even
/// when the process dies.
public protocol ObjectDraft: AnyObject, Sendable {
    /// Adds bytes at the end.
    /// - Throws: `outOfSpace`, `inputOutput`; the draft is of no use then.
    func append(_ bytes: [UInt8]) throws(ObjectStoreError)

    /// Gives the object its name, atomically and durably, as `ObjectStore.write` does; it is the
    /// last call. May be repeated after a failure.
    func publish(as name: String) async throws(ObjectStoreError)
}

/// A draft in memory: right for every store, at the cost of the object's size.
final class MemoryDraft: ObjectDraft, @unchecked Sendable {
    private let store: any ObjectStore
    /// Changed by the one holder only, which makes `@unchecked Sendable` true.
    private var bytes: [UInt8] = []

    init(store: any ObjectStore) { self.store = store }

    func append(_ bytes: [UInt8]) throws(ObjectStoreError) { self.bytes.append(contentsOf: bytes) }

    func publish(as name: String) async throws(ObjectStoreError) { try await store.write(name, bytes) }
}
