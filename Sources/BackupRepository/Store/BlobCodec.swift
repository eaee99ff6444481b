import ResticFormat
import Synchronization

/// Turns plaintext into stored bytes and back, for one holder at a time.
///
/// `@unchecked Sendable`: `CodecPool` gives a codec to one holder at a time, and its
/// memory to one codec.
@safe
final class BlobCodec: @unchecked Sendable {
    /// Buffers that are used again for every blob, and by the next run in whatever repository.
    @safe
    fileprivate final class Memory {
        let input = UnsafeMutableRawBufferPointer.allocate(byteCount: inputBytes, alignment: 64)
        var read: [UInt8] = []
        var sealed: [UInt8] = []
        var compressed: [UInt8] = []
        var opened: [UInt8] = []
        var plaintext: [UInt8] = []

        // `input` is freed nowhere else.
        deinit { unsafe input.deallocate() }

        /// Frees what only the rare largest chunks need.
        func trim() {
            let limit = 5 << 20
            if read.capacity > limit { read = [] }
            if sealed.capacity > limit { sealed = [] }
            if compressed.capacity > limit { compressed = [] }
            if opened.capacity > limit { opened = [] }
            if plaintext.capacity > limit { plaintext = [] }
        }
    }

    /// Room for reading a small file: the smallest possible chunk.
    static let inputBytes = 512 << 10
    /// A blob that claims to hold more is refused, so that a hostile repository cannot take
    /// all memory with a few bytes. Room for a folder of two million entries; chunks have
    /// at most 8 MiB.
    static let maximumPlaintextBytes: UInt32 = 512 << 20
    fileprivate let memory: Memory
    private let sealer: Sealer
    private let contexts: ZstdContexts

    fileprivate init(sealer: Sealer, memory: Memory, contexts: ZstdContexts) {
        self.sealer = sealer
        self.memory = memory
        self.contexts = contexts
    }

    /// For reading a small file; valid while the codec is held.
    var input: UnsafeMutableRawBufferPointer { unsafe memory.input }
    /// The stored form of the last encoded blob.
    var sealed: [UInt8] { memory.sealed }

    /// Lends `body` a buffer for reading stored bytes.
    func withReadBuffer<Value>(_ body: (inout [UInt8]) async throws -> Value) async throws -> Value {
        var buffer: [UInt8] = []
        swap(&buffer, &memory.read)
        defer { swap(&buffer, &memory.read) }
        return try await body(&buffer)
    }

    /// Puts the stored form of `plaintext` into `sealed`. Compression that gains nothing is left
    /// out, which the format allows.
    /// - Returns: the plaintext's length where it was compressed, otherwise 0.
    func encode(_ plaintext: UnsafeRawBufferPointer, level: Int32?) throws -> UInt32 {
        memory.sealed.removeAll(keepingCapacity: true)
        if let level, unsafe try isPromising(plaintext, level) {
            unsafe try compress(plaintext, level)
            if memory.compressed.count < plaintext.count {
                try unsafe memory.compressed.withUnsafeBytes { unsafe try sealer.seal($0, into: &memory.sealed) }
                return UInt32(plaintext.count)
            }
        }
        unsafe try sealer.seal(plaintext, into: &memory.sealed)
        return 0
    }

    private func isPromising(_ plaintext: UnsafeRawBufferPointer, _ level: Int32) throws -> Bool {
        try unsafe CompressionSample.isPromising(plaintext) { part in
            unsafe try compress(part, level)
            return memory.compressed.count
        }
    }

    /// Puts the frame of some bytes into `memory.compressed`.
    private func compress(_ plaintext: UnsafeRawBufferPointer, _ level: Int32) throws {
        memory.compressed.removeAll(keepingCapacity: true)
        unsafe try contexts.compressors[level].compress(plaintext, into: &memory.compressed)
    }

    /// The plaintext of a stored blob, authenticated and compared with its ID; handed to `body`,
    /// for which alone it is valid.
    /// - Throws: `RepositoryError.Code.damaged`, naming `pack`; what `body` throws.
    func open<Value>(
        _ stored: UnsafeRawBufferPointer, _ record: BlobTable.Record, in pack: String,
        _ body: (UnsafeRawBufferPointer) throws -> Value
    ) throws -> Value {
        do {
            memory.opened.removeAll(keepingCapacity: true)
            unsafe try sealer.open(stored, into: &memory.opened)
            if record.location.uncompressedLength != 0 {
                guard record.location.uncompressedLength <= Self.maximumPlaintextBytes else {
                    throw FormatError(.tooLarge, "it claims to hold \(record.location.uncompressedLength) bytes")
                }
                memory.plaintext.removeAll(keepingCapacity: true)
                try unsafe memory.opened.withUnsafeBytes { frame in
                    unsafe try contexts.decompressor.decompress(
                        frame, exactLength: Int(record.location.uncompressedLength), into: &memory.plaintext)
                }
                swap(&memory.opened, &memory.plaintext)
            }
        } catch let error as FormatError {
            throw RepositoryError.damaged(
                pack,
                """
                blob \(record.id.hex) does not open (\(error.message)); run a check, and restore this object from \
                a copy of the repository
                """,
                cause: error)
        }
        return try unsafe memory.opened.withUnsafeBytes { bytes in
            guard unsafe ObjectID.hash(of: bytes) == record.id else {
                throw RepositoryError.damaged(
                    pack, "blob \(record.id.hex) holds other bytes than its name says; run a check of the repository")
            }
            return unsafe try body(bytes)
        }
    }
}

extension BlobCodec {
    /// Opens one blob of a whole pack and compares it with its ID.
    /// - Throws: `RepositoryError.Code.damaged`, naming `pack`.
    func verify(_ entry: PackEntry, in bytes: [UInt8], of pack: String) throws {
        let end = Int(entry.offset) + Int(entry.length)
        guard end <= bytes.count else {
            throw RepositoryError.damaged(pack, "the pack ends before blob \(entry.id.hex) does")
        }
        let location = BlobLocation(
            pack: 0, offset: entry.offset, length: entry.length, uncompressedLength: entry.uncompressedLength)
        let record = BlobTable.Record(id: entry.id, location: location, isTree: entry.type == .tree)
        try unsafe bytes.withUnsafeBytes { bytes in
            // In bounds: compared with the number of bytes above.
            let stored = unsafe UnsafeRawBufferPointer(rebasing: bytes[Int(entry.offset)..<end])
            unsafe try open(stored, record, in: pack) { _ in }
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

/// What compresses and decompresses.
struct ZstdContexts: Sendable {
    let compressors = Compressors()
    let decompressor = ZstdDecompressor()
}

/// Codecs for the blobs of one repository.
///
/// Their memory is common to all repositories: a job opens one, and for a small drive the page
/// faults of fresh buffers cost more than to read its data.
struct CodecPool: Sendable {
    private struct Shared: Sendable {
        var idle: [IdleMemory] = []
        var contexts = ZstdContexts()
    }

    /// `@unchecked Sendable`: only the pool has it while it is idle, so it has one
    /// holder at a time.
    private struct IdleMemory: @unchecked Sendable {
        let memory: BlobCodec.Memory
    }

    private static let shared = Mutex(Shared())
    private let sealer: Sealer

    init(sealer: Sealer) {
        self.sealer = sealer
    }

    var compressors: Compressors { Self.shared.withLock { $0.contexts.compressors } }
    var decompressor: ZstdDecompressor { Self.shared.withLock { $0.contexts.decompressor } }

    /// A codec for the caller alone, until it is given back.
    func take() -> BlobCodec {
        let (idle, contexts) = Self.shared.withLock { ($0.idle.popLast(), $0.contexts) }
        return BlobCodec(sealer: sealer, memory: idle?.memory ?? BlobCodec.Memory(), contexts: contexts)
    }

    func giveBack(_ codec: BlobCodec) {
        codec.memory.trim()
        let idle = IdleMemory(memory: codec.memory)
        Self.shared.withLock { $0.idle.append(idle) }
    }

    /// Frees the memory that no codec uses.
    static func releaseIdle() { shared.withLock { $0 = Shared() } }
}
