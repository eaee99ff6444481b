import ResticFormat
import Synchronization
import Testing

@testable import BackupRepository

/// Plaintext to stored bytes and back, in memory that is used again.
@Suite struct BlobCodecTests {
    private func pool(seed: UInt64 = 1) throws -> CodecPool {
        var generator = SeededGenerator(seed: seed)
        return CodecPool(sealer: Sealer(try KeyTriple.random(using: &generator)))
    }

    /// The record of a blob, as an index has it.
    private func record(_ plaintext: [UInt8], uncompressed: UInt32) -> BlobTable.Record {
        BlobTable.Record(
            id: ObjectID.hash(of: plaintext),
            location: BlobLocation(pack: 0, offset: 0, length: 0, uncompressedLength: uncompressed), isTree: false)
    }

    private func open(_ stored: [UInt8], _ record: BlobTable.Record, with codec: BlobCodec) throws -> [UInt8] {
        try unsafe stored.withUnsafeBytes { stored in
            unsafe try codec.open(stored, record, in: "data/the-pack") { unsafe Array($0) }
        }
    }

    private func encode(_ plaintext: [UInt8], level: Int32?, with codec: BlobCodec) throws -> UInt32 {
        try unsafe plaintext.withUnsafeBytes { unsafe try codec.encode($0, level: level) }
    }

    private let text = [UInt8](repeating: UInt8(ascii: "a"), count: 5_000)

    @Test(arguments: [nil, 1, 3, 9] as [Int32?]) func `what is encoded opens again`(level: Int32?) throws {
        let codec = try pool().take()
        let length = try encode(text, level: level, with: codec)
        #expect(length == (level == nil ? 0 : 5_000))
        #expect(try open(codec.sealed, record(text, uncompressed: length), with: codec) == text)
    }

    @Test func `without a level nothing is compressed`() throws {
        let codec = try pool().take()
        _ = try encode(text, level: nil, with: codec)
        #expect(codec.sealed.count == text.count + Sealer.overheadByteCount)
    }

    @Test func `compression that gains nothing is left out`() throws {
        let codec = try pool().take()
        var generator = SeededGenerator(seed: 3)
        let noise = generator.bytes(100)
        #expect(try encode(noise, level: 3, with: codec) == 0)
        #expect(codec.sealed.count == 100 + Sealer.overheadByteCount)
    }

    @Test func `an empty blob is stored`() throws {
        let codec = try pool().take()
        #expect(try encode([], level: 3, with: codec) == 0)
        #expect(try open(codec.sealed, record([], uncompressed: 0), with: codec) == [])
    }

    @Test func `a codec that is used again keeps nothing of the last blob`() throws {
        let codec = try pool().take()
        _ = try encode(text, level: 3, with: codec)
        let short = Array("short".utf8)
        #expect(try encode(short, level: nil, with: codec) == 0)
        #expect(codec.sealed.count == short.count + Sealer.overheadByteCount)
        #expect(try open(codec.sealed, record(short, uncompressed: 0), with: codec) == short)
    }

    private func damage(_ stored: [UInt8], _ record: BlobTable.Record, with codec: BlobCodec) -> RepositoryError? {
        let error = #expect(throws: RepositoryError.self) { try open(stored, record, with: codec) }
        #expect(error?.code == .damaged)
        #expect(error?.message.hasPrefix("'data/the-pack': blob \(record.id.hex) ") == true)
        return error
    }

    @Test func `changed bytes are damage of the pack`() throws {
        let codec = try pool().take()
        let length = try encode(text, level: 3, with: codec)
        for position in [0, 20, codec.sealed.count - 1] {
            var stored = codec.sealed
            stored[position] ^= 1
            let error = damage(stored, record(text, uncompressed: length), with: codec)
            #expect(error?.message.contains("does not open") == true)
        }
    }

    @Test func `a blob of another key is damage`() throws {
        let codec = try pool().take()
        _ = try encode(text, level: nil, with: codec)
        _ = damage(codec.sealed, record(text, uncompressed: 0), with: try pool(seed: 2).take())
    }

    @Test func `a blob that is not the one of its name is damage`() throws {
        let codec = try pool().take()
        _ = try encode(text, level: nil, with: codec)
        let error = damage(codec.sealed, record(Array("other".utf8), uncompressed: 0), with: codec)
        #expect(error?.message.contains("holds other bytes than its name says") == true)
    }

    @Test(arguments: [4_999, 5_001] as [UInt32]) func `a blob of another length than the index says is damage`(
        length: UInt32
    ) throws {
        let codec = try pool().take()
        _ = try encode(text, level: 3, with: codec)
        _ = damage(codec.sealed, record(text, uncompressed: length), with: codec)
    }

    @Test func `a blob that claims to hold half a gigabyte is refused`() throws {
        let codec = try pool().take()
        _ = try encode(text, level: 3, with: codec)
        let error = damage(
            codec.sealed, record(text, uncompressed: BlobCodec.maximumPlaintextBytes + 1), with: codec)
        #expect(error?.message.contains("it claims to hold 536870913 bytes") == true)
    }

    @Test func `an error of who reads the plaintext is no damage`() throws {
        struct Stop: Error {}
        let codec = try pool().take()
        _ = try encode(text, level: nil, with: codec)
        let stored = codec.sealed
        #expect(throws: Stop.self) {
            try unsafe stored.withUnsafeBytes { stored in
                unsafe try codec.open(stored, record(text, uncompressed: 0), in: "pack") { _ in throw Stop() }
            }
        }
    }

    @Test func `a blob of a whole pack is verified where its header says`() throws {
        let codec = try pool().take()
        let length = try encode(text, level: 3, with: codec)
        let pack = [1, 2, 3] + codec.sealed + [4]
        var entry = PackEntry(
            type: .data, id: ObjectID.hash(of: text), offset: 3, length: UInt32(codec.sealed.count),
            uncompressedLength: length)
        try codec.verify(entry, in: pack, of: "data/x")
        try codec.verify(entry, in: Array(pack.dropLast()), of: "data/x")
        let error = #expect(throws: RepositoryError.self) {
            try codec.verify(entry, in: Array(pack.dropLast(2)), of: "data/x")
        }
        #expect(error?.message.contains("the pack ends before blob") == true)
        entry.offset = 2
        #expect(throws: RepositoryError.self) { try codec.verify(entry, in: pack, of: "data/x") }
    }

    @Test func `a codec that is given back is lent again`() throws {
        let pool = try pool()
        let codec = pool.take()
        _ = try encode(text, level: 3, with: codec)
        pool.giveBack(codec)
        let other = pool.take()
        _ = try encode(text, level: 3, with: other)
        #expect(try open(other.sealed, record(text, uncompressed: 5_000), with: other) == text)
    }

    @Test func `a read buffer is the same memory each time`() async throws {
        let codec = try pool().take()
        try await codec.withReadBuffer { $0 = [1, 2, 3] }
        try await codec.withReadBuffer { #expect($0 == [1, 2, 3]) }
    }

    @Test func `one compressor serves a level`() {
        let compressors = Compressors()
        #expect(compressors[3] === compressors[3])
        #expect(compressors[3] !== compressors[4])
        #expect(compressors[4].level == 4)
    }
}

/// What decides whether content is compressed at all.
@Suite struct CompressionChoiceTests {
    /// Every byte value as often as every other, which looks like noise.
    private let even = (0..<(96 << 10)).map { UInt8(truncatingIfNeeded: $0 &* 167) }

    /// Whether content is promising where the trials compress to `sizes`, and how many were made.
    private func choice(_ content: [UInt8], _ sizes: [Int]) -> (isPromising: Bool, trials: [Int]) {
        let trials = Mutex<[Int]>([])
        let isPromising = unsafe content.withUnsafeBytes { content in
            unsafe CompressionSample.isPromising(content) { part in
                trials.withLock { trials in
                    trials.append(part.count)
                    return sizes[trials.count - 1]
                }
            }
        }
        return (isPromising, trials.withLock { $0 })
    }

    @Test func `content that looks like noise is tried at three places`() {
        let choice = choice(even, [8_192, 8_192, 8_192])
        #expect(!choice.isPromising)
        #expect(choice.trials == [8_192, 8_192, 8_192])
    }

    @Test(arguments: [(8_110, true), (8_111, false), (8_192, false)])
    func `a trial is good if it saves more than a hundredth`(size: Int, isGood: Bool) {
        #expect(choice(even, [8_192, 8_192, size]).isPromising == isGood)
    }

    @Test func `the first good trial decides`() {
        let choice = choice(even, [9_000, 100, 9_000])
        #expect(choice.isPromising)
        #expect(choice.trials.count == 2)
    }

    @Test func `short content needs no trial`() {
        let choice = choice(Array(even.prefix(CompressionSample.minimumBytes - 1)), [])
        #expect(choice.isPromising)
        #expect(choice.trials.isEmpty)
    }

    @Test func `content of uneven bytes needs no trial`() {
        let choice = choice([UInt8](repeating: 7, count: 96 << 10), [])
        #expect(choice.isPromising)
        #expect(choice.trials.isEmpty)
    }

    @Test func `a trial fails as the compressor does`() {
        struct Stop: Error {}
        let content = even
        #expect(throws: Stop.self) {
            try unsafe content.withUnsafeBytes { unsafe try CompressionSample.isPromising($0) { _ in throw Stop() } }
        }
    }
}
