import BackupTesting
import FileTree
import Testing

@testable import BackupRepository

/// The changes that a plan names, and plans of which some are left out.
@Suite struct PlannedChangeTests {
    private static func path(_ text: String) throws -> TreePath { try #require(TreePath(text)) }

    private static func archived(_ tree: MemoryTree) async throws -> (Restorer, String) {
        let repository = try await makeRepository()
        let outcome = try await Archiver(repository: repository, options: .small).archive(tree, request: .plain())
        return (Restorer(repository: repository, options: RestoreOptions(width: 1)), outcome.snapshotID)
    }

    private static func words(_ changes: [PlannedChange]) -> [String] {
        changes.filter { !($0.isFolder && $0.action == .attributes) }.map {
            "\($0.action.rawValue) \($0.fromPath.map { "\($0) to " } ?? "")\($0.path)"
        }
    }

    @Test func `every change is named, folders with everything in them`() async throws {
        let tree = MemoryTree()
        try tree.put("gone/deep/a", [1, 2])
        try tree.put("changed", [3])
        try tree.put("old-name", [4, 4, 4], modified: Timestamp(seconds: 50))
        try tree.put("same", [5])
        let (restorer, snapshot) = try await Self.archived(tree)
        try tree.remove(try Self.path("gone/deep/a"))
        try tree.remove(try Self.path("gone/deep"))
        try tree.remove(try Self.path("gone"))
        try tree.put("changed", [6, 6], modified: Timestamp(seconds: 99))
        try tree.move(try Self.path("old-name"), to: try Self.path("new-name"))
        try tree.put("extra/x/y", [7])
        let plan = try await restorer.plan(snapshot: snapshot, onto: tree, mode: .inPlace)
        let changes = try plan.changes()
        #expect(
            Self.words(changes) == [
                "overwrite changed", "delete extra", "delete extra/x", "delete extra/x/y", "create gone",
                "create gone/deep", "create gone/deep/a", "rename new-name to old-name",
            ])
        let overwritten = try #require(changes.first { $0.action == .overwrite })
        #expect(overwritten.size == 1)
        #expect(overwritten.presentSize == 2)
        #expect(overwritten.presentModified == Timestamp(seconds: 99))
        #expect(overwritten.losesContent(newerThan: Timestamp(seconds: 98)))
        #expect(!overwritten.losesContent(newerThan: Timestamp(seconds: 99)))
        #expect(plan.bytesToRead > 0)
    }

    @Test func `a file in the way of a folder, and the reverse, are changes of their own`() async throws {
        let tree = MemoryTree()
        try tree.put("a/inside", [1])
        try tree.put("b", [2])
        let (restorer, snapshot) = try await Self.archived(tree)
        try tree.remove(try Self.path("a/inside"))
        try tree.remove(try Self.path("a"))
        try tree.put("a", [3])
        try tree.remove(try Self.path("b"))
        try tree.put("b/inside", [4])
        let wanted = try await restorer.plan(snapshot: snapshot, onto: tree, mode: .inPlace)
        #expect(
            Self.words(try wanted.changes()) == [
                "create a", "delete a", "create a/inside", "create b", "delete b", "delete b/inside",
            ])
        var plan = wanted
        plan.spare([try Self.path("b/inside"), try Self.path("a")], of: try wanted.changes())
        let before = try tree.description()
        let outcome = try await restorer.execute(plan)
        #expect(outcome.failures.isEmpty)
        #expect(try tree.description() == before)
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `what is spared stays as it is, and everything else happens`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let tree = MemoryTree()
        for number in 0..<12 { try tree.put("f\(number % 4)/g\(number % 3)/\(number)", random.bytes(20)) }
        let (restorer, snapshot) = try await Self.archived(tree)
        let wanted = try Self.files(tree)
        for number in 0..<12 {
            let path = try Self.path("f\(number % 4)/g\(number % 3)/\(number)")
            switch Int.random(in: 0..<4, using: &random) {
            case 0: try tree.remove(path)
            case 1: try tree.put(path, random.bytes(30))
            case 2: try tree.move(path, to: try Self.path("f0/moved-\(number)"))
            default: try tree.put("new\(number % 2)/h/\(number)", random.bytes(10))
            }
        }
        let before = try Self.files(tree)
        var plan = try await restorer.plan(snapshot: snapshot, onto: tree, mode: .inPlace)
        let changes = try plan.changes()
        let spared = Set(changes.filter { _ in Int.random(in: 0..<3, using: &random) == 0 }.map(\.path))
        plan.spare(spared, of: changes)
        let outcome = try await restorer.execute(plan)
        #expect(outcome.failures.isEmpty, "seed \(seed)")

        var expected = before
        for change in changes where !spared.contains(change.path) {
            if let from = change.fromPath { expected[from] = nil }
            if change.action == .delete { expected[change.path] = nil }
        }
        for change in changes where !spared.contains(change.path) && change.action != .delete {
            expected[change.path] = wanted[change.path]
        }
        #expect(try Self.files(tree) == expected, "seed \(seed)")
    }

    private static func files(_ tree: MemoryTree) throws -> [TreePath: [UInt8]] {
        try tree.description().filter { $0.value.kind == .file }.mapValues(\.content)
    }
}
