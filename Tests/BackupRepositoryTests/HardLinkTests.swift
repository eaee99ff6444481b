import BackupRepository
import BackupTesting
import Connectors
import FileTree
import Foundation
import Synchronization
import Testing

/// A tree whose files with several names have the same content and different modes, and what is
/// done to it in words of a shell.
private struct LinkedTree {
    let tree: MemoryTree
    static let content = Array("the same in all".utf8)

    init(failing rule: @escaping @Sendable (MemoryTree.Call) -> TreeError.Code? = { _ in nil }) throws {
        tree = MemoryTree(failing: rule)
        for (name, mode) in [("a/a", 0o600), ("b/a", 0o644), ("c", 0o640), ("f/g", 0o604)] as [(String, UInt16)] {
            try tree.put(name, Self.content, permissions: mode)
        }
        try tree.put("e/a", [])
        try tree.makeSymbolicLink(Self.path("s"), target: Array("c".utf8))
        try run("ln a/a a/b; ln b/a b/b; ln e/a e/b")
    }

    static func path(_ text: some StringProtocol) throws -> TreePath { try #require(TreePath(String(text))) }

    func run(_ commands: String) throws {
        for command in commands.split(separator: ";") {
            let words = command.split(separator: " ").map(String.init)
            let paths = try words.dropFirst().map(Self.path)
            switch words[0] {
            case "ln": try tree.makeHardLink(paths[1], to: paths[0])
            case "cp": try tree.put(paths[1], try tree.bytes(paths[0]))
            case "rm": try tree.remove(paths[0])
            case "mv": try tree.move(paths[0], to: paths[1])
            case "mkdir": try tree.makeFolder(paths[0], permissions: 0o755)
            case "chmod": try tree.setAttributes(of: paths[0], AttributeChanges(permissions: 0o666))
            case "write": try tree.overwrite(paths[0], Array("changed".utf8))
            default: Issue.record("no command \(words[0])")
            }
        }
    }

    func inode(_ path: String) throws -> UInt64 { try tree.attributes(of: Self.path(path)).inode }
    func mode(_ path: String) throws -> UInt16 { try tree.attributes(of: Self.path(path)).permissions }
}

/// Names of one file: what a restore brings back of them, and what it leaves alone.
@Suite struct HardLinkTests {
    private func archive(_ tree: any ReadableTree) async throws -> (Repository, String) {
        let repository = try await makeRepository()
        let outcome = try await Archiver(repository: repository, options: .small).archive(tree, request: .plain())
        #expect(outcome.failures == [])
        return (repository, outcome.snapshotID)
    }

    @Test(arguments: [
        ("a name of one group became one of the other", "ln a/a b/a"),
        ("two groups became one", "ln a/a b/a; ln a/a b/b"),
        ("two groups became one of another mode", "ln b/a a/a; ln b/a a/b; chmod b/a"),
        ("two groups became one with other content", "ln b/a a/a; ln b/a a/b; write b/a"),
        ("two groups exchanged a name", "ln a/a t; ln b/a a/a; ln t b/a; rm t"),
        ("a group was split", "cp a/a a/b"),
        ("a group was split, and a part of it joined the other", "cp a/a a/b; ln a/b b/a"),
        ("a group has a foreign name", "ln a/a x"),
        ("a group of another mode has a foreign name", "ln a/a x; chmod x"),
        ("a group of empty files has a foreign name", "ln e/a x; chmod x"),
        ("a group has a foreign name in a new folder", "mkdir n; mkdir n/m; ln a/a n/m/x; chmod a/a"),
        ("a single file became a name of a group", "ln a/a c"),
        ("a group became names of a single file", "ln c a/a; ln c a/b; chmod c"),
        ("a single file has a foreign name", "ln c x; chmod x"),
        ("a name stands where a folder was", "rm f/g; rm f; ln a/a f; chmod a/a"),
        ("a name stands where a symbolic link was", "rm s; ln a/a s; chmod a/a"),
        ("a name moved away", "mv a/b x; chmod x"),
        ("a group lost a name", "rm a/b; chmod a/a"),
        (
            "everything is one file",
            "ln a/a a/b; ln a/a b/a; ln a/a b/b; ln a/a c; ln a/a f/g; ln a/a x; write x; chmod x"
        ),
    ])
    func `names, content and modes are the point's after a restore in place`(
        _ what: String, _ commands: String
    ) async throws {
        let linked = try LinkedTree()
        let (repository, snapshot) = try await archive(linked.tree)
        let before = try linked.tree.description()
        try linked.run(commands)
        let outcome = try await restore(repository, snapshot, onto: linked.tree)
        #expect(outcome.failures == [])
        #expect(try linked.tree.description() == before)
        let again = try await Restorer(repository: repository).plan(
            snapshot: snapshot, onto: linked.tree, mode: .inPlace)
        #expect(again.summary.isEmpty, "\(again)")
    }

    /// Every way in which each of some names can be absent or share a file with those before it.
    private static func layouts(_ count: Int, absent: Bool) -> [[Int?]] {
        var layouts: [[Int?]] = [[]]
        for _ in 0..<count {
            layouts = layouts.flatMap { layout -> [[Int?]] in
                let next = (layout.compactMap { $0 }.max() ?? -1) + 1
                let choices: [Int?] = (absent ? [nil] : []) + (0...next).map { $0 }
                return choices.map { layout + [$0] }
            }
        }
        return layouts
    }

    @Test(arguments: layouts(3, absent: false))
    func `every arrangement of names becomes the point's`(_ point: [Int?]) async throws {
        let tree = MemoryTree()
        try arrange(["a", "b", "c"], point, in: tree)
        let (repository, snapshot) = try await archive(tree)
        let before = try tree.description(withTimes: false)
        for live in Self.layouts(4, absent: true) {
            let present = MemoryTree()
            try arrange(["a", "b", "c", "z"], live, in: present)
            _ = try await restore(repository, snapshot, onto: present)
            #expect(try present.description(withTimes: false) == before, "\(point) from \(live)")
        }
    }

    /// Gives each file another mode, and all of them one content.
    private func arrange(_ names: [String], _ layout: [Int?], in tree: MemoryTree) throws {
        var first: [Int: TreePath] = [:]
        for (name, number) in zip(names, layout) {
            guard let number else { continue }
            let path = try LinkedTree.path(name)
            if let existing = first[number] {
                try tree.makeHardLink(path, to: existing)
            } else {
                try tree.put(path, LinkedTree.content, permissions: 0o600 + UInt16(number))
                first[number] = path
            }
        }
    }

    @Test func `a file whose only other name is removed is not written again`() async throws {
        let linked = try LinkedTree()
        let (repository, snapshot) = try await archive(linked.tree)
        try linked.run("ln a/a x; ln c y; chmod x")
        let outcome = try await restore(repository, snapshot, onto: linked.tree)
        #expect(outcome.bytesWritten == 0)
        #expect(outcome.planned.deleted == 2)
    }

    @Test func `a name that stays and is not in the point keeps its content and mode`() async throws {
        let linked = try LinkedTree()
        let (repository, snapshot) = try await archive(linked.tree)
        try linked.run("ln a/a x; chmod x")
        _ = try await restore(repository, snapshot, onto: linked.tree, mode: .fresh)
        #expect(try linked.mode("x") == 0o666)
        #expect(try linked.mode("a/a") == 0o600)
        #expect(try linked.inode("a/a") == linked.inode("a/b"))
    }

    @Test(arguments: ["chmod a/a", "ln a/a b/a; ln a/a b/b; chmod a/a", "ln a/a x; write x"])
    func `restoring one name changes no other name of its file`(_ commands: String) async throws {
        let linked = try LinkedTree()
        let (repository, snapshot) = try await archive(linked.tree)
        let point = try linked.tree.description(withTimes: false)
        try linked.run(commands)
        var expected = try linked.tree.description(withTimes: false)
        let item = try RestoredItem(source: LinkedTree.path("a/a"), place: LinkedTree.path("a/a"))
        let restorer = Restorer(repository: repository)
        _ = try await restorer.execute(
            try await restorer.plan(snapshot: snapshot, item: item, onto: linked.tree, mode: .fresh))
        var restored = try linked.tree.description(withTimes: false)
        let name = try LinkedTree.path("a/a")
        #expect(restored[name]?.content == point[name]?.content)
        #expect(restored[name]?.permissions == 0o600)
        for path in restored.keys {
            restored[path]?.firstName = nil
            expected[path]?.firstName = nil
        }
        restored[name] = nil
        expected[name] = nil
        #expect(restored == expected)
    }

    @Test func `one name of a file that is as it was is left alone`() async throws {
        let linked = try LinkedTree()
        let (repository, snapshot) = try await archive(linked.tree)
        let item = try RestoredItem(source: LinkedTree.path("a/a"), place: LinkedTree.path("a/a"))
        let plan = try await Restorer(repository: repository).plan(
            snapshot: snapshot, item: item, onto: linked.tree, mode: .fresh)
        #expect(plan.summary.isEmpty, "\(plan)")
    }

    @Test func `a name beyond the drive keeps its mode`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "holdfast-links-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let (drive, outside) = (folder.appending(path: "drive"), folder.appending(path: "outside"))
        try FileManager.default.createDirectory(at: drive, withIntermediateDirectories: true)
        try Data("text".utf8).write(to: drive.appending(path: "a"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: drive.appending(path: "a").path)
        let tree = try LocalTree(path: drive.path, access: .write)
        let (repository, snapshot) = try await archive(tree)
        try FileManager.default.linkItem(at: drive.appending(path: "a"), to: outside)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: outside.path)
        _ = try await restore(repository, snapshot, onto: tree)
        let modes = try [drive.appending(path: "a"), outside].map {
            try FileManager.default.attributesOfItem(atPath: $0.path)[.posixPermissions] as? Int
        }
        #expect(modes == [0o600, 0o644])
    }

    @Test func `a name is not made one of what stands in the place of a file that failed`() async throws {
        let isBroken = Mutex(false)
        let refused = try LinkedTree.path("a/a")
        let linked = try LinkedTree { call in
            call == .change(refused) && isBroken.withLock { $0 } ? .permissionDenied : nil
        }
        let (repository, snapshot) = try await archive(linked.tree)
        try linked.tree.put("a/a", Array("something else".utf8))
        try linked.tree.put("a/b", Array("somebody's work".utf8))
        isBroken.withLock { $0 = true }
        let outcome = try await restore(repository, snapshot, onto: linked.tree)
        #expect(outcome.failures.map(\.path.description) == ["a/a", "a/b"])
        #expect(try linked.tree.bytes(LinkedTree.path("a/b")) == Array("somebody's work".utf8))
    }

    @Test func `two names that were read with different content both come back with theirs`() async throws {
        let second = try LinkedTree.path("a/b")
        let holder = Mutex<MemoryTree?>(nil)
        let linked = try LinkedTree { call in
            if call == .open(second), let tree = holder.withLock({ $0.take() }) {
                try? tree.overwrite(second, Array("THE".utf8))
            }
            return nil
        }
        holder.withLock { $0 = linked.tree }
        let repository = try await makeRepository()
        let options = ArchiveOptions(width: 1, packSizeBytes: 1 << 16, entriesAtOnce: 1)
        let outcome = try await Archiver(repository: repository, options: options).archive(
            linked.tree, request: .plain())
        let copy = MemoryTree()
        _ = try await restore(repository, outcome.snapshotID, onto: copy, mode: .fresh)
        #expect(try copy.bytes(LinkedTree.path("a/a")) == LinkedTree.content)
        #expect(try copy.bytes(second) == Array("THE same in all".utf8))
    }
}
