import BackupRepository
import BackupTesting
import FileTree
import ObjectStorage
import Testing

/// What restores do with snapshots that could not read everything: nothing is lost.
@Suite struct UnreadRestoreTests {
    private typealias Scene = UnreadScene

    /// A snapshot that has everything but an item, which nobody could read and no snapshot has; now
    /// it can be read.
    private func named(_ call: MemoryTree.Call, _ code: TreeError.Code = .permissionDenied) async throws -> Scene {
        var scene = try await Scene.filled()
        scene.trouble.fail(call, code)
        try await scene.archive()
        scene.trouble.end()
        return scene
    }

    /// A snapshot that has an item as the one before it had it.
    private func stale(_ call: MemoryTree.Call, before: (MemoryTree) throws -> Void) async throws -> Scene {
        var scene = try await Scene.filled()
        try await scene.archive()
        try before(scene.drive)
        scene.trouble.fail(call)
        try await scene.archive()
        scene.trouble.end()
        return scene
    }

    @Test(arguments: UnreadItemTests.ways.indices)
    func `in place nothing is removed that the snapshot only names, nor anything in it`(number: Int) async throws {
        let (call, code, path, _) = UnreadItemTests.ways[number]
        let scene = try await named(call, code)
        let before = try scene.drive.description()
        let outcome = try await scene.restoreInPlace()
        #expect(outcome.failures == [])
        #expect(outcome.leftAlone.map(\.description) == [path])
        #expect(outcome.unread.map(\.path.description) == [path])
        #expect(outcome.planned.deleted == 0)
        #expect(try scene.drive.description() == before)
    }

    @Test func `what is named is not made`() async throws {
        let scene = try await named(.open(Scene.path("a/file")))
        let copy = MemoryTree()
        let outcome = try await restore(scene.repository, try #require(scene.last), onto: copy, mode: .fresh)
        #expect(outcome.failures == [])
        #expect(outcome.leftAlone == [])
        #expect(outcome.unread.map(\.path.description) == ["a/file"])
        #expect(
            try copy.description().keys.map(\.description).sorted() == [
                "a", "a/folder", "a/folder/deep", "a/folder/deep/inner", "a/folder/other", "a/link", "plain",
            ])
    }

    @Test func `a stale file comes back as last read, without a mark, and is no difference afterwards`() async throws {
        let scene = try await stale(.open(Scene.path("a/file"))) { try $0.put("a/file", Array("bad".utf8)) }
        let outcome = try await scene.restoreInPlace()
        #expect(try scene.text("a/file") == "good")
        #expect(outcome.unread.map(\.keptFrom?.seconds) == [Scene.seconds(1)])
        #expect(try scene.drive.extendedAttributes(of: Scene.path("a/file")) == [])
        let again = try await Restorer(repository: scene.repository).plan(
            snapshot: try #require(scene.last), onto: scene.drive, mode: .inPlace)
        #expect(again.summary.isEmpty)
    }

    @Test func `in a stale folder what was known comes back and what was not is left alone`() async throws {
        let scene = try await stale(.list(Scene.path("a/folder"))) { drive in
            try drive.put("a/folder/other", Array("bad".utf8))
            try drive.remove(Scene.path("a/folder/deep/inner"))
            try drive.put("a/folder/deep/unseen", Array("unseen".utf8))
            try drive.put("a/folder/unseen too", Array("unseen".utf8))
        }
        try scene.drive.put("surplus", [1])
        let outcome = try await scene.restoreInPlace()
        #expect(outcome.leftAlone.map(\.description) == ["a/folder/deep/unseen", "a/folder/unseen too"])
        #expect(try scene.text("a/folder/other") == "other")
        #expect(try scene.text("a/folder/deep/inner") == "inner")
        #expect(try scene.text("a/folder/unseen too") == "unseen")
        #expect(throws: TreeError.self) { try scene.drive.bytes(Scene.path("surplus")) }
    }

    @Test func `in a stale folder nothing gives way to an item of another kind`() async throws {
        let scene = try await stale(.list(Scene.path("a/folder"))) { drive in
            try drive.remove(Scene.path("a/folder/other"))
            try drive.put("a/folder/other/unseen", Array("unseen".utf8))
        }
        let outcome = try await scene.restoreInPlace()
        #expect(outcome.leftAlone.map(\.description) == ["a/folder/other"])
        #expect(try scene.text("a/folder/other/unseen") == "unseen")
    }

    @Test func `what could not even be examined does not give way to what was there before`() async throws {
        let scene = try await stale(.inspect(Scene.path("a/file"))) { drive in
            try drive.remove(Scene.path("a/file"))
            try drive.put("a/file/unseen", Array("unseen".utf8))
        }
        let outcome = try await scene.restoreInPlace()
        #expect(outcome.leftAlone.map(\.description) == ["a/file"])
        #expect(try scene.text("a/file/unseen") == "unseen")
    }

    @Test func `an unread item that was moved since is not removed where it is now`() async throws {
        let scene = try await named(.list(Scene.path("a/folder")))
        try scene.drive.makeFolders(Scene.path("elsewhere"))
        try scene.drive.move(Scene.path("a/folder"), to: Scene.path("elsewhere/moved"))
        try scene.drive.put("surplus", [1])
        let outcome = try await scene.restoreInPlace()
        #expect(outcome.leftAlone.map(\.description) == ["elsewhere"])
        #expect(outcome.planned.deleted == 1)
        #expect(try scene.text("elsewhere/moved/deep/inner") == "inner")
    }

    /// An unread item, where it is moved to, what has to be away for that, and what is
    /// left alone with that.
    private static let takenNames: [(unread: String, target: String, away: String?, leftAlone: [String])] = [
        ("a/file", "plain", nil, ["plain"]),
        ("a/file", "a/link", nil, ["a/link"]),
        ("a/file", "a/folder/deep", "a/folder/deep", ["a/folder/deep"]),
        ("a/file", "plain/in/it", "plain", ["plain"]),
        ("a/file", "a/link/in/it", "a/link", ["a/link"]),
        ("a/folder", "plain", "plain", ["plain"]),
        ("a/folder", "b", "b", ["b/deep", "b/other"]),
    ]

    @Test(arguments: takenNames.indices)
    func `an unread item that was moved to a name of the snapshot stays there`(number: Int) async throws {
        let (unread, target, away, leftAlone) = Self.takenNames[number]
        var scene = try await Scene.filled()
        try scene.drive.makeFolders(Scene.path("b"))
        scene.trouble.fail(unread == "a/file" ? .open(Scene.path(unread)) : .list(Scene.path(unread)))
        try await scene.archive()
        scene.trouble.end()
        if away == "a/folder/deep" { try scene.drive.remove(Scene.path("a/folder/deep/inner")) }
        if let away { try scene.drive.remove(Scene.path(away)) }
        if Scene.path(target).parent != Scene.path("a") { try scene.drive.makeFolders(Scene.path(target).parent) }
        try scene.drive.move(Scene.path(unread), to: Scene.path(target))
        let outcome = try await scene.restoreInPlace()
        #expect(outcome.failures == [])
        #expect(outcome.leftAlone.map(\.description) == leftAlone)
        let (file, text) = unread == "a/file" ? (target, "good") : ("\(target)/deep/inner", "inner")
        #expect(try scene.text(file) == text)
    }

    @Test func `no rename takes a file out of what could not be read`() async throws {
        let scene = try await named(.list(Scene.path("a/folder")))
        try scene.drive.move(Scene.path("plain"), to: Scene.path("a/folder/plain"))
        let outcome = try await scene.restoreInPlace()
        #expect(outcome.planned.renamed == 0)
        #expect(try scene.text("plain") == "plain")
        #expect(try scene.text("a/folder/plain") == "plain")
    }

    @Test(arguments: ["a", "a/folder", "a/folder/deep"])
    func `a single folder in place leaves alone what could not be read in it or around it`(place: String) async throws {
        let scene = try await stale(.list(Scene.path("a/folder"))) {
            try $0.put("a/folder/deep/unseen", Array("unseen".utf8))
        }
        let restorer = Restorer(repository: scene.repository)
        let item = RestoredItem(source: Scene.path(place), place: Scene.path(place))
        let outcome = try await restorer.execute(
            try await restorer.plan(snapshot: try #require(scene.last), item: item, onto: scene.drive, mode: .inPlace))
        #expect(outcome.leftAlone.map(\.description) == ["a/folder/deep/unseen"])
        #expect(try scene.text("a/folder/deep/unseen") == "unseen")
    }

    @Test func `browsing shows what is kept and nothing that is only named`() async throws {
        let scene = try await named(.open(Scene.path("a/file")))
        let browser = try await SnapshotBrowser(scene.repository, snapshot: try #require(scene.last))
        let folder = try #require(try await browser.entries(of: browser.root)[name: Array("a".utf8)]?.folder)
        let entries = try await browser.entries(of: folder)
        let names = (0..<entries.count).map { String(decoding: entries[$0].name, as: UTF8.self) }
        #expect(names == ["folder", "link"])
        #expect(try await browser.count(folder) == 2)
    }

    @Test func `a prune and a repair keep the marks`() async throws {
        var scene = try await stale(.open(Scene.path("a/file"))) { try $0.put("a/file", Array("bad".utf8)) }
        scene.trouble.fail(.open(Scene.path("a/file")))
        try scene.drive.put("new", [1])
        scene.trouble.fail(.open(Scene.path("new")))
        let told = try await scene.archive().failures
        let ids = try await scene.repository.snapshots().map(\.id)
        try await scene.repository.forget(ids.filter { $0 != scene.last })
        _ = try await Pruner(repository: scene.repository, options: PruneOptions(width: 2, unusedPercent: 0)).prune()
        _ = try await Repairer(repository: scene.repository).repair(password: "test", quarantine: MemoryObjectStore())
        let snapshots = try await scene.repository.snapshots()
        #expect(told.map(\.path.description) == ["a/file", "new"])
        #expect(try await scene.repository.unreadItems(of: snapshots).values.map { $0 } == [told])
        #expect(try await Checker(repository: scene.repository).check(readsData: true).errors == [])
    }
}
