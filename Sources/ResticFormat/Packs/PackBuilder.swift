/// Collects sealed blobs, back to back, and ends them with the header. One blob type per pack is
/// for the caller to keep.
public struct PackBuilder: Sendable {
    public struct Pack: Sendable {
        /// The SHA-256 of the bytes: the pack's name.
        public let id: ObjectID
        /// The whole file.
        public let bytes: [UInt8]
        /// Its blobs, in order.
        public let entries: [PackEntry]

        /// The pack's entry in an index.
        public var index: PackIndex { PackIndex(id: id, blobs: entries) }
    }

    /// The sealed blobs so far.
    public private(set) var bytes: [UInt8] = []
    /// Their places.
    public private(set) var entries: [PackEntry] = []
    private var headerByteCount = Sealer.overheadByteCount

    /// Makes an empty pack with room for that many bytes.
    public init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// The number of sealed blob bytes so far; a pack is closed when this reaches the wanted size.
    public var blobByteCount: Int { bytes.count }
    /// Whether no blob was added yet.
    public var isEmpty: Bool { entries.isEmpty }

    /// Whether a blob of that many sealed bytes still fits the format's limits.
    public func hasRoom(forSealedByteCount count: Int) -> Bool {
        headerByteCount + 41 <= PackHeader.maximumByteCount && bytes.count + count <= Int(UInt32.max)
    }

    /// Adds a sealed blob.
    /// - Parameter uncompressedLength: the plaintext's length if it was compressed
    ///   before sealing; otherwise 0.
    /// - Throws: `tooLarge` if it does not fit; then nothing is added.
    public mutating func append(
        _ sealed: [UInt8], type: BlobType, id: ObjectID, uncompressedLength: UInt32
    ) throws(FormatError) {
        try append(type: type, id: id, uncompressedLength: uncompressedLength) { $0.append(contentsOf: sealed) }
    }

    /// Adds a blob whose sealed bytes `write` appends, so that they need not be copied.
    /// - Throws: `tooLarge` if it does not fit, or what `write` throws; then nothing is added.
    public mutating func append(
        type: BlobType, id: ObjectID, uncompressedLength: UInt32, write: (inout [UInt8]) throws(FormatError) -> Void
    ) throws(FormatError) {
        let start = bytes.count
        do throws(FormatError) {
            try write(&bytes)
            guard bytes.count >= start + Sealer.overheadByteCount else {
                throw FormatError(.invalidArgument, "a sealed blob has at least 32 bytes")
            }
            guard hasRoom(forSealedByteCount: 0) else {
                throw FormatError(.tooLarge, "the pack has no room for another blob")
            }
        } catch {
            bytes.removeSubrange(start...)
            throw error
        }
        let entry = PackEntry(
            type: type, id: id, offset: UInt32(start), length: UInt32(bytes.count - start),
            uncompressedLength: uncompressedLength)
        entries.append(entry)
        headerByteCount += entry.headerByteCount
    }

    /// Ends the pack and leaves the builder empty.
    /// - Throws: `invalidArgument` if there is no blob.
    public mutating func finish(sealer: Sealer) throws(FormatError) -> Pack {
        guard !entries.isEmpty else { throw FormatError(.invalidArgument, "a pack has at least one blob") }
        let tail = try PackHeader.tail(entries, sealer: sealer)
        var whole = bytes
        bytes = []
        whole.append(contentsOf: tail)
        defer {
            entries = []
            headerByteCount = Sealer.overheadByteCount
        }
        return Pack(id: ObjectID.hash(of: whole), bytes: whole, entries: entries)
    }
}
