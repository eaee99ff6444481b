import BackupTesting
import FileTree
import ObjectStorage
import ResticFormat
import Testing

@testable import BackupRepository

/// Trees of snapshots, read in windows of a pack.
@Suite struct TreeReaderTests {
    /// A repository of nested folders, and a reader whose store tells what is read.
    private func sample() async throws -> (TreeReader, root: ObjectID, FaultyObjectStore) {
        let store = MemoryObjectStore()
        let tree = MemoryTree()
        for name in ["a/b/c/file", "a/x", "z"] { try tree.put(name, bytes(name)) }
        let repository = try await makeRepository(in: store)
        let snapshot = try await Archiver(repository: repository, options: .small).archive(
            tree, request: .plain()
        ).snapshotID
        let counted = FaultyObjectStore(store)
        let opened = try await Repository.open(
            in: counted, masterKey: repository.masterKey, environment: .fixed())
        let reader = TreeReader(repository: opened, index: try await opened.index())
        return (reader, try opened.treeID(of: try await opened.snapshot(snapshot)), counted)
    }

    private func packReads(_ store: FaultyObjectStore) -> Int {
        store.calls.count { if case .read(let name) = $0 { name.hasPrefix("data/") } else { false } }
    }

    @Test func `trees that lie together are read at once`() async throws {
        let (reader, root, store) = try await sample()
        for folder in ["", "a", "a/b", "a/b/c", "a"] { _ = try await reader.tree(of: path(folder), root: root) }
        #expect(packReads(store) == 1)
    }

    @Test(arguments: [("", ["a", "z"]), ("a", ["b", "x"]), ("a/b", ["c"]), ("a/b/c", ["file"])])
    func `a folder is found by its path`(folder: String, names: [String]) async throws {
        let (reader, root, _) = try await sample()
        #expect(try await reader.tree(of: path(folder), root: root).nodes.map(\.name) == names.map(bytes))
    }

    @Test(arguments: ["b", "a/c", "z", "a/b/c/file", "a/b/c/file/x"])
    func `what is no folder has no tree`(folder: String) async throws {
        let (reader, root, _) = try await sample()
        let error = await #expect(throws: RepositoryError.self) {
            try await reader.tree(of: path(folder), root: root)
        }
        #expect(error?.code == .snapshotNotFound)
        #expect(error?.message.contains("'\(folder)'") == true)
    }

    @Test func `the lineage of an item begins at the top`() async throws {
        let (reader, root, _) = try await sample()
        let lineage = try await reader.lineage(of: path("a/b/c/file"), root: root)
        #expect(lineage.map(\.name) == ["a", "b", "c", "file"].map(bytes))
        #expect(lineage.map(\.type) == [.dir, .dir, .dir, .file])
        let error = await #expect(throws: RepositoryError.self) {
            try await reader.lineage(of: path("z/x"), root: root)
        }
        #expect(error?.code == .snapshotNotFound)
    }

    @Test func `a tree that no index names is damage`() async throws {
        let (reader, _, _) = try await sample()
        let error = await #expect(throws: RepositoryError.self) { try await reader.read(sampleID(1)) }
        #expect(error?.code == .damaged)
        #expect(error?.message == "tree \(sampleID(1).hex) is in no index; run a check of the repository")
    }

    @Test func `nodes are visited in the order in which they are written`() async throws {
        let (reader, root, _) = try await sample()
        var names: [[UInt8]] = []
        try await reader.visit(root) { names.append($0.name) }
        #expect(names == [bytes("a"), bytes("z")])
    }
}

/// Snapshots as they are listed and found.
@Suite struct SnapshotListTests {
    private func archive(_ repository: Repository, _ seconds: [Int64]) async throws -> [String] {
        var ids: [String] = []
        for second in seconds {
            let tree = MemoryTree()
            try tree.put("a", bytes("\(second)"))
            ids.append(
                try await Archiver(repository: repository, options: .small).archive(
                    tree, request: .plain(seconds: second)
                ).snapshotID)
        }
        return ids
    }

    @Test func `snapshots are listed from the oldest on`() async throws {
        let repository = try await makeRepository()
        let ids = try await archive(repository, [3_000, 1_000, 2_000])
        #expect(try await repository.snapshots().map(\.id) == [ids[1], ids[2], ids[0]])
        #expect(try await repository.readableSnapshots().map(\.id) == [ids[1], ids[2], ids[0]])
        #expect(try await repository.snapshotIDs() == ids.sorted())
    }

    @Test func `one that cannot be read is passed over only where that is asked for`() async throws {
        let store = MemoryObjectStore()
        let repository = try await makeRepository(in: store)
        let ids = try await archive(repository, [1_000, 2_000])
        try await store.write("snapshots/\(ids[0])", [1])
        #expect(try await repository.readableSnapshots().map(\.id) == [ids[1]])
        let error = await #expect(throws: RepositoryError.self) { try await repository.snapshots() }
        #expect(error?.code == .damaged)
        #expect(error?.message.contains(ids[0]) == true)
    }

    @Test func `a snapshot tells what its request said`() async throws {
        let repository = try await makeRepository()
        let id = try #require(try await archive(repository, [1_000]).first)
        let info = try await repository.snapshot(id)
        #expect(info.time == Timestamp(seconds: 1_000))
        #expect(info.paths == ["/drive"])
        #expect(info.tags == ["t"])
        #expect(info.hostname == "tests.invalid")
        #expect(info.parent == nil)
        #expect(info.statistics?.filesNew == 1)
        #expect(info.statistics?.totalFiles == 1)
    }

    @Test func `forgotten snapshots are gone, and forgetting twice is no error`() async throws {
        let repository = try await makeRepository()
        let ids = try await archive(repository, [1_000, 2_000])
        try await repository.forget([ids[0]])
        try await repository.forget([ids[0]])
        #expect(try await repository.snapshotIDs() == [ids[1]])
        let error = await #expect(throws: RepositoryError.self) { try await repository.forget(["none"]) }
        #expect(error?.code == .snapshotNotFound)
    }

    @Test func `the folders of a snapshot can be looked at`() async throws {
        let repository = try await makeRepository()
        let tree = MemoryTree()
        try tree.put("d/file", bytes("four"))
        try tree.makeSymbolicLink(path("link"), target: bytes("d"))
        let id = try await Archiver(repository: repository, options: .small).archive(
            tree, request: .plain()
        ).snapshotID
        let root = try await repository.items(in: .root, ofSnapshot: id)
        #expect(root.map(\.name) == [bytes("d"), bytes("link")])
        #expect(root.map(\.attributes.kind) == [.folder, .symbolicLink])
        let folder = try await repository.items(in: path("d"), ofSnapshot: id)
        #expect(folder.map(\.attributes.size) == [4])
        let original = try tree.attributes(of: path("d/file"))
        #expect(folder.first?.attributes.inode == original.inode)
        #expect(folder.first?.attributes.changed == original.changed)
    }

    @Test func `the digest of the packs changes with them`() async throws {
        let repository = try await makeRepository()
        let empty = try await repository.packsFingerprint()
        #expect(empty.count == 0)
        _ = try await archive(repository, [1_000])
        let one = try await repository.packsFingerprint()
        #expect(one.count == 2, "one of data and one of trees")
        #expect(one.digest != empty.digest)
        #expect(try await repository.packsFingerprint() == one)
    }
}
