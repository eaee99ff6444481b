import BackupTesting
import ObjectStorage
import ResticFormat
import Synchronization
import Testing

@testable import BackupRepository

/// Blobs that are gathered in packs.
@Suite struct PackWriterTests {
    private func blob(_ number: Int, isTree: Bool = false) -> PackWriter.Blob {
        PackWriter.Blob(id: sampleID(number), isTree: isTree, record: UInt32(number), uncompressedLength: 0)
    }

    private func stored(_ count: Int) -> [UInt8] { [UInt8](repeating: 9, count: count) }

    private func packs(_ store: MemoryObjectStore) -> [String] {
        store.contents.keys.filter { $0.hasPrefix("data/") }.sorted()
    }

    @Test(arguments: [(999, 0), (1_000, 1), (1_500, 1)])
    func `a pack is stored when it reaches its size`(bytes: Int, packCount: Int) async throws {
        let store = MemoryObjectStore()
        let writer = PackWriter(repository: try await makeRepository(in: store), width: 1, packSizeBytes: 1_000)
        #expect(try await writer.add(blob(1), stored(bytes)).count == packCount)
        #expect(packs(store).count == packCount)
    }

    @Test func `a stored pack has its name, its blobs in order, and a header that says so`() async throws {
        let store = MemoryObjectStore()
        let repository = try await makeRepository(in: store)
        let writer = PackWriter(repository: repository, width: 1, packSizeBytes: 150)
        #expect(try await writer.add(blob(1), stored(100)).isEmpty)
        let pack = try #require(try await writer.add(blob(2), stored(60)).first)
        #expect(pack.end == 160)
        #expect(pack.blobs.map(\.record) == [1, 2])
        #expect(pack.blobs.map(\.entry.offset) == [0, 100])
        #expect(pack.blobs.map(\.entry.length) == [100, 60])
        let bytes = try #require(store.contents[ObjectNames.pack(pack.id)])
        #expect(ObjectID.hash(of: bytes) == pack.id)
        #expect(Array(bytes.prefix(160)) == stored(160))
        let entries = try PackHeader.decode(tail: bytes, packByteCount: bytes.count, sealer: repository.sealer)
        #expect(entries == pack.blobs.map(\.entry))
    }

    @Test func `data and trees go to packs of their own`() async throws {
        let store = MemoryObjectStore()
        let writer = PackWriter(repository: try await makeRepository(in: store), width: 1, packSizeBytes: 1_000)
        for number in 0..<4 { _ = try await writer.add(blob(number, isTree: number % 2 == 0), stored(100)) }
        let packs = try await writer.flush()
        #expect(packs.map { Set($0.blobs.map(\.entry.type)).count } == [1, 1])
        #expect(Set(packs.map { $0.blobs.map(\.record) }) == [[0, 2], [1, 3]])
    }

    @Test func `a flush stores what is left, once`() async throws {
        let store = MemoryObjectStore()
        let writer = PackWriter(repository: try await makeRepository(in: store), width: 1, packSizeBytes: 1_000)
        _ = try await writer.add(blob(1), stored(100))
        #expect(packs(store) == [])
        #expect(try await writer.flush().count == 1)
        #expect(try await writer.flush().isEmpty)
        #expect(packs(store).count == 1)
    }

    @Test func `bytes are stored as they came, in pieces and in whole`() async throws {
        let store = MemoryObjectStore()
        let writer = PackWriter(repository: try await makeRepository(in: store), width: 1, packSizeBytes: 4 << 20)
        var generator = SeededGenerator(seed: 4)
        let blobs = [10, 300 << 10, 100 << 10, 200 << 10, 256 << 10, 33].map { generator.bytes($0) }
        for (number, bytes) in blobs.enumerated() { _ = try await writer.add(blob(number), bytes) }
        let pack = try #require(try await writer.flush().first)
        let bytes = try #require(store.contents[ObjectNames.pack(pack.id)])
        #expect(Array(bytes.prefix(Int(pack.end))) == blobs.flatMap { $0 })
    }

    @Test(.timeLimit(.minutes(1))) func `a pack that cannot be written to is given up, and its place is free`()
        async throws
    {
        let failsLeft = Mutex(3)
        let store = DraftingStore {
            failsLeft.withLock { left in
                guard left > 0 else { return nil }
                left -= 1
                return ObjectStoreError(.outOfSpace, name: "draft", message: "full")
            }
        }
        let repository = try await makeRepository(in: store)
        let writer = PackWriter(repository: repository, width: 1, packSizeBytes: 1 << 20)
        // More failures than there are packs at once: a place that stayed taken would stop the last call for ever.
        for _ in 0..<3 {
            let error = await #expect(throws: RepositoryError.self) {
                try await writer.add(blob(1), stored(300 << 10))
            }
            #expect(error?.code == .outOfSpace)
        }
        _ = try await writer.add(blob(1), stored(300 << 10))
        #expect(try await writer.flush().count == 1)
    }
}

/// A store whose drafts fail on cue.
private struct DraftingStore: ObjectStore {
    let base = MemoryObjectStore()
    let failure: @Sendable () -> ObjectStoreError?

    init(failure: @escaping @Sendable () -> ObjectStoreError?) { self.failure = failure }

    final class Draft: ObjectDraft {
        let base: any ObjectDraft
        let failure: @Sendable () -> ObjectStoreError?

        init(base: any ObjectDraft, failure: @escaping @Sendable () -> ObjectStoreError?) {
            self.base = base
            self.failure = failure
        }

        func append(_ bytes: [UInt8]) throws(ObjectStoreError) {
            if let error = failure() { throw error }
            try base.append(bytes)
        }

        func publish(as name: String) async throws(ObjectStoreError) { try await base.publish(as: name) }
    }

    func list(prefix: String) async throws(ObjectStoreError) -> [ObjectInfo] { try await base.list(prefix: prefix) }
    func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        try await base.read(name, range: range)
    }
    func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) { try await base.write(name, bytes) }
    func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool {
        try await base.create(name, bytes)
    }
    func draft() async throws(ObjectStoreError) -> any ObjectDraft {
        Draft(base: try await base.draft(), failure: failure)
    }
    func delete(_ name: String) async throws(ObjectStoreError) { try await base.delete(name) }
    func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo? { try await base.stat(name) }
}
