import BackupRepository
import BackupTesting
import Connectors
import FileTree
import Foundation
import Testing

/// The restore of one item of a snapshot to a place of its own.
@Suite struct ItemRestoreTests {
    private func path(_ text: String) throws -> TreePath { try #require(TreePath(text)) }

    private func write(_ tree: MemoryTree, _ name: String, _ text: String) throws {
        let path = try path(name)
        var folder = TreePath.root
        for part in path.parent.bytes.split(separator: UInt8(ascii: "/")) {
            folder = folder.appending(part)
            if (try? tree.attributes(of: folder)) == nil { try tree.makeFolder(folder, permissions: 0o750) }
        }
        let file = try tree.makeFile(path, size: UInt64(text.utf8.count))
        try unsafe Array(text.utf8).withUnsafeBytes { unsafe try file.write($0, at: 0) }
        try file.commit(AttributeChanges(permissions: 0o640))
    }

    private func read(_ tree: MemoryTree, _ name: String) throws -> String? {
        guard let file = try? tree.open(try path(name)) else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(try file.attributes().size))
        _ = try unsafe bytes.withUnsafeMutableBytes { unsafe try file.read(into: $0, at: 0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A repository with one snapshot of `a/b/c.txt`, `a/b/deep/d.txt` and `a/e.txt`, and the tree
    /// that it is of.
    private func archived() async throws -> (Restorer, String, MemoryTree) {
        let tree = MemoryTree()
        for name in ["a/b/c.txt", "a/b/deep/d.txt", "a/e.txt"] { try write(tree, name, "old \(name)") }
        let repository = try await makeRepository()
        let outcome = try await Archiver(repository: repository, options: .small).archive(tree, request: .plain())
        return (Restorer(repository: repository, options: RestoreOptions(width: 2)), outcome.snapshotID, tree)
    }

    private func restore(
        _ source: String, of snapshot: String, by restorer: Restorer, to place: String, in tree: any WritableTree,
        _ mode: RestoreMode = .fresh
    ) async throws -> RestoreOutcome {
        let item = RestoredItem(source: try path(source), place: try path(place))
        return try await restorer.execute(
            try await restorer.plan(snapshot: snapshot, item: item, onto: tree, mode: mode))
    }

    @Test func `a file comes back to its place and nothing else is touched`() async throws {
        let (restorer, snapshot, tree) = try await archived()
        try write(tree, "a/b/c.txt", "new")
        try write(tree, "a/e.txt", "newer")
        let outcome = try await restore("a/b/c.txt", of: snapshot, by: restorer, to: "a/b/c.txt", in: tree)
        #expect(outcome.failures == [])
        #expect(outcome.items == 1)
        #expect(try read(tree, "a/b/c.txt") == "old a/b/c.txt")
        #expect(try read(tree, "a/e.txt") == "newer")
    }

    @Test func `a name that no file system takes is refused and never cut`() async throws {
        let (restorer, snapshot, _) = try await archived()
        let folder = FileManager.default.temporaryDirectory.appending(path: "holdfast-long-name-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let tree = try LocalTree(path: folder.path, access: .write)
        let place = String(repeating: "n", count: 256)
        let outcome = try await restore("a/e.txt", of: snapshot, by: restorer, to: place, in: tree)
        #expect(outcome.failures.map(\.path) == [try path(place)])
        #expect(outcome.failures.map(\.code) == ["invalidName"])
        #expect(try tree.items(in: .root).items.isEmpty)
    }

    @Test func `missing folders above are made as they were`() async throws {
        let (restorer, snapshot, _) = try await archived()
        let empty = MemoryTree()
        let outcome = try await restore("a/b/deep/d.txt", of: snapshot, by: restorer, to: "a/b/deep/d.txt", in: empty)
        #expect(outcome.failures == [])
        #expect(try read(empty, "a/b/deep/d.txt") == "old a/b/deep/d.txt")
        #expect(try empty.attributes(of: path("a/b")).permissions == 0o750)
        #expect(try empty.items(in: path("a/b")).items.count == 1)
    }

    @Test func `a folder goes to a new place with everything below it, and what is there stays`() async throws {
        let (restorer, snapshot, tree) = try await archived()
        try write(tree, "Recovered/a/b/mine.txt", "mine")
        let outcome = try await restore("a/b", of: snapshot, by: restorer, to: "Recovered/a/b", in: tree)
        #expect(outcome.failures == [])
        #expect(try read(tree, "Recovered/a/b/deep/d.txt") == "old a/b/deep/d.txt")
        #expect(try read(tree, "Recovered/a/b/mine.txt") == "mine")
        #expect(try read(tree, "a/b/c.txt") == "old a/b/c.txt")
    }

    @Test func `in place a folder becomes exactly what it was, and its siblings stay`() async throws {
        let (restorer, snapshot, tree) = try await archived()
        try write(tree, "a/b/extra.txt", "extra")
        try write(tree, "a/sibling.txt", "sibling")
        let outcome = try await restore("a/b", of: snapshot, by: restorer, to: "a/b", in: tree, .inPlace)
        #expect(outcome.failures == [])
        #expect(try read(tree, "a/b/extra.txt") == nil)
        #expect(try read(tree, "a/sibling.txt") == "sibling")
    }

    @Test func `a fresh restore does not remove a folder that stands where a file was`() async throws {
        let (restorer, snapshot, tree) = try await archived()
        try tree.remove(path("a/b/c.txt"))
        try write(tree, "a/b/c.txt/inside.txt", "kept")
        let outcome = try await restore("a/b", of: snapshot, by: restorer, to: "a/b", in: tree)
        #expect(outcome.failures.map(\.path) == [try path("a/b/c.txt")])
        #expect(try read(tree, "a/b/c.txt/inside.txt") == "kept")
    }

    @Test func `a file in the way of a folder above is reported and left`() async throws {
        let (restorer, snapshot, _) = try await archived()
        let tree = MemoryTree()
        try write(tree, "a", "a file")
        let outcome = try await restore("a/b/c.txt", of: snapshot, by: restorer, to: "a/b/c.txt", in: tree)
        #expect(outcome.failures.map(\.code) == ["wrongKind"])
        #expect(outcome.items == 0)
        #expect(try read(tree, "a") == "a file")
    }

    @Test func `an item that the snapshot has not is refused`() async throws {
        let (restorer, snapshot, tree) = try await archived()
        for name in ["a/missing", "a/e.txt/below"] {
            let item = RestoredItem(source: try path(name), place: try path(name))
            let error = await #expect(throws: RepositoryError.self) {
                _ = try await restorer.plan(snapshot: snapshot, item: item, onto: tree, mode: .fresh)
            }
            #expect(error?.code == .snapshotNotFound)
        }
    }

    @Test func `a second run has nothing to do`() async throws {
        let (restorer, snapshot, tree) = try await archived()
        _ = try await restore("a/b", of: snapshot, by: restorer, to: "copy/b", in: tree)
        let item = RestoredItem(source: try path("a/b"), place: try path("copy/b"))
        let again = try await restorer.plan(snapshot: snapshot, item: item, onto: tree, mode: .fresh)
        #expect(again.summary.isEmpty, "\(again)")
    }

    @Test func `a browser shows the entries of each folder`() async throws {
        let (restorer, snapshot, _) = try await archived()
        _ = restorer
        let tree = MemoryTree()
        for number in 0..<3000 { try write(tree, "many/n\(number)", "x") }
        let repository = try await makeRepository()
        let outcome = try await Archiver(repository: repository, options: .small).archive(tree, request: .plain())
        let browser = try await SnapshotBrowser(repository, snapshot: outcome.snapshotID)
        #expect(browser.totalBytes == 3000)
        let entries = try await browser.entries(of: browser.root)
        let many = try #require(entries[0].folder)
        #expect(entries.count == 1)
        #expect(entries[0].kind == .folder)
        #expect(try await browser.count(many) == 3000)
        await #expect(throws: RepositoryError.self) { _ = try await SnapshotBrowser(repository, snapshot: snapshot) }
    }
}
