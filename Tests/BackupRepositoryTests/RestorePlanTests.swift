import BackupTesting
import FileTree
import ResticFormat
import Testing

@testable import BackupRepository

/// A plan as a value: its arithmetic and its lines.
@Suite struct RestorePlanTests {
    private func index() -> BlobIndex {
        sampleIndex([samplePack(1, [(10, 132, false), (11, 42, false), (12, 32, false)])])
    }

    private func plan(files: [(name: String, blobs: [UInt32], present: PresentFile)] = []) -> RestorePlan {
        var plan = RestorePlan(
            snapshot: "0123456789", mode: .inPlace, destination: MemoryTree(), index: index())
        plan.folders = [
            PlannedFolder(path: .root, action: .keep, attributes: nil),
            PlannedFolder(path: path("d"), action: .keep, attributes: AttributeChanges()),
        ]
        let owner = AttributeChanges.Owner(userID: 1, groupID: 2)
        plan.attributes = [PlannedAttributes(permissions: 0o640, owner: owner, extended: [])]
        for file in files {
            let planned = PlannedFile(
                plan, folder: 1, nameLength: UInt16(file.name.utf8.count), blobCount: UInt32(file.blobs.count),
                modified: Timestamp(seconds: 5, nanoseconds: 6), attributes: 0, present: file.present)
            plan.files.append(planned)
            plan.names += bytes(file.name)
            plan.blobs += file.blobs
        }
        return plan
    }

    @Test func `a file knows its path, size and where its blobs belong`() {
        let plan = plan(files: [("one", [0, 1], .none), ("second", [1, 2, 0], .none), ("empty", [], .none)])
        #expect(plan.files.map { plan.path(of: $0) } == ["d/one", "d/second", "d/empty"].map(path))
        #expect(plan.files.map { plan.size(of: $0) } == [110, 110, 0])
        #expect(plan.offsets(of: plan.files[0]) == [0, 100])
        #expect(plan.offsets(of: plan.files[1]) == [0, 10, 10])
        #expect(Array(plan.blobs(of: plan.files[1])) == [1, 2, 0])
        #expect(plan.files[0].modified == Timestamp(seconds: 5, nanoseconds: 6))
    }

    @Test func `owners are set where they shall be`() {
        let plan = plan(files: [("one", [0], .none)])
        let file = plan.files[0]
        #expect(plan.changes(for: file, settingOwners: true, isNew: true).owner?.userID == 1)
        #expect(plan.changes(for: file, settingOwners: false, isNew: true).owner == nil)
        #expect(plan.changes(for: file, settingOwners: false, isNew: true).permissions == 0o640)
    }

    @Test func `an empty set of extended attributes is set only where there may be others`() {
        var plan = plan(files: [("one", [0], .none)])
        let file = plan.files[0]
        #expect(plan.changes(for: file, settingOwners: true, isNew: true).extendedAttributes == nil)
        #expect(plan.changes(for: file, settingOwners: true, isNew: false).extendedAttributes == [])
        plan.attributes[0].extended = [ExtendedAttribute(name: bytes("user.a"), value: [1])]
        #expect(plan.changes(for: file, settingOwners: true, isNew: true).extendedAttributes?.count == 1)
        plan.attributes[0].lacksExtended = true
        #expect(plan.changes(for: file, settingOwners: true, isNew: false).extendedAttributes == nil)
    }

    @Test func `a folder whose entries change has its times set afterwards, once`() {
        var plan = plan()
        plan.summary.unchanged = 1
        plan.touch(1)
        plan.touch(1)
        #expect(plan.folders[1].action == .fix)
        #expect(plan.summary.unchanged == 0)
        #expect(plan.summary.attributesFixed == 1)
    }

    @Test func `the root of a snapshot has no times to set`() {
        var plan = plan()
        plan.touch(0)
        #expect(plan.folders[0].action == .keep)
        #expect(plan.summary.attributesFixed == 0)
    }

    @Test func `a folder that is made anyway is counted once`() {
        var plan = plan()
        plan.folders[1].action = .create
        plan.touch(1)
        #expect(plan.folders[1].action == .create)
        #expect(plan.summary.attributesFixed == 0)
    }

    @Test(arguments: [
        (PlannedFolder.Action.keep, [1, 0, 0] as [UInt64]), (.fix, [0, 1, 0]), (.create, [0, 0, 1]),
    ])
    func `each folder is counted as what is done to it`(action: PlannedFolder.Action, counts: [UInt64]) {
        var plan = plan()
        plan.count(action)
        #expect([plan.summary.unchanged, plan.summary.attributesFixed, plan.summary.created] == counts)
    }

    @Test func `a rename stands for a creation and a removal`() {
        var plan = plan(files: [("one", [0], .none)])
        plan.summary.created = 3
        plan.summary.deleted = 2
        plan.summary.bytesToWrite = 100
        plan.removals = [path("x"), path("y")]
        plan.note(PlannedMove(source: path("x"), target: path("d/one"), changes: AttributeChanges()), insteadOf: 0)
        plan.keepMoved()
        #expect(plan.removals == [path("y")])
        #expect(plan.summary.created == 2)
        #expect(plan.summary.deleted == 1)
        #expect(plan.summary.renamed == 1)
        #expect(plan.summary.bytesToWrite == 0)
    }

    @Test func `a file within a removed folder is moved away without a removal of its own`() {
        var plan = plan(files: [("one", [0], .none)])
        plan.summary.created = 1
        plan.summary.deleted = 1
        plan.summary.bytesToWrite = 100
        plan.removals = [path("folder")]
        plan.note(
            PlannedMove(source: path("folder/x"), target: path("d/one"), changes: AttributeChanges()), insteadOf: 0)
        plan.keepMoved()
        #expect(plan.removals == [path("folder")])
        #expect(plan.summary.deleted == 1)
    }

    @Test func `the lines stand in the order of execution`() {
        var plan = plan(files: [("new", [0], .none), ("old", [1], .other), ("part", [2], .similar)])
        plan.obstacles = [path("o")]
        plan.folders[1].action = .fix
        plan.folders.append(PlannedFolder(path: path("n"), action: .create, attributes: AttributeChanges()))
        plan.moves = [PlannedMove(source: path("s"), target: path("t"), changes: AttributeChanges())]
        plan.removals = [path("r")]
        plan.others = [PlannedItem(path: path("p"), node: sampleNode("p", .fifo), replaces: false)]
        plan.links = [PlannedLink(path: path("l"), existing: path("e"))]
        plan.fixes = [PlannedFix(path: path("f"), changes: AttributeChanges())]
        plan.leftAlone = [path("u")]
        #expect(
            plan.lines == [
                "delete o (another kind of item has to stand there)", "create n/", "rename s to t", "delete r",
                "create d/new (100 bytes)", "rewrite d/old (10 bytes)", "rewrite d/part (0 bytes)", "create p",
                "link l to e", "fix attributes of f", "fix attributes of d/",
                "leave u (what could not be read when the snapshot was taken may be it)",
            ])
        #expect(plan.description.hasPrefix("01234567 inPlace: create 0, rewrite 0,"))
    }

    static let actions: [(String, @Sendable (inout RestoreSummary) -> Void)] = [
        ("create", { $0.created = 1 }), ("rewrite", { $0.rewritten = 1 }), ("rename", { $0.renamed = 1 }),
        ("delete", { $0.deleted = 1 }), ("fix", { $0.attributesFixed = 1 }),
    ]

    @Test(arguments: actions) func `any action makes a plan one that does something`(
        name: String, action: @Sendable (inout RestoreSummary) -> Void
    ) {
        var summary = RestoreSummary()
        summary.unchanged = 5
        summary.bytesTotal = 5
        #expect(summary.isEmpty)
        action(&summary)
        #expect(!summary.isEmpty)
    }
}
