public import ObjectStorage
import Synchronization

/// The stores of repositories in memory, by location. A store is there once it was asked for.
public final class MemoryStores: Sendable {
    private let stores = Mutex<[String: MemoryObjectStore]>([:])

    public init() {}

    /// The same store for each call with the same location.
    public subscript(_ location: String) -> MemoryObjectStore {
        stores.withLock { stores in
            if let known = stores[location] { return known }
            let store = MemoryObjectStore()
            stores[location] = store
            return store
        }
    }
}
