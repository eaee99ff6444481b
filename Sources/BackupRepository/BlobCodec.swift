import ResticFormat
import Synchronization

/// What one thread needs to turn plaintext into stored bytes and back: buffers that are used again for every blob.
///
/// `@unchecked Sendable`: `CodecPool` gives a codec to one holder at a time. `input` is allocated in `init` and freed only in `deinit`.
@safe
final class BlobCodec: @unchecked Sendable {
    /// Room for reading a small file: the smallest possible chunk.
    static let inputBytes = 512 << 10
    /// A blob that claims to hold more is refused, so that a hostile repository cannot take all memory with a few bytes. Room for a folder of two
    /// million entries; chunks have at most 8 MiB.
    static let greatestPlaintextBytes: UInt32 = 512 << 20
    let input: UnsafeMutableRawBufferPointer
    /// The stored form of the last encoded blob.
    private(set) var sealed: [UInt8] = []
    private var compressed: [UInt8] = []
    private var opened: [UInt8] = []
    private var plaintext: [UInt8] = []
    private let sealer: Sealer
    private let compressors: Compressors
    private let decompressor: ZstdDecompressor

    init(sealer: Sealer, compressors: Compressors, decompressor: ZstdDecompressor) {
        self.sealer = sealer
        self.compressors = compressors
        self.decompressor = decompressor
        unsafe input = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.inputBytes, alignment: 64)
    }

    deinit { unsafe input.deallocate() }

    /// Gives back the memory that only the rare greatest chunks need.
    func trim() {
        let limit = 4 << 20
        if sealed.capacity > limit { sealed = [] }
        if compressed.capacity > limit { compressed = [] }
        if opened.capacity > limit { opened = [] }
        if plaintext.capacity > limit { plaintext = [] }
    }

    /// Puts the stored form of `plaintext` into `sealed`. Compression that gains nothing is left out, which the format allows.
    /// - Returns: the plaintext's length where it was compressed, otherwise 0.
    func encode(_ plaintext: UnsafeRawBufferPointer, level: Int32?) throws -> UInt32 {
        sealed.removeAll(keepingCapacity: true)
        if let level {
            compressed.removeAll(keepingCapacity: true)
            unsafe try compressors[level].compress(plaintext, into: &compressed)
            if compressed.count < plaintext.count {
                try unsafe compressed.withUnsafeBytes { unsafe try sealer.seal($0, into: &sealed) }
                return UInt32(plaintext.count)
            }
        }
        unsafe try sealer.seal(plaintext, into: &sealed)
        return 0
    }

    /// The plaintext of a stored blob, authenticated and compared with its ID; handed to `body`, for which alone it is valid.
    /// - Throws: `RepositoryError.Code.damaged`, naming `pack`; what `body` throws.
    func open<Value>(
        _ stored: UnsafeRawBufferPointer, _ record: BlobTable.Record, in pack: String, _ body: (UnsafeRawBufferPointer) throws -> Value
    ) throws -> Value {
        do {
            opened.removeAll(keepingCapacity: true)
            unsafe try sealer.open(stored, into: &opened)
            if record.location.uncompressedLength != 0 {
                guard record.location.uncompressedLength <= Self.greatestPlaintextBytes else {
                    throw FormatError(.tooLarge, "it claims to hold \(record.location.uncompressedLength) bytes")
                }
                plaintext.removeAll(keepingCapacity: true)
                try unsafe opened.withUnsafeBytes { frame in
                    unsafe try decompressor.decompress(frame, exactLength: Int(record.location.uncompressedLength), into: &plaintext)
                }
                swap(&opened, &plaintext)
            }
        } catch let error as FormatError {
            throw RepositoryError.damaged(pack, "blob \(record.id.hex) does not open (\(error.message)); run a check, and restore this object from a copy of the repository", cause: error)
        }
        return try unsafe opened.withUnsafeBytes { bytes in
            guard unsafe ObjectID.hash(of: bytes) == record.id else {
                throw RepositoryError.damaged(pack, "blob \(record.id.hex) holds other bytes than its name says; run a check of the repository")
            }
            return unsafe try body(bytes)
        }
    }
}

/// One compressor for each level in use.
final class Compressors: Sendable {
    private let made = Mutex<[Int32: ZstdCompressor]>([:])

    subscript(level: Int32) -> ZstdCompressor {
        made.withLock { made in
            if let compressor = made[level] { return compressor }
            let compressor = ZstdCompressor(level: Int(level))
            made[level] = compressor
            return compressor
        }
    }
}

/// Codecs that are not in use.
final class CodecPool: Sendable {
    private let idle = Mutex<[BlobCodec]>([])
    private let sealer: Sealer
    let compressors = Compressors()
    let decompressor = ZstdDecompressor()

    init(sealer: Sealer) {
        self.sealer = sealer
    }

    /// A codec for the caller alone, until it is given back.
    func take() -> BlobCodec {
        if let codec = idle.withLock({ $0.popLast() }) { return codec }
        return BlobCodec(sealer: sealer, compressors: compressors, decompressor: decompressor)
    }

    func giveBack(_ codec: BlobCodec) {
        codec.trim()
        idle.withLock { $0.append(codec) }
    }
}
