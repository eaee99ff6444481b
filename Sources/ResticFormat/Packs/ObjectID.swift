internal import Crypto

/// The name of a blob or a file: a SHA-256, 32 bytes.
///
/// Kept as four big-endian words, so that a value needs no heap and the order is the byte order.
/// Source: restic-format.md section 1.
public struct ObjectID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number of bytes of an ID.
    public static let byteCount = 32

    private var word0: UInt64 = 0
    private var word1: UInt64 = 0
    private var word2: UInt64 = 0
    private var word3: UInt64 = 0

    fileprivate init() {}

    /// Takes the first 32 bytes of a sequence; nil if it has another length.
    public init?(bytes: some Sequence<UInt8>) {
        var number = 0
        for byte in bytes {
            guard number < Self.byteCount else { return nil }
            shiftIn(byte, at: number)
            number += 1
        }
        guard number == Self.byteCount else { return nil }
    }

    /// Takes exactly 32 bytes from memory; nil for another length.
    public init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.byteCount else { return nil }
        // In bounds: the count was just compared with 32.
        unsafe word0 = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        unsafe word1 = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        unsafe word2 = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
        unsafe word3 = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
    }

    /// Reads 64 lower-case hexadecimal digits; nil for anything else.
    public init?(hex: String) {
        var hex = hex
        guard let id = hex.withUTF8({ unsafe ObjectID(hexDigits: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = id
    }

    /// Reads 64 lower-case hexadecimal digits; nil for anything else.
    init?(hexDigits: UnsafeRawBufferPointer) {
        guard hexDigits.count == 2 * Self.byteCount else { return nil }
        guard let word0 = unsafe Self.word(hexDigits, 0), let word1 = unsafe Self.word(hexDigits, 16),
            let word2 = unsafe Self.word(hexDigits, 32), let word3 = unsafe Self.word(hexDigits, 48)
        else { return nil }
        (self.word0, self.word1, self.word2, self.word3) = (word0, word1, word2, word3)
    }

    /// The word of the 16 digits from `start` on; there are 64 digits, and `start` is at most 48.
    @inline(__always)
    private static func word(_ digits: UnsafeRawBufferPointer, _ start: Int) -> UInt64? {
        guard
            let high = unsafe Hex.value(
                ofEightDigits: UInt64(littleEndian: digits.loadUnaligned(fromByteOffset: start, as: UInt64.self))),
            let low = unsafe Hex.value(
                ofEightDigits: UInt64(littleEndian: digits.loadUnaligned(fromByteOffset: start + 8, as: UInt64.self)))
        else { return nil }
        return UInt64(high) << 32 | UInt64(low)
    }

    private mutating func shiftIn(_ byte: UInt8, at index: Int) {
        switch index >> 3 {
        case 0: word0 = word0 << 8 | UInt64(byte)
        case 1: word1 = word1 << 8 | UInt64(byte)
        case 2: word2 = word2 << 8 | UInt64(byte)
        case _: word3 = word3 << 8 | UInt64(byte)
        }
    }

    /// The SHA-256 of the bytes.
    public static func hash(of bytes: UnsafeRawBufferPointer) -> ObjectID {
        var hasher = ObjectHasher()
        unsafe hasher.update(bytes)
        return hasher.id
    }

    /// The SHA-256 of the bytes.
    public static func hash(of bytes: [UInt8]) -> ObjectID {
        unsafe bytes.withUnsafeBytes { unsafe hash(of: $0) }
    }

    /// 64 lower-case hexadecimal digits.
    public var hex: String {
        unsafe String(unsafeUninitializedCapacity: 2 * Self.byteCount) { text in
            // The capacity is at least the 64 that were asked for.
            guard let base = text.baseAddress else { return 0 }
            unsafe writeHex(to: UnsafeMutableRawPointer(base))
            return 2 * Self.byteCount
        }
    }

    /// Writes 64 digits, for which there must be room.
    @unsafe
    private func writeHex(to text: UnsafeMutableRawPointer) {
        unsafe writeHex(word0, to: text)
        unsafe writeHex(word1, to: text + 16)
        unsafe writeHex(word2, to: text + 32)
        unsafe writeHex(word3, to: text + 48)
    }

    /// Writes 16 digits, for which there must be room.
    @inline(__always) @unsafe
    private func writeHex(_ word: UInt64, to text: UnsafeMutableRawPointer) {
        unsafe text.storeBytes(of: Hex.digits(of: UInt32(truncatingIfNeeded: word >> 32)).littleEndian, as: UInt64.self)
        unsafe text.storeBytes(
            of: Hex.digits(of: UInt32(truncatingIfNeeded: word)).littleEndian, toByteOffset: 8, as: UInt64.self)
    }

    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        appendBytes(to: &bytes)
        return bytes
    }

    /// Calls `body` with each of the 32 bytes, first to last.
    func forEachByte(_ body: (UInt8) -> Void) {
        for index in 0..<Self.byteCount { body(self[index]) }
    }

    private subscript(index: Int) -> UInt8 {
        let word =
            switch index >> 3 {
            case 0: word0
            case 1: word1
            case 2: word2
            case _: word3
            }
        return UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (index & 7)))
    }

    /// Appends the 32 bytes.
    public func appendBytes(to bytes: inout [UInt8]) {
        forEachByte { bytes.append($0) }
    }

    /// Appends 64 lower-case hexadecimal digits.
    func appendHex(to text: inout [UInt8]) {
        unsafe text.appendBytes(2 * Self.byteCount) { unsafe writeHex(to: $0) }
    }

    public var description: String { hex }

    /// The order of the bytes, which is also the order of the hexadecimal forms.
    public static func < (left: ObjectID, right: ObjectID) -> Bool {
        (left.word0, left.word1, left.word2, left.word3) < (right.word0, right.word1, right.word2, right.word3)
    }

    /// The first eight bytes as a number: a good hash by itself, since the whole is one.
    public var prefix: UInt64 { word0 }

    /// Feeds two words; the ID is a cryptographic hash already, so more would not spread better.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(word0)
        hasher.combine(word1)
    }
}

/// The ID of bytes that come in pieces.
public struct ObjectHasher: Sendable {
    private var digest = SHA256()

    /// Nothing was hashed yet.
    public init() {}

    /// Goes on with further bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) { unsafe digest.update(bufferPointer: bytes) }

    /// Goes on with further bytes.
    public mutating func update(_ bytes: [UInt8]) { unsafe bytes.withUnsafeBytes { unsafe update($0) } }

    /// The SHA-256 of all bytes so far.
    public var id: ObjectID {
        unsafe digest.finalize().withUnsafeBytes { digest in
            // A SHA-256 digest has 32 bytes, so the initialiser does not answer nil.
            unsafe ObjectID(bytes: digest) ?? ObjectID()
        }
    }
}

/// What a blob holds. The raw value is the type byte of an uncompressed entry of a pack header.
public enum BlobType: UInt8, Hashable, Sendable, CaseIterable {
    /// A part of a file's content.
    case data = 0
    /// The JSON of one directory.
    case tree = 1
}

/// Names a blob: data and trees are separate name spaces.
public struct BlobHandle: Hashable, Sendable {
    /// The name space.
    public var type: BlobType
    /// The SHA-256 of the plaintext before compression.
    public var id: ObjectID

    public init(type: BlobType, id: ObjectID) {
        self.type = type
        self.id = id
    }
}
