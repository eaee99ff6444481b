import BackupTesting
import FileTree
import ResticFormat
import Testing

@testable import BackupRepository

/// Long folders as pages look at them.
@Suite struct FolderEntriesTests {
    private func node(_ name: String, _ type: NodeType = .file) -> Node {
        Node(
            name: Array(name.utf8), type: type, mode: 0o644, mtime: NodeTime(seconds: 1, nanoseconds: 2),
            ctime: NodeTime(seconds: 1, nanoseconds: 2), size: 3)
    }

    private func entries(_ names: [String]) async -> FolderEntries {
        let nodes = names.map { node($0) }
        return await FolderEntries { body in nodes.forEach(body) }.sorted()
    }

    private func names(_ entries: FolderEntries) -> [String] {
        (0..<entries.count).map { String(decoding: entries[$0].name, as: UTF8.self) }
    }

    @Test(arguments: [["a", "b", "c"], ["c", "a", "b"], ["b", "c", "a", "b", "/", "..", ""]])
    func `entries stand in the order of their names, each once`(_ written: [String]) async {
        #expect(await names(entries(written)) == ["a", "b", "c"])
    }

    @Test(arguments: [("", 0), ("a", 0), ("aa", 1), ("b", 1), ("z", 3)]) func `a place between names is found`(
        _ name: String, _ expected: Int
    ) async {
        #expect(await entries(["a", "b", "c"]).count(before: Array(name.utf8)) == expected)
    }

    @Test func `an entry is found by its name, as it was written`() async {
        let entries = await entries(["a", "b"])
        #expect(entries[name: Array("b".utf8)]?.size == 3)
        #expect(entries[name: Array("b".utf8)]?.modified == Timestamp(seconds: 1, nanoseconds: 2))
        #expect(entries[name: Array("bb".utf8)] == nil)
    }

    @Test func `memory holds what was used last, and no more than its bound`() async throws {
        let long = await entries((0..<600).map { "n\($0)" })
        let memory = FolderMemory(maximumBytes: long.sizeBytes * 2)
        let ids = (0..<3).map { ObjectID.hash(of: [UInt8($0)]) }
        for id in ids.prefix(2) { memory.keep(long, of: id) }
        #expect(memory.entries(of: ids[0]) != nil)
        memory.keep(long, of: ids[2])
        #expect(ids.map { memory.entries(of: $0) != nil } == [true, false, true])
        #expect(memory.count(of: ids[1]) == 600)
    }
}
