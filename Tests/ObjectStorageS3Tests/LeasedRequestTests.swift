import BackupTesting
import ObjectStorage
import Synchronization
import Testing

@testable import ObjectStorageS3

/// The lease is asked for in the step that signs: a request that waited for its turn, for credentials
/// or for another try is not sent once the lease has ended.
@Suite struct LeasedRequestTests {
    private func leased(_ scripted: ScriptedStore, openFor questions: Int) -> LeasedObjectStore {
        let left = Mutex(questions)
        return LeasedObjectStore(
            scripted.store,
            fence: WriteFence {
                left.withLock { left in
                    left -= 1
                    return left >= 0
                }
            })
    }

    private func code(_ call: () async throws -> Void) async -> ObjectStoreError.Code? {
        do {
            try await call()
            return nil
        } catch {
            return (error as? ObjectStoreError)?.code
        }
    }

    @Test func `a change whose lease ended before the signature is not sent`() async throws {
        let scripted = try ScriptedStore([.ok()])
        let store = leased(scripted, openFor: 1)
        #expect(await code { try await store.write("config", [1]) } == .leaseLost)
        #expect(scripted.requests.isEmpty)
    }

    @Test func `a change is not tried again once the lease has ended`() async throws {
        let scripted = try ScriptedStore([.error(503, "ServiceUnavailable"), .ok()])
        let store = leased(scripted, openFor: 2)
        #expect(await code { try await store.delete("config") } == .leaseLost)
        #expect(scripted.requests.count == 1)
    }

    @Test func `deletions of many are changes too`() async throws {
        let scripted = try ScriptedStore([.ok("<DeleteResult/>")])
        let store = leased(scripted, openFor: 1)
        #expect(await code { try await store.deleteAll(["data/a", "data/b"]) } == .leaseLost)
        #expect(scripted.requests.isEmpty)
    }

    @Test func `a read needs no lease`() async throws {
        let scripted = try ScriptedStore([.ok("abc")])
        let store = leased(scripted, openFor: 0)
        #expect(try await store.read("config") == Array("abc".utf8))
    }
}
