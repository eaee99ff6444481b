import ObjectStorage
import ResticFormat
import Testing

@testable import BackupRepository

/// What becomes of each pack, decided as a value.
///
/// Sizes follow from the format: a pack has its blobs, 32 bytes around its header, 37 bytes in it
/// for each uncompressed blob, and 4 for its length.
@Suite struct PrunePlanTests {
    private func name(_ pack: Int) -> String { ObjectNames.pack(sampleID(pack)) }

    private func size(_ lengths: UInt64...) -> UInt64 { lengths.reduce(0, +) + 37 * UInt64(lengths.count) + 36 }

    private func plan(
        _ packs: [PackIndex], used: [Int], present: [Int: UInt64], unusedPercent: Int = 5
    ) throws -> PrunePlan {
        let index = sampleIndex(packs)
        let isUsed = (0..<index.table.count).map { number in
            used.contains { sampleID($0) == index.table[number].id }
        }
        return try PrunePlan(
            index: index, used: isUsed,
            present: present.sorted { $0.key < $1.key }.map { ObjectInfo(name: name($0), sizeBytes: $1) },
            unusedPercent: unusedPercent)
    }

    @Test func `packs of which everything is needed stay`() throws {
        let plan = try plan([samplePack(1, [(10, 100, false)])], used: [10], present: [1: size(100)])
        #expect(plan.isEmpty)
        #expect(plan.keptPacks == 1)
        #expect(plan.kept == [0])
        #expect(plan.freedBytes == 0)
        #expect(plan.keptUnusedBytes == 0)
    }

    @Test func `a pack that no index names goes`() throws {
        let plan = try plan([samplePack(1, [(10, 100, false)])], used: [10], present: [1: size(100), 2: 777])
        #expect(plan.unreferencedPacks == [name(2)])
        #expect(plan.freedBytes == 777)
        #expect(!plan.isEmpty)
        #expect(plan.keptPacks == 1)
    }

    @Test func `a pack of which nothing is needed goes`() throws {
        let plan = try plan(
            [samplePack(1, [(10, 100, false)]), samplePack(2, [(20, 50, false), (21, 60, false)])], used: [10],
            present: [1: size(100), 2: size(50, 60)])
        #expect(plan.unusedPacks == [name(2)])
        #expect(plan.freedBytes == size(50, 60))
        #expect(plan.kept == [0])
        #expect(plan.moved == [])
    }

    @Test func `a pack of which nothing is needed may be missing`() throws {
        let plan = try plan(
            [samplePack(1, [(10, 100, false)]), samplePack(2, [(20, 50, false)])], used: [10], present: [1: size(100)])
        #expect(plan.unusedPacks == [name(2)])
        #expect(plan.freedBytes == 0)
    }

    @Test(arguments: [nil, 172, 174] as [UInt64?])
    func `a pack that is needed and not whole stops the prune`(size: UInt64?) throws {
        let error = #expect(throws: RepositoryError.self) {
            try plan([samplePack(1, [(10, 100, false)])], used: [10], present: size.map { [1: $0] } ?? [:])
        }
        #expect(error?.code == .damaged)
        #expect(error?.message.contains(name(1)) == true)
        #expect(error?.message.contains("173 bytes") == true)
    }

    @Test func `waste up to the limit stays`() throws {
        // 1,000 bytes are needed, so 50 may stay.
        let plan = try plan(
            [samplePack(1, [(10, 1_000, false), (11, 50, false)])], used: [10], present: [1: size(1_000, 50)])
        #expect(plan.isEmpty)
        #expect(plan.keptUnusedBytes == 50)
        #expect(plan.kept == [0])
    }

    @Test func `waste above the limit is moved away from`() throws {
        let plan = try plan(
            [samplePack(1, [(10, 1_000, false), (11, 51, false)])], used: [10], present: [1: size(1_000, 51)])
        #expect(plan.repackedPacks == [name(1)])
        #expect(plan.moved == [0])
        #expect(plan.repackedBytes == 1_000)
        #expect(plan.freedBytes == 1_051)
        #expect(plan.keptUnusedBytes == 0)
        #expect(plan.keptPacks == 0)
        #expect(!plan.isEmpty)
    }

    @Test func `no waste stays where none may`() throws {
        let plan = try plan(
            [samplePack(1, [(10, 1_000, false), (11, 1, false)])], used: [10], present: [1: size(1_000, 1)],
            unusedPercent: 0)
        #expect(plan.repackedPacks == [name(1)])
    }

    @Test func `the most wasteful packs are moved first, and only as many as needed`() throws {
        // 3,000 bytes are needed, so 150 may stay; of 10, 100 and 120 bytes of waste two shares are too much.
        let plan = try plan(
            [
                samplePack(1, [(10, 1_000, false), (11, 100, false)]),
                samplePack(2, [(20, 1_000, false), (21, 120, false)]),
                samplePack(3, [(30, 1_000, false), (31, 10, false)]),
            ], used: [10, 20, 30], present: [1: size(1_000, 100), 2: size(1_000, 120), 3: size(1_000, 10)])
        #expect(plan.repackedPacks == [name(2)])
        #expect(plan.moved == [2])
        #expect(plan.keptUnusedBytes == 110)
        #expect(plan.keptPacks == 2)
    }

    @Test func `waste is a share, not a number of bytes`() throws {
        let plan = try plan(
            [
                samplePack(1, [(10, 10_000, false), (11, 600, false)]),
                samplePack(2, [(20, 100, false), (21, 90, false)]),
            ], used: [10, 20], present: [1: size(10_000, 600), 2: size(100, 90)], unusedPercent: 6)
        // 10,100 bytes are needed, so 606 may stay.
        #expect(plan.repackedPacks == [name(2)])
        #expect(plan.keptUnusedBytes == 600)
    }

    @Test func `packs of trees stay dense, however little is wasted`() throws {
        let plan = try plan(
            [samplePack(1, [(10, 100_000, true), (11, 1, true)])], used: [10], present: [1: size(100_000, 1)])
        #expect(plan.repackedPacks == [name(1)])
        #expect(plan.moved == [0])
    }

    @Test func `a dense pack of trees stays`() throws {
        let plan = try plan([samplePack(1, [(10, 100, true)])], used: [10], present: [1: size(100)])
        #expect(plan.isEmpty)
    }

    @Test func `data and trees are parted, even where both are needed`() throws {
        let plan = try plan(
            [samplePack(1, [(10, 100, true), (11, 200, false)])], used: [10, 11], present: [1: size(100, 200)])
        #expect(plan.repackedPacks == [name(1)])
        #expect(plan.moved == [0, 1])
        #expect(plan.repackedBytes == 300)
        #expect(plan.freedBytes == 300)
    }

    @Test func `what must move does so before what is wasteful`() throws {
        let plan = try plan(
            [
                samplePack(1, [(10, 1_000, false), (11, 900, false)]),
                samplePack(2, [(20, 100, true), (21, 10, true)]),
            ], used: [10, 20], present: [1: size(1_000, 900), 2: size(100, 10)])
        #expect(plan.repackedPacks == [name(2), name(1)])
    }

    @Test func `the second copy of a blob is waste`() throws {
        let index = sampleIndex([samplePack(1, [(10, 100, false)]), samplePack(2, [(10, 100, false)])])
        let plan = try PrunePlan(
            index: index, used: [true, false],
            present: [
                ObjectInfo(name: name(1), sizeBytes: size(100)), ObjectInfo(name: name(2), sizeBytes: size(100)),
            ], unusedPercent: 5)
        #expect(plan.unusedPacks == [name(2)])
        #expect(plan.kept == [0])
    }

    @Test func `the new index names what stays and what is new`() throws {
        let plan = try plan(
            [samplePack(1, [(10, 100, false)]), samplePack(2, [(20, 50, false)])], used: [10],
            present: [1: size(100), 2: size(50)])
        var blob = PackWriter.Blob(id: sampleID(30), isTree: false, record: 0, uncompressedLength: 0)
        (blob.entry.offset, blob.entry.length) = (0, 70)
        let files = plan.indexFiles(adding: [StoredPack(id: sampleID(3), blobs: [blob], end: 70)])
        #expect(files.count == 1)
        #expect(files.first?.packs == [samplePack(1, [(10, 100, false)]), samplePack(3, [(30, 70, false)])])
    }

    @Test func `a plan reads as one line`() throws {
        let plan = try plan(
            [samplePack(1, [(10, 1_000, false), (11, 51, false)]), samplePack(2, [(20, 50, false)])], used: [10],
            present: [1: size(1_000, 51), 2: size(50), 3: 7])
        #expect(
            plan.description == "delete 2 packs, repack 1 (1000 bytes), keep 0; "
                + "frees \(7 + size(50) + 1_051) bytes, 0 unused bytes stay")
    }
}
