import BackupRepository
import BackupTesting
import SampleData
import FileTree
import ObjectStorage
import Synchronization
import Testing

/// Remembers which files were opened.
final class OpenLog: Sendable {
    private let opened = Mutex<[TreePath]>([])
    var paths: [String] { opened.withLock { $0.map(\.description).sorted() } }
    func clear() { opened.withLock { $0 = [] } }
    func note(_ call: MemoryTree.Call) {
        if case .open(let path) = call { opened.withLock { $0.append(path) } }
    }
}

@Suite struct ArchiverTests {
    @Test func `unchanged files are not opened`() async throws {
        let log = OpenLog()
        let source = MemoryTree { call in
            log.note(call)
            return nil
        }
        for number in 0..<20 { try source.put("a/b/f\(number)", [UInt8(number)]) }
        let repository = try await makeRepository()
        let archiver = Archiver(repository: repository, options: .small)
        let first = try await archiver.archive(source, request: .plain())
        #expect(log.paths.count == 20)
        log.clear()
        try source.put("a/b/f7", [99, 98])
        try source.put("a/new", [1, 2, 3])
        let second = try await archiver.archive(source, request: .plain(parent: first.snapshotID))
        #expect(log.paths == ["a/b/f7", "a/new"])
        #expect(second.statistics.filesNew == 1)
        #expect(second.statistics.filesChanged == 1)
        #expect(second.statistics.filesUnmodified == 19)
        #expect(second.statistics.totalBytes == 24)
        #expect(second.statistics.readBytes == 5)
    }

    @Test func `a folder of more entries than are in hand at once is one tree`() async throws {
        let source = MemoryTree()
        for number in 10..<50 { try source.put("all/f\(number)", []) }
        let repository = try await makeRepository()
        let archiver = Archiver(repository: repository, options: .small)
        let first = try await archiver.archive(source, request: .plain())
        #expect(first.failures == [])
        #expect(
            try await archiver.archive(source, request: .plain(parent: first.snapshotID)).result
                == .unchanged(parent: first.snapshotID))
        // In the middle, behind entries that are the same.
        try source.put("all/f30", [1])
        let second = try await archiver.archive(source, request: .plain(parent: first.snapshotID))
        #expect(second.statistics.filesUnmodified == 39)
        let copy = MemoryTree()
        #expect(try await restore(repository, second.snapshotID, onto: copy, mode: .fresh).failures == [])
        #expect(try copy.description() == source.description())
    }

    @Test func `nothing changed means no snapshot`() async throws {
        let source = try RandomTree(seed: 3, items: 40).tree
        let repository = try await makeRepository()
        let archiver = Archiver(repository: repository, options: .small)
        let first = try await archiver.archive(source, request: .plain())
        let second = try await archiver.archive(source, request: .plain(parent: first.snapshotID))
        #expect(second.result == .unchanged(parent: first.snapshotID))
        #expect(try await repository.snapshots().map(\.id) == [first.snapshotID])
        let third = try await archiver.archive(
            source, request: .plain(parent: first.snapshotID, seconds: 1_700_000_600, storesUnchanged: true))
        #expect(third.snapshotID != first.snapshotID)
        #expect(third.tree == first.tree)
        #expect(try await repository.snapshots().count == 2)
    }

    @Test func `an empty drive has a snapshot too`() async throws {
        let repository = try await makeRepository()
        let outcome = try await Archiver(repository: repository).archive(MemoryTree(), request: .plain())
        let copy = MemoryTree()
        try copy.put("old", [1])
        _ = try await restore(repository, outcome.snapshotID, onto: copy)
        #expect(try copy.description().isEmpty)
    }

    @Test func `one unreadable file is recorded and the rest goes on`() async throws {
        let bad = try #require(TreePath("a/bad"))
        let source = MemoryTree { $0 == .open(bad) ? .permissionDenied : nil }
        try source.put("a/bad", [1])
        try source.put("a/good", [2])
        let repository = try await makeRepository()
        let outcome = try await Archiver(repository: repository).archive(source, request: .plain())
        #expect(outcome.failures.map(\.path) == [bad])
        #expect(outcome.failures.map(\.code) == ["permissionDenied"])
        let copy = MemoryTree()
        _ = try await restore(repository, outcome.snapshotID, onto: copy)
        #expect(try copy.description().keys.map(\.description).sorted() == ["a", "a/good"])
    }

    @Test func `a vanished source writes no snapshot`() async throws {
        let gone = Mutex(false)
        let source = MemoryTree { _ in gone.withLock { $0 } ? .treeUnavailable : nil }
        try source.put("a/b", [1])
        let repository = try await makeRepository()
        let archiver = Archiver(repository: repository)
        gone.withLock { $0 = true }
        let error = await #expect(throws: RepositoryError.self) {
            try await archiver.archive(source, request: .plain())
        }
        #expect(error?.code == .treeUnavailable)
        #expect(try await repository.snapshots().isEmpty)
    }

    @Test func `a root that cannot be listed writes no snapshot`() async throws {
        let source = MemoryTree { $0 == .list(.root) ? .permissionDenied : nil }
        try source.put("a", [1])
        let repository = try await makeRepository()
        let error = await #expect(throws: RepositoryError.self) {
            try await Archiver(repository: repository).archive(source, request: .plain())
        }
        #expect(error?.code == .treeUnavailable)
        #expect(try await repository.snapshots().isEmpty)
    }

    @Test func `a damaged file is named by its whole path, in the root and beneath it`() async throws {
        let source = MemoryTree()
        let names = ["a.txt", "d/b.txt", "d/e/c.txt"]
        for name in names { try source.put(name, Array(String(repeating: "\(name) is a text.\n", count: 500).utf8)) }
        let archiver = Archiver(repository: try await makeRepository(), options: .small)
        let first = try await archiver.archive(source, request: .plain())
        var generator = SeededGenerator(seed: 21)
        for name in names { try source.put(name, generator.bytes(10_000)) }
        let second = try await archiver.archive(source, request: .plain(parent: first.snapshotID))
        #expect(second.figures.broken == 3)
        #expect(second.figures.samples.map(\.path).sorted() == names)
    }

    @Test func `a source that goes in the middle writes no snapshot`() async throws {
        let opened = Mutex(0)
        let source = MemoryTree { call in
            guard case .open = call else { return nil }
            return opened.withLock {
                $0 += 1
                return $0 > 5 ? .treeUnavailable : nil
            }
        }
        for number in 0..<10 { try source.put("f\(number)", [UInt8(number)]) }
        let repository = try await makeRepository()
        await #expect(throws: RepositoryError.self) {
            try await Archiver(repository: repository).archive(source, request: .plain())
        }
        #expect(try await repository.snapshots().isEmpty)
    }

    @Test func `a file that keeps changing is stored as it was read last, and told`() async throws {
        let tree = Mutex<MemoryTree?>(nil)
        let count = Mutex(0)
        let path = try #require(TreePath("busy"))
        let source = MemoryTree { call in
            if case .read(path, _) = call {
                let number = count.withLock {
                    $0 += 1
                    return $0
                }
                try? tree.withLock { $0 }?.overwrite(path, [UInt8(truncatingIfNeeded: number)])
            }
            return nil
        }
        tree.withLock { $0 = source }
        try source.put(path, [0])
        let repository = try await makeRepository()
        let outcome = try await Archiver(repository: repository).archive(source, request: .plain())
        #expect(outcome.failures.map(\.code) == ["changedWhileRead"])
        #expect(outcome.failures.map(\.keptFrom) == [Timestamp(seconds: 1_700_000_000)])
        #expect(outcome.statistics.totalFiles == 1)
        let copy = MemoryTree()
        #expect(try await restore(repository, outcome.snapshotID, onto: copy).failures == [])
        #expect(try copy.bytes(path).count == 1)
        tree.withLock { $0 = nil }
    }

    @Test func `equal content is stored once`() async throws {
        let store = MemoryObjectStore()
        let repository = try await makeRepository(in: store)
        var generator = SeededGenerator(seed: 1)
        let bytes = generator.bytes(1_000_000)
        let source = MemoryTree()
        for number in 0..<8 { try source.put("copy\(number)", bytes) }
        let outcome = try await Archiver(repository: repository).archive(source, request: .plain())
        #expect(outcome.statistics.readBytes == 8_000_000)
        let stored = try await store.list(prefix: "data/").reduce(0) { $0 + $1.sizeBytes }
        #expect(stored > 1_000_000)
        #expect(stored < 1_010_000)
    }

    @Test func `content that moved inside a large file is found again`() async throws {
        var generator = SeededGenerator(seed: 2)
        let bytes = generator.bytes(9 << 20)
        let source = MemoryTree()
        try source.put("big", bytes)
        let repository = try await makeRepository()
        let archiver = Archiver(repository: repository)
        let first = try await archiver.archive(source, request: .plain())
        try source.put("big", generator.bytes(1_000) + bytes)
        let second = try await archiver.archive(source, request: .plain(parent: first.snapshotID))
        #expect(first.statistics.addedBytes >= UInt64(bytes.count))
        #expect(second.statistics.addedBytes < 9 << 20)
    }

    @Test func `the parent must exist`() async throws {
        let repository = try await makeRepository()
        let missing = String(repeating: "ab", count: 32)
        let error = await #expect(throws: RepositoryError.self) {
            try await Archiver(repository: repository).archive(MemoryTree(), request: .plain(parent: missing))
        }
        #expect(error?.code == .snapshotNotFound)
    }
}
