import BackupTesting
import FileTree
import ObjectStorage
import ResticFormat
import SampleData
import Testing

@testable import BackupRepository

/// What differs between two snapshots.
@Suite struct SnapshotDifferenceTests {
    private static let old = Timestamp(seconds: 1_000)

    /// A drive in two states, and the difference of their snapshots.
    private func difference(
        _ prepare: (MemoryTree) throws -> Void, _ change: (MemoryTree) throws -> Void
    ) async throws -> SnapshotDifference {
        let tree = MemoryTree()
        try prepare(tree)
        let repository = try await makeRepository()
        let archiver = Archiver(repository: repository, options: .small)
        let first = try await archiver.archive(tree, request: .plain())
        try change(tree)
        let second = try await archiver.archive(tree, request: .plain(parent: first.snapshotID))
        return try await SnapshotDifference(repository, from: first.snapshotID, to: second.snapshotID)
    }

    private func sample(_ tree: MemoryTree) throws {
        for name in ["a", "d/b", "d/e/c", "f/g", "f/h"] {
            try tree.put(name, bytes("content of \(name)"), modified: Self.old)
        }
        try tree.makeSymbolicLink(path("s"), target: bytes("a"))
    }

    /// A change, and how each entry shows it.
    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (MemoryTree) throws -> Void
        let lines: [String]
    }

    private static let changes: [Change] = [
        Change(testDescription: "nothing", change: { _ in }, lines: []),
        Change(testDescription: "a new file", change: { try $0.put("d/n", [1]) }, lines: ["added d/n"]),
        Change(testDescription: "a file is gone", change: { try $0.remove(path("d/b")) }, lines: ["removed d/b"]),
        Change(
            testDescription: "other content", change: { try $0.put("a", bytes("x"), modified: old) },
            lines: ["changed a"]),
        Change(
            testDescription: "another time",
            change: { try $0.setAttributes(of: path("a"), AttributeChanges(modified: Timestamp(seconds: 2))) },
            lines: ["attributes a"]),
        Change(
            testDescription: "other permissions of a folder",
            change: { try $0.setAttributes(of: path("d"), AttributeChanges(permissions: 0o700)) },
            lines: ["attributes d"]),
        Change(
            testDescription: "extended attributes",
            change: {
                try $0.setAttributes(
                    of: path("d/b"),
                    AttributeChanges(extendedAttributes: [ExtendedAttribute(name: bytes("user.x"), value: [1])]))
            }, lines: ["attributes d/b"]),
        Change(
            testDescription: "a file changed its name", change: { try $0.move(path("a"), to: path("d/e/z")) },
            lines: ["renamed d/e/z from a"]),
        Change(
            testDescription: "a file took the place of another",
            change: { try $0.move(path("a"), to: path("d/b")) }, lines: ["removed a", "changed d/b"]),
        Change(
            testDescription: "a folder changed its name", change: { try $0.move(path("d"), to: path("m")) },
            lines: ["renamed m from d"]),
        Change(
            testDescription: "a folder changed its name, and something in it changed",
            change: {
                try $0.move(path("d"), to: path("m"))
                try $0.put("m/b", bytes("other"), modified: old)
            },
            lines: ["removed d", "removed d/b", "added m", "added m/b", "renamed m/e from d/e"]),
        Change(
            testDescription: "a folder became a file",
            change: {
                for name in ["d/e/c", "d/e", "d/b", "d"] { try $0.remove(path(name)) }
                try $0.put("d", [1])
            }, lines: ["changed d", "removed d/b", "removed d/e", "removed d/e/c"]),
        Change(
            testDescription: "a file became a folder",
            change: {
                try $0.remove(path("a"))
                try $0.put("a/x", [1])
            }, lines: ["changed a", "added a/x"]),
        Change(
            testDescription: "a link points elsewhere",
            change: { try $0.makeSymbolicLink(path("s"), target: bytes("d")) }, lines: ["changed s"]),
        Change(
            testDescription: "two equal files moved, each told by its number",
            change: {
                try $0.move(path("f/g"), to: path("f/y"))
                try $0.move(path("f/h"), to: path("f/x"))
            }, lines: ["renamed f/x from f/h", "renamed f/y from f/g"]),
        Change(
            testDescription: "a file was copied", change: { try $0.put("c", bytes("content of a"), modified: old) },
            lines: ["added c"]),
    ]

    private func lines(
        _ difference: SnapshotDifference, in folder: String = "", depth: Int? = nil
    ) async throws
        -> [String]
    {
        try await difference.page(in: path(folder), depth: depth, limit: 1000).entries.map(\.line)
    }

    @Test(arguments: changes) func `each kind of change is listed once`(_ change: Change) async throws {
        let found = try await difference(
            { tree in
                try sample(tree)
                if change.testDescription.hasPrefix("two equal") {
                    for name in ["f/g", "f/h"] { try tree.put(name, bytes("equal"), modified: Self.old) }
                }
            }, change.change)
        #expect(try await lines(found) == change.lines)
    }

    @Test func `sizes and times of both snapshots are told`() async throws {
        let found = try await difference(sample) {
            try $0.put("a", [1, 2], modified: Timestamp(seconds: 9))
            try $0.remove(path("d/b"))
            try $0.put("n", [1], modified: Timestamp(seconds: 8))
        }
        let entries = try await found.page(limit: 10).entries
        #expect(entries.map(\.fromSize) == [12, 14, nil])
        #expect(entries.map(\.toSize) == [2, nil, 1])
        #expect(entries.map { $0.fromModified?.seconds } == [1_000, 1_000, nil])
        #expect(entries.map { $0.toModified?.seconds } == [9, nil, 8])
    }

    @Test func `a depth gives folders their sums`() async throws {
        let found = try await difference(sample) {
            try $0.put("d/e/new", bytes("12345"))
            try $0.put("d/b", bytes("123"))
            try $0.remove(path("f/g"))
            try $0.setAttributes(of: path("f/h"), AttributeChanges(permissions: 0o600))
        }
        #expect(try await lines(found, depth: 1) == ["changed d", "changed f"])
        let entries = try await found.page(depth: 1, limit: 10).entries
        #expect(entries[0].below == DifferenceSums(added: 1, changed: 1, bytes: 8))
        #expect(entries[1].below == DifferenceSums(changed: 1, removed: 1, bytes: 28))
        #expect(
            try await lines(found, depth: 2) == [
                "changed d", "changed d/b", "changed d/e", "changed f", "removed f/g", "attributes f/h",
            ])
        #expect(try await lines(found, in: "d", depth: 1) == ["changed d/b", "changed d/e"])
        #expect(try await found.sums() == DifferenceSums(added: 1, changed: 2, removed: 1, bytes: 36))
        #expect(try await found.sums(of: path("d/e")) == DifferenceSums(added: 1, bytes: 5))
    }

    @Test func `a rename out of the folder asked for is a removal there`() async throws {
        let found = try await difference(sample) { try $0.move(path("d/b"), to: path("f/b")) }
        #expect(try await lines(found) == ["renamed f/b from d/b"])
        #expect(try await lines(found, in: "d") == ["removed d/b"])
        #expect(try await lines(found, in: "f") == ["added f/b"])
    }

    @Test func `what could not be read is not told removed`() async throws {
        let trouble = Trouble()
        let tree = MemoryTree { trouble.code(of: $0) }
        try sample(tree)
        let repository = try await makeRepository()
        let archiver = Archiver(repository: repository, options: .small)
        trouble.fail(.inspect(path("a")))
        let first = try await archiver.archive(tree, request: .plain())
        trouble.end()
        trouble.fail(.list(path("d")))
        try tree.put("new", [1])
        let second = try await archiver.archive(tree, request: .plain(parent: first.snapshotID))
        let found = try await SnapshotDifference(repository, from: first.snapshotID, to: second.snapshotID)
        #expect(try await lines(found) == ["changed a", "added new"])
        let back = try await SnapshotDifference(repository, from: second.snapshotID, to: first.snapshotID)
        #expect(try await lines(back) == ["removed new"])
    }

    @Test func `without an earlier snapshot everything is added`() async throws {
        let repository = try await makeRepository()
        let tree = MemoryTree()
        try sample(tree)
        let only = try await Archiver(repository: repository, options: .small).archive(tree, request: .plain())
        let found = try await SnapshotDifference(repository, from: nil, to: only.snapshotID)
        #expect(
            try await lines(found) == ["a", "d", "d/b", "d/e", "d/e/c", "f", "f/g", "f/h", "s"].map { "added \($0)" })
    }

    @Test(arguments: ["none", "a", "d/none/x"]) func `an unknown folder is not found`(folder: String) async throws {
        let found = try await difference(sample) { try $0.put("d/n", [1]) }
        let error = await #expect(throws: RepositoryError.self) { try await found.page(in: path(folder), limit: 1) }
        #expect(error?.code == .snapshotNotFound)
        #expect(error?.message.contains("'\(folder)'") == true)
    }

    @Test func `a folder of one snapshot alone is compared with nothing`() async throws {
        let found = try await difference(sample) { try $0.put("m/n/o", [1]) }
        #expect(try await lines(found, in: "m") == ["added m/n", "added m/n/o"])
    }

    @Test(arguments: 1...12) func `random states differ as their items do`(seed: Int) async throws {
        var source = try RandomTree(seed: UInt64(seed), items: 80)
        let repository = try await makeRepository()
        let archiver = Archiver(repository: repository, options: .small)
        let first = try await archiver.archive(source.tree, request: .plain())
        let before = try source.tree.description()
        try source.disturb(40)
        let second = try await archiver.archive(source.tree, request: .plain(parent: first.snapshotID))
        let after = try source.tree.description()
        let found = try await SnapshotDifference(repository, from: first.snapshotID, to: second.snapshotID)
        let entries = try await found.page(limit: 10_000).entries
        #expect(Set(entries.flatMap(\.plainLines)) == expected(before, after))
        #expect(entries.count == Set(entries.map(\.path)).count)
        for entry in entries where entry.change == .renamed {
            let from = try #require(entry.fromPath)
            #expect(before[from]?.content == after[entry.path]?.content)
        }
        // Pages of any size give the same, one after the other.
        for limit in [1, 7] {
            var (paged, last): ([DifferenceEntry], TreePath?) = ([], nil)
            while true {
                let page = try await found.page(after: last, limit: limit)
                paged += page.entries
                last = page.entries.last?.path ?? last
                if page.isLast { break }
                #expect(page.entries.count == limit)
            }
            #expect(paged == entries)
        }
    }

    /// What differs between two states, by comparing every item.
    private func expected(_ before: [TreePath: DescribedItem], _ after: [TreePath: DescribedItem]) -> Set<String> {
        var lines = Set<String>()
        for path in Set(before.keys).union(after.keys) {
            guard var old = before[path] else {
                lines.insert("added \(path.bytes)")
                continue
            }
            guard var new = after[path] else {
                lines.insert("removed \(path.bytes)")
                continue
            }
            (old.firstName, new.firstName) = (nil, nil)
            if old.kind == .folder, new.kind == .folder { (old.modified, new.modified) = (nil, nil) }
            if old == new { continue }
            let isContent = old.kind != new.kind || old.content != new.content || old.specialDevice != new.specialDevice
            lines.insert("\(isContent ? "changed" : "attributes") \(path.bytes)")
        }
        return lines
    }

    /// Trees read for a hundred changed files among more and more unchanged ones.
    @Test func `trees are read in proportion to what differs`() async throws {
        var reads: [Int] = []
        for folders in [20, 200] {
            let found = try await difference(
                { tree in
                    for folder in 0..<folders {
                        for file in 0..<5 { try tree.put("d\(folder)/f\(file)", bytes("\(folder) \(file)")) }
                    }
                }, { tree in for folder in 0..<10 { try tree.put("d\(folder)/f1", bytes("other \(folder)")) } })
            #expect(try await found.page(limit: 100).entries.count == 10)
            reads.append(found.treesRead)
        }
        // The root and ten folders, of both snapshots, once for renames and once for the list.
        #expect(reads == [44, 44])
    }

    @Test func `a damaged tree is an error that names its pack`() async throws {
        let store = MemoryObjectStore()
        let tree = MemoryTree()
        try sample(tree)
        let repository = try await makeRepository(in: store)
        let archiver = Archiver(repository: repository, options: .small)
        let first = try await archiver.archive(tree, request: .plain())
        try tree.put("d/n", [1])
        let second = try await archiver.archive(tree, request: .plain(parent: first.snapshotID))
        for name in store.contents.keys where name.hasPrefix("data/") {
            var damaged = try #require(store.contents[name])
            for place in damaged.indices { damaged[place] ^= 1 }
            try await store.write(name, damaged)
        }
        let found = try await SnapshotDifference(repository, from: first.snapshotID, to: second.snapshotID)
        let error = await #expect(throws: RepositoryError.self) { try await found.page(limit: 1) }
        #expect(error?.code == .damaged)
        #expect(error?.message.contains("data/") == true)
    }
}

extension DifferenceEntry {
    /// The entry as a line for a person.
    fileprivate var line: String { "\(change.rawValue) \(path)" + (fromPath.map { " from \($0)" } ?? "") }

    /// The entry by the bytes of its path, a rename as what it is made of.
    fileprivate var plainLines: [String] {
        guard let fromPath else { return ["\(change.rawValue) \(path.bytes)"] }
        return ["removed \(fromPath.bytes)", "added \(path.bytes)"]
    }
}

extension DifferenceSums {
    fileprivate init(added: UInt64 = 0, changed: UInt64 = 0, removed: UInt64 = 0, bytes: UInt64 = 0) {
        self.init()
        (self.added, self.changed, self.removed, self.bytes) = (added, changed, removed, bytes)
    }
}
