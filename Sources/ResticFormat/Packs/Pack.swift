/// Where a blob lies in a pack, as headers and indexes say it. Source: restic-format.md
/// sections 8 and 9.
public struct PackEntry: Hashable, Sendable {
    /// The blob's name space.
    public var type: BlobType
    /// The SHA-256 of the plaintext.
    public var id: ObjectID
    /// Where the sealed bytes begin, in bytes from the start of the pack.
    public var offset: UInt32
    /// The number of sealed bytes, with the 32 of sealing.
    public var length: UInt32
    /// The length of the plaintext if it is compressed; 0 if it is not.
    public var uncompressedLength: UInt32

    public init(type: BlobType, id: ObjectID, offset: UInt32, length: UInt32, uncompressedLength: UInt32) {
        self.type = type
        self.id = id
        self.offset = offset
        self.length = length
        self.uncompressedLength = uncompressedLength
    }

    public var handle: BlobHandle { BlobHandle(type: type, id: id) }
    /// Whether the sealed bytes are a zstd frame.
    public var isCompressed: Bool { uncompressedLength != 0 }
    /// The number of plaintext bytes; nil where the stored length cannot be right.
    public var plaintextLength: Int? {
        if isCompressed { return Int(uncompressedLength) }
        return length >= UInt32(Sealer.overheadByteCount) ? Int(length) - Sealer.overheadByteCount : nil
    }
    /// The number of bytes of this entry in a pack's header.
    var headerByteCount: Int { isCompressed ? 41 : 37 }
}

/// The end of a pack: `sealed(entries) || length of that (4 bytes, little-endian)`.
/// Source: restic-format.md section 8.
public enum PackHeader {
    /// The most bytes a sealed header may have.
    public static let maximumByteCount = 16 << 20
    /// The number of bytes at the end of a pack that hold the header's length.
    public static let lengthFieldByteCount = 4
    /// The smallest pack: one empty blob (32), one entry sealed (69), the length (4), would be 105;
    /// restic accepts from 73.
    public static let smallestPackByteCount = 73

    /// The plain entries.
    public static func encode(_ entries: [PackEntry]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.count * 41)
        for entry in entries {
            bytes.append(entry.type.rawValue | (entry.isCompressed ? 2 : 0))
            append(entry.length, to: &bytes)
            if entry.isCompressed { append(entry.uncompressedLength, to: &bytes) }
            entry.id.appendBytes(to: &bytes)
        }
        return bytes
    }

    /// Reads plain entries; offsets are the sums of the lengths before.
    /// - Throws: `malformed` for an unknown type, a cut entry, no entry, or a
    ///   length that cannot be.
    public static func decode(_ bytes: [UInt8]) throws(FormatError) -> [PackEntry] {
        var entries: [PackEntry] = []
        var position = 0
        var offset: UInt32 = 0
        while position < bytes.count {
            let entry = try decodeEntry(bytes, at: position, offset: offset)
            let (end, overflowed) = offset.addingReportingOverflow(entry.length)
            guard !overflowed else {
                throw FormatError(.malformed, "a pack's blobs are longer than 4 GiB", byteOffset: position)
            }
            entries.append(entry)
            position += entry.headerByteCount
            offset = end
        }
        guard !entries.isEmpty else { throw FormatError(.malformed, "a pack's header has no entries") }
        return entries
    }

    private static func decodeEntry(_ bytes: [UInt8], at position: Int, offset: UInt32) throws(FormatError) -> PackEntry
    {
        guard bytes[position] < 4, let type = BlobType(rawValue: bytes[position] & 1) else {
            throw FormatError(
                .malformed, "a pack's header has an entry of the unknown type \(bytes[position])", byteOffset: position)
        }
        let isCompressed = bytes[position] & 2 != 0
        let idStart = position + (isCompressed ? 9 : 5)
        guard idStart + ObjectID.byteCount <= bytes.count,
            let id = ObjectID(bytes: bytes[idStart..<idStart + ObjectID.byteCount])
        else {
            throw FormatError(.malformed, "a pack's header ends inside an entry", byteOffset: position)
        }
        let length = readUInt32(bytes, position + 1)
        let uncompressedLength = isCompressed ? readUInt32(bytes, position + 5) : 0
        guard length >= UInt32(Sealer.overheadByteCount), !isCompressed || uncompressedLength > 0 else {
            throw FormatError(.malformed, "a pack's header has an entry of an impossible length", byteOffset: position)
        }
        return PackEntry(type: type, id: id, offset: offset, length: length, uncompressedLength: uncompressedLength)
    }

    /// The sealed header's length, from the last four bytes of a pack.
    /// - Throws: `malformed` or `tooLarge` if it cannot be right for a pack of that size.
    public static func sealedLength(
        fromTail tail: some Collection<UInt8>, packByteCount: Int
    ) throws(FormatError) -> Int {
        guard tail.count >= lengthFieldByteCount else { throw FormatError(.malformed, "a pack is too short") }
        let length = Int(tail.suffix(lengthFieldByteCount).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
        guard length <= maximumByteCount else { throw FormatError(.tooLarge, "a pack's header of \(length) bytes") }
        guard length >= Sealer.overheadByteCount + 37, length + lengthFieldByteCount <= packByteCount else {
            throw FormatError(.malformed, "a pack of \(packByteCount) bytes cannot have a header of \(length) bytes")
        }
        return length
    }

    /// Opens the header at the end of a pack.
    /// - Parameters:
    ///   - tail: the last bytes of the pack, at least the header and its length field; the
    ///     whole pack will do.
    ///   - packByteCount: the size of the whole pack; the entries must fill it exactly.
    /// - Throws: `malformed`, `tooLarge`, `unauthentic`.
    public static func decode(tail: [UInt8], packByteCount: Int, sealer: Sealer) throws(FormatError) -> [PackEntry] {
        let length = try sealedLength(fromTail: tail, packByteCount: packByteCount)
        guard tail.count >= length + lengthFieldByteCount else {
            throw FormatError(.invalidArgument, "the header has \(length) bytes, which are not all given")
        }
        let entries = try decode(sealer.open(Array(tail.dropLast(lengthFieldByteCount).suffix(length))))
        guard let last = entries.last,
            Int(last.offset) + Int(last.length) + length + lengthFieldByteCount == packByteCount
        else {
            throw FormatError(.malformed, "a pack's size does not follow from its header")
        }
        return entries
    }

    /// The size of a pack with these entries: what `restic check` computes.
    public static func packByteCount(of entries: [PackEntry]) -> Int {
        entries.reduce(Sealer.overheadByteCount + lengthFieldByteCount) { $0 + Int($1.length) + $1.headerByteCount }
    }

    /// What ends a pack: the sealed header and its length.
    /// - Throws: `library`.
    public static func tail(_ entries: [PackEntry], sealer: Sealer) throws(FormatError) -> [UInt8] {
        var tail = try sealer.seal(encode(entries))
        append(UInt32(tail.count), to: &tail)
        return tail
    }

    static func append(_ value: UInt32, to bytes: inout [UInt8]) {
        for shift in stride(from: UInt32(0), through: 24, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    private static func readUInt32(_ bytes: [UInt8], _ position: Int) -> UInt32 {
        bytes[position..<position + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
