import BackupRepository
import BackupTesting
import FileTree
import ObjectStorage
import Synchronization
import Testing

/// Calls that fail, as long as they are named.
final class Trouble: Sendable {
    private let calls = Mutex<[MemoryTree.Call: TreeError.Code]>([:])

    func fail(_ call: MemoryTree.Call, _ code: TreeError.Code = .permissionDenied) {
        calls.withLock { $0[call] = code }
    }
    func end() { calls.withLock { $0 = [:] } }
    func code(of call: MemoryTree.Call) -> TreeError.Code? { calls.withLock { $0[call] } }
}

/// A drive that can be made unreadable, and the snapshots of it.
struct UnreadScene {
    let trouble = Trouble()
    let drive: MemoryTree
    let repository: Repository
    let cache: MemoryObjectStore?
    var options = ArchiveOptions.small
    /// The newest snapshot.
    var last: String?
    var number: Int64 = 0

    /// - Parameter remembers: whether what was seen of folders is kept for the next run.
    init(remembers: Bool = false) async throws {
        drive = MemoryTree { [trouble] call in trouble.code(of: call) }
        repository = try await makeRepository()
        cache = remembers ? MemoryObjectStore() : nil
        options.entriesRemembered = 0
    }

    /// A drive with one item of each kind that can be unreadable.
    static func filled(remembers: Bool = false) async throws -> UnreadScene {
        let scene = try await UnreadScene(remembers: remembers)
        try scene.drive.put("a/file", Array("good".utf8))
        try scene.drive.put("a/folder/deep/inner", Array("inner".utf8))
        try scene.drive.put("a/folder/other", Array("other".utf8))
        try scene.drive.makeSymbolicLink(Self.path("a/link"), target: Array("file".utf8))
        try scene.drive.put("plain", Array("plain".utf8))
        return scene
    }

    static func path(_ text: String) -> TreePath { TreePath(text) ?? .root }

    /// Ten minutes after the snapshot before.
    @discardableResult
    mutating func archive() async throws -> ArchiveOutcome {
        number += 1
        let request = ArchiveRequest.plain(parent: last, seconds: Self.seconds(number))
        let outcome = try await Archiver(repository: repository, options: options, cache: cache).archive(
            drive, request: request)
        last = outcome.snapshotID
        return outcome
    }

    /// The second of the snapshot with that number.
    static func seconds(_ number: Int64) -> Int64 { 1_700_000_000 + 600 * number }

    func restoreInPlace() async throws -> RestoreOutcome {
        try await restore(repository, try #require(last), onto: drive)
    }

    func text(_ path: String) throws -> String { String(decoding: try drive.bytes(Self.path(path)), as: UTF8.self) }
}

/// What archiving makes of items that cannot be read.
@Suite struct UnreadItemTests {
    private typealias Scene = UnreadScene

    /// Every way in which an item can be unreadable: what fails, and the item that is told of.
    static let ways: [(MemoryTree.Call, TreeError.Code, String, UnreadKind)] = [
        (.open(UnreadScene.path("a/file")), .permissionDenied, "a/file", .file),
        (.read(UnreadScene.path("a/file"), offset: 0), .inputOutput, "a/file", .file),
        (.inspect(UnreadScene.path("a/file")), .permissionDenied, "a/file", .file),
        (.readLink(UnreadScene.path("a/link")), .inputOutput, "a/link", .link),
        (.inspect(UnreadScene.path("a/link")), .permissionDenied, "a/link", .link),
        (.list(UnreadScene.path("a/folder")), .permissionDenied, "a/folder", .folder),
        (.list(UnreadScene.path("a/folder")), .escapes, "a/folder", .folder),
        (.inspect(UnreadScene.path("a/folder")), .inputOutput, "a/folder", .folder),
        (.list(UnreadScene.path("a")), .permissionDenied, "a", .folder),
    ]

    @Test(arguments: ways.indices, [false, true])
    func `an unreadable item keeps the node of the parent snapshot and says from when`(
        number: Int, remembers: Bool
    ) async throws {
        let (call, code, path, kind) = Self.ways[number]
        var scene = try await Scene.filled(remembers: remembers)
        try await scene.archive()
        let before = try scene.drive.description()
        // Something else changes, and the item, too: nobody can look.
        try scene.drive.put("plain", Array("changed".utf8))
        try scene.drive.setAttributes(of: Scene.path(path), AttributeChanges(permissions: 0o600))
        scene.trouble.fail(call, code)
        let outcome = try await scene.archive()
        #expect(outcome.failures.map(\.path.description) == [path])
        #expect(outcome.failures.map(\.code) == [code.description])
        #expect(outcome.failures.map(\.kind) == [kind])
        #expect(outcome.failures.map(\.since) == [Timestamp(seconds: Scene.seconds(2))])
        #expect(outcome.failures.map(\.keptFrom) == [Timestamp(seconds: Scene.seconds(1))])
        #expect(outcome.statistics.totalFiles == 4)
        scene.trouble.end()
        let copy = MemoryTree()
        #expect(try await restore(scene.repository, outcome.snapshotID, onto: copy, mode: .fresh).failures == [])
        var expected = before
        expected[Scene.path("plain")] = try scene.drive.description()[Scene.path("plain")]
        #expect(try copy.description() == expected)
    }

    @Test(arguments: ways.indices, [false, true])
    func `an unreadable item that no snapshot has is named, and tried again`(number: Int, remembers: Bool) async throws
    {
        let (call, code, path, _) = Self.ways[number]
        var scene = try await Scene.filled(remembers: remembers)
        scene.trouble.fail(call, code)
        let first = try await scene.archive()
        #expect(first.failures.map(\.path.description) == [path])
        #expect(first.failures.map(\.keptFrom) == [nil])
        let second = try await scene.archive()
        #expect(second.result == .unchanged(parent: first.snapshotID))
        #expect(second.failures == first.failures)
        scene.trouble.end()
        let third = try await scene.archive()
        #expect(third.failures == [])
        let copy = MemoryTree()
        _ = try await restore(scene.repository, third.snapshotID, onto: copy, mode: .fresh)
        #expect(try copy.description() == scene.drive.description())
    }

    @Test(arguments: ways.indices, [false, true])
    func `the time of the last good reading is carried on, and goes with the next one`(
        number: Int, remembers: Bool
    ) async throws {
        let (call, code, path, _) = Self.ways[number]
        var scene = try await Scene.filled(remembers: remembers)
        try await scene.archive()
        try scene.drive.setAttributes(of: Scene.path(path), AttributeChanges(permissions: 0o600))
        scene.trouble.fail(call, code)
        try await scene.archive()
        let same = try await scene.archive()
        #expect(same.result == .unchanged(parent: same.snapshotID))
        try scene.drive.put("plain", Array("changed".utf8))
        let later = try await scene.archive()
        #expect(later.failures.map(\.path.description) == [path])
        #expect(later.failures.map(\.since) == [Timestamp(seconds: Scene.seconds(2))])
        #expect(later.failures.map(\.keptFrom) == [Timestamp(seconds: Scene.seconds(1))])
        scene.trouble.end()
        let good = try await scene.archive()
        #expect(good.failures == [])
        #expect(try await !scene.repository.snapshot(good.snapshotID).tags.contains(Archiver.unreadTag))
        let check = try await Checker(repository: scene.repository).check(readsData: true)
        #expect(check.errors == [])
    }

    @Test func `the snapshots themselves tell what could not be read`() async throws {
        var scene = try await Scene.filled()
        try await scene.archive()
        scene.trouble.fail(.list(Scene.path("a/folder")))
        try scene.drive.put("new", [1])
        scene.trouble.fail(.open(Scene.path("new")), .inputOutput)
        let outcome = try await scene.archive()
        let snapshots = try await scene.repository.snapshots()
        #expect(outcome.failures.map(\.path.description) == ["a/folder", "new"])
        #expect(try await scene.repository.unreadItems(of: snapshots) == [outcome.snapshotID: outcome.failures])
        #expect(snapshots.map { $0.tags.contains(Archiver.unreadTag) } == [false, true])
    }

    @Test(arguments: [false, true])
    func `what was unread in a folder is still told when the folder itself cannot be listed`(
        remembers: Bool
    ) async throws {
        var scene = try await Scene.filled(remembers: remembers)
        try await scene.archive()
        try scene.drive.put("a/folder/deep/inner", Array("newer".utf8))
        scene.trouble.fail(.open(Scene.path("a/folder/deep/inner")))
        try await scene.archive()
        scene.trouble.fail(.list(Scene.path("a/folder")))
        let outcome = try await scene.archive()
        #expect(outcome.failures.map(\.path.description) == ["a/folder", "a/folder/deep/inner"])
        #expect(outcome.failures.map(\.keptFrom?.seconds) == [Scene.seconds(2), Scene.seconds(1)])
        #expect(
            try await scene.repository.unreadItems(of: scene.repository.snapshots())[outcome.snapshotID]
                == outcome.failures)
    }

    @Test func `everything in a folder that is kept unread counts as unmodified`() async throws {
        var scene = try await Scene.filled()
        try await scene.archive()
        scene.trouble.fail(.list(Scene.path("a")))
        let counts = try await scene.archive().statistics
        // a, a/folder and a/folder/deep; with plain, which was looked at, four files.
        #expect(counts.foldersUnmodified == 3)
        #expect(counts.filesUnmodified == 4)
        #expect(counts.totalBytes == UInt64("good".count + "inner".count + "other".count + "plain".count))
    }

    @Test func `what is kept is as of the last look that found nothing new`() async throws {
        var scene = try await Scene.filled()
        let first = try await scene.archive()
        scene.trouble.fail(.list(Scene.path("a/folder")))
        let checked = Timestamp(seconds: Scene.seconds(1) + 3_000)
        var request = ArchiveRequest.plain(parent: first.snapshotID, seconds: Scene.seconds(10))
        request.parentCheckedTime = checked
        let outcome = try await Archiver(repository: scene.repository, options: .small).archive(
            scene.drive, request: request)
        #expect(outcome.failures.map(\.keptFrom) == [checked])
    }

    @Test func `a file over the limit keeps its last node, or is named`() async throws {
        var scene = try await Scene.filled()
        try await scene.archive()
        scene.options.maximumFileBytes = 10
        try scene.drive.put("a/file", [UInt8](repeating: 1, count: 11))
        try scene.drive.put("large", [UInt8](repeating: 2, count: 12))
        let outcome = try await scene.archive()
        #expect(outcome.failures.map(\.code) == ["tooLarge", "tooLarge"])
        #expect(outcome.failures.map(\.keptFrom?.seconds) == [Scene.seconds(1), nil])
        _ = try await scene.restoreInPlace()
        #expect(try scene.text("a/file") == "good")
        #expect(try scene.drive.bytes(Scene.path("large")).count == 12)
    }

    @Test func `a file replaced by a folder that cannot be listed does not come back in its place`() async throws {
        var scene = try await Scene.filled()
        try await scene.archive()
        try scene.drive.remove(Scene.path("plain"))
        try scene.drive.put("plain/new", Array("never read".utf8))
        scene.trouble.fail(.list(Scene.path("plain")))
        let outcome = try await scene.archive()
        #expect(outcome.failures.map(\.keptFrom) == [nil])
        #expect(outcome.failures.map(\.kind) == [.folder])
        scene.trouble.end()
        #expect(try await scene.restoreInPlace().leftAlone == [Scene.path("plain")])
        #expect(try scene.text("plain/new") == "never read")
    }

    @Test func `an item that goes between listing and reading is absent, not unread`() async throws {
        var scene = try await Scene.filled()
        try await scene.archive()
        try scene.drive.put("a/file", Array("newer".utf8))
        scene.trouble.fail(.open(Scene.path("a/file")), .notFound)
        scene.trouble.fail(.list(Scene.path("a/folder")), .notFound)
        let outcome = try await scene.archive()
        #expect(outcome.failures == [])
        let names = try await scene.repository.items(in: Scene.path("a"), ofSnapshot: outcome.snapshotID).map {
            String(decoding: $0.name, as: UTF8.self)
        }
        #expect(names == ["link"])
    }

    @Test(arguments: ["a/file", "a/folder"])
    func `unreadable extended attributes cost no content, and are left as they are`(name: String) async throws {
        var scene = try await Scene.filled()
        let attribute = ExtendedAttribute(name: Array("user.colour".utf8), value: [7])
        try scene.drive.setAttributes(of: Scene.path(name), AttributeChanges(extendedAttributes: [attribute]))
        scene.trouble.fail(.readExtended(Scene.path(name)), .inputOutput)
        let outcome = try await scene.archive()
        #expect(outcome.failures.map(\.path.description) == [name])
        #expect(outcome.statistics.totalFiles == 4)
        scene.trouble.end()
        try scene.drive.setAttributes(of: Scene.path(name), AttributeChanges(permissions: 0o700))
        let restored = try await scene.restoreInPlace()
        #expect(restored.failures == [])
        #expect(try scene.drive.description()[Scene.path(name)]?.extended == [attribute])
        #expect(try await scene.archive().failures == [])
    }

    @Test func `a node whose content is lost is not kept`() async throws {
        let store = MemoryObjectStore()
        let drive = MemoryTree { $0 == .open(Scene.path("file")) ? .permissionDenied : nil }
        let readable = MemoryTree()
        try readable.put("file", [UInt8](repeating: 5, count: 100))
        try drive.put("file", [UInt8](repeating: 5, count: 101))
        let archiver = Archiver(repository: try await makeRepository(in: store), options: .small)
        let first = try await archiver.archive(readable, request: .plain())
        for object in try await store.list(prefix: "index/") { try await store.delete(object.name) }
        let opened = try await Repository.open(in: store, password: "test", environment: .fixed())
        let outcome = try await Archiver(repository: opened, options: .small).archive(
            drive, request: .plain(parent: first.snapshotID))
        #expect(outcome.failures.map(\.keptFrom) == [nil])
    }

    @Test func `a drive cannot mark its items`() async throws {
        var scene = try await Scene.filled()
        let forged = ["holdfast.stale", "holdfast.unread", "user.real"].map {
            ExtendedAttribute(name: Array($0.utf8), value: [1])
        }
        try scene.drive.setAttributes(of: Scene.path("a/file"), AttributeChanges(extendedAttributes: forged))
        let outcome = try await scene.archive()
        let copy = MemoryTree()
        #expect(try await restore(scene.repository, outcome.snapshotID, onto: copy).unread == [])
        #expect(try copy.description()[Scene.path("a/file")]?.extended.map(\.name) == [Array("user.real".utf8)])
    }

    @Test(arguments: [10, 3 << 20])
    func `a file that is appended to or overwritten during each reading is stored as read last`(size: Int) async throws
    {
        for isAppended in [false, true] {
            let busy = Scene.path("busy")
            let count = Mutex(0)
            let writer = Mutex<MemoryTree?>(nil)
            let drive = MemoryTree { call in
                guard case .read(busy, _) = call else { return nil }
                let number = count.withLock {
                    $0 += 1
                    return $0
                }
                if isAppended {
                    try? writer.withLock { $0 }?.append(busy, [9])
                } else {
                    try? writer.withLock { $0 }?.overwrite(busy, [UInt8(truncatingIfNeeded: number)])
                }
                return nil
            }
            try drive.put(busy, [UInt8](repeating: 8, count: size))
            let repository = try await makeRepository()
            let archiver = Archiver(repository: repository, options: .small)
            let first = try await archiver.archive(drive, request: .plain())
            writer.withLock { $0 = drive }
            try drive.overwrite(busy, [0])
            let second = try await archiver.archive(
                drive, request: .plain(parent: first.snapshotID, seconds: 1_700_000_600))
            writer.withLock { $0 = nil }
            #expect(second.failures.map(\.code) == ["changedWhileRead"])
            #expect(second.failures.map(\.keptFrom?.seconds) == [1_700_000_600])
            let copy = MemoryTree()
            #expect(try await restore(repository, second.snapshotID, onto: copy).failures == [])
            let restored = try copy.bytes(busy)
            #expect(restored.count >= size)
            #expect(restored.dropFirst().prefix(size - 1).allSatisfy { $0 == 8 })
            let third = try await archiver.archive(
                drive, request: .plain(parent: second.snapshotID, seconds: 1_700_001_200))
            #expect(third.failures == [])
            _ = try await restore(repository, third.snapshotID, onto: copy)
            #expect(try copy.bytes(busy) == drive.bytes(busy))
        }
    }
}
