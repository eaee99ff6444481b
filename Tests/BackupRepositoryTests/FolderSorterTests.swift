import FileTree
import ResticFormat
import Testing

@testable import BackupRepository

/// What of a folder has to be looked at, decided without a source or a repository.
@Suite struct FolderSorterTests {
    private func tree(_ nodes: [Node]) throws -> Tree { try Tree(nodes: nodes) }

    private func sorted(
        _ items: [Item], previous: [Node] = [], records: [Int] = [], failures: [TreeError] = [],
        outcomes: [Int: FolderOutcome] = [:], hasContent: (Node) -> Bool = { _ in true }
    ) throws -> FolderWork {
        var sorter = FolderSorter(
            listing: ExaminedListing(FolderListing(items: items, failures: failures)), path: path("d"),
            outcomes: outcomes, matcher: NodeMatcher(try tree(previous), records: records))
        return sorter.sort(0..<sorter.listing.items.count, hasContent: hasContent)
    }

    @Test func `an unchanged file is taken over and counted`() throws {
        let node = sampleNode("a", size: 30)
        let work = try sorted([sampleItem("a", size: 30)], previous: [node])
        #expect(work.isEmpty)
        #expect(work.entries.map(\.node) == [node])
        #expect(work.entries.map(\.isSame) == [true])
        #expect(work.unmodified.files == 1)
        #expect(work.unmodified.bytes == 30)
    }

    @Test func `an unchanged link is taken over, but is no file`() throws {
        let work = try sorted([sampleItem("a", .symbolicLink)], previous: [sampleNode("a", .symlink)])
        #expect(work.isEmpty)
        #expect(work.unmodified.files == 0)
    }

    @Test func `a new file is looked at`() throws {
        let work = try sorted([sampleItem("a", size: 30)])
        #expect(work.batches.map { $0.map(\.path) } == [[path("d/a")]])
        #expect(work.batches.first?.first?.previous == nil)
        #expect(work.entries.map(\.node) == [nil])
        #expect(work.entries.map(\.isSame) == [false])
        #expect(work.unmodified.files == 0)
    }

    @Test func `a changed file is looked at together with its node`() throws {
        let node = sampleNode("a", size: 30)
        let work = try sorted([sampleItem("a", size: 31)], previous: [node])
        #expect(work.batches.first?.map(\.previous) == [node])
        #expect(work.entries.map(\.node) == [nil])
    }

    @Test func `a file that lost content in the repository is looked at`() throws {
        let work = try sorted(
            [sampleItem("a", size: 30), sampleItem("b", size: 30)],
            previous: [sampleNode("a", size: 30), sampleNode("b", size: 30)]
        ) { $0.name == bytes("b") }
        #expect(work.batches.first?.map(\.path) == [path("d/a")])
        #expect(work.entries.map { $0.node != nil } == [false, true])
    }

    @Test func `a file that could not be read last time is looked at again`() throws {
        var node = sampleNode("a", size: 30)
        let failure = ItemFailure(path: path("d/a"), code: "inputOutput", message: "no")
        node.setMark(UnreadMark(failure, kind: .file, since: node.mtime), lastReading: node.mtime)
        #expect(try sorted([sampleItem("a", size: 30)], previous: [node]).batches.count == 1)
    }

    @Test func `a folder is always looked at`() throws {
        let work = try sorted([sampleItem("a", .folder)], previous: [sampleNode("a", .dir)], records: [4])
        #expect(work.folders.map(\.path) == [path("d/a")])
        #expect(work.folders.map(\.known) == [4])
        #expect(work.folders.allSatisfy { $0.outcome == nil })
    }

    @Test func `a folder that was archived already brings its outcome`() throws {
        let folder = ArchivedFolder(tree: sampleID(1), isSame: true, seen: nil)
        let work = try sorted(
            [sampleItem("a"), sampleItem("b", .folder)], previous: [], outcomes: [1: .archived(folder)])
        #expect(work.folders.map { $0.outcome?.isSame } == [true])
    }

    @Test func `numbers count within a piece, outcomes within the folder`() throws {
        let folder = ArchivedFolder(tree: sampleID(1), isSame: true, seen: nil)
        var sorter = FolderSorter(
            listing: ExaminedListing(FolderListing(items: [sampleItem("a"), sampleItem("b", .folder)])), path: .root,
            outcomes: [1: .archived(folder)], matcher: NodeMatcher(nil))
        #expect(sorter.sort(0..<1, hasContent: { _ in true }).batches.first?.map(\.number) == [0])
        let second = sorter.sort(1..<2, hasContent: { _ in true })
        #expect(second.entries.count == 1)
        #expect(second.folders.map(\.number) == [0])
        #expect(second.folders.first?.outcome != nil)
    }

    @Test func `an entry that could not be examined keeps its place`() throws {
        let failure = TreeError(.permissionDenied, path: path("d/b"), message: "no")
        let work = try sorted(
            [sampleItem("a"), sampleItem("c")], previous: [sampleNode("b", .dir)], records: [9], failures: [failure])
        #expect(work.entries.count == 3)
        #expect(work.failed.map(\.candidate.number) == [1])
        #expect(work.failed.map(\.candidate.kind) == [nil])
        #expect(work.failed.map(\.candidate.known) == [9])
        #expect(work.failed.map(\.error.code) == [.permissionDenied])
        #expect(work.batches.first?.map(\.number) == [0, 2])
    }

    @Test(arguments: [(0, false), (1, false), (512 << 10, false), ((512 << 10) + 1, true)])
    func `a file of more than the smallest chunk is worked on by itself`(size: Int, isLarge: Bool) throws {
        let work = try sorted([sampleItem("a", size: UInt64(size))])
        #expect(work.large.count == (isLarge ? 1 : 0))
        #expect(work.batches.count == (isLarge ? 0 : 1))
    }

    @Test(arguments: [(64, [64]), (65, [64, 1]), (129, [64, 64, 1])])
    func `small files are worked on by the dozen`(count: Int, batches: [Int]) throws {
        let items = (0..<count).map { sampleItem("f\(1_000 + $0)", size: 1) }
        #expect(try sorted(items).batches.map(\.count) == batches)
    }

    @Test func `a batch ends when its files pass a mebibyte`() throws {
        let items = (0..<5).map { sampleItem("f\($0)", size: 512 << 10) }
        // Two make exactly a mebibyte, the third passes it.
        #expect(try sorted(items).batches.map(\.count) == [3, 2])
    }

    @Test func `pipes and links are small whatever size they claim`() throws {
        #expect(try sorted([sampleItem("a", .fifo, size: 1 << 30)]).large.isEmpty)
    }
}

/// A listing in which everything has its place.
@Suite struct ExaminedListingTests {
    private func failure(_ text: String, _ code: TreeError.Code = .inputOutput) -> TreeError {
        TreeError(code, path: path(text), message: "no")
    }

    @Test func `without failures the items are as listed`() {
        let items = [sampleItem("a"), sampleItem("b")]
        #expect(ExaminedListing(FolderListing(items: items)).items == items)
        #expect(ExaminedListing(FolderListing(items: items)).failures.isEmpty)
    }

    @Test func `entries that could not be examined are sorted in`() {
        let listing = ExaminedListing(
            FolderListing(items: [sampleItem("b"), sampleItem("d")], failures: [failure("x/c"), failure("x/a")]))
        #expect(listing.items.map(\.name) == ["a", "b", "c", "d"].map(bytes))
        #expect(Set(listing.failures.keys) == [bytes("a"), bytes("c")])
    }

    @Test func `a failure of an item that is listed, or of the folder itself, adds nothing`() {
        let root = TreeError(.inputOutput, path: .root, message: "no")
        let listing = ExaminedListing(FolderListing(items: [sampleItem("a")], failures: [failure("x/a"), root]))
        #expect(listing.items.count == 1)
        #expect(listing.failures.isEmpty)
    }

    @Test func `two failures of one entry make one entry`() {
        let listing = ExaminedListing(
            FolderListing(items: [], failures: [failure("x/a", .notFound), failure("x/a", .inputOutput)]))
        #expect(listing.items.count == 1)
        #expect(listing.failures[bytes("a")]?.code == .inputOutput)
    }
}

/// The nodes of a tree, asked for in ascending order.
@Suite struct NodeMatcherTests {
    private func matcher(_ names: [(String, NodeType)], records: [Int] = []) throws -> NodeMatcher {
        NodeMatcher(try Tree(nodes: names.map { sampleNode($0, $1) }), records: records)
    }

    @Test func `names that are there are found, others are not`() throws {
        var matcher = try matcher([("b", .file), ("d", .file)])
        #expect(["a", "b", "c", "d", "e"].map { matcher.next(bytes($0)) != nil } == [false, true, false, true, false])
    }

    @Test func `a name may be asked for twice`() throws {
        var matcher = try matcher([("a", .file)])
        #expect(matcher.next(bytes("a"))?.name == bytes("a"))
        #expect(matcher.next(bytes("a"))?.name == bytes("a"))
    }

    @Test func `without a tree nothing is found`() {
        var matcher = NodeMatcher(nil)
        #expect(matcher.next(bytes("a")) == nil)
        #expect(matcher.record == nil)
    }

    @Test func `each folder has its record, files have none`() throws {
        var matcher = try matcher([("a", .dir), ("b", .file), ("c", .dir), ("d", .dir)], records: [1, 5, 9])
        let records = ["a", "b", "c", "d"].map { name -> Int? in
            _ = matcher.next(bytes(name))
            return matcher.record
        }
        #expect(records == [1, nil, 5, 9])
    }

    @Test func `a folder that is passed by takes its record along`() throws {
        var matcher = try matcher([("a", .dir), ("c", .dir)], records: [1, 5])
        _ = matcher.next(bytes("c"))
        #expect(matcher.record == 5)
    }
}

/// When a folder's tree is written, and what.
@Suite struct TreeDraftTests {
    private func entry(_ node: Node?, isSame: Bool = false) -> ArchivedEntry {
        ArchivedEntry(node: node, isSame: isSame)
    }

    @Test func `a folder that equals the old tree has no text`() throws {
        let nodes = [sampleNode("a"), sampleNode("b")]
        var draft = TreeDraft([sampleItem("a"), sampleItem("b")], previous: try Tree(nodes: nodes))
        try draft.add([entry(nodes[0], isSame: true)])
        try draft.add([entry(nodes[1], isSame: true)])
        #expect(draft.finished() == nil)
    }

    @Test func `a change in a later piece brings the pieces before it`() throws {
        let nodes = [sampleNode("a"), sampleNode("b"), sampleNode("c")]
        var changed = nodes[1]
        changed.size = 9
        var draft = TreeDraft(["a", "b", "c"].map { sampleItem($0) }, previous: try Tree(nodes: nodes))
        try draft.add([entry(nodes[0], isSame: true)])
        try draft.add([entry(changed)])
        try draft.add([entry(nodes[2], isSame: true)])
        #expect(draft.finished() == (try Tree(nodes: [nodes[0], changed, nodes[2]]).encoded()))
    }

    @Test func `an entry that went leaves the others`() throws {
        let nodes = [sampleNode("a"), sampleNode("b")]
        var draft = TreeDraft([sampleItem("a"), sampleItem("b")], previous: try Tree(nodes: nodes))
        try draft.add([entry(nodes[0], isSame: true), entry(nil)])
        #expect(draft.finished() == (try Tree(nodes: [nodes[0]]).encoded()))
    }

    @Test func `a folder with fewer entries than the old tree is written`() throws {
        let nodes = [sampleNode("a"), sampleNode("b")]
        var draft = TreeDraft([sampleItem("a")], previous: try Tree(nodes: nodes))
        try draft.add([entry(nodes[0], isSame: true)])
        #expect(draft.finished() == (try Tree(nodes: [nodes[0]]).encoded()))
    }

    @Test func `an empty folder without an old tree is written`() throws {
        #expect(TreeDraft([], previous: nil).finished() == (try Tree(nodes: []).encoded()))
        #expect(TreeDraft([], previous: try Tree(nodes: [])).finished() == nil)
    }
}

/// What a run saw of folders, as bytes.
@Suite struct FolderRecordsTests {
    private func records(_ tree: Int, _ folders: [FolderRecords] = [], fingerprint: Int? = 1) -> FolderRecords {
        FolderRecords(tree: sampleID(tree), fingerprint: fingerprint.map(sampleID), folders: folders)
    }

    /// The root 1 with 2 (3, 4) and 5.
    private var sample: FolderRecords { records(1, [records(2, [records(3), records(4)]), records(5)]) }

    @Test func `records stand in the order of a walk`() {
        #expect(sample.count == 5)
        #expect((0..<5).map { sample.tree(of: $0) } == [1, 2, 3, 4, 5].map(sampleID))
        #expect(sample.folders(in: 0) == [1, 4])
        #expect(sample.folders(in: 1) == [2, 3])
        #expect(sample.folders(in: 2) == [])
        #expect(sample.folders(in: 4) == [])
    }

    @Test func `a part is the folder with all beneath it`() {
        #expect(sample.part(1)?.bytes == records(2, [records(3), records(4)]).bytes)
        #expect(sample.part(4)?.bytes == records(5).bytes)
        #expect(sample.part(0)?.bytes == sample.bytes)
    }

    @Test func `only a whole set of records is read`() {
        let bytes = sample.bytes
        #expect(FolderRecords(bytes: bytes)?.count == 5)
        #expect(FolderRecords(bytes: []) == nil)
        #expect(FolderRecords(bytes: Array(bytes.dropLast())) == nil)
        #expect(FolderRecords(bytes: bytes + [0]) == nil)
        #expect(FolderRecords(bytes: Array(bytes.dropLast(FolderRecords.recordBytes))) == nil)
        #expect(FolderRecords(bytes: bytes + records(6).bytes) == nil)
    }

    @Test func `a folder is known by its fingerprint alone`() {
        #expect(records(1, fingerprint: 7).hasFingerprint(sampleID(7), 0))
        #expect(!records(1, fingerprint: 7).hasFingerprint(sampleID(8), 0))
        #expect(!records(1, fingerprint: nil).hasFingerprint(sampleID(7), 0))
    }

    /// Every attribute by which an item counts as unchanged.
    static let changes: [(String, @Sendable (inout Item) -> Void)] = [
        ("name", { $0.name = bytes("b") }), ("kind", { $0.attributes.kind = .fifo }),
        ("permissions", { $0.attributes.permissions = 0o641 }), ("user", { $0.attributes.userID = 1 }),
        ("group", { $0.attributes.groupID = 1 }), ("size", { $0.attributes.size = 1 }),
        ("inode", { $0.attributes.inode = 1 }), ("links", { $0.attributes.linkCount = 2 }),
        ("modified", { $0.attributes.modified.seconds += 1 }),
        ("modified within a second", { $0.attributes.modified.nanoseconds += 1 }),
        ("changed", { $0.attributes.changed.seconds += 1 }),
        ("changed within a second", { $0.attributes.changed.nanoseconds += 1 }),
    ]

    @Test(arguments: changes)
    func `a fingerprint tells every change of an item`(_ what: String, change: @Sendable (inout Item) -> Void) {
        var item = sampleItem("a")
        let before = ObjectID.fingerprint(of: [item])
        change(&item)
        #expect(ObjectID.fingerprint(of: [item]) != before)
        #expect(ObjectID.fingerprint(of: [item]) == ObjectID.fingerprint(of: [item]))
    }

    @Test func `names of folders within a folder are no change of it`() {
        var item = sampleItem("a", .folder)
        let before = ObjectID.fingerprint(of: [item])
        item.attributes.linkCount = 5
        #expect(ObjectID.fingerprint(of: [item]) == before)
    }

    @Test(arguments: [1_023, 1_024, 1_025]) func `every item of a long folder counts`(count: Int) {
        var items = (0..<count).map { sampleItem("\(100_000 + $0)") }
        let before = ObjectID.fingerprint(of: items)
        #expect(ObjectID.fingerprint(of: Array(items.dropLast())) != before)
        items[count - 1].attributes.size = 1
        #expect(ObjectID.fingerprint(of: items) != before)
    }

    @Test func `a text that moves from one name to the next is a change`() {
        #expect(
            ObjectID.fingerprint(of: [sampleItem("ab"), sampleItem("c")])
                != ObjectID.fingerprint(of: [sampleItem("a"), sampleItem("bc")]))
    }
}
