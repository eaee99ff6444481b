import BackupTesting
import FileTree
import ObjectStorage
import ResticFormat
import Testing

@testable import BackupRepository

/// What a plan names after one change of what a snapshot has: `a` (10 bytes), `d/b` (20 bytes), the
/// empty folder `d/e` and the link `s`.
@Suite struct RestorePlannerTests {
    struct Change: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var mode = RestoreMode.inPlace
        var change: @Sendable (MemoryTree) throws -> Void
        var lines: [String]
    }

    private static let content = bytes("0123456789")

    private func source() throws -> MemoryTree {
        let tree = MemoryTree()
        try tree.put("a", Self.content)
        try tree.put("d/b", Self.content + Self.content)
        try tree.makeFolder(path("d/e"), permissions: 0o755)
        try tree.makeSymbolicLink(path("s"), target: bytes("a"))
        return tree
    }

    private func plan(
        _ change: (MemoryTree) throws -> Void, mode: RestoreMode = .inPlace, setsOwners: Bool = true
    ) async throws -> RestorePlan {
        let tree = try source()
        let repository = try await makeRepository()
        let outcome = try await Archiver(repository: repository, options: .small).archive(tree, request: .plain())
        try change(tree)
        let restorer = Restorer(repository: repository, options: RestoreOptions(width: 2, setsOwners: setsOwners))
        return try await restorer.plan(snapshot: outcome.snapshotID, onto: tree, mode: mode)
    }

    static let changes = [
        Change(testDescription: "nothing changed", change: { _ in }, lines: []),
        Change(
            testDescription: "a file was removed", change: { try $0.remove(path("a")) },
            lines: ["create a (10 bytes)"]),
        Change(
            testDescription: "a file has other content of the same length",
            change: { try $0.put("a", bytes("abcdefghij")) }, lines: ["rewrite a (10 bytes)"]),
        Change(
            testDescription: "a file became longer", change: { try $0.append(path("a"), [1]) },
            lines: ["rewrite a (10 bytes)"]),
        Change(
            testDescription: "a file was written again with the same content",
            change: { try $0.put("a", content, modified: Timestamp(seconds: 77)) }, lines: ["fix attributes of a"]),
        Change(
            testDescription: "a file has other permissions",
            change: { try $0.setAttributes(of: path("a"), AttributeChanges(permissions: 0o600)) },
            lines: ["fix attributes of a"]),
        Change(
            testDescription: "a file has an extended attribute",
            change: { tree in
                let attribute = ExtendedAttribute(name: bytes("user.x"), value: [1])
                try tree.setAttributes(of: path("a"), AttributeChanges(extendedAttributes: [attribute]))
            }, lines: ["fix attributes of a"]),
        Change(
            testDescription: "a file was added in place", change: { try $0.put("x", content) }, lines: ["delete x"]),
        Change(
            testDescription: "a file was added and may stay", mode: .fresh, change: { try $0.put("x", content) },
            lines: []),
        Change(
            testDescription: "a folder with files was added", change: { try $0.put("n/m/x", content) },
            lines: ["delete n"]),
        Change(
            testDescription: "a file was renamed", change: { try $0.move(path("a"), to: path("x")) },
            lines: ["rename x to a"]),
        Change(
            testDescription: "a file was renamed and its copy may stay", mode: .fresh,
            change: { try $0.move(path("a"), to: path("x")) }, lines: ["create a (10 bytes)"]),
        Change(
            testDescription: "a file was renamed and changed",
            change: { tree in
                try tree.move(path("a"), to: path("x"))
                try tree.overwrite(path("x"), [0])
            }, lines: ["delete x", "create a (10 bytes)"]),
        Change(
            testDescription: "a file moved into another folder", change: { try $0.move(path("a"), to: path("d/a")) },
            lines: ["rename d/a to a", "fix attributes of d/"]),
        Change(
            testDescription: "an empty folder was removed", change: { try $0.remove(path("d/e")) },
            lines: ["create d/e/", "fix attributes of d/"]),
        Change(
            testDescription: "a folder stands where a file was",
            change: { tree in
                try tree.remove(path("a"))
                try tree.makeFolder(path("a"), permissions: 0o755)
            }, lines: ["delete a (another kind of item has to stand there)", "create a (10 bytes)"]),
        Change(
            testDescription: "a file stands where a folder was",
            change: { tree in
                try tree.remove(path("d/e"))
                try tree.put("d/e", [1])
            },
            lines: [
                "delete d/e (another kind of item has to stand there)", "create d/e/", "fix attributes of d/",
            ]),
        Change(
            testDescription: "a link points elsewhere",
            change: { try $0.makeSymbolicLink(path("s"), target: bytes("d")) }, lines: ["create s"]),
        Change(
            testDescription: "a link is gone", change: { try $0.remove(path("s")) }, lines: ["create s"]),
        Change(
            testDescription: "a file stands where a link was", change: { try $0.put("s", [1]) }, lines: ["create s"]),
        Change(
            testDescription: "a folder stands where a link was",
            change: { tree in
                try tree.remove(path("s"))
                try tree.makeFolder(path("s"), permissions: 0o755)
            }, lines: ["delete s (another kind of item has to stand there)", "create s"]),
        Change(
            testDescription: "a whole folder is gone",
            change: { tree in
                try tree.remove(path("d/b"))
                try tree.remove(path("d/e"))
                try tree.remove(path("d"))
            }, lines: ["create d/", "create d/e/", "create d/b (20 bytes)"]),
    ]

    @Test(arguments: changes) func `a plan names what differs`(_ change: Change) async throws {
        #expect(try await plan(change.change, mode: change.mode).lines == change.lines)
    }

    @Test func `what is unchanged is counted, and nothing of it is read`() async throws {
        let summary = try await plan({ _ in }).summary
        #expect(summary.isEmpty)
        #expect(summary.itemsTotal == 5)
        #expect(summary.unchanged == 5)
        #expect(summary.bytesTotal == 30)
        #expect(summary.bytesCompared == 0)
    }

    @Test func `each kind of action is counted once`() async throws {
        let summary = try await plan { tree in
            try tree.remove(path("d/b"))
            try tree.put("a", bytes("abcdefghij"))
            try tree.put("x", [1])
        }.summary
        #expect(summary.created == 1)
        #expect(summary.rewritten == 1)
        #expect(summary.deleted == 1)
        #expect(summary.attributesFixed == 1, "the folder that lost an item")
        #expect(summary.renamed == 0)
        #expect(summary.bytesToWrite == 30)
    }

    @Test func `a file that was written again is compared byte by byte`() async throws {
        let summary = try await plan { try $0.put("a", Self.content, modified: Timestamp(seconds: 77)) }.summary
        #expect(summary.bytesCompared == 10)
        #expect(summary.bytesToWrite == 0)
    }

    @Test func `a rename writes nothing`() async throws {
        let summary = try await plan { try $0.move(path("a"), to: path("x")) }.summary
        #expect(summary.renamed == 1)
        #expect(summary.created == 0)
        #expect(summary.deleted == 0)
        #expect(summary.bytesToWrite == 0)
    }

    @Test(arguments: [(true, ["fix attributes of a"]), (false, [])])
    func `owners count where they are set`(setsOwners: Bool, lines: [String]) async throws {
        let change = { (tree: MemoryTree) in
            let before = try tree.attributes(of: path("a"))
            try tree.setAttributes(
                of: path("a"), AttributeChanges(modified: before.modified, owner: .init(userID: 5, groupID: 5)))
        }
        #expect(try await plan(change, setsOwners: setsOwners).lines == lines)
    }

    @Test func `a destination that cannot be listed ends the plan`() async throws {
        let repository = try await makeRepository()
        let outcome = try await Archiver(repository: repository, options: .small).archive(
            try source(), request: .plain())
        let gone = MemoryTree { $0 == .list(.root) ? .permissionDenied : nil }
        let error = await #expect(throws: RepositoryError.self) {
            try await Restorer(repository: repository).plan(snapshot: outcome.snapshotID, onto: gone, mode: .inPlace)
        }
        #expect(error?.code == .treeUnavailable)
        let failure = try #require(error)
        #expect(!failure.isRetryable)
    }

    @Test func `a folder that cannot be listed is a failure, and the rest is planned`() async throws {
        let repository = try await makeRepository()
        let outcome = try await Archiver(repository: repository, options: .small).archive(
            try source(), request: .plain())
        let copy = MemoryTree { $0 == .list(path("d")) ? .permissionDenied : nil }
        try copy.makeFolder(path("d"), permissions: 0o755)
        let plan = try await Restorer(repository: repository).plan(
            snapshot: outcome.snapshotID, onto: copy, mode: .inPlace)
        #expect(plan.failures.map(\.path) == [path("d")])
        #expect(plan.lines.contains("create a (10 bytes)"))
    }

    @Test func `an unknown snapshot has no plan`() async throws {
        let repository = try await makeRepository()
        for id in ["none", sampleID(1).hex] {
            let error = await #expect(throws: RepositoryError.self) {
                try await Restorer(repository: repository).plan(snapshot: id, onto: MemoryTree(), mode: .inPlace)
            }
            #expect(error?.code == .snapshotNotFound)
        }
    }
}
