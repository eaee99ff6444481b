import BackupTesting
import Monitoring
import ObjectStorage
import Synchronization
import Testing

/// What `serve` puts before every repository hides nothing that the store can do.
@Suite struct MeasuredStoreTests {
    /// Counts how often many objects are deleted at once.
    private final class BatchStore: ForwardingObjectStore {
        let base: any ObjectStore = MemoryObjectStore()
        private let batches = Mutex(0)
        var count: Int { batches.withLock { $0 } }

        func deleteAll(_ names: [String]) async throws(ObjectStoreError) {
            batches.withLock { $0 += 1 }
            try await base.deleteAll(names)
        }
    }

    @Test(arguments: ObjectStoreConformance.all)
    func `it keeps the promises of a store`(check: ObjectStoreConformance) async throws {
        #expect(try await check.violations(of: MeasuredStore(MemoryObjectStore(), MetricRegistry())) == [])
    }

    @Test func `the versions of a locked store are there`() async throws {
        let locked = LockedMemoryStore(ObjectLock(.compliance, days: 7, unlocked: []))
        let store = MeasuredStore(locked, MetricRegistry())
        try await store.write("index/one", [1])
        try await store.delete("index/one")
        #expect(try await store.versions?.list(prefix: "index/one").count == 2)
    }

    @Test func `many deletions are one call`() async throws {
        let batches = BatchStore()
        let store = MeasuredStore(batches, MetricRegistry())
        for name in ["a", "b", "c"] { try await store.write(name, [1]) }
        try await store.deleteAll(["a", "b", "c"])
        #expect(batches.count == 1)
        #expect(try await store.list(prefix: "").isEmpty)
    }
}
