import BackupTesting
import ObjectStorage
import Testing

@testable import BackupWork

/// What stands in for stores in tests keeps the promise that the code relies on, refusals included.
@Suite struct SimulatedStoreTests {
    @Test(arguments: ObjectStoreConformance.all)
    func `a simulated disk keeps the promise`(_ check: ObjectStoreConformance) async throws {
        #expect(try await check.violations(of: SimulatedDisk(seed: 1).store("place")) == [])
    }

    @Test(arguments: ObjectStoreConformance.all)
    func `a part of a store keeps the promise`(_ check: ObjectStoreConformance) async throws {
        #expect(try await check.violations(of: PrefixedStore(base: MemoryObjectStore(), prefix: "part/")) == [])
    }
}
