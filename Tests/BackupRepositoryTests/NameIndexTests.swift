import BackupTesting
import FileTree
import ObjectStorage
import ResticFormat
import Testing
import Texts

@testable import BackupRepository

/// What every snapshot holds, as a walk through its folders finds it.
private typealias Model = [[TreePath: Item]]

/// A drive that changes, its snapshots, and an index of them.
private struct Scene {
    let store = FaultyObjectStore(MemoryObjectStore())
    let beside = MemoryObjectStore()
    let repository: Repository
    /// So small that a few names make segments of many blocks.
    var limits = NameIndexLimits(tailEvents: 12, blockEvents: 5, blockNameBytes: 40)
    var model: Model = []
    var snapshots: [SnapshotInfo] = []

    init() async throws { repository = try await makeRepository(in: store) }

    var codec: NameCodec { get throws { try NameCodec(repository.masterKey) } }

    func load() async throws -> NameIndex? { try await NameIndex.load(from: beside, try codec) }

    mutating func backUp(_ tree: MemoryTree) async throws {
        let outcome = try await Archiver(repository: repository, options: .small).archive(
            tree, request: .plain(parent: snapshots.last?.id, seconds: 1_700_000_000 + Int64(model.count) * 600))
        guard case .snapshot(let id) = outcome.result else { return }
        snapshots.append(try await repository.snapshot(id))
        model.append(try await items(in: .root, id))
    }

    private func items(in folder: TreePath, _ snapshot: String) async throws -> [TreePath: Item] {
        var found: [TreePath: Item] = [:]
        for item in try await repository.items(in: folder, ofSnapshot: snapshot) {
            let path = folder.appending(item.name)
            found[path] = item
            guard item.attributes.kind == .folder else { continue }
            found.merge(try await items(in: path, snapshot)) { first, _ in first }
        }
        return found
    }

    /// Adds the snapshots that the index does not have.
    @discardableResult
    func index() async throws -> NameIndex {
        let present = try await load()
        var update = try await NameIndexUpdate(present, of: repository, in: beside, limits: limits)
        for snapshot in snapshots.dropFirst(present?.snapshots.count ?? 0) { try await update.add(snapshot) }
        return try #require(try await update.commit())
    }
}

extension NameIndex {
    /// The number of a snapshot.
    fileprivate func number(_ snapshot: SnapshotInfo) throws -> UInt32 {
        try #require(snapshots.first { $0.id == snapshot.id }).number
    }

    fileprivate func found(_ text: String, after key: NameKey? = nil) async throws -> [NameHistory] {
        var search = try await NameSearch(self, try #require(NameQuery(text)), after: key, width: 3)
        var found: [NameHistory] = []
        while let history = try await search.next() { found.append(history) }
        return found
    }
}

@Suite struct NameIndexTests {
    /// Compares what the index tells of every path that ever was with what each snapshot holds.
    private func expectRight(_ index: NameIndex, _ scene: Scene, living: Range<Int>? = nil) async throws {
        for path in Set(scene.model.flatMap(\.keys)) {
            let history = try await index.history(of: try #require(NameKey(path)))
            for number in living ?? scene.model.indices {
                let item = scene.model[number][path]
                let span = history.span(at: try index.number(scene.snapshots[number]))
                #expect((span == nil) == (item == nil), "\(path) in \(number)")
                guard let item, let state = span?.state else { continue }
                #expect(state.kind == NameState.Kind(item.attributes.kind), "\(path) in \(number)")
                guard item.attributes.kind == .file else { continue }
                #expect(state.size == item.attributes.size, "\(path) in \(number)")
                let modified = item.attributes.modified
                #expect(state.modifiedMilliseconds == modified.seconds * 1000 + Int64(modified.nanoseconds / 1_000_000))
            }
        }
    }

    @Test(arguments: UInt64(1)...6) func `it tells of every path what each snapshot has`(seed: UInt64) async throws {
        var scene = try await Scene()
        var random = try RandomTree(seed: seed, items: 50)
        for round in 0..<10 {
            try await scene.backUp(random.tree)
            if round % 3 < 2 { try await scene.index() }
            try random.disturb(3)
        }
        let index = try await scene.index()
        #expect(index.head.segments.count > 0)
        try await expectRight(index, scene)
        let again = try #require(try await scene.load())
        #expect(again.generation == index.generation)
        try await expectRight(again, scene)
    }

    @Test(arguments: UInt64(1)...4) func `a search finds what a look at every name finds`(seed: UInt64) async throws {
        var scene = try await Scene()
        var random = try RandomTree(seed: seed, items: 80)
        for (number, name) in ["Caf\u{e9} Plan.txt", "STRASSE.txt", "cafe\u{301} plan", "budget 2026.XLSX"].enumerated()
        {
            try random.tree.put(random.folders[number % random.folders.count].appending(Array(name.utf8)), [1])
        }
        for _ in 0..<6 {
            try await scene.backUp(random.tree)
            try await scene.index()
            try random.disturb(6)
        }
        let index = try #require(try await scene.load())
        let all = Set(scene.model.flatMap(\.keys))
        for text in [
            "ab", "caf\u{e9}", "PLAN caf\u{c9}", "b*x", "stra\u{df}e", "a?c", "e\u{301} pl", "??ab", "nothing at all",
        ] {
            let query = try #require(NameQuery(text))
            let expected = all.filter { query.finds(String(decoding: $0.name, as: UTF8.self)) }
            let found = try await index.found(text)
            #expect(Set(found.compactMap(\.key.path)) == expected, "'\(text)'")
            #expect(found.count == expected.count, "'\(text)'")
            #expect(found.map(\.key) == found.map(\.key).sorted(), "'\(text)'")
        }
    }

    @Test func `a search goes on behind any item`() async throws {
        var scene = try await Scene()
        let tree = MemoryTree()
        for folder in ["", "a", "a!", "a/b", "b"] {
            if !folder.isEmpty { try tree.makeFolder(path(folder), permissions: 0o700) }
            for number in 0..<9 { try tree.put(path(folder.isEmpty ? "f-\(number)" : "\(folder)/f-\(number)"), [1]) }
        }
        try await scene.backUp(tree)
        let index = try await scene.index()
        let all = try await index.found("f-").map(\.key)
        #expect(all.count == 45)
        for (number, key) in all.enumerated() {
            #expect(try await index.found("f-", after: key).map(\.key) == Array(all.dropFirst(number + 1)))
        }
    }

    @Test func `states of one item that lie in several blocks and segments are one history`() async throws {
        var scene = try await Scene()
        let tree = MemoryTree()
        try tree.makeFolder(path("d"), permissions: 0o700)
        for number in 0..<40 {
            try tree.put(path("d/changing.txt"), bytes("state \(number)"))
            try tree.put(path("d/other-\(number)"), [1])
            try await scene.backUp(tree)
            try await scene.index()
        }
        let index = try #require(try await scene.load())
        let history = try await index.history(of: try #require(NameKey(path("d/changing.txt"))))
        #expect(history.spans.count == 40)
        #expect(Set(history.spans.map(\.state.content)).count == 40)
        #expect(history.spans.last?.until == nil)
        let found = try await index.found("changing")
        #expect(found.map(\.spans) == [history.spans])
        #expect(index.head.segments.count <= 5)
    }

    @Test func `equal contents have equal digests, wherever and whenever they are`() async throws {
        var scene = try await Scene()
        let tree = MemoryTree()
        try tree.put(path("a"), bytes("one"))
        try await scene.backUp(tree)
        try tree.put(path("a"), bytes("two"))
        try tree.put(path("b"), bytes("one"))
        try await scene.backUp(tree)
        try tree.put(path("a"), bytes("one"))
        try await scene.backUp(tree)
        let index = try await scene.index()
        func contents(_ name: String) async throws -> [UInt64] {
            try await index.history(of: try #require(NameKey(path(name)))).spans.map(\.state.content)
        }
        let (a, b) = (try await contents("a"), try await contents("b"))
        #expect(a.count == 3)
        #expect(a[0] == a[2])
        #expect(a[0] != a[1])
        #expect(b == [a[0]])
    }

    @Test func `a change of attributes alone is no state, and neither is a folder's time`() async throws {
        var scene = try await Scene()
        let tree = MemoryTree()
        try tree.makeFolder(path("d"), permissions: 0o700)
        try tree.put(path("d/a"), bytes("one"))
        try await scene.backUp(tree)
        try tree.setAttributes(of: path("d/a"), AttributeChanges(permissions: 0o600))
        try tree.put(path("d/b"), bytes("new"))
        try await scene.backUp(tree)
        let index = try await scene.index()
        #expect(index.size.events == 3)
    }
}

@Suite struct NameIndexUpkeepTests {
    /// Snapshots of a drive in which everything changes each time.
    private func changing(_ rounds: Int) async throws -> Scene {
        var scene = try await Scene()
        let tree = MemoryTree()
        for round in 0..<rounds {
            for number in 0..<20 { try tree.put(path("f\(number)"), bytes("\(round) \(number)")) }
            try tree.put(path("only-in-\(round)"), [1])
            if round > 0 { try tree.remove(path("only-in-\(round - 1)")) }
            try await scene.backUp(tree)
            try await scene.index()
        }
        return scene
    }

    @Test func `what no snapshot has any more goes with a merge, and the rest stays right`() async throws {
        var scene = try await changing(8)
        try await scene.repository.forget(scene.snapshots.prefix(7).map(\.id))
        // Enough that everything is merged.
        let tree = MemoryTree()
        for number in 0..<500 { try tree.put(path("g\(number)"), [1]) }
        try await scene.backUp(tree)
        let index = try await scene.index()
        #expect(index.head.segments.count == 1)
        #expect(try await index.found("only-in-3").isEmpty)
        #expect(try await index.found("only-in-7").map(\.spans.count) == [1])
        let history = try await index.history(of: try #require(NameKey(path("f3"))))
        #expect(history.spans.map(\.until) == [index.snapshots.last?.number])
        #expect(index.snapshots.map(\.id) == scene.snapshots.suffix(2).map(\.id))
    }

    @Test func `only the objects of the newest head are left`() async throws {
        let scene = try await changing(12)
        let index = try #require(try await scene.load())
        let objects = try await scene.beside.list(prefix: "names/").map(\.name)
        #expect(Set(objects) == Set([index.head.object] + index.head.segments.map(\.object)))
    }

    @Test func `of two updates at once one is committed, and both leave a whole index`() async throws {
        var scene = try await changing(3)
        let tree = MemoryTree()
        for number in 0..<60 { try tree.put(path("n\(number)"), [1]) }
        try await scene.backUp(tree)
        let index = try await scene.load()
        let last = try #require(scene.snapshots.last)
        var updates: [NameIndexUpdate] = []
        for _ in 0..<2 {
            var update = try await NameIndexUpdate(index, of: scene.repository, in: scene.beside, limits: scene.limits)
            try await update.add(last)
            updates.append(update)
        }
        #expect(try await updates[0].commit() != nil)
        #expect(try await updates[1].commit() == nil)
        #expect(try await scene.load()?.found("n5").count == 11)
    }

    @Test func `an update that was cut off at any write changes nothing, and the next one cleans up`() async throws {
        for fault in 0..<6 {
            var scene = try await changing(3)
            let tree = MemoryTree()
            for number in 0..<60 { try tree.put(path("n\(number)"), [1]) }
            try await scene.backUp(tree)
            let before = try #require(try await scene.load())
            let faulty = FaultyObjectStore(scene.beside)
            faulty.failChanges(from: fault + 1)
            var update = try await NameIndexUpdate(before, of: scene.repository, in: faulty, limits: scene.limits)
            let last = try #require(scene.snapshots.last)
            var isDone = false
            if (try? await update.add(last)) != nil { isDone = (try? await update.commit()) != nil }
            let present = try #require(try await scene.load())
            #expect(present.generation == before.generation + (isDone ? 1 : 0))
            #expect(try await present.found("only-in-2").count == 1)
            let after = try await scene.index()
            #expect(try await after.found("n5").count == 11)
            #expect(try await scene.beside.list(prefix: "names/").count == after.head.segments.count + 1)
        }
    }

    @Test(arguments: ["head", "segment"], [true, false])
    func `a damaged part is told, and never read as something else`(part: String, isCut: Bool) async throws {
        let scene = try await changing(6)
        let index = try #require(try await scene.load())
        let name = part == "head" ? index.head.object : try #require(index.head.segments.first).object
        let bytes = try await scene.beside.read(name)
        for place in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 23)) {
            var changed = bytes
            if isCut { changed = Array(bytes.prefix(place)) } else { changed[place] ^= 1 }
            try await scene.beside.write(name, changed)
            if part == "head" {
                #expect(try await scene.load() == nil)
            } else {
                // Names are read of all blocks, details of all that have a name like these.
                await #expect(throws: RepositoryError.self) {
                    for text in ["f*1", "f*2", "in-", "f1", "f"] where NameQuery(text) != nil {
                        _ = try await index.found(text)
                    }
                    for number in 0..<20 { _ = try await index.history(of: try #require(NameKey(path("f\(number)")))) }
                }
            }
        }
        try await scene.beside.write(name, bytes)
        #expect(try await scene.load()?.found("f1").count == 11)
    }

    @Test func `no part can stand in place of another`() async throws {
        let scene = try await changing(6)
        let index = try #require(try await scene.load())
        let codec = try scene.codec
        let sealed = try codec.seal([1, 2, 3], as: NameMark(.names, of: "names/x", number: 1))
        #expect(try codec.open(sealed, as: NameMark(.names, of: "names/x", number: 1)) == [1, 2, 3])
        for other in [
            NameMark(.names, of: "names/x", number: 2), NameMark(.details, of: "names/x", number: 1),
            NameMark(.names, of: "names/y", number: 1),
        ] {
            #expect(throws: FormatError.self) { try codec.open(sealed, as: other) }
        }
        let stranger = try NameCodec(try await makeRepository().masterKey)
        #expect(try await NameIndex.load(from: scene.beside, stranger) == nil)
        #expect(index.generation == 6)
    }

    @Test func `a snapshot that cannot be read is noted, and the next one is told by its difference to the last`()
        async throws
    {
        var scene = try await Scene()
        let tree = MemoryTree()
        try tree.put(path("a"), bytes("one"))
        try await scene.backUp(tree)
        try await scene.index()
        try tree.put(path("b"), bytes("two"))
        try await scene.backUp(tree)
        let present = try #require(try await scene.load())
        var update = try await NameIndexUpdate(present, of: scene.repository, in: scene.beside, limits: scene.limits)
        var gone = try #require(scene.snapshots.first)
        (gone.id, gone.tree) = (sampleID(7).hex, sampleID(8).hex)
        #expect(try await !update.add(gone))
        #expect(try await update.add(try #require(scene.snapshots.last)))
        let index = try #require(try await update.commit())
        #expect(index.snapshots.map(\.isReadable) == [true, false, true])
        let history = try await index.history(of: try #require(NameKey(path("b"))))
        #expect(history.spans.map(\.from) == [2])
    }

    @Test func `an index that is removed is made again with a greater generation`() async throws {
        let scene = try await changing(3)
        try await NameIndex.remove(from: scene.beside)
        #expect(try await scene.load() == nil)
        #expect(try await scene.beside.list(prefix: "").isEmpty)
        #expect(try await scene.index().found("only-in-1").count == 1)
    }

    @Test func `a head that cannot be used is never replaced under its own name`() async throws {
        let scene = try await changing(3)
        let head = try #require(try await scene.load()).head
        try await scene.beside.write(head.object, [1, 2, 3])
        #expect(try await scene.load() == nil)
        #expect(try await scene.index().generation == head.generation + 1)
    }
}

extension NameState.Kind {
    fileprivate init(_ kind: ItemKind) {
        switch kind {
        case .file: self = .file
        case .folder: self = .folder
        case .symbolicLink: self = .link
        default: self = .other
        }
    }
}
