/// Whether a piece of work may still change a store.
///
/// Work that holds a lease may sleep through the end of it and wake: the process is stopped, the
/// machine suspended, the catalogue out of reach. Another holder went on meanwhile, and what the
/// first one writes then does harm. So the right is asked for right before each change.
public struct WriteFence: Sendable {
    private let isOpen: @Sendable () async -> Bool

    /// The fence of the call that the present task makes; whoever sends it later than at once asks
    /// again, after each wait and before each try.
    @TaskLocal static var current: WriteFence?

    /// - Parameter isOpen: whether changes may be made now; once false, false for ever.
    public init(isOpen: @escaping @Sendable () async -> Bool) { self.isOpen = isOpen }

    func expectOpen(_ name: String) async throws(ObjectStoreError) {
        guard await isOpen() else {
            throw ObjectStoreError(
                .leaseLost, name: name,
                message: "the work that wanted to change it lost its lease, and another process may do it")
        }
    }

    /// Asks the fence of the present task, where it has one, right before a change is sent; throws
    /// `leaseLost` where it is closed.
    package static func expectOpen(_ name: String) async throws(ObjectStoreError) {
        if let current { try await current.expectOpen(name) }
    }
}

/// A store that changes nothing once a lease has ended. Reads go on.
public struct LeasedObjectStore: ForwardingObjectStore {
    public let base: any ObjectStore
    private let fence: WriteFence
    private let isFree: @Sendable (_ deleted: String) -> Bool

    /// - Parameter isFree: whether an object may be deleted by anyone at any time, as what a process
    ///   alone knows of and has to take away after itself.
    public init(
        _ base: any ObjectStore, fence: WriteFence,
        isFree: @escaping @Sendable (_ deleted: String) -> Bool = { _ in false }
    ) {
        self.base = base
        self.fence = fence
        self.isFree = isFree
    }

    public func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) {
        try await change(name, await base.write(name, bytes))
    }

    public func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool {
        try await change(name, await base.create(name, bytes))
    }

    public func delete(_ name: String) async throws(ObjectStoreError) {
        if isFree(name) { return try await base.delete(name) }
        try await change(name, await base.delete(name))
    }

    public func deleteAll(_ names: [String]) async throws(ObjectStoreError) {
        guard let first = names.first else { return }
        try await change(first, await base.deleteAll(names))
    }

    public func draft() async throws(ObjectStoreError) -> any ObjectDraft {
        LeasedDraft(base: try await base.draft(), store: self)
    }

    /// Makes a call that changes the store, if that is allowed, as one that asks again before it is sent.
    fileprivate func change<Value>(
        _ name: String, _ call: @autoclosure () async throws(ObjectStoreError) -> Value
    ) async throws(ObjectStoreError) -> Value {
        try await fence.expectOpen(name)
        let result = await WriteFence.$current.withValue(fence) { () async -> Result<Value, ObjectStoreError> in
            do throws(ObjectStoreError) {
                return .success(try await call())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

/// A draft whose publication is a change.
private final class LeasedDraft: ObjectDraft {
    private let base: any ObjectDraft
    private let store: LeasedObjectStore

    init(base: any ObjectDraft, store: LeasedObjectStore) {
        self.base = base
        self.store = store
    }

    func append(_ bytes: [UInt8]) throws(ObjectStoreError) { try base.append(bytes) }

    func publish(as name: String) async throws(ObjectStoreError) {
        try await store.change(name, await base.publish(as: name))
    }
}
