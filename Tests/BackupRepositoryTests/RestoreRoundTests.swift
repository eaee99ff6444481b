import BackupRepository
import BackupTesting
import FileTree
import Synchronization
import Testing

/// Somebody who changes a tree just before a restore changes an item of it.
private final class Meddler: Sendable {
    private let act = Mutex<(@Sendable (MemoryTree.Call) throws -> Void)?>(nil)
    private let isActing = Mutex(false)

    /// The rule of the tree; what somebody does himself is not meddled with.
    func look(_ call: MemoryTree.Call) {
        guard let act = act.withLock({ $0 }),
            isActing.withLock({
                let wasActing = $0
                $0 = true
                return !wasActing
            })
        else { return }
        try? act(call)
        isActing.withLock { $0 = false }
    }

    func begin(_ act: @escaping @Sendable (MemoryTree.Call) throws -> Void) { self.act.withLock { $0 = act } }
}

/// Restores while somebody writes.
@Suite struct RestoreRoundTests {
    private static func path(_ text: String) throws -> TreePath { try #require(TreePath(text)) }

    /// What somebody does, and before which change of the restore.
    struct Meddling: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let trigger: String
        let act: @Sendable (MemoryTree) throws -> Void

        init(_ description: String, before trigger: String, _ act: @escaping @Sendable (MemoryTree) throws -> Void) {
            (testDescription, self.trigger, self.act) = (description, trigger, act)
        }
    }

    private static let meddlings = [
        Meddling("a folder vanishes before a file is put there", before: "a/changed") { tree in
            for name in ["a/changed", "a/same", "a"] { try tree.remove(path(name)) }
        },
        Meddling("a file appears in a folder that is being removed", before: "extra/old") {
            try $0.put("extra/new", [1])
        },
        Meddling("a folder appears where a file is put", before: "gone") { try $0.put("gone/inner/x", [1]) },
        Meddling("a file appears where a folder is made", before: "lost") { try $0.put("lost", [1]) },
        Meddling("an item vanishes before its attributes are set", before: "mode") { try $0.remove(path("mode")) },
        Meddling("a name vanishes before another one is linked to it", before: "links/b") {
            try $0.remove(path("links/a"))
        },
        Meddling("a file and its folder vanish before the file is renamed", before: "away/name") { tree in
            for name in ["away/name", "away"] { try tree.remove(path(name)) }
        },
        Meddling("a file changes its name before it is renamed", before: "away/name") { tree in
            try tree.move(path("away/name"), to: path("away/other"))
        },
        Meddling("a folder vanishes before a file is moved there", before: "left/file") { try $0.remove(path("left")) },
        Meddling("a folder appears where a file is moved", before: "left/file") { try $0.put("left/file/x", [1]) },
    ]

    private func source(_ meddler: Meddler) throws -> MemoryTree {
        let tree = MemoryTree { call in
            meddler.look(call)
            return nil
        }
        for name in ["a/changed", "a/same", "b/one", "gone", "lost/x", "mode", "links/a", "named/file", "left/file"] {
            try tree.put(name, Array("old \(name)".utf8))
        }
        try tree.makeHardLink(Self.path("links/b"), to: Self.path("links/a"))
        return tree
    }

    private func disturb(_ tree: MemoryTree) throws {
        try tree.put("a/changed", Array("new".utf8))
        try tree.put("extra/old", [1])
        try tree.makeFolders(Self.path("away"))
        try tree.move(Self.path("named/file"), to: Self.path("away/name"))
        try tree.move(Self.path("left/file"), to: Self.path("strayed"))
        for name in ["gone", "lost/x", "lost", "links/b"] { try tree.remove(Self.path(name)) }
        try tree.setAttributes(of: Self.path("mode"), AttributeChanges(permissions: 0o600))
    }

    private func archived() async throws -> (Restorer, Archiver, String, MemoryTree, Meddler) {
        let meddler = Meddler()
        let tree = try source(meddler)
        let repository = try await makeRepository()
        let archiver = Archiver(repository: repository, options: .small)
        let snapshot = try await archiver.archive(tree, request: .plain()).snapshotID
        let restorer = Restorer(repository: repository, options: RestoreOptions(width: 1))
        return (restorer, archiver, snapshot, tree, meddler)
    }

    @Test(arguments: meddlings, [false, true]) func `what somebody changed meanwhile is planned once more`(
        _ meddling: Meddling, isKnown: Bool
    ) async throws {
        let (restorer, archiver, snapshot, tree, meddler) = try await archived()
        let before = try tree.description(withTimes: false)
        try disturb(tree)
        let present = try await archiver.archive(tree, request: .plain(parent: snapshot)).snapshotID
        let (trigger, once) = (MemoryTree.Call.change(try Self.path(meddling.trigger)), Once())
        meddler.begin { call in
            if call == trigger, once.take() { try meddling.act(tree) }
        }
        let outcome = try await restorer.restore(
            ofSnapshot: snapshot, onto: tree, mode: .inPlace, knowing: isKnown ? present : nil)
        #expect(once.isTaken)
        #expect(outcome.failures == [])
        #expect(try tree.description(withTimes: false) == before)
    }

    @Test func `a later plan looks at the failed items alone`() async throws {
        let (restorer, _, snapshot, tree, meddler) = try await archived()
        try disturb(tree)
        let once = Once()
        let looks = Mutex(0)
        let (mode, other) = (try Self.path("mode"), try Self.path("b"))
        meddler.begin { call in
            if call == .inspect(other) { looks.withLock { $0 += 1 } }
            if call == .change(mode), once.take() { try tree.remove(mode) }
        }
        #expect(try await restorer.restore(ofSnapshot: snapshot, onto: tree, mode: .inPlace).failures == [])
        let afterTwo = looks.withLock { $0 }
        _ = try await restorer.plan(snapshot: snapshot, onto: tree, mode: .inPlace)
        // Each listing of the root looks at the folder's attributes; its entries are listed by
        // a whole plan only.
        #expect(looks.withLock { $0 } - afterTwo == 2)
        #expect(afterTwo == 3)
    }

    @Test func `a later plan keeps an unread item that was moved into what it removes`() async throws {
        let (trouble, meddler, once) = (Trouble(), Meddler(), Once())
        let tree = MemoryTree { call in
            meddler.look(call)
            return trouble.code(of: call)
        }
        try tree.put("plain", [1])
        try tree.put("unread/inner", [2])
        trouble.fail(.list(try Self.path("unread")))
        let repository = try await makeRepository()
        let outcome = try await Archiver(repository: repository, options: .small).archive(tree, request: .plain())
        trouble.end()
        try tree.put("extra/folder/old", [3])
        let trigger = MemoryTree.Call.change(try Self.path("extra/folder/old"))
        meddler.begin { call in
            if call == trigger, once.take() { try tree.move(Self.path("unread"), to: Self.path("extra/folder/moved")) }
        }
        let restored = try await Restorer(repository: repository).restore(
            ofSnapshot: outcome.snapshotID, onto: tree, mode: .inPlace)
        #expect(once.isTaken)
        #expect(restored.failures == [])
        #expect(restored.leftAlone.map(\.description) == ["extra", "unread"])
        #expect(try tree.bytes(Self.path("extra/folder/moved/inner")) == [2])
    }

    @Test func `somebody who never stops makes the restore end with a failure`() async throws {
        let (restorer, _, snapshot, tree, meddler) = try await archived()
        try disturb(tree)
        let gone = try Self.path("gone")
        meddler.begin { call in
            guard call == .change(gone) else { return }
            if (try? tree.attributes(of: gone)) == nil { try tree.put("gone/inner/x", [1]) }
        }
        let outcome = try await restorer.restore(ofSnapshot: snapshot, onto: tree, mode: .inPlace, maximumRounds: 3)
        #expect(outcome.failures.map(\.path) == [gone])
    }

    @Test func `what no plan mends is not tried again`() async throws {
        let meddler = Meddler()
        let tree = try source(meddler)
        let repository = try await makeRepository()
        let snapshot = try await Archiver(repository: repository, options: .small).archive(tree, request: .plain())
            .snapshotID
        let tries = Mutex(0)
        let refused = try Self.path("gone")
        let destination = MemoryTree { call in
            guard call == .change(refused) else { return nil }
            tries.withLock { $0 += 1 }
            return .permissionDenied
        }
        let outcome = try await Restorer(repository: repository).restore(
            ofSnapshot: snapshot, onto: destination, mode: .fresh)
        #expect(outcome.failures.map(\.code) == ["permissionDenied"])
        #expect(tries.withLock { $0 } == 1)
    }
}

/// True once.
private final class Once: Sendable {
    private let state = Mutex(false)
    var isTaken: Bool { state.withLock { $0 } }

    func take() -> Bool {
        state.withLock { isTaken in
            defer { isTaken = true }
            return !isTaken
        }
    }
}
