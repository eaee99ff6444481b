import BackupTesting
import FileTree
import Testing

@testable import BackupRepository

/// The folders above the place of a single item.
@Suite struct RestorerItemTests {
    private func path(_ text: String) throws -> TreePath { try #require(TreePath(text)) }

    /// A snapshot of `a/b/file`; the folders have modes of their own.
    private func archived() async throws -> (Restorer, String) {
        let tree = MemoryTree()
        try tree.makeFolder(path("a"), permissions: 0o750)
        try tree.makeFolder(path("a/b"), permissions: 0o705)
        try tree.put("a/b/file", [1, 2, 3])
        let repository = try await makeRepository()
        let outcome = try await Archiver(repository: repository, options: .small).archive(tree, request: .plain())
        return (Restorer(repository: repository, options: RestoreOptions(width: 1)), outcome.snapshotID)
    }

    private func restored(
        _ source: String, to place: String, present folders: [String] = []
    ) async throws -> (plan: RestoreSummary, outcome: RestoreOutcome, tree: MemoryTree) {
        let (restorer, snapshot) = try await archived()
        let tree = MemoryTree()
        for folder in folders { try tree.makeFolder(path(folder), permissions: 0o711) }
        let item = RestoredItem(source: try path(source), place: try path(place))
        let plan = try await restorer.plan(snapshot: snapshot, item: item, onto: tree, mode: .fresh)
        return (plan.summary, try await restorer.execute(plan), tree)
    }

    @Test(arguments: [([], 3), (["x"], 2), (["x", "x/y"], 1)] as [([String], UInt64)])
    func `missing folders above the place are counted, those that are there are not`(
        _ present: [String], _ created: UInt64
    ) async throws {
        let (plan, outcome, tree) = try await restored("a/b/file", to: "x/y/copy", present: present)
        #expect(plan.created == created)
        #expect(outcome.items == created)
        #expect(outcome.failures == [])
        #expect(try tree.bytes(path("x/y/copy")) == [1, 2, 3])
    }

    @Test func `at its old place the folders above are as they were`() async throws {
        let (_, _, tree) = try await restored("a/b/file", to: "a/b/file")
        #expect(try tree.attributes(of: path("a")).permissions == 0o750)
        #expect(try tree.attributes(of: path("a/b")).permissions == 0o705)
    }

    @Test func `in the old folder another name changes nothing about the folders above`() async throws {
        let (_, _, tree) = try await restored("a/b/file", to: "a/b/other")
        #expect(try tree.attributes(of: path("a")).permissions == 0o750)
        #expect(try tree.attributes(of: path("a/b")).permissions == 0o705)
    }

    @Test func `folders that were never in the snapshot are like the root of the destination`() async throws {
        let (_, _, tree) = try await restored("a/b/file", to: "x/copy")
        let root = try tree.attributes(of: .root)
        let made = try tree.attributes(of: path("x"))
        #expect(made.permissions == root.permissions | 0o700)
        #expect(made.userID == root.userID)
        #expect(made.groupID == root.groupID)
    }

    @Test func `folders above that are there are left as they are`() async throws {
        let (_, _, tree) = try await restored("a/b/file", to: "a/b/file", present: ["a", "a/b"])
        #expect(try tree.attributes(of: path("a")).permissions == 0o711)
        #expect(try tree.attributes(of: path("a/b")).permissions == 0o711)
    }
}
