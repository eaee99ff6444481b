import ResticFormat

/// Where a blob lies. 16 bytes.
struct BlobLocation: Sendable, Equatable {
    /// The number of the pack in `PackList`.
    var pack: UInt32
    /// Where the sealed bytes begin in the pack.
    var offset: UInt32
    /// The number of sealed bytes.
    var length: UInt32
    /// The length of the plaintext; 0 where the blob is stored uncompressed.
    var uncompressedLength: UInt32

    /// The number of plaintext bytes, nil where the stored length is too short to be possible.
    var plaintextLength: Int? {
        if uncompressedLength != 0 { return Int(uncompressedLength) }
        return length >= 32 ? Int(length) - 32 : nil
    }
}

/// Locations by blob, as fixed-size records and an open-addressing table of their numbers: about 60
/// bytes a blob, no allocation for each.
///
/// Records never move or change their number, and several records may exist for one blob (copies in
/// several packs); `firstRecord` finds the first.
struct BlobTable: Sendable {
    /// One blob in one place.
    struct Record: Sendable {
        var id: ObjectID
        var location: BlobLocation
        var isTree: Bool
    }

    /// A record in 48 bytes.
    private struct Packed: Sendable {
        var id: ObjectID
        /// The highest bit says whether it is a tree; a repository has no 2^31 packs.
        var packAndKind: UInt32
        var offset: UInt32
        var length: UInt32
        var uncompressedLength: UInt32

        private static let treeBit: UInt32 = 1 << 31

        init(_ record: Record) {
            let location = record.location
            id = record.id
            packAndKind = location.pack & ~Self.treeBit | (record.isTree ? Self.treeBit : 0)
            offset = location.offset
            length = location.length
            uncompressedLength = location.uncompressedLength
        }

        var isTree: Bool { packAndKind & Self.treeBit != 0 }

        var record: Record {
            let location = BlobLocation(
                pack: packAndKind & ~Self.treeBit, offset: offset, length: length,
                uncompressedLength: uncompressedLength)
            return Record(id: id, location: location, isTree: isTree)
        }
    }

    private static let segmentBits = 14
    private static let segmentSize = 1 << segmentBits
    /// Records in pieces of a fixed size, so that growing never copies them.
    private var segments: [ContiguousArray<Packed>] = []
    /// Numbers of records plus one; 0 is a free slot. The size is a power of two and at most half
    /// of the slots are used.
    private var slots: ContiguousArray<UInt32> = ContiguousArray(repeating: 0, count: 64)
    private(set) var count = 0

    /// The record of that number.
    subscript(number: Int) -> Record { packed(number).record }

    private func packed(_ number: Int) -> Packed {
        segments[number >> Self.segmentBits][number & (Self.segmentSize - 1)]
    }

    /// The number of the first record of the blob.
    func firstRecord(_ id: ObjectID, isTree: Bool) -> Int? {
        let mask = slots.count - 1
        var slot = Self.start(id) & mask
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            let record = packed(number)
            if record.isTree == isTree, record.id == id { return number }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// Tells where a reserved blob was stored.
    mutating func setLocation(_ location: BlobLocation, of number: Int) {
        var record = self[number]
        record.location = location
        segments[number >> Self.segmentBits][number & (Self.segmentSize - 1)] = Packed(record)
    }

    /// Adds a record. A further copy of a known blob is kept, but `firstRecord` stays the first.
    mutating func add(_ record: Record) {
        if (count + 1) * 2 > slots.count { grow() }
        if segments.isEmpty || segments[segments.count - 1].count == Self.segmentSize {
            segments.append([])
            segments[segments.count - 1].reserveCapacity(count == 0 ? 16 : Self.segmentSize)
        }
        segments[segments.count - 1].append(Packed(record))
        insert(count)
        count += 1
    }

    private mutating func insert(_ number: Int) {
        let mask = slots.count - 1
        let record = packed(number)
        var slot = Self.start(record.id) & mask
        while slots[slot] != 0 {
            let other = packed(Int(slots[slot]) - 1)
            if other.isTree == record.isTree, other.id == record.id { return }
            slot = (slot + 1) & mask
        }
        slots[slot] = UInt32(number + 1)
    }

    private mutating func grow() {
        slots = ContiguousArray(repeating: 0, count: slots.count * 2)
        for number in 0..<count { insert(number) }
    }

    /// IDs are hashes: any of their bits are evenly spread, unless the repository is hostile, which
    /// only makes look-ups slow.
    private static func start(_ id: ObjectID) -> Int {
        Int(truncatingIfNeeded: id.prefix)
    }
}

/// Blobs that are known to be stored. Immutable once shared.
struct BlobIndex: Sendable {
    /// The IDs of the packs; `BlobLocation.pack` counts in it.
    var packs: [ObjectID] = []
    /// Where the blobs of each pack end, in bytes.
    var packEnds: [UInt32] = []
    var knownPacks = Set<ObjectID>()
    var table = BlobTable()
    /// The names of the index files it was read from.
    var files: [String] = []
    /// Whether none of the files was passed over as damaged.
    var isWhole = true
    /// Packs that a file names and that are not there as it says; their blobs count as absent.
    var missingPacks: [ObjectID] = []

    func location(_ id: ObjectID, isTree: Bool) -> BlobLocation? {
        table.firstRecord(id, isTree: isTree).map { table[$0].location }
    }

    func contains(_ id: ObjectID, isTree: Bool) -> Bool {
        table.firstRecord(id, isTree: isTree) != nil
    }
}
