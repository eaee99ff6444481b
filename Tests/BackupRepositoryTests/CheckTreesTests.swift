import BackupTesting
import FileTree
import ObjectStorage
import ResticFormat
import Synchronization
import Testing

@testable import BackupRepository

/// What a check says of trees that another program wrote.
@Suite struct CheckTreesTests {
    private static let content = [UInt8](repeating: 7, count: 100)
    private static let missing = ObjectID.hash(of: [1, 2, 3])

    private static func node(_ name: String, _ type: NodeType = .file) -> Node {
        let time = NodeTime(seconds: 1_700_000_000, nanoseconds: 0)
        var node = Node(
            name: Array(name.utf8), type: type, mode: FileMode.mode(of: type, permissions: 0o644), mtime: time)
        if type == .file { node.content = [] }
        return node
    }

    private static func file(_ name: String, size: UInt64, _ content: [ObjectID]?) -> Node {
        var file = node(name)
        (file.size, file.content) = (size, content)
        return file
    }

    private static func link(_ name: String, to target: [UInt8]?) -> Node {
        var link = node(name, .symlink)
        link.linkTarget = target
        return link
    }

    private static func folder(_ name: String, _ tree: ObjectID?) -> Node {
        var folder = node(name, .dir)
        folder.subtree = tree
        return folder
    }

    /// The text of a tree with the nodes in this order, also where no tree of ours could be so.
    private static func text(_ nodes: [Node]) throws -> [UInt8] {
        let (head, tail) = (Array("{\"nodes\":[".utf8), Array("]}\n".utf8))
        let texts = try nodes.map { try Tree(nodes: [$0]).encoded().dropFirst(head.count).dropLast(tail.count) }
        return head + Array(texts.joined(separator: [UInt8(ascii: ",")])) + tail
    }

    /// A repository of which each tree and snapshot is as a test wants it.
    private struct Crafted {
        let store = MemoryObjectStore()
        let repository: Repository
        private let saver: BlobSaver

        init() async throws {
            repository = try await makeRepository(in: store)
            saver = BlobSaver(
                repository: repository, index: try await repository.index(), width: 1, packSizeBytes: 1 << 20,
                compressionLevel: nil, verifiesBlobs: false)
        }

        func save(_ nodes: [Node]) async throws -> ObjectID { try await saver.saveTree(try text(nodes)) }

        func saveContent() async throws -> ObjectID { try await saver.saveData(content).id }

        /// The ID of a snapshot of a tree. Everything is in the index afterwards.
        func snapshot(_ tree: ObjectID) async throws -> String {
            _ = try await saver.flush()
            let snapshot = Snapshot(time: NodeTime(seconds: 1_700_000_000, nanoseconds: 0), tree: tree, paths: ["/x"])
            return try await repository.storeUnpacked(snapshot.encoded(), as: .snapshots)
        }

        func check(readsData: Bool = false) async throws -> CheckReport {
            try await Checker(repository: repository, width: 1).check(readsData: readsData)
        }
    }

    /// What a check says of a snapshot of one tree that holds these nodes.
    private func report(_ nodes: (_ content: ObjectID) -> [Node]) async throws -> (CheckReport, snapshot: String) {
        let crafted = try await Crafted()
        let content = try await crafted.saveContent()
        let snapshot = try await crafted.snapshot(try await crafted.save(nodes(content)))
        return (try await crafted.check(), snapshot)
    }

    /// The items of the errors, from the root of their snapshot on.
    private func items(_ report: CheckReport) -> [String] {
        report.errors.map { String(($0.item ?? "").drop { $0 == "/" }) }
    }

    // MARK: Entries

    @Test func `entries that can be restored are no problem`() async throws {
        let (report, _) = try await report { content in
            [
                Self.node("a"), Self.file("b", size: 100, [content]), Self.file("c", size: 200, [content, content]),
                Self.link("d", to: [1]), Self.node("e", .fifo), Self.node("f", .socket), Self.node("g", .dev),
                Self.node("h", .chardev),
            ]
        }
        #expect(report.problems == [])
        #expect(report.isSound)
    }

    @Test(arguments: [
        file("x", size: 0, nil), file("x", size: 1, []), file("x", size: 5, [missing]),
        link("x", to: nil), folder("x", nil),
    ]) func `an entry that cannot be restored is an error of its snapshot`(_ node: Node) async throws {
        let (report, snapshot) = try await report { _ in [Self.node("a"), node] }
        #expect(report.problems.map(\.severity) == [.error])
        #expect(report.problems.map(\.object) == [snapshot])
        #expect(report.problems.map(\.item) == ["/x"])
        #expect(!report.isSound)
    }

    @Test(arguments: [99, 101] as [UInt64]) func `a size that is not that of the content is told with both`(
        _ size: UInt64
    ) async throws {
        let (report, _) = try await report { [Self.file("x", size: size, [$0])] }
        let message = try #require(report.errors.first?.message)
        #expect(message.contains("\(size)"))
        #expect(message.contains("100"))
    }

    @Test func `missing blobs are counted`() async throws {
        let (report, _) = try await report { [Self.file("x", size: 100, [Self.missing, $0, Self.missing])] }
        let message = try #require(report.errors.first?.message)
        #expect(message.contains("2 of 3"))
        #expect(report.errors.count == 1)
    }

    @Test(arguments: [".", "..", "a/b", "a\0"]) func `a name that no file system takes is an error`(
        _ name: String
    ) async throws {
        let (report, _) = try await report { _ in [Self.node(name)] }
        #expect(report.errors.map(\.item) == ["/\(name)"])
    }

    @Test func `a name that stands twice is told apart from one in the wrong place`() async throws {
        let (twice, _) = try await report { _ in [Self.node("a"), Self.node("a")] }
        let (misplaced, _) = try await report { _ in [Self.node("b"), Self.node("a")] }
        #expect(twice.errors.map(\.item) == ["/a"])
        #expect(misplaced.errors.map(\.item) == ["/a"])
        #expect(twice.errors.first?.message != misplaced.errors.first?.message)
        #expect(twice.errors.first?.message.contains("twice") == true)
    }

    // MARK: Folders

    @Test func `an item is told with the folders that it lies in`() async throws {
        let crafted = try await Crafted()
        let inner = try await crafted.save([Self.link("x", to: nil)])
        let outer = try await crafted.save([Self.folder("e", inner)])
        _ = try await crafted.snapshot(try await crafted.save([Self.folder("d", outer)]))
        let report = try await crafted.check()
        #expect(items(report) == ["d/e/x"])
        #expect(report.trees == 3)
    }

    @Test func `a folder whose tree is missing does not keep the others from being looked at`() async throws {
        let crafted = try await Crafted()
        let good = try await crafted.save([Self.link("x", to: nil)])
        _ = try await crafted.snapshot(
            try await crafted.save([Self.folder("a", Self.missing), Self.folder("b", good)]))
        let report = try await crafted.check()
        #expect(items(report) == ["a", "b/x"])
        #expect(report.trees == 2)
    }

    @Test func `a folder with a name that no file system takes is not entered`() async throws {
        let crafted = try await Crafted()
        let inner = try await crafted.save([Self.link("x", to: nil)])
        _ = try await crafted.snapshot(try await crafted.save([Self.folder("..", inner)]))
        let report = try await crafted.check()
        #expect(report.errors.map(\.item) == ["/.."])
        #expect(report.trees == 1)
    }

    @Test func `a tree that several snapshots share is read once`() async throws {
        let crafted = try await Crafted()
        let shared = try await crafted.save([Self.link("x", to: nil)])
        let first = try await crafted.snapshot(try await crafted.save([Self.folder("a", shared)]))
        let second = try await crafted.snapshot(try await crafted.save([Self.folder("b", shared)]))
        let report = try await crafted.check()
        #expect(report.errors.count == 1)
        #expect([first, second].contains(report.errors.first?.object))
        #expect(report.snapshots == 2)
        #expect(report.trees == 3)
    }

    // MARK: Counts

    @Test func `what was looked at is counted`() async throws {
        let crafted = try await Crafted()
        let content = try await crafted.saveContent()
        _ = try await crafted.snapshot(try await crafted.save([Self.file("a", size: 100, [content])]))
        let packs = crafted.store.contents.filter { $0.key.hasPrefix("data/") }
        let quick = try await crafted.check()
        #expect(quick.blobs == 2)
        #expect(quick.snapshots == 1)
        #expect(quick.packs == 0)
        #expect(quick.bytesRead == 0)
        let thorough = try await crafted.check(readsData: true)
        #expect(thorough.packs == UInt64(packs.count))
        #expect(thorough.bytesRead == packs.values.reduce(0) { $0 + UInt64($1.count) })
    }

    @Test func `progress counts up to what there is`() async throws {
        let crafted = try await Crafted()
        let content = try await crafted.saveContent()
        let inner = try await crafted.save([Self.file("a", size: 100, [content])])
        _ = try await crafted.snapshot(try await crafted.save([Self.folder("d", inner)]))
        let told = Mutex<[CheckProgress]>([])
        let checker = Checker(repository: crafted.repository, width: 1)
        let report = try await checker.check(readsData: true) { progress in told.withLock { $0.append(progress) } }
        let steps = told.withLock { $0 }
        #expect(steps.map(\.trees) == steps.map(\.trees).sorted())
        #expect(steps.map(\.packs) == steps.map(\.packs).sorted())
        #expect(steps.last?.trees == 2)
        #expect(steps.last?.packs == report.packs)
        #expect(steps.last?.packsTotal == report.packs)
    }

    @Test func `errors come first, then notes, each by object and item`() async throws {
        let crafted = try await Crafted()
        _ = try await crafted.snapshot(
            try await crafted.save([Self.link("c", to: nil), Self.link("d", to: nil)]))
        try await crafted.store.write("data/00/" + String(repeating: "00", count: 32), [1])
        let report = try await crafted.check()
        #expect(report.problems.map(\.severity) == [.error, .error, .note])
        #expect(report.errors.map(\.item) == ["/c", "/d"])
    }
}
