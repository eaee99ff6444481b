import ObjectStorage
import ResticFormat

/// Reads single blocks of a segment.
struct NameSegmentReader: Sendable {
    let segment: NameSegment
    let places: [NameBlockPlace]
    private let store: any ObjectStore
    private let codec: NameCodec

    init(_ segment: NameSegment, in store: any ObjectStore, _ codec: NameCodec) async throws {
        (self.segment, self.store, self.codec) = (segment, store, codec)
        let sealed = try await Self.read(
            store, segment.object, segment.directoryStart..<(segment.directoryStart + UInt64(segment.directoryBytes)))
        places = try Repository.decoding(
            segment.object,
            try NameDirectory.decode(try codec.open(sealed, as: NameMark(.directory, of: segment.object))))
    }

    /// The number of the first block that may have a key, or keys behind it.
    func block(of key: NameKey) -> Int {
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle].first < key { low = middle + 1 } else { high = middle }
        }
        // What one block begins with may have begun in the one before.
        return max(0, low - 1)
    }

    /// The names of some blocks of one group.
    func names(of blocks: Range<Int>) async throws -> [NameBlockNames] {
        guard let first = blocks.first, let last = blocks.last else { return [] }
        let start = places[first].names.lowerBound
        let bytes = try await Self.read(store, segment.object, start..<places[last].names.upperBound)
        return try blocks.map { number in
            let place = places[number].names
            let sealed = Array(bytes[Int(place.lowerBound - start)..<Int(place.upperBound - start)])
            let names = try Repository.decoding(
                segment.object,
                try NameBlockNames(decoding: try codec.open(sealed, as: mark(.names, number))))
            guard names.rows == places[number].rows else {
                throw RepositoryError.damaged(segment.object, "a block of the name index has another number of rows")
            }
            return names
        }
    }

    func details(of block: Int) async throws -> NameBlockDetails {
        let place = places[block].details
        let sealed = try await Self.read(store, segment.object, place)
        return try Repository.decoding(
            segment.object,
            try NameBlockDetails(decoding: try codec.open(sealed, as: mark(.details, block)), rows: places[block].rows))
    }

    /// Everything in a block.
    func events(of block: Int) async throws -> [NameEvent] {
        guard let names = try await names(of: block..<(block + 1)).first else { return [] }
        let keys = try Repository.decoding(segment.object, names.keys())
        return zip(keys, try await details(of: block).rows).map { key, row in
            NameEvent(key: key, snapshot: row.snapshot, state: row.state)
        }
    }

    private func mark(_ part: NameMark.Part, _ number: Int) -> NameMark {
        NameMark(part, of: segment.object, number: number)
    }

    private static func read(
        _ store: any ObjectStore, _ object: String, _ range: Range<UInt64>
    ) async throws(RepositoryError) -> [UInt8] {
        do throws(ObjectStoreError) {
            return try await store.read(object, range: range)
        } catch {
            if error.code == .outOfRange || error.code == .notFound {
                throw .damaged(object, "a part of the name index is missing", cause: error)
            }
            throw RepositoryError(error)
        }
    }
}
