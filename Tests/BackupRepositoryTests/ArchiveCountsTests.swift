import BackupTesting
import FileTree
import ObjectStorage
import ResticFormat
import Synchronization
import Testing

@testable import BackupRepository

/// What a backup counts, and what it says while it runs.
@Suite struct ArchiveCountsTests {
    /// A repository and a tree of three files (10, 20 and 0 bytes), two folders and a link.
    private struct Sample {
        let store = MemoryObjectStore()
        let repository: Repository
        let tree = MemoryTree()

        init() async throws {
            repository = try await makeRepository(in: store)
            try tree.put("a", [UInt8](repeating: 1, count: 10))
            try tree.put("d/b", [UInt8](repeating: 2, count: 20))
            try tree.put("d/e/c", [])
            try tree.makeSymbolicLink(Self.path("l"), target: [7])
        }

        static func path(_ text: String) throws -> TreePath { try #require(TreePath(text)) }

        func archive(
            parent: String? = nil, storesUnchanged: Bool = false,
            progress: @escaping @Sendable (ArchiveProgress) -> Void = { _ in }
        ) async throws -> ArchiveOutcome {
            try await Archiver(repository: repository, options: .small).archive(
                tree, request: .plain(parent: parent, seconds: 1_700_000_600, storesUnchanged: storesUnchanged),
                progress: progress)
        }
    }

    @Test func `in a first backup everything is new`() async throws {
        let counts = try await Sample().archive().statistics
        #expect([counts.filesNew, counts.filesChanged, counts.filesUnmodified] == [3, 0, 0])
        #expect([counts.foldersNew, counts.foldersChanged, counts.foldersUnmodified] == [2, 0, 0])
        #expect(counts.totalFiles == 3)
        #expect(counts.totalBytes == 30)
        #expect(counts.readBytes == 30)
    }

    @Test func `each new blob is counted with its bytes, before and after it is packed`() async throws {
        let sample = try await Sample()
        let counts = try await sample.archive().statistics
        let table = try await sample.repository.index().table
        let records = (0..<table.count).map { table[$0] }
        #expect(counts.dataBlobs == 2)
        // The two folders, and the one that holds everything.
        #expect(counts.treeBlobs == 3)
        #expect(counts.addedBytes == records.reduce(0) { $0 + UInt64($1.location.plaintextLength ?? 0) })
        #expect(counts.addedPackedBytes == records.reduce(0) { $0 + UInt64($1.location.length) })
    }

    @Test func `content that two files share is stored once`() async throws {
        let sample = try await Sample()
        try sample.tree.put("a2", [UInt8](repeating: 1, count: 10))
        let counts = try await sample.archive().statistics
        #expect(counts.dataBlobs == 2)
        #expect(counts.totalBytes == 40)
    }

    @Test(arguments: [false, true]) func `what nobody changed is counted, not read and not stored`(
        storesUnchanged: Bool
    ) async throws {
        let sample = try await Sample()
        let first = try await sample.archive()
        let second = try await sample.archive(parent: first.snapshotID, storesUnchanged: storesUnchanged)
        let counts = second.statistics
        #expect([counts.filesNew, counts.filesChanged, counts.filesUnmodified] == [0, 0, 3])
        #expect([counts.foldersNew, counts.foldersChanged, counts.foldersUnmodified] == [0, 0, 2])
        #expect([counts.dataBlobs, counts.treeBlobs, counts.addedBytes, counts.addedPackedBytes] == [0, 0, 0, 0])
        #expect(counts.readBytes == 0)
        #expect(counts.totalBytes == 30)
        #expect(second.tree == first.tree)
        #expect((second.result == .unchanged(parent: first.snapshotID)) == !storesUnchanged)
        #expect(try await sample.repository.snapshotIDs().count == (storesUnchanged ? 2 : 1))
    }

    @Test func `what changed is told apart from what is new`() async throws {
        let sample = try await Sample()
        let first = try await sample.archive()
        try sample.tree.put("a", [UInt8](repeating: 3, count: 11))
        try sample.tree.put("f", [4, 4])
        try sample.tree.remove(Sample.path("d/b"))
        let counts = try await sample.archive(parent: first.snapshotID).statistics
        #expect([counts.filesNew, counts.filesChanged, counts.filesUnmodified] == [1, 1, 1])
        #expect([counts.foldersNew, counts.foldersChanged, counts.foldersUnmodified] == [0, 1, 1])
        #expect(counts.readBytes == 13)
        #expect(counts.totalBytes == 13)
        #expect(counts.dataBlobs == 2)
        #expect(counts.treeBlobs == 2)
    }

    @Test func `a snapshot bears the counts of its backup`() async throws {
        let sample = try await Sample()
        let outcome = try await sample.archive()
        var counts = outcome.statistics
        // The format has no field for what was read.
        counts.readBytes = 0
        #expect(try await sample.repository.snapshot(outcome.snapshotID).statistics == counts)
    }

    @Test func `a second snapshot names the first as its parent`() async throws {
        let sample = try await Sample()
        let first = try await sample.archive()
        let second = try await sample.archive(parent: first.snapshotID, storesUnchanged: true)
        #expect(try await sample.repository.snapshot(first.snapshotID).parent == nil)
        let info = try await sample.repository.snapshot(second.snapshotID)
        #expect(info.parent == first.snapshotID)
        #expect(info.time == Timestamp(seconds: 1_700_000_600))
        #expect(info.paths == ["/drive"])
        #expect(info.tags == ["t"])
    }

    @Test(arguments: [false, true]) func `progress ends with all files, folders and bytes`(
        isRepeated: Bool
    ) async throws {
        let sample = try await Sample()
        let parent = isRepeated ? try await sample.archive().snapshotID : nil
        let told = Mutex<[ArchiveProgress]>([])
        _ = try await sample.archive(parent: parent) { progress in told.withLock { $0.append(progress) } }
        let steps = told.withLock { $0 }
        #expect(steps.map(\.files).max() == 3)
        // With the root.
        #expect(steps.map(\.folders).max() == 3)
        #expect(steps.map(\.bytes).max() == 30)
        #expect(steps.map(\.failures).max() == 0)
    }

    @Test func `what could not be read is told while it runs, and marks the snapshot`() async throws {
        let sample = try await Sample()
        let refused = try Sample.path("d/b")
        let tree = MemoryTree { $0 == .open(refused) ? .permissionDenied : nil }
        try tree.put("a", [1])
        try tree.put("d/b", [2])
        let told = Mutex(0)
        let outcome = try await Archiver(repository: sample.repository, options: .small).archive(
            tree, request: .plain(),
            progress: { progress in told.withLock { $0 = max($0, progress.failures) } })
        #expect(outcome.failures.map(\.path) == [refused])
        #expect(told.withLock { $0 } == 1)
        #expect(try await sample.repository.snapshot(outcome.snapshotID).tags == ["t", Archiver.unreadTag])
    }
}
