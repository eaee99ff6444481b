import BackupTesting
import FileTree
import ObjectStorage
import ResticFormat
import Testing

@testable import BackupRepository

/// A repository with one snapshot of `a`, `d/b` and `d/c`, whose contents all differ.
private struct Sample {
    let store = MemoryObjectStore()
    let repository: Repository
    let snapshot: String

    init() async throws {
        repository = try await makeRepository(in: store)
        let tree = MemoryTree()
        var generator = SeededGenerator(seed: 11)
        for name in ["a", "d/b", "d/c"] { try tree.put(name, generator.bytes(30_000)) }
        snapshot = try await Archiver(repository: repository, options: .small).archive(
            tree, request: .plain()
        ).snapshotID
    }

    func root() async throws -> ObjectID {
        try repository.treeID(of: try await repository.snapshot(snapshot))
    }

    /// The node of an item of the snapshot.
    func node(_ item: String) async throws -> Node {
        let trees = TreeReader(repository: repository, index: try await repository.index())
        return try #require(try await trees.lineage(of: path(item), root: try await root()).last)
    }

    /// The index without some blobs.
    func index(without lost: [ObjectID]) async throws -> BlobIndex {
        let whole = try await repository.index()
        let packs = zip(whole.packs, whole.packContents()).map { id, records in
            PackIndex(id: id, blobs: records.map(whole.entry).filter { !lost.contains($0.id) })
        }
        return sampleIndex(packs.filter { !$0.blobs.isEmpty })
    }

    func packs() -> [String] { store.contents.keys.filter { $0.hasPrefix("data/") }.sorted() }

    /// The repository as a process sees it that opens it now.
    func opened(_ change: (inout [String: [UInt8]]) -> Void) async throws -> (Repository, MemoryObjectStore) {
        var contents = store.contents
        change(&contents)
        let store = MemoryObjectStore(contents)
        return (
            try await Repository.open(in: store, masterKey: repository.masterKey, environment: .fixed()), store
        )
    }
}

/// What the blobs that are left cannot give back.
@Suite struct LossFinderTests {
    private func losses(_ sample: Sample, without lost: [ObjectID]) async throws -> [String] {
        let finder = LossFinder(repository: sample.repository, index: try await sample.index(without: lost))
        return try await finder.losses(of: try await sample.root()).map { "\($0.path)\($0.isFolder ? " folder" : "")" }
    }

    @Test func `nothing is lost where every blob is there`() async throws {
        #expect(try await losses(try await Sample(), without: []) == [])
    }

    @Test func `a file without one of its blobs is lost`() async throws {
        let sample = try await Sample()
        let content = try #require(try await sample.node("d/b").content)
        #expect(try await losses(sample, without: content) == ["d/b"])
    }

    @Test func `a folder without its tree is lost as a whole`() async throws {
        let sample = try await Sample()
        let tree = try #require(try await sample.node("d").subtree)
        #expect(try await losses(sample, without: [tree]) == ["d folder"])
    }

    @Test func `without the root everything is lost`() async throws {
        let sample = try await Sample()
        #expect(try await losses(sample, without: [try await sample.root()]) == ["/ folder"])
    }

    @Test func `several losses are told in order`() async throws {
        let sample = try await Sample()
        var lost: [ObjectID] = []
        for name in ["a", "d/b", "d/c"] { lost += try await sample.node(name).content ?? [] }
        #expect(try await losses(sample, without: lost) == ["a", "d/b", "d/c"])
    }

    @Test func `a plan names snapshot, item and kind`() async throws {
        let sample = try await Sample()
        let content = try #require(try await sample.node("a").content)
        let tree = try #require(try await sample.node("d").subtree)
        var plan = RepairPlan()
        try await LossFinder(repository: sample.repository, index: try await sample.index(without: content + [tree]))
            .find(in: try await sample.repository.list(.snapshots), plan: &plan)
        #expect(plan.damagedSnapshots == [sample.snapshot])
        #expect(
            plan.lost == [
                LostItem(snapshot: sample.snapshot, path: "/a", isFolder: false),
                LostItem(snapshot: sample.snapshot, path: "/d", isFolder: true),
            ])
        #expect(plan.problems.map(\.message) == ["2 items of the snapshot cannot be restored"])
        #expect(plan.unreadableSnapshots == [])
    }

    @Test func `a whole snapshot is in no list`() async throws {
        let sample = try await Sample()
        var plan = RepairPlan()
        try await LossFinder(repository: sample.repository, index: try await sample.index(without: []))
            .find(in: try await sample.repository.list(.snapshots), plan: &plan)
        #expect(plan.damagedSnapshots == [])
        #expect(plan.problems == [])
    }

    @Test func `a snapshot whose file is damaged is unreadable`() async throws {
        let sample = try await Sample()
        let (repository, _) = try await sample.opened { $0["snapshots/\(sample.snapshot)"] = [1] }
        var plan = RepairPlan()
        try await LossFinder(repository: repository, index: try await repository.index())
            .find(in: try await repository.list(.snapshots), plan: &plan)
        #expect(plan.unreadableSnapshots == [sample.snapshot])
        #expect(plan.damagedSnapshots == [])
        #expect(plan.problems.map(\.object) == ["snapshots/\(sample.snapshot)"])
    }

    @Test func `only whole trees are reported as such`() async throws {
        let sample = try await Sample()
        let root = try await sample.root().hex
        #expect(try await sample.repository.wholeTrees(among: [root, sampleID(5).hex, "no ID"]) == [root])
        #expect(try await sample.repository.wholeTrees(among: []) == [])
    }
}

/// What a check says of packs, compared with the index and read.
@Suite struct CheckPacksTests {
    private func problems(_ repository: Repository, readsData: Bool) async throws -> [CheckProblem] {
        try await Checker(repository: repository, width: 2).check(readsData: readsData).problems
    }

    @Test(arguments: [false, true]) func `a sound repository has no problems`(readsData: Bool) async throws {
        let sample = try await Sample()
        let report = try await Checker(repository: sample.repository, width: 2).check(readsData: readsData)
        #expect(report.problems == [])
        #expect(report.isSound)
        #expect(report.snapshots == 1)
        #expect(report.trees == 2)
        #expect(report.blobs == 5)
        #expect(report.packs == (readsData ? UInt64(sample.packs().count) : 0))
        let size = try await sample.repository.packBytes()
        #expect(report.bytesRead == (readsData ? UInt64(size) : 0))
    }

    @Test func `a pack that no index names is a note`() async throws {
        let sample = try await Sample()
        let name = ObjectNames.pack(sampleID(1))
        let (repository, _) = try await sample.opened { $0[name] = [1] }
        let problems = try await problems(repository, readsData: false)
        #expect(problems.map(\.severity) == [.note])
        #expect(problems.map(\.object) == [name])
        #expect(problems.map(\.message) == ["the pack is in no index; prune would remove it"])
    }

    @Test func `a missing pack is an error`() async throws {
        let sample = try await Sample()
        let name = try #require(sample.packs().first)
        let (repository, _) = try await sample.opened { $0[name] = nil }
        let problems = try await problems(repository, readsData: false)
        #expect(problems.contains { $0.object == name && $0.message.hasPrefix("the pack is missing") })
    }

    @Test(arguments: [-1, 1]) func `a pack of another size is an error, without reading it`(change: Int) async throws {
        let sample = try await Sample()
        let name = try #require(sample.packs().first)
        let size = sample.store.contents[name]?.count ?? 0
        let (repository, _) = try await sample.opened { contents in
            if change > 0 { contents[name]?.append(0) } else { contents[name]?.removeLast() }
        }
        let report = try await Checker(repository: repository, width: 2).check(readsData: false)
        #expect(
            report.problems.contains {
                $0.object == name && $0.message == "the pack has \(size + change) bytes, the index says \(size)"
            })
    }

    @Test func `a changed byte is found by reading alone`() async throws {
        let sample = try await Sample()
        let id = try #require(try await sample.node("a").content?.first)
        let index = try await sample.repository.index()
        let location = try #require(index.location(id, isTree: false))
        let name = ObjectNames.pack(index.packs[Int(location.pack)])
        let (repository, _) = try await sample.opened { $0[name]?[Int(location.offset) + 20] ^= 1 }
        #expect(try await problems(repository, readsData: false) == [])
        let found = try await problems(repository, readsData: true)
        #expect(found.map(\.object) == [name])
        #expect(found.allSatisfy { $0.severity == .error })
    }

    @Test func `a header that does not agree with the index is an error`() async throws {
        let sample = try await Sample()
        var index = try await sample.repository.index()
        let id = try #require(try await sample.node("a").content?.first)
        let number = try #require(index.table.firstRecord(id, isTree: false))
        var location = index.table[number].location
        location.uncompressedLength = 30_001
        index.table.setLocation(location, of: number)
        let run = CheckRun(repository: sample.repository, width: 1) { _ in }
        try await run.readPacks(try await sample.repository.list(.packs), index)
        var report = CheckReport()
        run.update { report = $0.report }
        #expect(report.problems.map(\.message) == ["the pack's header and the index do not agree on its blobs"])
    }

    @Test func `a key file of another name is an error`() async throws {
        let sample = try await Sample()
        let name = try #require(sample.store.contents.keys.first { $0.hasPrefix("keys/") })
        let (repository, _) = try await sample.opened { $0[name]?.append(0x20) }
        #expect(try await problems(repository, readsData: false).map(\.object) == [name])
    }
}

/// What of a repository is whole, from nothing but its packs.
@Suite struct RepairScanTests {
    private func scan(_ repository: Repository) async throws -> RepairPlan {
        try await RepairScan(repository: repository, width: 2, pace: { _ in }).run()
    }

    @Test func `a sound repository needs no repair`() async throws {
        let sample = try await Sample()
        let plan = try await scan(sample.repository)
        #expect(plan.isEmpty)
        #expect(plan.problems == [])
        #expect(plan.soundPacks == sample.packs().count)
        #expect(plan.description == "nothing to repair: \(sample.packs().count) packs are whole")
        #expect(plan.incompleteSnapshots == [])
    }

    @Test func `a lost index is made from the packs`() async throws {
        let sample = try await Sample()
        let (repository, _) = try await sample.opened { contents in
            for name in contents.keys where name.hasPrefix("index/") { contents[name] = nil }
        }
        let plan = try await scan(repository)
        #expect(plan.needsIndex)
        #expect(plan.lost == [])
        #expect(plan.unreachableSnapshots == [sample.snapshot])
        #expect(plan.incompleteSnapshots == [sample.snapshot])
        #expect(plan.sound.count == sample.packs().count)
    }

    @Test func `what is left of the index still reaches its own snapshots`() async throws {
        let sample = try await Sample()
        let first = sample.store.contents.keys.filter { $0.hasPrefix("index/") }
        let tree = MemoryTree()
        try tree.put("other", [UInt8](repeating: 7, count: 1_000))
        let second = try await Archiver(repository: sample.repository, options: .small).archive(
            tree, request: .plain(seconds: 1_700_000_600)
        ).snapshotID
        let (repository, _) = try await sample.opened { contents in
            for name in contents.keys where name.hasPrefix("index/") && !first.contains(name) { contents[name] = nil }
        }
        let plan = try await scan(repository)
        #expect(plan.needsIndex)
        #expect(plan.lost == [])
        #expect(plan.unreachableSnapshots == [second])
    }

    @Test func `an index file that cannot be read is unusable`() async throws {
        let sample = try await Sample()
        let name = try #require(sample.store.contents.keys.first { $0.hasPrefix("index/") })
        let (repository, _) = try await sample.opened { $0[name] = [1, 2] }
        let plan = try await scan(repository)
        #expect(plan.unusableFiles == [name])
        #expect(plan.needsIndex)
    }

    @Test func `of a damaged pack what opens is salvaged`() async throws {
        let sample = try await Sample()
        let id = try #require(try await sample.node("a").content?.first)
        let index = try await sample.repository.index()
        let location = try #require(index.location(id, isTree: false))
        let name = ObjectNames.pack(index.packs[Int(location.pack)])
        let others = index.packContents()[Int(location.pack)].count - 1
        let (repository, _) = try await sample.opened { $0[name]?[Int(location.offset) + 20] ^= 1 }
        let plan = try await scan(repository)
        #expect(plan.damagedPacks == [name])
        #expect(plan.salvagedBlobs == others)
        #expect(plan.lost.map(\.path) == ["/a"])
        #expect(plan.soundPacks == sample.packs().count - 1)
        #expect(!plan.isEmpty)
    }

    @Test func `a missing pack is named, and what it held is lost`() async throws {
        let sample = try await Sample()
        let id = try #require(try await sample.node("a").content?.first)
        let index = try await sample.repository.index()
        let name = ObjectNames.pack(index.packs[Int(try #require(index.location(id, isTree: false)).pack)])
        let (repository, _) = try await sample.opened { $0[name] = nil }
        let plan = try await scan(repository)
        #expect(plan.problems.contains(CheckProblem(.error, object: name, message: "the pack is missing")))
        #expect(plan.lost.contains { $0.path == "/a" })
        #expect(plan.needsIndex)
        #expect(plan.damagedPacks == [])
    }

    @Test func `a blob that is whole elsewhere is not salvaged`() async throws {
        let sample = try await Sample()
        let index = try await sample.repository.index()
        let name = try #require(sample.packs().first)
        let number = try #require(index.packs.firstIndex { ObjectNames.pack($0) == name })
        // The same blobs in a pack of their own, as a prune that was interrupted leaves them.
        var moves = PrunePlan()
        moves.index = index
        moves.moved = index.packContents()[number]
        _ = try await Repacker(
            repository: sample.repository, options: PruneOptions(width: 1, packSizeBytes: 2 << 20), plan: moves
        ).run()
        let (repository, _) = try await sample.opened { $0[name]?[0] ^= 1 }
        let plan = try await scan(repository)
        #expect(plan.damagedPacks == [name])
        #expect(plan.salvagedBlobs == 0)
        #expect(plan.lost == [])
    }

    @Test func `suspects are told in the order of their names, from a position on`() async throws {
        let sample = try await Sample()
        let packs = sample.packs()
        try #require(packs.count > 1)
        let (repository, _) = try await sample.opened { $0[packs[1]]?[3] ^= 1 }
        var sound: [String] = []
        let scan = RepairScan(repository: repository, width: 1, pace: { _ in })
        let suspects = try await scan.suspects(after: "") { sound.append($0) }
        #expect(Set(suspects.map(\.object)) == [packs[1]])
        #expect(sound == [packs[0]])
        var later: [String] = []
        #expect(try await scan.suspects(after: packs[1]) { later.append($0) } == [])
        #expect(later == Array(packs.dropFirst(2)))
    }
}

/// Needed blobs that move to new packs.
@Suite struct RepackerTests {
    private func moves(_ sample: Sample, _ records: [UInt32]) async throws -> PrunePlan {
        var plan = PrunePlan()
        plan.index = try await sample.repository.index()
        plan.moved = records
        return plan
    }

    @Test func `blobs keep their stored form, their order and their IDs`() async throws {
        let sample = try await Sample()
        let index = try await sample.repository.index()
        let all = index.packContents().flatMap(\.self)
        let packs = try await Repacker(
            repository: sample.repository, options: PruneOptions(width: 1), plan: try await moves(sample, all)
        ).run()
        #expect(Set(packs.flatMap(\.blobs).map(\.entry.id)) == Set(all.map { index.table[Int($0)].id }))
        for pack in packs {
            let stored = try #require(sample.store.contents[ObjectNames.pack(pack.id)])
            for blob in pack.blobs {
                let old = index.table[Int(blob.record)].location
                let source = try #require(sample.store.contents[ObjectNames.pack(index.packs[Int(old.pack)])])
                #expect(
                    stored[Int(blob.entry.offset)..<Int(blob.entry.offset + blob.entry.length)]
                        == source[Int(old.offset)..<Int(old.offset + old.length)])
                #expect(blob.entry.uncompressedLength == old.uncompressedLength)
            }
        }
    }

    @Test func `nothing to move makes no pack`() async throws {
        let sample = try await Sample()
        let before = sample.packs()
        let repacker = Repacker(
            repository: sample.repository, options: PruneOptions(width: 2), plan: try await moves(sample, []))
        #expect(try await repacker.run().isEmpty)
        #expect(sample.packs() == before)
    }

    @Test func `a part of a pack is moved alone`() async throws {
        let sample = try await Sample()
        let index = try await sample.repository.index()
        let records = try #require(index.packContents().first { $0.count > 1 })
        let packs = try await Repacker(
            repository: sample.repository, options: PruneOptions(width: 2),
            plan: try await moves(sample, [records[1]])
        ).run()
        #expect(packs.map { $0.blobs.map(\.entry.id) } == [[index.table[Int(records[1])].id]])
    }

    @Test func `a damaged blob stops the move`() async throws {
        let sample = try await Sample()
        let name = try #require(sample.packs().first)
        let index = try await sample.repository.index()
        let number = try #require(index.packs.firstIndex { ObjectNames.pack($0) == name })
        let (repository, _) = try await sample.opened { $0[name]?[20] ^= 1 }
        var plan = PrunePlan()
        plan.index = index
        plan.moved = index.packContents()[number]
        let repacker = Repacker(repository: repository, options: PruneOptions(width: 1), plan: plan)
        let error = await #expect(throws: RepositoryError.self) { try await repacker.run() }
        #expect(error?.code == .damaged)
    }
}
