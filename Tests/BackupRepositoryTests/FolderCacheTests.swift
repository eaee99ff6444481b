import BackupRepository
import BackupTesting
import FileTree
import ObjectStorage
import Testing

extension ArchiveOptions {
    /// As `small`, and what was seen is kept of the smallest trees.
    fileprivate static var remembering: ArchiveOptions {
        var options = small
        options.entriesRemembered = 0
        return options
    }
}

/// A repository whose calls are known, and an archiver that keeps what it sees in another store.
private struct Scene {
    let store = FaultyObjectStore(MemoryObjectStore())
    let cache = MemoryObjectStore()
    let repository: Repository

    init() async throws { repository = try await makeRepository(in: store) }

    func archive(_ source: MemoryTree, parent: String? = nil) async throws -> ArchiveOutcome {
        try await Archiver(repository: repository, options: .remembering, cache: cache).archive(
            source, request: .plain(parent: parent))
    }

    /// Reads everything, without what is known from earlier. In the same repository, because each
    /// cuts large files in places of its own.
    func archiveAnew(_ source: MemoryTree) async throws -> ArchiveOutcome {
        try await Archiver(repository: repository, options: .small).archive(source, request: .plain())
    }

    /// The packs that a call read.
    func packsRead<Value>(_ body: () async throws -> Value) async throws -> (Value, [String]) {
        let before = store.calls.count
        let value = try await body()
        return (
            value,
            store.calls.dropFirst(before).compactMap {
                if case .read(let name) = $0, name.hasPrefix("data/") { name } else { nil }
            }
        )
    }
}

@Suite struct FolderCacheTests {
    @Test func `what looks as before is told without reading a tree`() async throws {
        let scene = try await Scene()
        var random = try RandomTree(seed: 5, items: 120)
        let first = try await scene.archive(random.tree)
        let (second, packs) = try await scene.packsRead {
            try await scene.archive(random.tree, parent: first.snapshotID)
        }
        #expect(packs == [])
        #expect(second.result == .unchanged(parent: first.snapshotID))
        #expect(second.statistics.filesUnmodified == first.statistics.filesNew)
        #expect(second.statistics.foldersUnmodified == first.statistics.foldersNew)
        #expect(second.statistics.totalBytes == first.statistics.totalBytes)
        try random.addItem()
        let (third, read) = try await scene.packsRead { try await scene.archive(random.tree, parent: first.snapshotID) }
        #expect(read != [])
        #expect(third.snapshotID != first.snapshotID)
    }

    @Test(arguments: UInt64(1)...6) func `with it every tree is the one that is made without it`(
        seed: UInt64
    ) async throws {
        let scene = try await Scene()
        var random = try RandomTree(seed: seed, items: 60)
        var parent: String?
        for round in 0..<12 {
            let outcome = try await scene.archive(random.tree, parent: parent)
            let alone = try await scene.archiveAnew(random.tree)
            #expect(outcome.tree == alone.tree, "round \(round)")
            #expect(outcome.statistics.totalBytes == alone.statistics.totalBytes)
            #expect(outcome.statistics.totalFiles == alone.statistics.totalFiles)
            parent = outcome.snapshotID
            if round % 4 < 3 { try random.disturb(round % 4 + 1) }
        }
    }

    @Test func `a file that could not be read is tried again`() async throws {
        let source = MemoryTree { call in
            if case .open(let path) = call, path.description == "a/bad" { .permissionDenied } else { nil }
        }
        try source.put("a/bad", [1])
        try source.put("a/good", [2])
        let scene = try await Scene()
        let first = try await scene.archive(source)
        #expect(first.failures.map(\.path.description) == ["a/bad"])
        let second = try await scene.archive(source, parent: first.snapshotID)
        #expect(second.failures.map(\.path.description) == ["a/bad"])
    }

    @Test func `content that the repository lost is stored again`() async throws {
        let scene = try await Scene()
        let random = try RandomTree(seed: 8, items: 40)
        let first = try await scene.archive(random.tree)
        for object in try await scene.store.list(prefix: "index/") { try await scene.store.delete(object.name) }
        let second = try await scene.archive(random.tree, parent: first.snapshotID)
        #expect(second.statistics.dataBlobs == first.statistics.dataBlobs)
        let copy = MemoryTree()
        #expect(try await restore(scene.repository, first.snapshotID, onto: copy, mode: .fresh).failures == [])
        #expect(try copy.description() == random.tree.description())
    }

    @Test func `an index file that is not whole any more is noticed`() async throws {
        let scene = try await Scene()
        let random = try RandomTree(seed: 9, items: 40)
        let first = try await scene.archive(random.tree)
        let index = try #require(try await scene.store.list(prefix: "index/").first).name
        var bytes = try await scene.store.read(index)
        bytes[bytes.count / 2] ^= 1
        try await scene.store.write(index, bytes)
        let again = try await Repository.open(in: scene.store, password: "test", environment: .fixed())
        let second = try await Archiver(repository: again, options: .remembering, cache: scene.cache).archive(
            random.tree, request: .plain(parent: first.snapshotID))
        #expect(second.statistics.dataBlobs == first.statistics.dataBlobs)
    }

    @Test func `what somebody changed in it is as good as nothing`() async throws {
        let scene = try await Scene()
        var random = try RandomTree(seed: 11, items: 30)
        var parent = try await scene.archive(random.tree).snapshotID
        let whole = try await scene.cache.read("folders")
        for (position, changed) in [(0, 1), (whole.count / 2, 1), (whole.count - 1, 128)] {
            var bytes = whole
            bytes[position] ^= UInt8(changed)
            try await scene.cache.write("folders", bytes)
            try random.disturb(1)
            let outcome = try await scene.archive(random.tree, parent: parent)
            #expect(try await scene.archiveAnew(random.tree).tree == outcome.tree)
            parent = outcome.snapshotID
        }
        for bytes in [[], Array(whole.prefix(40)), try await makeOther()] {
            try await scene.cache.write("folders", bytes)
            let (outcome, packs) = try await scene.packsRead { try await scene.archive(random.tree, parent: parent) }
            #expect(outcome.result == .unchanged(parent: parent))
            #expect(packs != [], "trees were read")
        }
    }

    /// What another repository keeps of the same drive.
    private func makeOther() async throws -> [UInt8] {
        let scene = try await Scene()
        _ = try await scene.archive(try RandomTree(seed: 11, items: 30).tree)
        return try await scene.cache.read("folders")
    }
}
