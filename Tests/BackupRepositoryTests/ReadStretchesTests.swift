import Testing

@testable import BackupRepository

/// Which neighbouring blobs one read of a pack serves: gaps of 10 bytes, reads of 100.
@Suite struct ReadStretchesTests {
    struct Layout: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Pack, offset and length of each blob.
        var blobs: [(pack: UInt32, offset: UInt32, length: UInt32)]
        var stretches: [Range<Int>]
    }

    static let layouts = [
        Layout(testDescription: "nothing", blobs: [], stretches: []),
        Layout(testDescription: "one blob", blobs: [(0, 50, 20)], stretches: [0..<1]),
        Layout(testDescription: "neighbours are read together", blobs: [(0, 0, 20), (0, 20, 20)], stretches: [0..<2]),
        Layout(testDescription: "a small gap is read over", blobs: [(0, 0, 20), (0, 30, 20)], stretches: [0..<2]),
        Layout(
            testDescription: "a larger gap is not", blobs: [(0, 0, 20), (0, 31, 20)], stretches: [0..<1, 1..<2]),
        Layout(
            testDescription: "packs are read by themselves", blobs: [(0, 90, 10), (1, 0, 10)],
            stretches: [0..<1, 1..<2]),
        Layout(
            testDescription: "a read is as long as it may be", blobs: [(0, 7, 50), (0, 57, 50)], stretches: [0..<2]),
        Layout(
            testDescription: "and no longer", blobs: [(0, 7, 50), (0, 57, 51)], stretches: [0..<1, 1..<2]),
        Layout(
            testDescription: "a long blob is read at once", blobs: [(0, 0, 500), (0, 500, 1)],
            stretches: [0..<1, 1..<2]),
        Layout(
            testDescription: "a blob that is needed twice is read once", blobs: [(0, 0, 500), (0, 0, 500)],
            stretches: [0..<2]),
        Layout(
            testDescription: "a gap is counted from the farthest end", blobs: [(0, 0, 60), (0, 10, 5), (0, 70, 5)],
            stretches: [0..<3]),
        Layout(
            testDescription: "each stretch begins anew",
            blobs: [(0, 0, 60), (0, 60, 60), (0, 120, 40), (0, 160, 1), (2, 161, 9)],
            stretches: [0..<1, 1..<3, 3..<4, 4..<5]),
    ]

    @Test(arguments: layouts) func `blobs are read together where that is cheaper`(_ layout: Layout) {
        let stretches = ReadStretches(gapBytes: 10, readSizeBytes: 100).stretches(count: layout.blobs.count) { number in
            let blob = layout.blobs[number]
            return BlobLocation(pack: blob.pack, offset: blob.offset, length: blob.length, uncompressedLength: 0)
        }
        #expect(stretches == layout.stretches)
    }
}
