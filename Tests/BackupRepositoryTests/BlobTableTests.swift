import ObjectStorage
import ResticFormat
import Testing

@testable import BackupRepository

/// Locations by blob, and the index that they make.
@Suite struct BlobTableTests {
    private func record(_ id: ObjectID, pack: UInt32 = 0, offset: UInt32 = 0, isTree: Bool = false) -> BlobTable.Record
    {
        BlobTable.Record(
            id: id, location: BlobLocation(pack: pack, offset: offset, length: 40, uncompressedLength: 0),
            isTree: isTree)
    }

    /// Above the size of a piece of records, so that the table has several and has grown often.
    @Test func `every blob of many is found at its number`() {
        var table = BlobTable()
        let count = (1 << 14) + 100
        for number in 0..<count { table.add(record(sampleID(number), pack: UInt32(number))) }
        #expect(table.count == count)
        for number in 0..<count {
            #expect(table.firstRecord(sampleID(number), isTree: false) == number)
            #expect(table[number].location.pack == UInt32(number))
        }
        #expect(table.firstRecord(sampleID(count), isTree: false) == nil)
    }

    @Test(arguments: [31, 32, 33, 63, 64, 65]) func `a table that grows forgets nothing`(count: Int) {
        var table = BlobTable()
        for number in 0..<count { table.add(record(sampleID(number))) }
        for number in 0..<count { #expect(table.firstRecord(sampleID(number), isTree: false) == number) }
    }

    @Test func `an empty table has nothing`() {
        #expect(BlobTable().firstRecord(sampleID(1), isTree: false) == nil)
        #expect(BlobTable().count == 0)
    }

    @Test func `data and trees have names of their own`() {
        var table = BlobTable()
        table.add(record(sampleID(1), offset: 5, isTree: true))
        #expect(table.firstRecord(sampleID(1), isTree: false) == nil)
        table.add(record(sampleID(1), offset: 9))
        #expect(table.firstRecord(sampleID(1), isTree: true) == 0)
        #expect(table.firstRecord(sampleID(1), isTree: false) == 1)
        #expect(table[0].isTree)
        #expect(!table[1].isTree)
    }

    @Test func `of copies the first is found, and all are kept`() {
        var table = BlobTable()
        for pack in 0..<40 as Range<UInt32> { table.add(record(sampleID(1), pack: pack)) }
        #expect(table.count == 40)
        #expect(table.firstRecord(sampleID(1), isTree: false) == 0)
        #expect(table[39].location.pack == 39)
    }

    /// A hostile repository can name its blobs as it likes.
    @Test func `names that begin alike are told apart`() throws {
        var table = BlobTable()
        let names = try (0..<50).map { number in
            try #require(ObjectID(hex: String(repeating: "0", count: 62) + (number < 10 ? "0" : "") + "\(number)"))
        }
        for name in names { table.add(record(name)) }
        for (number, name) in names.enumerated() { #expect(table.firstRecord(name, isTree: false) == number) }
    }

    @Test func `a reserved blob gets its place later`() {
        var table = BlobTable()
        table.add(record(sampleID(1), isTree: true))
        table.add(record(sampleID(2)))
        table.setLocation(BlobLocation(pack: 3, offset: 4, length: 50, uncompressedLength: 6), of: 0)
        #expect(table[0].location == BlobLocation(pack: 3, offset: 4, length: 50, uncompressedLength: 6))
        #expect(table[0].id == sampleID(1))
        #expect(table[0].isTree)
        #expect(table[1].location == BlobLocation(pack: 0, offset: 0, length: 40, uncompressedLength: 0))
    }

    @Test(
        arguments: [
            (UInt32(32), UInt32(0), 0), (40, 0, 8), (31, 0, nil), (0, 0, nil), (40, 500, 500), (5, 1, 1),
        ] as [(UInt32, UInt32, Int?)])
    func `the plaintext's length follows from the stored one`(length: UInt32, uncompressed: UInt32, expected: Int?) {
        let location = BlobLocation(pack: 0, offset: 0, length: length, uncompressedLength: uncompressed)
        #expect(location.plaintextLength == expected)
    }

    @Test func `an index knows packs by their order and where they end`() {
        let index = sampleIndex([
            samplePack(1, [(10, 40, false), (11, 50, true)]), samplePack(2, [(20, 60, false)]),
        ])
        #expect(index.packs == [sampleID(1), sampleID(2)])
        #expect(index.packEnds == [90, 60])
        #expect(index.location(sampleID(11), isTree: true)?.offset == 40)
        #expect(index.location(sampleID(11), isTree: false) == nil)
        #expect(index.location(sampleID(20), isTree: false)?.pack == 1)
        #expect(index.contains(sampleID(20), isTree: false))
        #expect(!index.contains(sampleID(20), isTree: true))
        #expect(index.files == ["index"])
    }

    @Test func `a pack that two index files name is taken from the first`() {
        var index = sampleIndex([samplePack(1, [(10, 40, false)])])
        index.add(
            IndexFile(packs: [samplePack(1, [(11, 50, false)]), samplePack(2, [(20, 60, false)])]), name: "second")
        #expect(index.packs == [sampleID(1), sampleID(2)])
        #expect(!index.contains(sampleID(11), isTree: false))
        #expect(index.files == ["index", "second"])
    }

    @Test func `a stored pack gives its blobs their places`() {
        var index = BlobIndex()
        for number in [1, 2] { index.table.add(record(sampleID(number), pack: .max)) }
        var blob = PackWriter.Blob(id: sampleID(2), isTree: false, record: 1, uncompressedLength: 9)
        (blob.entry.offset, blob.entry.length) = (3, 44)
        #expect(index.addPack(StoredPack(id: sampleID(7), blobs: [blob], end: 47)) == 0)
        #expect(
            index.location(sampleID(2), isTree: false)
                == BlobLocation(pack: 0, offset: 3, length: 44, uncompressedLength: 9))
        #expect(index.packs == [sampleID(7)])
        #expect(index.packEnds == [47])
        #expect(index.knownPacks == [sampleID(7)])
        #expect(index.entry(1) == blob.entry)
    }

    @Test func `the blobs of a pack stand in the order of their offsets`() {
        var pack = samplePack(1, [(10, 40, false), (11, 50, false), (12, 60, false)])
        pack.blobs.swapAt(0, 2)
        let index = sampleIndex([pack, samplePack(2, [(20, 40, false)])])
        #expect(index.packContents() == [[2, 1, 0], [3]])
    }

    @Test(
        arguments: [
            ([0, 40, 80], []), ([0, 41, 81], ["the index has a gap or an overlap at byte 41"]),
            ([0, 39, 80], ["the index has a gap or an overlap at byte 39"]),
            ([1, 41, 81], ["the index has a gap or an overlap at byte 1"]),
        ] as [([UInt32], [String])])
    func `blobs follow each other without gap or overlap`(offsets: [UInt32], faults: [String]) {
        var index = BlobIndex()
        for (number, offset) in offsets.enumerated() { index.table.add(record(sampleID(number), offset: offset)) }
        #expect(index.layoutFaults(of: [0, 1, 2]) == faults)
    }

    /// Blobs, 32 bytes around the header, 37 or 41 bytes in it for each, 4 for its length.
    @Test func `the size of a pack follows from its blobs`() {
        var index = sampleIndex([samplePack(1, [(10, 40, false), (11, 50, false)])])
        #expect(index.expectedSize(of: [0, 1]) == 90 + 32 + 2 * 37 + 4)
        index.table.setLocation(BlobLocation(pack: 0, offset: 0, length: 40, uncompressedLength: 100), of: 0)
        #expect(index.expectedSize(of: [0, 1]) == 90 + 32 + 41 + 37 + 4)
    }

    @Test(
        arguments: [
            ([], []), ([1], [1]), ([49_999, 1], [2]), ([49_999], [1]), ([50_000, 1], [1, 1]),
            ([25_000, 25_000, 3], [2, 1]),
        ] as [([Int], [Int])])
    func `an index file is full at 50,000 blobs`(blobs: [Int], packs: [Int]) {
        let entry = PackEntry(type: .data, id: sampleID(1), offset: 0, length: 40, uncompressedLength: 0)
        let all = blobs.enumerated().map { number, count in
            PackIndex(id: sampleID(number), blobs: Array(repeating: entry, count: count))
        }
        #expect(all.indexFiles().map(\.packs.count) == packs)
        #expect(all.indexFiles().flatMap(\.packs).map(\.id) == all.map(\.id))
    }
}
