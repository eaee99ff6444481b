import BackupTesting
import FileTree
import Synchronization
import Testing

@testable import BackupRepository

/// How files and other items are read: how often, up to what length, and what counts as gone.
@Suite struct ArchiveFilesTests {
    private static func path(_ text: String) throws -> TreePath { try #require(TreePath(text)) }

    private func archive(
        _ tree: MemoryTree, options: ArchiveOptions = .small
    ) async throws -> (ArchiveOutcome, Repository) {
        let repository = try await makeRepository()
        return (
            try await Archiver(repository: repository, options: options).archive(tree, request: .plain()), repository
        )
    }

    // MARK: Items that go

    @Test(arguments: ["link", "pipe"]) func `an item that is gone when its attributes are read is absent`(
        _ name: String
    ) async throws {
        let gone = try Self.path(name)
        let tree = MemoryTree { $0 == .readExtended(gone) ? .notFound : nil }
        try tree.makeSymbolicLink(Self.path("link"), target: [1])
        try tree.makeSpecial(
            Self.path("pipe"),
            attributes: ItemAttributes(kind: .fifo, permissions: 0o600, modified: Timestamp(seconds: 5)))
        let (outcome, repository) = try await archive(tree)
        #expect(outcome.failures == [])
        let names = try await repository.items(in: .root, ofSnapshot: outcome.snapshotID).map(\.name)
        #expect(names == ["link", "pipe"].filter { $0 != name }.map { Array($0.utf8) })
    }

    @Test func `a source that goes while attributes are read gives no snapshot`() async throws {
        let link = try Self.path("link")
        let tree = MemoryTree { $0 == .readExtended(link) ? .treeUnavailable : nil }
        try tree.makeSymbolicLink(link, target: [1])
        let repository = try await makeRepository()
        let error = await #expect(throws: RepositoryError.self) {
            try await Archiver(repository: repository, options: .small).archive(tree, request: .plain())
        }
        #expect(error?.code == .treeUnavailable)
        #expect(try await repository.snapshotIDs() == [])
    }

    // MARK: Lengths

    @Test(arguments: [(10, []), (11, ["tooLarge"])] as [(Int, [String])]) func `a file may be as long as the limit`(
        _ length: Int, _ codes: [String]
    ) async throws {
        let tree = MemoryTree()
        try tree.put("file", [UInt8](repeating: 1, count: length))
        let (outcome, _) = try await archive(tree, options: ArchiveOptions(width: 1, maximumFileBytes: 10))
        #expect(outcome.failures.map(\.code) == codes)
        #expect(outcome.statistics.readBytes == (codes.isEmpty ? 10 : 0))
    }

    // MARK: Files that change

    /// A tree whose file grows by a byte during its first readings, and how often it was opened.
    private final class GrowingFile: Sendable {
        private let state = Mutex((opened: 0, growths: 0))
        private let growing = Mutex<MemoryTree?>(nil)

        var opened: Int { state.withLock { $0.opened } }

        func tree(growths: Int) throws -> MemoryTree {
            let file = try ArchiveFilesTests.path("file")
            state.withLock { $0.growths = growths }
            let tree = MemoryTree { call in
                if call == .open(file) { self.state.withLock { $0.opened += 1 } }
                if call == .read(file, offset: 0), self.grows() {
                    try? self.growing.withLock { $0 }?.append(file, [9])
                }
                return nil
            }
            try tree.put("file", [1, 2, 3])
            growing.withLock { $0 = tree }
            return tree
        }

        private func grows() -> Bool {
            state.withLock { state in
                state.growths -= 1
                return state.growths >= 0
            }
        }
    }

    @Test(arguments: [0, 1, 2]) func `a file that changes each time is read once more than it may be read again`(
        rereads: Int
    ) async throws {
        let file = GrowingFile()
        let options = ArchiveOptions(width: 1, rereadsOfChangingFiles: rereads)
        let (outcome, _) = try await archive(try file.tree(growths: 100), options: options)
        #expect(file.opened == rereads + 1)
        #expect(outcome.failures.map(\.code) == ["changedWhileRead"])
    }

    @Test(arguments: [0, 1, 2]) func `a file that comes to rest is read until it has`(growths: Int) async throws {
        let file = GrowingFile()
        let tree = try file.tree(growths: growths)
        let (outcome, repository) = try await archive(
            tree, options: ArchiveOptions(width: 1, rereadsOfChangingFiles: 2))
        #expect(file.opened == growths + 1)
        #expect(outcome.failures == [])
        let copy = MemoryTree()
        _ = try await restore(repository, outcome.snapshotID, onto: copy)
        #expect(try copy.bytes(Self.path("file")) == [1, 2, 3] + [UInt8](repeating: 9, count: growths))
    }

    // MARK: What tells a change

    private static let attributes = ItemAttributes(
        kind: .file, permissions: 0o644, modified: Timestamp(seconds: 5), userID: 1, groupID: 2, size: 3, linkCount: 1,
        inode: 4)

    struct Field: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (inout ItemAttributes) -> Void
    }

    private static let contentFields = [
        Field(testDescription: "size") { $0.size += 1 },
        Field(testDescription: "time") { $0.modified.nanoseconds += 1 },
        Field(testDescription: "time of change") { $0.changed.nanoseconds += 1 },
        Field(testDescription: "number") { $0.inode += 1 },
        Field(testDescription: "kind") { $0.kind = .fifo },
    ]

    private static let otherFields = [
        Field(testDescription: "mode") { $0.permissions = 0 },
        Field(testDescription: "owner") { $0.userID += 1 },
        Field(testDescription: "group") { $0.groupID += 1 },
        Field(testDescription: "names") { $0.linkCount += 1 },
    ]

    @Test(arguments: contentFields) func `a change of the content shows in each of these`(_ field: Field) {
        var other = Self.attributes
        field.change(&other)
        #expect(!Self.attributes.isSameContent(as: other))
        #expect(!other.isSameContent(as: Self.attributes))
    }

    @Test(arguments: otherFields) func `these change without the content`(_ field: Field) {
        var other = Self.attributes
        field.change(&other)
        #expect(Self.attributes.isSameContent(as: other))
    }
}
