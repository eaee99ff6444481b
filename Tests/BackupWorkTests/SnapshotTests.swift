import FileTree
import Foundation
import Testing

@testable import BackupRepository
@testable import BackupWork

private func snapshot(
    _ id: String, _ seconds: Int64, parent: String? = nil, original: String? = nil, tree: String = "t",
    tags: [String] = []
) -> SnapshotInfo {
    SnapshotInfo(
        id: id, time: Timestamp(seconds: seconds, nanoseconds: 0), tree: tree, parent: parent, original: original,
        tags: tags, paths: ["/unit"], hostname: "h")
}

@Suite struct SnapshotOrderTests {
    @Test func `without parents the time decides, then the id`() {
        #expect([snapshot("b", 2), snapshot("a", 2), snapshot("c", 1)].inOrder.map(\.id) == ["c", "a", "b"])
    }

    @Test func `none comes before the one that it was made against`() {
        let chain = [snapshot("new", 1, parent: "old"), snapshot("old", 9), snapshot("newest", 5, parent: "new")]
        #expect(chain.inOrder.map(\.id) == ["old", "new", "newest"])
    }

    @Test func `a parent that restic tag renamed is known by its first id`() {
        let renamed = snapshot("renamed", 9, original: "old")
        #expect([snapshot("new", 1, parent: "old"), renamed].inOrder.map(\.id) == ["renamed", "new"])
    }

    @Test func `a parent that is gone changes nothing`() {
        #expect([snapshot("b", 2, parent: "gone"), snapshot("a", 1)].inOrder.map(\.id) == ["a", "b"])
    }

    @Test func `a circle of parents ends`() {
        let circle = [snapshot("a", 1, parent: "b"), snapshot("b", 2, parent: "a")]
        #expect(Set(circle.inOrder.map(\.id)) == ["a", "b"])
    }

    @Test func `nothing has an order`() { #expect([SnapshotInfo]().inOrder.isEmpty) }
}

@Suite struct SnapshotFateTests {
    private let point = "0a1b2c3d-0002-4000-8000-00000000000a"

    private func missing(tree: String?) -> MissingSnapshot {
        MissingSnapshot(id: "gone", tree: tree, pointIDs: [point])
    }

    @Test func `a snapshot with the same tree stands for it`() {
        let fate = missing(tree: "t").fate(present: [snapshot("x", 1, tree: "u"), snapshot("y", 2)], isWhole: false)
        #expect(fate == .found(id: "y"))
    }

    @Test func `who claims the place goes before a stranger of the same tree`() {
        let present = [snapshot("stranger", 1), snapshot("claimant", 2, original: "gone")]
        #expect(missing(tree: "t").fate(present: present, isWhole: false) == .found(id: "claimant"))
    }

    @Test func `a tree that is whole can be described again`() {
        #expect(missing(tree: "t").fate(present: [], isWhole: true) == .describable(tree: "t"))
        let changed = snapshot("c", 1, original: "gone", tree: "u")
        #expect(missing(tree: "t").fate(present: [changed], isWhole: true) == .describable(tree: "t"))
    }

    @Test func `a claimant with another tree has changed it`() {
        let changed = snapshot("c", 1, tree: "u", tags: [PointTag.text(point)])
        #expect(missing(tree: "t").fate(present: [changed], isWhole: false) == .changed(id: "c"))
    }

    @Test func `without a tree and a claimant nothing is left`() {
        #expect(missing(tree: nil).fate(present: [snapshot("x", 1)], isWhole: true) == .gone)
        #expect(missing(tree: "t").fate(present: [snapshot("x", 1, tree: "u")], isWhole: false) == .gone)
    }

    @Test(arguments: ["rewrite", "repaired", "holdfast-incomplete"])
    func `without a ledger a mark tells whether the content changed`(mark: String) {
        let plain = snapshot("c", 1, original: "gone", tree: "u")
        let marked = snapshot("c", 1, original: "gone", tree: "u", tags: [mark])
        #expect(missing(tree: nil).fate(present: [plain], isWhole: false) == .found(id: "c"))
        #expect(missing(tree: nil).fate(present: [marked], isWhole: false) == .changed(id: "c"))
    }

    @Test func `only what is found or changed has a successor`() {
        #expect(SnapshotFate.found(id: "a").successor == "a")
        #expect(SnapshotFate.changed(id: "b").successor == "b")
        #expect(SnapshotFate.describable(tree: "t").successor == nil)
        #expect(SnapshotFate.gone.successor == nil)
    }

    @Test func `a snapshot is of the unit whose path it has`() {
        #expect(snapshot("a", 1).isOf(unitID: "unit"))
        #expect(!snapshot("a", 1).isOf(unitID: "uni"))
    }

    @Test func `a snapshot is changed where its tree is not the one that was stored`() {
        #expect(!snapshot("a", 1).isChanged(knownTrees: ["a": "t"]))
        #expect(snapshot("a", 1).isChanged(knownTrees: ["a": "u"]))
        #expect(snapshot("b", 1, original: "a").isChanged(knownTrees: ["a": "u"]))
        #expect(!snapshot("b", 1, original: "a").isChanged(knownTrees: [:]))
        #expect(snapshot("b", 1, original: "a", tags: ["rewrite"]).isChanged(knownTrees: [:]))
        #expect(!snapshot("b", 1, tags: ["rewrite"]).isChanged(knownTrees: [:]))
    }
}

@Suite struct PointTagTests {
    private let id = "0A1B2C3D-0002-4000-8000-00000000000A"

    @Test func `a tag names its point`() {
        #expect(PointTag.text("p") == "point-p")
        #expect(PointTag.pointID(in: ["x", PointTag.text(id)]) == id)
    }

    @Test func `tags name the session before which a point was taken`() {
        let session = "0A1B2C3D-0002-4000-8000-00000000000B"
        #expect(PointTag.texts(id, before: nil) == [PointTag.text(id)])
        let tags = PointTag.texts(id, before: session)
        #expect(tags.contains("holdfast-undo"))
        #expect(PointTag.pointID(in: tags) == id)
        #expect(PointTag.sessionID(in: tags) == session)
        #expect(PointTag.sessionID(in: [PointTag.text(id), "session-\(session)"]) == nil)
        // Without the session the mark counts all the same.
        #expect(PointTag.sessionID(in: [PointTag.text(id), "holdfast-undo", "session-x"]) == id)
    }

    @Test(arguments: [[], ["x"], ["point-"], ["point-x"], ["0A1B2C3D-0002-4000-8000-00000000000A"]])
    func `other tags name none`(tags: [String]) {
        #expect(PointTag.pointID(in: tags) == nil)
    }
}

@Suite struct MovedPathTests {
    private func path(_ text: String) throws -> TreePath { try #require(TreePath(text)) }

    @Test(
        arguments: [
            ("a", "a", "x", "x"), ("a/b", "a", "x", "x/b"), ("a/b/c", "a/b", "x/y", "x/y/c"), ("ab", "a", "x", nil),
            ("b", "a", "x", nil), ("a", "a/b", "x", nil),
        ] as [(String, String, String, String?)])
    func `a path moves with what it lies in`(text: String, from: String, to: String, moved: String?) throws {
        let expected = try moved.map { try path($0) }
        #expect(try path(text).moved(from: path(from), to: path(to)) == expected)
    }
}
