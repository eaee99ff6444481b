import BackupTesting
import FileTree
import ObjectStorage
import ResticFormat
import SampleData
import Synchronization
import Testing

@testable import BackupRepository

/// A drive with one big file, a point of it, and a store for redo records. Every change of the file
/// and of the store counts, and from one on they fail.
private struct PatchScene {
    static let file = path("big")
    static let length = 6 << 20

    /// Counts changes, and is dead from one of them on.
    final class Life: Sendable {
        private let state = Mutex<(changes: Int, end: Int)>((0, .max))

        /// Whether the process is dead when it comes to this change.
        func isDeadAtChange() -> Bool {
            state.withLock { state in
                state.changes += 1
                return state.changes > state.end
            }
        }
        func begin(endingAfter changes: Int = .max) { state.withLock { $0 = (0, changes) } }
    }

    let life = Life()
    let drive: MemoryTree
    let repository: Repository
    let beside: MemoryObjectStore
    let redo: RedoRecords
    let whole: [UInt8]
    var point = ""

    init(refusingPatches: Bool = false) async throws {
        let life = life
        let reads = Recorder()
        recorder = reads
        drive = MemoryTree { call in
            switch call {
            case .patch where refusingPatches: .permissionDenied
            case .patch, .change: life.isDeadAtChange() ? .inputOutput : nil
            case .read(_, let offset): reads.note(offset)
            default: nil
            }
        }
        let generator = Mutex(SeededGenerator(seed: 5))
        var environment = RepositoryEnvironment.fixed()
        // The same chunks each time; names of records are known to the whole process, so they differ.
        environment.randomBytes = { count in
            count == 16 ? RepositoryEnvironment.systemRandomBytes(16) : generator.withLock { $0.bytes(count) }
        }
        repository = try await Repository.create(
            in: MemoryObjectStore(), password: "test", origin: .derived, environment: environment)
        beside = MemoryObjectStore()
        let faulty = FaultyObjectStore(beside) { call in
            switch call {
            case .write(let name), .delete(let name):
                life.isDeadAtChange() ? ObjectStoreError(.inputOutput, name: name, message: "the process is dead") : nil
            default: nil
            }
        }
        redo = RedoRecords(repository, beside: faulty)
        var random = SeededGenerator(seed: 77)
        whole = random.bytes(Self.length)
        try drive.put(Self.file, whole, permissions: 0o640, modified: Timestamp(seconds: 1_600_000_000))
        try drive.put("small", [1, 2, 3])
        point = try await Archiver(repository: repository, options: .small).archive(drive, request: .plain()).snapshotID
    }

    private let recorder: Recorder

    /// Offsets at which files were read.
    final class Recorder: Sendable {
        private let offsets = Mutex<[UInt64]>([])
        func note(_ offset: UInt64) -> TreeError.Code? {
            offsets.withLock { $0.append(offset) }
            return nil
        }
        func take() -> [UInt64] {
            offsets.withLock { offsets in
                defer { offsets = [] }
                return offsets
            }
        }
    }

    func takeReads() -> [UInt64] { recorder.take() }

    var restorer: Restorer {
        Restorer(
            repository: repository, options: RestoreOptions(width: 1, patchedFileBytes: 1 << 20), redo: redo)
    }

    /// Some pieces of the file, far from each other.
    func edited() -> [UInt8] {
        var bytes = whole
        for place in [0, 300_000, 600_000, 900_000, bytes.count - 1] { bytes[place] ^= 0xFF }
        bytes.replaceSubrange(1_200_000..<1_220_000, with: repeatElement(0, count: 20_000))
        return bytes
    }

    /// Writes the file as programs do that change it where it stands.
    func damage(_ bytes: [UInt8]) throws {
        try drive.overwrite(Self.file, bytes)
    }

    var inode: UInt64 { get throws { try drive.attributes(of: Self.file).inode } }
    var content: [UInt8] { get throws { try drive.bytes(Self.file) } }
}

/// Big files that are restored where they stand.
@Suite struct PatchInPlaceTests {
    @Test(arguments: ["edited", "longer", "shorter"], [true, false])
    func `only what differs is written, into the same file`(harm: String, isKnown: Bool) async throws {
        let scene = try await PatchScene()
        let before = try scene.drive.description()
        let inode = try scene.inode
        switch harm {
        case "longer": try scene.drive.append(PatchScene.file, [UInt8](repeating: 3, count: 100_000))
        case "shorter": try scene.drive.put(PatchScene.file, Array(scene.whole.dropLast(100_000)))
        default: try scene.damage(scene.edited())
        }
        let started = harm == "shorter" ? try scene.inode : inode
        let present = try await Archiver(repository: scene.repository, options: .small).archive(
            scene.drive, request: .plain(parent: scene.point)
        ).snapshotID
        let plan = try await scene.restorer.plan(
            snapshot: scene.point, onto: scene.drive, mode: .inPlace, knowing: isKnown ? present : nil)
        let outcome = try await scene.restorer.execute(plan)
        #expect(outcome.failures == [])
        #expect(try scene.drive.description() == before)
        #expect(try scene.inode == started)
        #expect(scene.beside.contents.isEmpty)
    }

    @Test func `a file that ends before its last blob begins is made longer where it stands`() async throws {
        let scene = try await PatchScene()
        let index = try await scene.repository.index()
        let root = try scene.repository.treeID(of: try await scene.repository.snapshot(scene.point))
        let node = try await TreeReader(repository: scene.repository, index: index).lineage(
            of: PatchScene.file, root: root
        ).last
        let blob = try #require(node?.content?.last)
        let record = try #require(index.table.firstRecord(blob, isTree: false))
        let last = try #require(index.table[record].location.plaintextLength)
        // A quarter of the file may differ.
        #expect(last + 10_000 < PatchScene.length / 4)
        try scene.drive.put(PatchScene.file, Array(scene.whole.dropLast(last + 1_000)))
        let inode = try scene.inode
        #expect(
            try await scene.restorer.restore(ofSnapshot: scene.point, onto: scene.drive, mode: .inPlace).failures == [])
        #expect(try scene.content == scene.whole)
        #expect(try scene.inode == inode)
    }

    @Test func `what the present snapshot knows to be in place is not read`() async throws {
        let scene = try await PatchScene()
        var bytes = scene.whole
        bytes[5_000_000] ^= 1
        try scene.damage(bytes)
        let present = try await Archiver(repository: scene.repository, options: .small).archive(
            scene.drive, request: .plain(parent: scene.point)
        ).snapshotID
        _ = scene.takeReads()
        let plan = try await scene.restorer.plan(
            snapshot: scene.point, onto: scene.drive, mode: .inPlace, knowing: present)
        #expect(try await scene.restorer.execute(plan).failures == [])
        let reads = scene.takeReads()
        #expect(reads.count == 1)
        #expect(reads[0] > 0)
        #expect(reads[0] <= 5_000_000)
        #expect(try scene.content == scene.whole)
    }

    @Test func `a file of which much differs is made as a whole`() async throws {
        let scene = try await PatchScene()
        let inode = try scene.inode
        var bytes = scene.whole
        for place in 1_000_000..<3_500_000 { bytes[place] ^= 0x55 }
        try scene.damage(bytes)
        #expect(
            try await scene.restorer.restore(ofSnapshot: scene.point, onto: scene.drive, mode: .inPlace).failures == [])
        #expect(try scene.content == scene.whole)
        #expect(try scene.inode != inode)
        #expect(scene.beside.contents.isEmpty)
    }

    @Test func `a file with several names is made as a whole`() async throws {
        let scene = try await PatchScene()
        try scene.damage(scene.edited())
        try scene.drive.makeHardLink(path("other"), to: PatchScene.file)
        let present = try scene.content
        let plan = try await scene.restorer.plan(
            snapshot: scene.point, .item(RestoredItem(source: PatchScene.file, place: PatchScene.file)),
            onto: scene.drive, mode: .fresh, knowing: nil)
        #expect(try await scene.restorer.execute(plan).failures == [])
        #expect(try scene.content == scene.whole)
        #expect(try scene.drive.bytes(path("other")) == present)
    }

    @Test func `a file that we may not write to is made as a whole`() async throws {
        let scene = try await PatchScene(refusingPatches: true)
        let inode = try scene.inode
        try scene.damage(scene.edited())
        #expect(
            try await scene.restorer.restore(ofSnapshot: scene.point, onto: scene.drive, mode: .inPlace).failures == [])
        #expect(try scene.content == scene.whole)
        #expect(try scene.inode != inode)
    }

    /// The process dies before each of its changes, of the file and of the store, one after the
    /// other; what was not yet synchronised is lost in part. As soon as the records are replayed the
    /// file is the old or the new one, and the next restore succeeds.
    @Test(arguments: ["edited", "longer", "shorter"], [true, false])
    func `a crash at any change leaves the old file or the new one`(harm: String, losesWrites: Bool) async throws {
        let scene = try await PatchScene()
        var old = scene.edited()
        if harm == "longer" { old += [UInt8](repeating: 3, count: 5_000) }
        if harm == "shorter" { old.removeLast(5_000) }
        var (crashes, mixed) = (0, 0)
        for changes in 0... {
            try scene.drive.put(PatchScene.file, old)
            let inode = try scene.inode
            scene.life.begin(endingAfter: changes)
            let outcome = try? await scene.restorer.restore(
                ofSnapshot: scene.point, onto: scene.drive, mode: .inPlace, maximumRounds: 1)
            scene.life.begin()
            if let outcome, outcome.failures.isEmpty {
                #expect(try scene.content == scene.whole)
                #expect(try scene.inode == inode)
                break
            }
            crashes += 1
            let hasRecord = scene.beside.contents.keys.contains { $0.hasPrefix("redo/") && !$0.contains(".") }
            if losesWrites, hasRecord { try loseWrites(scene, old, seed: UInt64(changes)) }
            if try scene.content != old, try scene.content != scene.whole { mixed += 1 }
            let outcomes = try await scene.redo.replay(onto: scene.drive)
            #expect(outcomes.map(\.result) == (hasRecord ? [.finished] : []))
            let content = try scene.content
            #expect(content == (hasRecord ? scene.whole : old) || content == scene.whole)
            #expect(try scene.inode == inode)
            #expect(scene.beside.contents.isEmpty)
            let last = try await scene.restorer.restore(ofSnapshot: scene.point, onto: scene.drive, mode: .inPlace)
            #expect(last.failures == [])
            #expect(try scene.content == scene.whole)
        }
        #expect(crashes >= 8)
        #expect(mixed >= 4)
    }

    /// Gives some blocks back what they had, as a power cut does before a file is synchronised.
    private func loseWrites(_ scene: PatchScene, _ old: [UInt8], seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var bytes = try scene.content
        for start in stride(from: 0, to: min(bytes.count, old.count), by: 512) where generator.next() % 2 == 0 {
            let block = start..<min(start + 512, bytes.count, old.count)
            bytes.replaceSubrange(block, with: old[block])
        }
        try scene.drive.overwrite(PatchScene.file, bytes)
    }

    /// A scene in which the process died in the middle of the patch.
    private func interrupted(refusingPatches: Bool = false) async throws -> PatchScene {
        let scene = try await PatchScene(refusingPatches: refusingPatches)
        try scene.damage(scene.edited())
        scene.life.begin(endingAfter: 3)
        let outcome = try? await scene.restorer.restore(
            ofSnapshot: scene.point, onto: scene.drive, mode: .inPlace, maximumRounds: 1)
        scene.life.begin()
        #expect(outcome?.failures.map(\.path) == [PatchScene.file])
        #expect(try scene.content != scene.whole)
        #expect(scene.beside.contents.count == 1)
        return scene
    }

    @Test func `a plan replays first`() async throws {
        let scene = try await interrupted()
        let plan = try await scene.restorer.plan(snapshot: scene.point, onto: scene.drive, mode: .inPlace)
        #expect(plan.summary.isEmpty)
        #expect(try scene.content == scene.whole)
    }

    @Test func `a file that became read-only is finished as a new one`() async throws {
        let scene = try await interrupted()
        let records = scene.beside.contents
        let other = try await PatchScene(refusingPatches: true)
        // The same drive, repository and file, of which nobody may write the present one.
        try other.damage(scene.content)
        let redo = RedoRecords(scene.repository, beside: MemoryObjectStore(records))
        #expect(try await redo.replay(onto: other.drive).map(\.result) == [.finished])
        #expect(try other.content == scene.whole)
    }

    @Test func `another file in its place is left alone`() async throws {
        let scene = try await interrupted()
        try scene.drive.put(PatchScene.file, [1])
        #expect(try await scene.redo.replay(onto: scene.drive).map(\.result) == [.replaced])
        #expect(try scene.content == [1])
        #expect(scene.beside.contents.isEmpty)
    }

    @Test func `a file that is gone stays gone`() async throws {
        let scene = try await interrupted()
        try scene.drive.remove(PatchScene.file)
        #expect(try await scene.redo.replay(onto: scene.drive).map(\.result) == [.replaced])
        #expect(scene.beside.contents.isEmpty)
    }

    @Test func `a file that was made longer meanwhile keeps what was added`() async throws {
        let scene = try await interrupted()
        try scene.drive.append(PatchScene.file, [1, 2, 3])
        let before = try scene.content
        #expect(try await scene.redo.replay(onto: scene.drive).map(\.result) == [.changed])
        #expect(try scene.content == before)
    }

    @Test(arguments: ["flipped", "cut", "foreign", "empty"])
    func `a damaged record is set aside and changes nothing`(damage: String) async throws {
        let scene = try await interrupted()
        let before = try scene.content
        let (name, bytes) = try #require(scene.beside.contents.first)
        switch damage {
        case "flipped":
            var bytes = bytes
            bytes[bytes.count / 2] ^= 1
            try await scene.beside.write(name, bytes)
        case "cut": try await scene.beside.write(name, Array(bytes.dropLast(10)))
        case "empty": try await scene.beside.write(name, [])
        default:
            let other = try await makeRepository()
            try await scene.beside.write(name, try other.sealer.seal(scene.repository.sealer.open(bytes)))
        }
        let outcomes = try await scene.redo.replay(onto: scene.drive)
        #expect(outcomes.map(\.result) == [.damaged])
        #expect(outcomes.map(\.record) == [name])
        #expect(try scene.content == before)
        #expect(scene.beside.contents.keys.map { $0.hasPrefix("redo-damaged/") } == [true])
        #expect(try await scene.redo.replay(onto: scene.drive) == [])
        #expect(
            try await scene.restorer.restore(ofSnapshot: scene.point, onto: scene.drive, mode: .inPlace).failures == [])
        #expect(try scene.content == scene.whole)
    }

    @Test func `a drive that cannot be written keeps the record`() async throws {
        let scene = try await interrupted()
        scene.life.begin(endingAfter: 0)
        let error = await #expect(throws: RepositoryError.self) { try await scene.redo.replay(onto: scene.drive) }
        #expect(error?.code == .treeUnavailable)
        #expect(error?.isRetryable == true)
        #expect(error?.message.contains("'big'") == true)
        scene.life.begin()
        #expect(scene.beside.contents.count == 1)
        #expect(try await scene.redo.replay(onto: scene.drive).map(\.result) == [.finished])
        #expect(try scene.content == scene.whole)
    }

    @Test func `a record that is being worked with is left to that work`() async throws {
        let scene = try await PatchScene()
        try scene.damage(scene.edited())
        let draft = scene.redo.begin()
        let before = try scene.drive.attributes(of: PatchScene.file)
        try await draft.commit(
            path: PatchScene.file, before: before, size: before.size, changes: AttributeChanges(permissions: 0o600))
        #expect(try await scene.redo.replay(onto: scene.drive) == [])
        #expect(scene.beside.contents.count == 1)
        scene.redo.end(draft.id)
        #expect(try await scene.redo.replay(onto: scene.drive).map(\.result) == [.finished])
        #expect(try scene.drive.attributes(of: PatchScene.file).permissions == 0o600)
    }

    @Test func `parts carry what one object does not`() async throws {
        let scene = try await PatchScene()
        let piece = [UInt8](repeating: 7, count: 5 << 20)
        var draft = scene.redo.begin()
        let before = try scene.drive.attributes(of: PatchScene.file)
        for number in 0..<3 {
            unsafe piece.withUnsafeBytes { unsafe draft.add($0, at: UInt64(number * piece.count)) }
            try await draft.flush()
        }
        try await draft.commit(
            path: PatchScene.file, before: before, size: UInt64(3 * piece.count), changes: AttributeChanges())
        #expect(scene.beside.contents.count == 2)
        scene.redo.end(draft.id)
        let part = try #require(scene.beside.contents.keys.first { $0.contains(".") })
        let records = scene.beside.contents
        #expect(try await scene.redo.replay(onto: scene.drive).map(\.result) == [.finished])
        #expect(try scene.content == [UInt8](repeating: 7, count: 3 * piece.count))
        // Without one of its parts a record is damaged as a whole.
        let store = MemoryObjectStore(records)
        try await store.delete(part)
        let redo = RedoRecords(scene.repository, beside: store)
        #expect(try await redo.replay(onto: scene.drive).map(\.result) == [.damaged])
    }

    @Test func `blocks that differ are told`() {
        func ranges(_ new: [UInt8], _ old: [UInt8]) -> [Range<Int>] {
            unsafe new.withUnsafeBytes { new in
                unsafe old.withUnsafeBytes { unsafe PatchInPlace.differences(of: new, from: $0) }
            }
        }
        let old = [UInt8](repeating: 1, count: 20_000)
        var new = old
        #expect(ranges(new, old) == [])
        (new[5_000], new[8_192], new[19_999]) = (2, 2, 2)
        #expect(ranges(new, old) == [4_096..<12_288, 16_384..<20_000])
        #expect(ranges(old, Array(old.prefix(9_000))) == [8_192..<20_000])
        #expect(ranges([], old) == [])
        #expect(ranges(Array(old.prefix(10)), []) == [0..<10])
    }
}
