import BackupTesting
import Foundation
import Synchronization
import Testing

@testable import ObjectStorage

/// A fence that is open for the first questions, and closed for those after them.
private final class Fence: Sendable {
    private let left: Mutex<Int>

    init(openFor questions: Int) { left = Mutex(questions) }

    var fence: WriteFence {
        WriteFence {
            self.left.withLock { left in
                left -= 1
                return left >= 0
            }
        }
    }
}

@Suite struct LeasedObjectStoreTests {
    private typealias Change = @Sendable (any ObjectStore) async throws -> Void

    /// Every call that changes a store, by name.
    private static let changes: [String: Change] = [
        "write": { store in try await store.write("data/ab/abcd", [2]) },
        "create": { store in _ = try await store.create("data/ab/abce", [2]) },
        "delete": { store in try await store.delete("data/ab/abcd") },
        "deleteAll": { store in try await store.deleteAll(["data/ab/abcd"]) },
        "publish": { store in
            let draft = try await store.draft()
            try draft.append([2])
            try await draft.publish(as: "data/ab/abcf")
        },
    ]

    private func code(_ call: () async throws -> Void) async -> ObjectStoreError.Code? {
        do {
            try await call()
            return nil
        } catch {
            return (error as? ObjectStoreError)?.code
        }
    }

    @Test(arguments: ObjectStoreConformance.all)
    func `a store under a lease keeps the promise`(_ check: ObjectStoreConformance) async throws {
        let store = LeasedObjectStore(MemoryObjectStore(), fence: WriteFence { true })
        #expect(try await check.violations(of: store) == [])
    }

    @Test(arguments: ["write", "create", "delete", "deleteAll", "publish"])
    func `nothing is changed without the lease`(_ name: String) async throws {
        let change = try #require(Self.changes[name])
        let base = MemoryObjectStore(["data/ab/abcd": [1]])
        let store = LeasedObjectStore(base, fence: Fence(openFor: 0).fence)
        #expect(await code { try await change(store) } == .leaseLost)
        #expect(base.contents == ["data/ab/abcd": [1]])
    }

    @Test func `reads go on without the lease`() async throws {
        let base = MemoryObjectStore(["data/ab/abcd": [1]])
        let store = LeasedObjectStore(base, fence: Fence(openFor: 0).fence)
        #expect(try await store.read("data/ab/abcd") == [1])
        #expect(try await store.list(prefix: "data/").count == 1)
        #expect(try await store.stat("data/ab/abcd")?.sizeBytes == 1)
    }

    @Test func `what is free may be taken away at any time`() async throws {
        let base = MemoryObjectStore(["locks/ab": [1], "config": [1]])
        let store = LeasedObjectStore(base, fence: Fence(openFor: 0).fence) { $0.hasPrefix("locks/") }
        try await store.delete("locks/ab")
        #expect(base.contents == ["config": [1]])
        #expect(await code { try await store.write("locks/ac", [1]) } == .leaseLost)
    }

    /// Writing the bytes of a pack takes long on a slow disk; only the name makes it an object.
    @Test(arguments: ["write", "create", "publish"])
    func `a local store asks once more before an object gets its name`(_ name: String) async throws {
        let change = try #require(Self.changes[name])
        let folder = try TemporaryFolder()
        let store = LeasedObjectStore(LocalObjectStore(path: folder.path), fence: Fence(openFor: 1).fence)
        #expect(await code { try await change(store) } == .leaseLost)
        let left = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { !$0.hasSuffix("ab") }
        #expect(left == ["data"])
    }

    @Test func `a store without a lease asks nobody`() async throws {
        let base = MemoryObjectStore()
        try await LeasedObjectStore(base, fence: Fence(openFor: 1).fence).write("config", [1])
        try await WriteFence.expectOpen("config")
        #expect(base.contents == ["config": [1]])
    }
}
