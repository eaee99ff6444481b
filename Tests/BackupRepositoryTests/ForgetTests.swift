import BackupTesting
import ObjectStorage
import Synchronization
import Testing

@testable import BackupRepository

/// A disk on which a power cut undoes deletions that were not synchronised.
private final class UnsynchronizedStore: ObjectStore {
    private let base = MemoryObjectStore()
    private let undoable = Mutex<[String: [UInt8]]>([:])

    func list(prefix: String) async throws(ObjectStoreError) -> [ObjectInfo] { try await base.list(prefix: prefix) }
    func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        try await base.read(name, range: range)
    }
    func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) { try await base.write(name, bytes) }
    func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool {
        try await base.create(name, bytes)
    }
    func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo? { try await base.stat(name) }

    func delete(_ name: String) async throws(ObjectStoreError) {
        if let bytes = base.contents[name] { undoable.withLock { $0[name] = bytes } }
        try await base.delete(name)
    }

    func synchronizeDeletions(prefix: String) async throws(ObjectStoreError) {
        undoable.withLock { objects in objects = objects.filter { !$0.key.hasPrefix(prefix) } }
    }

    func cutPower() async throws {
        for (name, bytes) in undoable.withLock({ $0 }) { try await base.write(name, bytes) }
    }
}

@Suite struct ForgetTests {
    @Test func `a snapshot that was forgotten does not come back after a power cut`() async throws {
        let store = UnsynchronizedStore()
        let repository = try await makeRepository(in: store)
        let tree = MemoryTree()
        var snapshots: [String] = []
        for number in 0..<2 {
            try tree.put("a", [UInt8(number)])
            snapshots.append(
                try await Archiver(repository: repository, options: .small).archive(
                    tree, request: .plain(parent: snapshots.last, seconds: 1_700_000_000 + Int64(number))
                ).snapshotID)
        }
        try await repository.forget([snapshots[0]])
        try await store.cutPower()
        #expect(try await repository.snapshotIDs() == [snapshots[1]])
    }
}
