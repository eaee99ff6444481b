import BackupRepository
import BackupTesting
import Catalog
import FileTree
import Foundation
import ObjectStorage
import Testing

@testable import ProtectionService

/// Lists of changes as they are kept, compared and counted.
@Suite struct PlanListTests {
    private static func path(_ bytes: [UInt8]) -> TreePath {
        guard let path = TreePath(bytes: bytes) else { preconditionFailure("a valid path") }
        return path
    }

    private static func change(
        _ path: String, _ action: PlannedChange.Action, size: UInt64 = 0, present: UInt64? = nil,
        at seconds: Int64? = nil,
        from: String? = nil, isFolder: Bool = false
    ) -> PlannedChange {
        PlannedChange(
            path: Self.path(Array(path.utf8)), action: action, fromPath: from.map { Self.path(Array($0.utf8)) },
            isFolder: isFolder, size: size, presentSize: present,
            presentModified: seconds.map { Timestamp(seconds: $0, nanoseconds: 7) })
    }

    @Test(arguments: [
        Array("a".utf8), Array("a%b/c%".utf8), Array("tab\tnew\nline\r".utf8), [0xff, 0x80, 0x2f, 0x01],
        Array("%00%2f".utf8), Array("\u{202e}txt.exe".utf8), Array(repeating: 0x09, count: 255),
    ])
    func `any name comes back from its line`(bytes: [UInt8]) throws {
        for from in [nil, Self.path(bytes)] {
            var change = PlannedChange(path: Self.path(bytes), action: .rename, fromPath: from, size: .max)
            (change.presentSize, change.presentModified) = (.max, Timestamp(seconds: -1, nanoseconds: 999_999_999))
            var text: [UInt8] = []
            ChangeLines.append(change, to: &text)
            #expect(text.last == UInt8(ascii: "\n"))
            #expect(text.dropLast().allSatisfy { $0 != UInt8(ascii: "\n") })
            #expect(ChangeLines.change(text.dropLast()) == change)
        }
    }

    @Test(arguments: [
        "", "create", "create\titem\t1\t-\t-\ta", "burn\titem\t1\t-\t-\ta\t", "create\titem\t-1\t-\t-\ta\t",
        "create\titem\t1\t-\t-\t../a\t", "create\titem\t1\t-\t-\ta%\t", "create\titem\t1\t-\t-\ta%zz\t",
        "rename\titem\t1\t-\t-\ta\t/b", "create\titem\t1\t-\t-\ta\t\textra",
    ])
    func `a line that nobody wrote is none`(line: String) {
        #expect(ChangeLines.change(Array(line.utf8)) == nil)
    }

    /// What was shown, what is found now, what stays, and what is outdated.
    struct Case: Sendable {
        var shown: [PlannedChange]
        var now: [PlannedChange]
        var spared: [String] = []
        var outdated: [String] = []
    }

    @Test(arguments: [
        Case(shown: [change("a", .create, size: 1)], now: [change("a", .create, size: 1)]),
        Case(shown: [change("a", .create, size: 1)], now: []),
        Case(shown: [], now: [change("a", .delete, present: 1, at: 1)], spared: ["a"]),
        Case(
            shown: [change("a", .delete, present: 1, at: 1)], now: [change("a", .delete, present: 1, at: 2)],
            outdated: ["a"]),
        Case(
            shown: [change("a", .overwrite, size: 3, present: 1, at: 1)],
            now: [change("a", .overwrite, size: 3, present: 2, at: 1)], outdated: ["a"]),
        Case(
            shown: [change("a", .overwrite, size: 3, present: 1, at: 1)], now: [change("a", .create, size: 3)],
            outdated: ["a"]),
        // What was written before a crash gets its attributes.
        Case(
            shown: [change("a", .create, size: 3)], now: [change("a", .attributes, size: 3, present: 3, at: 9)]),
        Case(
            shown: [change("b", .rename, size: 3, present: 3, at: 1, from: "a")],
            now: [change("b", .rename, size: 3, present: 3, at: 1, from: "c")], outdated: ["b"]),
        // A folder's own length and time follow from what is in it.
        Case(
            shown: [change("f", .delete, present: 4096, at: 1, isFolder: true)],
            now: [
                change("f", .delete, present: 8192, at: 2, isFolder: true), change("f/x", .delete, present: 1, at: 2),
            ],
            spared: ["f/x"]),
        Case(shown: [], now: [change("f", .attributes, isFolder: true)]),
        // Something else stood in the way and is gone already.
        Case(
            shown: [change("a", .create, size: 1), change("a", .delete, present: 5, at: 1)],
            now: [change("a", .create, size: 1)]),
    ])
    func `what was not shown stays, and what changed stops the rest`(compared: Case) {
        let approved = ApprovedChanges(shown: compared.shown, now: compared.now)
        #expect(approved.spared.map { "\($0.path)" } == compared.spared)
        #expect(approved.outdated.map { "\($0.path)" } == compared.outdated)
    }

    @Test func `the figures count every change and the room that it needs`() {
        let changes = [
            Self.change("a", .create, size: 100), Self.change("b", .overwrite, size: 50, present: 20, at: 10),
            Self.change("c", .overwrite, size: 5, present: 30, at: 1),
            Self.change("d", .delete, present: 40, at: 10),
            Self.change("e", .delete, present: 4096, at: 10, isFolder: true),
            Self.change("f", .rename, size: 7, present: 7, at: 10, from: "g"),
            Self.change("h", .attributes, size: 9, present: 9, at: 10),
        ]
        func figures(keptUntil: Double?) -> PlanFigures {
            var figures = PlanFigures(
                newerAfter: Date(timeIntervalSince1970: 5),
                keptUntil: keptUntil.map { Date(timeIntervalSince1970: $0) })
            for change in changes { figures.add(change) }
            figures.finish(unchanged: 12, bytesToRead: 77)
            return figures
        }
        // What a newest point of the second 5 has not: b and d. Without one, c too.
        #expect(figures(keptUntil: 5).bytesKept == 20 + 40)
        #expect(figures(keptUntil: nil).bytesKept == 20 + 30 + 40)
        #expect(figures(keptUntil: 11).bytesKept == 0)
        let figures = figures(keptUntil: 5)
        #expect(figures.count == 7)
        let sums = figures.sums
        let counts: [Int] = [sums.create, sums.overwrite, sums.delete, sums.rename, sums.attributes]
        #expect(counts == [1, 2, 2, 1, 1])
        let others: [Int] = [sums.units, sums.unchanged, sums.bytesToRead, sums.bytesToWrite]
        #expect(others == [1, 12, 77, 155])
        // b and d were changed after that moment; a folder and a rename lose nothing.
        #expect(sums.newerLost == 2)
        // 100 new, 30 more in b; 25 less in c and 40 of d are freed; b stands twice for a while.
        #expect(figures.bytesNeeded == 100 + 30 - 25 - 40 + 50)
    }

    @Test func `a block of a list passes for no other`() async throws {
        let store = MemoryStores()["r"]
        let new = try NewRepository(
            password: "p", origin: .derived, environment: RepositoryEnvironment(hostname: "h", username: "u"))
        let repository = try await Repository.create(
            new, in: MemoryStores()["x"], environment: RepositoryEnvironment(hostname: "h", username: "u"))
        let changes = [Self.change("a", .create, size: 1)]
        let list = ChangeList(store: store, repository: repository, planID: "p", listID: "1")
        let other = ChangeList(store: store, repository: repository, planID: "p", listID: "2")
        try await list.write(changes)
        #expect(try await list.readAll(count: 1) == changes)
        let bytes = try await store.read("plans/p/1/000000")
        try await store.write("plans/p/2/000000", bytes)
        await #expect(throws: RepositoryError.self) { try await other.readAll(count: 1) }
        // A list that is shorter than the row says is damaged too.
        await #expect(throws: (any Error).self) { try await list.readAll(count: 2) }
    }
}
