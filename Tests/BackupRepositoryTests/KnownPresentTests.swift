import BackupTesting
import FileTree
import ObjectStorage
import SampleData
import Synchronization
import Testing

@testable import BackupRepository

/// Counts what is looked at in a tree.
final class Looks: Sendable {
    private let state = Mutex<(lists: Int, opens: Int)>((0, 0))

    func note(_ call: MemoryTree.Call) {
        state.withLock { state in
            switch call {
            case .list: state.lists += 1
            case .open, .read: state.opens += 1
            default: break
            }
        }
    }

    /// What was counted since the last call.
    func take() -> (lists: Int, opens: Int) {
        state.withLock { state in
            defer { state = (0, 0) }
            return state
        }
    }
}

/// A tree whose source keeps no times of change.
private struct Timeless: ReadableTree {
    let tree: MemoryTree

    private func timeless(_ attributes: ItemAttributes) -> ItemAttributes {
        var attributes = attributes
        attributes.changed = attributes.modified
        return attributes
    }

    func attributes(of path: TreePath) throws(TreeError) -> ItemAttributes { timeless(try tree.attributes(of: path)) }
    func items(in folder: TreePath) throws(TreeError) -> FolderListing {
        FolderListing(
            items: try tree.items(in: folder).items.map { Item(name: $0.name, attributes: timeless($0.attributes)) })
    }
    func linkTarget(of path: TreePath) throws(TreeError) -> [UInt8] { try tree.linkTarget(of: path) }
    func extendedAttributes(of path: TreePath) throws(TreeError) -> [ExtendedAttribute] {
        try tree.extendedAttributes(of: path)
    }
    func open(_ path: TreePath) throws(TreeError) -> any ReadableFile { try tree.open(path) }
    func ownerNames(userID: UInt32, groupID: UInt32) -> (user: String, group: String) {
        tree.ownerNames(userID: userID, groupID: groupID)
    }
}

/// Plans that know the present state of a drive from a snapshot.
@Suite struct KnownPresentTests {
    let repository: Repository
    let archiver: Archiver
    let restorer: Restorer

    init() async throws {
        repository = try await makeRepository()
        archiver = Archiver(repository: repository, options: .small)
        restorer = Restorer(repository: repository, options: RestoreOptions(width: 1))
    }

    func archive(_ tree: any ReadableTree, parent: String? = nil) async throws -> String {
        try await archiver.archive(tree, request: .plain(parent: parent)).snapshotID
    }

    /// A drive, a snapshot of it, and one of what became of it.
    func sample(
        _ drive: MemoryTree = MemoryTree(), _ change: (MemoryTree) throws -> Void
    ) async throws -> (drive: MemoryTree, wanted: String, present: String, state: [TreePath: DescribedItem]) {
        for name in ["a", "d/b", "d/e/c", "f/g", "f/h/i"] { try drive.put(name, bytes("content of \(name)")) }
        let wanted = try await archive(drive)
        let state = try drive.description()
        try change(drive)
        return (drive, wanted, try await archive(drive, parent: wanted), state)
    }

    @Test(arguments: 1...25, [RestoreMode.inPlace, .fresh])
    func `both ways to plan lead to the same tree`(seed: Int, mode: RestoreMode) async throws {
        var source = try RandomTree(seed: UInt64(seed), items: 90)
        let wanted = try await archive(source.tree)
        let state = try source.tree.description()
        try source.disturb(seed % 3 == 0 ? 3 : 50)
        let present = try await archive(source.tree, parent: wanted)
        let byDrive = try await restorer.plan(snapshot: wanted, onto: source.tree, mode: mode)
        let known = try await restorer.plan(snapshot: wanted, onto: source.tree, mode: mode, knowing: present)
        #expect(Set(known.lines) == Set(byDrive.lines))
        #expect(known.lines.count == byDrive.lines.count)
        #expect(known.summary.bytesToWrite == byDrive.summary.bytesToWrite)
        #expect(known.summary.bytesTotal == byDrive.summary.bytesTotal)
        #expect(known.summary.bytesCompared == 0)
        let outcome = try await restorer.execute(known)
        #expect(outcome.failures == [])
        guard mode == .inPlace else { return }
        #expect(try source.tree.description() == state)
        let later = try await archive(source.tree, parent: present)
        #expect(try await SnapshotDifference(repository, from: wanted, to: later).page(limit: 10).entries == [])
    }

    @Test(arguments: 1...10) func `a plan that compares what it touches finds nothing changed`(seed: Int) async throws {
        var source = try RandomTree(seed: UInt64(seed), items: 90)
        let wanted = try await archive(source.tree)
        let state = try source.tree.description()
        try source.disturb(50)
        let plan = try await restorer.plan(snapshot: wanted, onto: source.tree, mode: .inPlace, knowing: nil)
        #expect(try await restorer.execute(plan).failures == [])
        #expect(try source.tree.description() == state)
    }

    @Test func `nothing of the drive is listed or opened`() async throws {
        let looks = Looks()
        let drive = MemoryTree { call in
            looks.note(call)
            return nil
        }
        let sample = try await sample(drive) {
            try $0.put("d/b", bytes("other"))
            try $0.put("f/new", [1])
            try $0.move(path("a"), to: path("z"))
        }
        _ = looks.take()
        let plan = try await restorer.plan(
            snapshot: sample.wanted, onto: drive, mode: .inPlace, knowing: sample.present)
        let seen = looks.take()
        #expect(seen.lists == 0)
        #expect(seen.opens == 0)
        #expect(
            plan.lines == [
                "rename z to a", "delete f/new", "rewrite d/b (14 bytes)", "fix attributes of d/",
                "fix attributes of f/",
            ])
        #expect(plan.summary.itemsTotal == 9)
        #expect(plan.summary.unchanged == 5)
    }

    /// What happens to the drive after the plan was made, and which items are then left alone.
    struct Later: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let act: @Sendable (MemoryTree) throws -> Void
        let outdated: [String]
    }

    static let later: [Later] = [
        Later(testDescription: "nothing", act: { _ in }, outdated: []),
        Later(
            testDescription: "a file to be rewritten was written again",
            act: { try $0.put("d/b", bytes("newest"), modified: Timestamp(seconds: 5)) }, outdated: ["d/b"]),
        Later(
            testDescription: "a file to be rewritten was changed where it stands",
            act: { try $0.overwrite(path("d/b"), bytes("oth")) }, outdated: ["d/b"]),
        Later(
            testDescription: "a file to be rewritten is gone", act: { try $0.remove(path("d/b")) }, outdated: ["d/b"]),
        Later(testDescription: "a file to be made is there", act: { try $0.put("f/g", [9]) }, outdated: ["f/g"]),
        Later(testDescription: "a file to be removed changed", act: { try $0.put("new", [9]) }, outdated: ["new"]),
        Later(
            testDescription: "a folder to be removed got another file", act: { try $0.put("extra/x/2", [9]) },
            outdated: ["extra", "extra/x", "extra/x/2"]),
        Later(
            testDescription: "a file to be renamed changed", act: { try $0.append(path("z"), [9]) },
            outdated: ["a", "z"]),
        Later(
            testDescription: "a file to get attributes changed", act: { try $0.append(path("f/h/i"), [9]) },
            outdated: ["f/h/i"]),
        Later(
            testDescription: "a file became a folder",
            act: {
                try $0.remove(path("d/b"))
                try $0.put("d/b/inner", [1])
            }, outdated: ["d/b"]),
        Later(
            testDescription: "a file stands where a folder is to be made",
            act: { try $0.put("d/e", [1]) }, outdated: ["d/e", "d/e"]),
    ]

    /// A change of every kind before the present snapshot is taken.
    static func disturb(_ tree: MemoryTree) throws {
        try tree.put("d/b", bytes("other"))
        try tree.remove(path("f/g"))
        try tree.put("new", [1])
        try tree.put("extra/x/1", [1])
        try tree.move(path("a"), to: path("z"))
        try tree.setAttributes(of: path("f/h/i"), AttributeChanges(permissions: 0o600))
        try tree.remove(path("d/e/c"))
        try tree.remove(path("d/e"))
    }

    @Test(arguments: later, [true, false])
    func `what changed after the plan is left alone`(_ later: Later, isKnown: Bool) async throws {
        let sample = try await sample(MemoryTree(), Self.disturb)
        let plan = try await restorer.plan(
            snapshot: sample.wanted, onto: sample.drive, mode: .inPlace, knowing: isKnown ? sample.present : nil)
        try later.act(sample.drive)
        let before = try sample.drive.description(withTimes: false)
        let outcome = try await restorer.execute(plan)
        #expect(outcome.failures.map(\.path.description) == later.outdated)
        #expect(Set(outcome.failures.map(\.code)).isSubset(of: ["outdated"]))
        let after = try sample.drive.description(withTimes: false)
        for name in later.outdated where before[path(name)]?.kind == .file {
            #expect(after[path(name)] == before[path(name)], "\(name)")
        }
        let outdated = later.outdated.map { path($0) }
        for (item, state) in sample.state where state.kind == .file {
            if outdated.contains(where: { $0 == item || $0.isAbove(item) }) { continue }
            #expect(after[item]?.content == state.content, "\(item)")
        }
    }

    @Test func `names of one file in folders that are equal stay names of it`() async throws {
        let drive = MemoryTree()
        try drive.put("one/name", bytes("shared"))
        try drive.makeFolders(path("two"))
        try drive.makeHardLink(path("two/name"), to: path("one/name"))
        let sample = try await sample(drive) { try $0.move(path("two/name"), to: path("two/other")) }
        let plan = try await restorer.plan(
            snapshot: sample.wanted, onto: drive, mode: .inPlace, knowing: sample.present)
        #expect(plan.lines == ["delete two/other", "link two/name to one/name", "fix attributes of two/"])
        #expect(try await restorer.execute(plan).failures == [])
        #expect(try drive.description() == sample.state)
    }

    /// Without times of change a rename leaves the folder of the other name as it was, so that both
    /// snapshots have the same tree of it.
    @Test func `names of one file in folders that are passed over are found`() async throws {
        let drive = MemoryTree()
        try drive.put("one/name", bytes("shared"))
        try drive.makeFolders(path("two"))
        try drive.makeHardLink(path("two/name"), to: path("one/name"))
        let (wanted, state) = (try await archive(Timeless(tree: drive)), try drive.description())
        try drive.move(path("two/name"), to: path("two/other"))
        let present = try await archive(Timeless(tree: drive), parent: wanted)
        let trees = try await SnapshotDifference(repository, from: wanted, to: present).page(depth: 1, limit: 9)
        #expect(trees.entries.map(\.path) == [path("two")])
        let plan = try await restorer.plan(snapshot: wanted, onto: drive, mode: .inPlace, knowing: present)
        #expect(plan.lines == ["delete two/other", "link two/name to one/name", "fix attributes of two/"])
        #expect(try await restorer.execute(plan).failures == [])
        #expect(try drive.description() == state)
    }

    @Test func `two names of one file get their attributes`() async throws {
        let drive = MemoryTree()
        try drive.put("one", bytes("shared"))
        try drive.makeHardLink(path("two"), to: path("one"))
        let sample = try await sample(drive) {
            try $0.setAttributes(of: path("one"), AttributeChanges(permissions: 0o600, modified: Timestamp(seconds: 3)))
        }
        let plan = try await restorer.plan(
            snapshot: sample.wanted, onto: drive, mode: .inPlace, knowing: sample.present)
        #expect(plan.lines == ["fix attributes of one", "fix attributes of two"])
        #expect(try await restorer.execute(plan).failures == [])
        #expect(try drive.description() == sample.state)
    }

    @Test func `what the present snapshot could not read is looked at`() async throws {
        let (trouble, looks) = (Trouble(), Looks())
        let drive = MemoryTree { call in
            looks.note(call)
            return trouble.code(of: call)
        }
        for name in ["a", "d/b"] { try drive.put(name, bytes("content of \(name)")) }
        let wanted = try await archive(drive)
        let state = try drive.description()
        try drive.put("d/b", bytes("other"))
        trouble.fail(.open(path("d/b")))
        let present = try await archive(drive, parent: wanted)
        trouble.end()
        _ = looks.take()
        let plan = try await restorer.plan(snapshot: wanted, onto: drive, mode: .inPlace, knowing: present)
        #expect(looks.take().lists == 2)
        #expect(plan.lines.contains("rewrite d/b (14 bytes)"))
        #expect(try await restorer.execute(plan).failures == [])
        #expect(try drive.description() == state)
    }

    @Test func `a damaged tree of the present snapshot makes the plan look at the drive`() async throws {
        let store = MemoryObjectStore()
        let repository = try await makeRepository(in: store)
        let archiver = Archiver(repository: repository, options: .small)
        let drive = MemoryTree()
        for name in ["a", "d/b"] { try drive.put(name, bytes("content of \(name)")) }
        let wanted = try await archiver.archive(drive, request: .plain())
        let packs = Set(store.contents.keys)
        try drive.put("d/b", bytes("other"))
        let present = try await archiver.archive(drive, request: .plain(parent: wanted.snapshotID))
        for name in store.contents.keys where name.hasPrefix("data/") && !packs.contains(name) {
            let damaged = try #require(store.contents[name]).map { $0 ^ 1 }
            try await store.write(name, damaged)
        }
        let opened = try await Repository.open(in: store, masterKey: repository.masterKey, environment: .fixed())
        let plan = try await Restorer(repository: opened).plan(
            snapshot: wanted.snapshotID, onto: drive, mode: .inPlace, knowing: present.snapshotID)
        #expect(plan.lines == ["rewrite d/b (14 bytes)", "fix attributes of d/"])
    }

    @Test func `an unknown present snapshot is an error`() async throws {
        let sample = try await sample { _ in }
        let error = await #expect(throws: RepositoryError.self) {
            try await restorer.plan(
                snapshot: sample.wanted, onto: sample.drive, mode: .inPlace, knowing: String(repeating: "0", count: 64))
        }
        #expect(error?.code == .snapshotNotFound)
    }

    @Test func `one item is planned from snapshots too`() async throws {
        let looks = Looks()
        let drive = MemoryTree { call in
            looks.note(call)
            return nil
        }
        let sample = try await sample(drive) {
            try $0.put("d/b", bytes("other"))
            try $0.put("f/g", bytes("other"))
        }
        _ = looks.take()
        let item = RestoredItem(source: path("d"), place: path("d"))
        let plan = try await restorer.plan(
            snapshot: sample.wanted, .item(item), onto: drive, mode: .inPlace, knowing: sample.present)
        #expect(looks.take().lists == 0)
        #expect(plan.lines == ["rewrite d/b (14 bytes)", "fix attributes of d/"])
        #expect(try await restorer.execute(plan).failures == [])
        #expect(try drive.bytes(path("f/g")) == bytes("other"))
        #expect(try drive.bytes(path("d/b")) == bytes("content of d/b"))
    }

    /// The same hundred files changed among more and more others, a hundred in each folder. The others are
    /// empty, and with a hundred thousand nothing is planned by the drive: the test would last longer.
    @Test(arguments: [1_000, 10_000, 100_000])
    func `a plan costs what differs, however much there is besides`(files: Int) async throws {
        let looks = Looks()
        let drive = MemoryTree { call in
            looks.note(call)
            return nil
        }
        for number in 0..<files {
            let isChanged = number < 1_000 && number % 100 < 10
            try drive.put("d\(number / 100)/f\(number)", isChanged ? bytes("content of \(number)") : [])
        }
        let archiver = Archiver(repository: repository)
        let wanted = try await archiver.archive(drive, request: .plain()).snapshotID
        for number in 0..<100 {
            try drive.put("d\(number / 10)/f\(number / 10 * 100 + number % 10)", bytes("other \(number)"))
        }
        let present = try await archiver.archive(drive, request: .plain(parent: wanted)).snapshotID
        _ = looks.take()
        let plan = try await restorer.plan(snapshot: wanted, onto: drive, mode: .inPlace, knowing: present)
        let known = looks.take()
        #expect(plan.summary.rewritten == 100)
        #expect(plan.summary.itemsTotal == UInt64(files + files / 100))
        // The root and ten folders, of both snapshots.
        #expect(plan.treesRead == 22)
        #expect(known.lists == 0)
        #expect(known.opens == 0)
        if files < 100_000 {
            let byDrive = try await restorer.plan(snapshot: wanted, onto: drive, mode: .inPlace)
            let looked = looks.take()
            #expect(Set(byDrive.lines) == Set(plan.lines))
            #expect(looked.lists == 1 + files / 100)
            #expect(byDrive.treesRead == 1 + files / 100)
        }
        _ = try await restorer.execute(plan)
        #expect(try drive.bytes(path("d0/f0")) == bytes("content of 0"))
    }
}
