import FileTree
import ResticFormat
import Testing

@testable import BackupRepository

/// The long folders that were looked at last.
@Suite struct FolderMemoryTests {
    private func entries(_ count: Int) async -> FolderEntries {
        await FolderEntries { body in
            for number in 0..<count { body(sampleNode("\(10_000 + number)")) }
        }
    }

    @Test(arguments: [(499, false), (500, true)]) func `only long folders are kept`(count: Int, isKept: Bool) async {
        let memory = FolderMemory()
        memory.keep(await entries(count), of: sampleID(1))
        #expect((memory.entries(of: sampleID(1)) != nil) == isKept)
        #expect(memory.count(of: sampleID(1)) == count)
    }

    @Test func `a folder that is too large for the memory is counted, not kept`() async {
        let long = await entries(600)
        let memory = FolderMemory(maximumBytes: long.sizeBytes - 1)
        memory.keep(long, of: sampleID(1))
        #expect(memory.entries(of: sampleID(1)) == nil)
        #expect(memory.count(of: sampleID(1)) == 600)
        let exact = FolderMemory(maximumBytes: long.sizeBytes)
        exact.keep(long, of: sampleID(1))
        #expect(exact.entries(of: sampleID(1))?.count == 600)
    }

    @Test func `a folder that is kept twice takes its place once`() async {
        let long = await entries(600)
        let memory = FolderMemory(maximumBytes: long.sizeBytes * 2)
        for _ in 0..<3 { memory.keep(long, of: sampleID(1)) }
        memory.keep(long, of: sampleID(2))
        #expect(memory.entries(of: sampleID(1)) != nil)
        #expect(memory.entries(of: sampleID(2)) != nil)
    }

    @Test func `what was read is counted`() async {
        let memory = FolderMemory()
        memory.keep(await entries(3), of: sampleID(1))
        memory.keep(await entries(600), of: sampleID(2))
        #expect(memory.entriesRead == 603)
        #expect(memory.count(of: sampleID(3)) == nil)
    }
}

/// What an entry of a folder in short form tells.
@Suite struct FolderEntryTests {
    private func entries(_ nodes: [Node]) async -> FolderEntries {
        await FolderEntries { body in nodes.forEach(body) }.sorted()
    }

    @Test func `each entry has its own name, kind, size and time`() async {
        var file = sampleNode("b", size: 3)
        file.mtime = NodeTime(seconds: -5, nanoseconds: 7)
        let entries = await entries([file, sampleNode("a", .symlink, size: 9)])
        #expect(entries.count == 2)
        #expect(entries[0].name == bytes("a"))
        #expect(entries[0].kind == .symbolicLink)
        #expect(entries[0].size == 0, "only files have a size")
        #expect(entries[1].kind == .file)
        #expect(entries[1].size == 3)
        #expect(entries[1].modified == Timestamp(seconds: -5, nanoseconds: 7))
    }

    @Test func `folders lead to their trees, files to none`() async {
        var (first, second) = (sampleNode("a", .dir), sampleNode("c", .dir))
        (first.subtree, second.subtree) = (sampleID(1), sampleID(2))
        var file = sampleNode("b")
        file.subtree = sampleID(3)
        let entries = await entries([second, file, first])
        #expect((0..<3).map { entries[$0].folder?.tree } == [sampleID(1), nil, sampleID(2)])
    }

    @Test func `of two entries with one name the first counts`() async {
        let entries = await entries([sampleNode("b", size: 1), sampleNode("a", size: 2), sampleNode("a", size: 3)])
        #expect(entries.count == 2)
        #expect(entries[name: bytes("a")]?.size == 2)
    }

    @Test func `an entry that only names an unread item is left out`() async {
        let failure = ItemFailure(path: path("x"), code: "inputOutput", message: "no")
        let mark = UnreadMark(failure, kind: .file, since: NodeTime(seconds: 1))
        let named = Node(naming: bytes("x"), mark: mark, inode: 0)
        let entries = await entries([sampleNode("a"), named])
        #expect(entries.count == 1)
        #expect(entries[name: bytes("x")] == nil)
    }

    @Test func `an empty folder has no entries`() async {
        let entries = await entries([])
        #expect(entries.count == 0)
        #expect(entries.count(before: bytes("a")) == 0)
        #expect(entries[name: bytes("a")] == nil)
    }

    @Test func `names that begin alike are told apart`() async {
        let entries = await entries(["a", "aa", "aaa"].map { sampleNode($0, size: UInt64($0.utf8.count)) })
        #expect(["a", "aa", "aaa"].map { entries[name: bytes($0)]?.size } == [1, 2, 3])
        #expect(entries[name: bytes("aaaa")] == nil)
    }
}
