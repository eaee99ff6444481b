import BackupTesting
import FileTree
import ObjectStorage
import Testing

@testable import BackupRepository

/// How many rounds of requests, one after the other, work takes at a store far away.
@Suite(.timeLimit(.minutes(5))) struct DistanceTests {
    /// A repository with that many snapshots, each of which brought an index file.
    private func repository(snapshots: Int) async throws -> MemoryObjectStore {
        let store = MemoryObjectStore()
        let repository = try await makeRepository(in: store)
        let tree = MemoryTree()
        var parent: String?
        for number in 0..<snapshots {
            try tree.put("file\(number)", Array("content \(number)".utf8))
            parent = try await Archiver(repository: repository, options: .small).archive(
                tree, request: .plain(parent: parent, seconds: 1_700_000_000 + Int64(number))
            ).snapshotID
        }
        return store
    }

    private func open(_ store: any ObjectStore) async throws -> Repository {
        try await Repository.open(in: store, password: "test", environment: .fixed())
    }

    @Test func `index files are read eight at once`() async throws {
        let distant = DistantObjectStore(try await repository(snapshots: 16), width: 8)
        let repository = try await open(distant)
        _ = distant.takeRounds()
        let index = try await repository.index()
        #expect(index.files.count == 16)
        // The list, two full rounds, and what is left where a request was late for one.
        #expect(distant.takeRounds() <= 4)
    }

    @Test func `snapshots are read eight at once, and keep their order`() async throws {
        let distant = DistantObjectStore(try await repository(snapshots: 16), width: 8)
        let repository = try await open(distant)
        _ = distant.takeRounds()
        let times = try await repository.snapshots().map(\.time.seconds)
        #expect(times == (0..<16).map { 1_700_000_000 + $0 })
        #expect(distant.takeRounds() <= 4)
    }

    @Test func `a restore has many reads on their way`() async throws {
        let store = MemoryObjectStore()
        let near = try await makeRepository(in: store)
        let random = try RandomTree(seed: 4, items: 150)
        let id = try await Archiver(repository: near, options: .small).archive(random.tree, request: .plain())
            .snapshotID
        let distant = DistantObjectStore(store, width: 16)
        let repository = try await open(distant)
        // So many and so small reads that a round for each would be told apart from a few of them.
        func rounds(_ readsAtOnce: Int?) async throws -> Int {
            let options = RestoreOptions(width: 1, readsAtOnce: readsAtOnce, readSizeBytes: 1 << 12, gapBytes: 0)
            let restorer = Restorer(repository: repository, options: options)
            let copy = MemoryTree()
            let plan = try await restorer.plan(snapshot: id, onto: copy, mode: .fresh)
            _ = distant.takeRounds()
            #expect(try await restorer.execute(plan).failures == [])
            #expect(try copy.description() == random.tree.description())
            return distant.takeRounds()
        }
        let alone = try await rounds(nil)
        let together = try await rounds(32)
        #expect(alone > 40)
        #expect(together * 5 < alone, "\(together) rounds instead of \(alone)")
    }
}
