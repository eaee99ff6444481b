import BackupTesting
import FileTree
import ObjectStorage
import ResticFormat
import Synchronization
import Testing

@testable import BackupRepository

/// What a repair leaves in the store, in the quarantine and in the snapshots.
@Suite struct RepairRunTests {
    /// Two snapshots with a common file; the second one has a file more.
    private struct Sample {
        let store = MemoryObjectStore()
        let quarantine = MemoryObjectStore()
        let tree = MemoryTree()
        let repository: Repository
        let snapshots: [String]

        init() async throws {
            repository = try await makeRepository(in: store)
            var generator = SeededGenerator(seed: 5)
            try tree.put("both/kept", generator.bytes(3_000))
            let archiver = Archiver(repository: repository, options: .small)
            let first = try await archiver.archive(tree, request: .plain()).snapshotID
            try tree.put("both/second", generator.bytes(3_000))
            try tree.put("new/third", generator.bytes(3_000))
            let second = try await archiver.archive(tree, request: .plain(parent: first, seconds: 1_700_000_600))
            snapshots = [first, second.snapshotID]
        }

        func names(_ folder: String) -> [String] { store.contents.keys.filter { $0.hasPrefix(folder) }.sorted() }

        func reopened() async throws -> Repository {
            try await Repository.open(in: store, masterKey: repository.masterKey, environment: .fixed())
        }

        /// The name of the pack that holds a file of a snapshot, with its bytes.
        private func pack(of item: String, in snapshot: String) async throws -> (name: String, bytes: [UInt8]) {
            let repository = try await reopened()
            let index = try await repository.index()
            let trees = TreeReader(repository: repository, index: index)
            let root = try repository.treeID(of: try await repository.snapshot(snapshot))
            let path = try #require(TreePath(item))
            let node = try #require(try await trees.lineage(of: path, root: root).last)
            let blob = try #require(node.content?.first)
            let location = try #require(index.location(blob, isTree: false))
            let name = ObjectNames.pack(index.packs[Int(location.pack)])
            return (name, try #require(store.contents[name]))
        }

        func repair(
            keepsSnapshots: Bool = false,
            announcing: @escaping @Sendable (RepairPlan, [String]) async throws -> Void = { _, _ in }
        ) async throws -> RepairOutcome {
            try await Repairer(repository: try await reopened(), width: 1).repair(
                keepsSnapshots: keepsSnapshots, password: "again", quarantine: quarantine, announcing: announcing)
        }

        /// Changes the pack of a file so that nothing of it opens; of the second snapshot, if none is given.
        func ruin(_ item: String, in snapshot: String? = nil) async throws -> (name: String, bytes: [UInt8]) {
            var (name, bytes) = try await pack(of: item, in: snapshot ?? snapshots[1])
            for position in bytes.indices { bytes[position] ^= 1 }
            try await store.write(name, bytes)
            return (name, bytes)
        }

        /// The paths that a snapshot brings back.
        func paths(_ snapshot: String) async throws -> [String] {
            let copy = MemoryTree()
            let outcome = try await restore(try await reopened(), snapshot, onto: copy, mode: .fresh)
            #expect(outcome.failures == [])
            return try copy.description().keys.map(\.description).sorted()
        }
    }

    // MARK: Keys

    @Test func `the only key, if it is broken, is replaced by one for the given password`() async throws {
        let sample = try await Sample()
        let broken = try #require(sample.names("keys/").first)
        try await sample.store.write(broken, [1, 2])
        _ = try await sample.repair()
        #expect(sample.names("keys/").count == 1)
        #expect(!sample.names("keys/").contains(broken))
        #expect(sample.quarantine.contents[broken] == [1, 2])
        let opened = try await Repository.open(in: sample.store, password: "again", environment: .fixed())
        #expect(opened.id == sample.repository.id)
    }

    @Test func `where another key is whole none is added`() async throws {
        let sample = try await Sample()
        let broken = try #require(sample.names("keys/").first)
        _ = try await sample.repository.addPassword("other", origin: .derived)
        try await sample.store.write(broken, [1, 2])
        let whole = sample.names("keys/").filter { $0 != broken }
        _ = try await sample.repair()
        #expect(sample.names("keys/") == whole)
        await #expect(throws: RepositoryError.self) {
            try await Repository.open(in: sample.store, password: "again", environment: .fixed())
        }
    }

    // MARK: Index

    @Test func `an index file that nobody can read goes to the quarantine, one that is replaced does not`() async throws
    {
        let sample = try await Sample()
        let files = sample.names("index/")
        #expect(files.count == 2)
        try await sample.store.write(files[0], [9])
        let outcome = try await sample.repair()
        #expect(outcome.plan.unusableFiles == [files[0]])
        #expect(outcome.replaced == [:])
        #expect(outcome.dropped == [])
        #expect(sample.quarantine.contents == [files[0]: [9]])
        #expect(Set(sample.names("index/")).isDisjoint(with: files))
        for snapshot in sample.snapshots { #expect(try await !sample.paths(snapshot).isEmpty) }
    }

    @Test func `what was repaired can be archived to at once`() async throws {
        let sample = try await Sample()
        // What was lost is still in the index that this process read before.
        _ = try await sample.repository.index()
        _ = try await sample.ruin("new/third")
        _ = try await Repairer(repository: sample.repository, width: 1).repair(
            password: "again", quarantine: sample.quarantine)
        let outcome = try await Archiver(repository: sample.repository, options: .small).archive(
            sample.tree, request: .plain(seconds: 1_700_001_200))
        #expect(try await sample.paths(outcome.snapshotID).contains("new/third"))
        #expect(try await Checker(repository: sample.reopened(), width: 1).check(readsData: true).errors == [])
    }

    // MARK: Snapshots

    @Test func `a snapshot that lost a file is replaced by one without it`() async throws {
        let sample = try await Sample()
        let old = try #require(sample.store.contents["snapshots/\(sample.snapshots[1])"])
        let (pack, bytes) = try await sample.ruin("new/third")
        let announced = Mutex<[String]>([])
        let outcome = try await sample.repair { plan, ids in
            #expect(!plan.lost.isEmpty)
            announced.withLock { $0 += ids }
        }
        let new = try #require(outcome.replaced[sample.snapshots[1]])
        #expect(outcome.replaced.count == 1)
        #expect(outcome.dropped == [])
        #expect(announced.withLock { $0 } == [new])
        #expect(sample.quarantine.contents == [pack: bytes, "snapshots/\(sample.snapshots[1])": old])
        #expect(try await sample.reopened().snapshotIDs().sorted() == [sample.snapshots[0], new].sorted())
        #expect(try await sample.paths(sample.snapshots[0]) == ["both", "both/kept"])
        #expect(try await !sample.paths(new).contains("new/third"))
        #expect(try await sample.paths(new).contains("both/kept"))
    }

    @Test func `the replacement says what it stands for, and is marked once`() async throws {
        let sample = try await Sample()
        _ = try await sample.ruin("new/third")
        let first = try #require(try await sample.repair().replaced[sample.snapshots[1]])
        var info = try await sample.reopened().snapshot(first)
        #expect(info.original == sample.snapshots[1])
        #expect(info.tags == ["t", Repairer.mendedTag])
        #expect(info.time == Timestamp(seconds: 1_700_000_600))
        #expect(info.statistics == nil)
        _ = try await sample.ruin("both/kept", in: first)
        let second = try await sample.repair()
        info = try await sample.reopened().snapshot(try #require(second.replaced[first]))
        #expect(info.original == sample.snapshots[1])
        #expect(info.tags == ["t", Repairer.mendedTag])
        #expect(second.replaced.count == 2)
    }

    @Test func `snapshots stay as they are where that is asked for`() async throws {
        let sample = try await Sample()
        let (pack, _) = try await sample.ruin("new/third")
        let outcome = try await sample.repair(keepsSnapshots: true) { _, _ in Issue.record("nothing is announced") }
        #expect(outcome.replaced == [:])
        #expect(outcome.dropped == [])
        #expect(sample.names("snapshots/") == sample.snapshots.map { "snapshots/\($0)" }.sorted())
        #expect(sample.store.contents[pack] == nil)
        #expect(sample.quarantine.contents[pack] != nil)
    }

    @Test func `a snapshot whose file is broken is dropped, and the other one stays`() async throws {
        let sample = try await Sample()
        let broken = "snapshots/\(sample.snapshots[0])"
        try await sample.store.write(broken, [3])
        let outcome = try await sample.repair()
        #expect(outcome.dropped == [sample.snapshots[0]])
        #expect(outcome.replaced == [:])
        #expect(sample.quarantine.contents == [broken: [3]])
        #expect(sample.names("snapshots/") == ["snapshots/\(sample.snapshots[1])"])
    }

    @Test func `a repair that has nothing to do announces nothing`() async throws {
        let sample = try await Sample()
        let before = sample.store.contents
        let outcome = try await sample.repair { _, _ in Issue.record("nothing is announced") }
        #expect(outcome.plan.isEmpty)
        #expect(sample.store.contents == before)
    }

    @Test func `a snapshot that was mended still counts as incomplete`() async throws {
        let sample = try await Sample()
        let plan = try await Repairer(repository: try await sample.reopened(), width: 1).plan()
        #expect(plan.incompleteSnapshots == [])
        _ = try await sample.ruin("new/third")
        _ = try await sample.repair()
        let later = try await Repairer(repository: try await sample.reopened(), width: 1).plan()
        #expect(later.isEmpty)
        #expect(later.mendedSnapshots.count == 1)
        #expect(later.incompleteSnapshots == Set(later.mendedSnapshots))
    }
}
