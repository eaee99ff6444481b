import ObjectStorage
import ResticFormat

// The parts of a segment:
//
// group …     at most 16 blocks: the names of each, then the details of each
// directory   where each part of each block is, and the key that the block begins with
//
// Every part is sealed by itself. The names of a group lie together, so that a search reads them
// at once and passes over the rest.

/// Events in order, in an object that never changes.
struct NameSegment: Sendable, Hashable {
    static let blocksPerGroup = 16

    /// The name of the object.
    var object: String
    var rows: Int
    /// Where the directory begins, and its length.
    var directoryStart: UInt64
    var directoryBytes: Int

    var bytes: UInt64 { directoryStart + UInt64(directoryBytes) }
}

/// What a directory tells of a block.
struct NameBlockPlace: Sendable {
    var rows: Int
    var first: NameKey
    var names: Range<UInt64>
    var details: Range<UInt64>
}

/// Writes the blocks of a segment, one behind the other.
struct NameSegmentWriter {
    private let object: String
    private let codec: NameCodec
    private let limits: NameIndexLimits
    private let draft: any ObjectDraft
    private var events: [NameEvent] = []
    private var nameBytes = 0
    private var last: NameEvent?
    private var rows = 0
    private var end: UInt64 = 0
    private var places: [NameBlockPlace] = []
    /// The details of the blocks of the group, which follow its names.
    private var details: [[UInt8]] = []

    init(_ object: String, in store: any ObjectStore, _ codec: NameCodec, _ limits: NameIndexLimits) async throws {
        (self.object, self.codec, self.limits) = (object, codec, limits)
        draft = try await Repository.storing(await store.draft())
    }

    var isEmpty: Bool { last == nil }

    /// Adds an event behind all others.
    mutating func add(_ event: NameEvent) throws {
        if let last {
            precondition(NameEvent.precedes(last, event), "events of a segment are in order, none twice")
        }
        events.append(event)
        nameBytes += event.key.name.count
        last = event
        if events.count == limits.blockEvents || nameBytes >= limits.blockNameBytes { try endBlock() }
    }

    private mutating func endBlock() throws {
        guard let first = events.first else { return }
        let parts = NameBlock.encode(events)
        let number = places.count
        let names = try codec.seal(parts.names, as: NameMark(.names, of: object, number: number))
        details.append(try codec.seal(parts.details, as: NameMark(.details, of: object, number: number)))
        places.append(
            NameBlockPlace(
                rows: events.count, first: first.key, names: end..<(end + UInt64(names.count)), details: 0..<0)
        )
        try append(names)
        rows += events.count
        (events, nameBytes) = ([], 0)
        if details.count == NameSegment.blocksPerGroup { try endGroup() }
    }

    private mutating func endGroup() throws {
        for (number, part) in details.enumerated() {
            places[places.count - details.count + number].details = end..<(end + UInt64(part.count))
            try append(part)
        }
        details = []
    }

    private mutating func append(_ part: [UInt8]) throws {
        do throws(ObjectStoreError) { try draft.append(part) } catch { throw RepositoryError(error) }
        end += UInt64(part.count)
    }

    /// Makes the segment durable.
    mutating func finish() async throws -> NameSegment {
        try endBlock()
        try endGroup()
        let start = end
        let directory = try codec.seal(NameDirectory.encode(places), as: NameMark(.directory, of: object))
        try append(directory)
        try await Repository.storing(await draft.publish(as: object))
        return NameSegment(object: object, rows: rows, directoryStart: start, directoryBytes: directory.count)
    }
}

/// The form of a directory, for each block: how many rows, how long its parts are, its first key.
enum NameDirectory {
    static func encode(_ places: [NameBlockPlace]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(count: places.count)
        for place in places {
            bytes.append(count: place.rows)
            bytes.append(count: place.names.count)
            bytes.append(count: place.details.count)
            bytes.append(counted: place.first.folder)
            bytes.append(counted: place.first.name)
        }
        return bytes
    }

    static func decode(_ bytes: [UInt8]) throws(FormatError) -> [NameBlockPlace] {
        var reader = NameBytesReader(bytes)
        var places: [NameBlockPlace] = []
        for _ in 0..<(try reader.count()) {
            let (rows, names, details) = (try reader.number32(), try reader.number32(), try reader.number32())
            places.append(
                NameBlockPlace(
                    rows: Int(rows), first: NameKey(folder: try reader.text(), name: try reader.text()),
                    names: 0..<UInt64(names), details: 0..<UInt64(details)))
        }
        guard reader.isAtEnd else { throw FormatError(.malformed, "a directory of the name index is too long") }
        return placed(places)
    }

    /// With the places that follow from the lengths.
    private static func placed(_ places: [NameBlockPlace]) -> [NameBlockPlace] {
        var places = places
        var end: UInt64 = 0
        func put(_ part: WritableKeyPath<NameBlockPlace, Range<UInt64>>, of number: Int) {
            let length = places[number][keyPath: part].upperBound
            places[number][keyPath: part] = end..<(end + length)
            end += length
        }
        for start in stride(from: 0, to: places.count, by: NameSegment.blocksPerGroup) {
            let group = start..<min(start + NameSegment.blocksPerGroup, places.count)
            for number in group { put(\.names, of: number) }
            for number in group { put(\.details, of: number) }
        }
        return places
    }
}
