import Testing

@testable import ResticFormat

/// `chunker.json`: tables, window, irreducibility and chunk lists.
@Suite struct ChunkerTests {
    struct File: Decodable {
        var tables: Tables
        var window: Window
        var irreducible: [Answer]
        var cases: [Case]
    }
    struct Tables: Decodable {
        var polynomial: String
        var out, mod: [String: String]
        var out_sha256_le64, mod_sha256_le64: String
    }
    struct Window: Decodable {
        var bytes: HexBytes
        var fingerprint: String
        var next_byte: UInt8
        var fingerprint_after: String
    }
    struct Answer: Decodable {
        var polynomial: String
        var value: Bool
    }
    struct Case: Decodable {
        var name, polynomial, input_sha256: String
        var input: Input
        var chunks: [Chunk]
    }
    struct Input: Decodable {
        var gen: String
        var seed: UInt64?
        var byte: UInt8?
        var length: Int
        var prefix: HexBytes?

        func bytes() throws -> [UInt8] {
            let start = prefix?.bytes ?? []
            switch gen {
            case "splitmix64":
                var random = SplitMix64(seed: try #require(seed))
                return start + random.bytes(length)
            case "constant": return start + [UInt8](repeating: try #require(byte), count: length)
            case let other: throw FormatError(.invalidArgument, "no generator '\(other)'")
            }
        }
    }
    struct Chunk: Decodable {
        var offset, length: Int
        var sha256: String
    }

    private func vectors() throws -> File { try Vectors.load("chunker") }
    private func polynomial(_ hex: String) throws -> Polynomial { try #require(Polynomial(hex: hex)) }

    @Test func `tables are the vectors`() throws {
        let vector = try vectors().tables
        let tables = ChunkerTables(try polynomial(vector.polynomial))
        for (index, value) in vector.out {
            #expect(unsafe tables.out[try #require(Int(index))] == UInt64(value, radix: 16))
        }
        for (index, value) in vector.mod {
            #expect(unsafe tables.mod[try #require(Int(index))] == UInt64(value, radix: 16))
        }
        #expect(unsafe hash(tables.out) == vector.out_sha256_le64)
        #expect(unsafe hash(tables.mod) == vector.mod_sha256_le64)
    }

    private func hash(_ table: UnsafePointer<UInt64>) -> String {
        let bytes = (0..<256).flatMap { index in
            (0..<8).map { UInt8(truncatingIfNeeded: unsafe table[index] >> UInt64(8 * $0)) }
        }
        return ObjectID.hash(of: bytes).hex
    }

    @Test func `window has its fingerprint`() throws {
        let file = try vectors()
        let scan = FingerprintScan(ChunkerTables(try polynomial(file.tables.polynomial)))
        let window = file.window.bytes.bytes
        #expect(window.count == 64)
        var digest = unsafe window.withUnsafeBufferPointer { unsafe scan.fingerprint($0.baseAddress!, endingAt: 64) }
        #expect(digest == UInt64(file.window.fingerprint, radix: 16))
        scan.step(window[0], file.window.next_byte, &digest)
        #expect(digest == UInt64(file.window.fingerprint_after, radix: 16))
    }

    @Test func `irreducibility is the vectors`() throws {
        let answers = try vectors().irreducible
        #expect(answers.count == 10)
        for answer in answers {
            #expect(try polynomial(answer.polynomial).isIrreducible == answer.value, "\(answer.polynomial)")
        }
        for bits in [0, 1] as [UInt64] { #expect(!Polynomial(bits: bits).isIrreducible) }
    }

    @Test func `random polynomials are irreducible of degree 53`() {
        var random = SplitMix64(seed: 5)
        for _ in 0..<3 {
            let polynomial = Polynomial.random(using: &random)
            #expect(polynomial.isIrreducible)
            #expect(polynomial.degree == 53)
            #expect(Polynomial(hex: polynomial.hex) == polynomial)
        }
        #expect(Polynomial(hex: "") == nil)
        #expect(Polynomial(hex: "0x11b") == nil)
        #expect(Polynomial(hex: "11111111111111111") == nil)
    }

    @Test(arguments: 0..<9) func `chunks are the vectors`(_ number: Int) throws {
        let vector = try vectors().cases[number]
        let input = try vector.input.bytes()
        #expect(ObjectID.hash(of: input).hex == vector.input_sha256)
        let chunker = Chunker(polynomial: try polynomial(vector.polynomial))
        let lengths = chunker.lengths(of: input)
        #expect(lengths == vector.chunks.map(\.length), "\(vector.name)")
        for chunk in vector.chunks {
            #expect(ObjectID.hash(of: Array(input[chunk.offset..<chunk.offset + chunk.length])).hex == chunk.sha256)
        }
    }

    @Test(arguments: 0..<9, [63, 64, 65, 4096, 0]) func `chunks in pieces are the vectors`(
        _ number: Int, _ pieceLength: Int
    ) throws {
        var random = SplitMix64(seed: UInt64(number))
        try checkStreaming(try vectors().cases[number]) { _ in
            pieceLength > 0 ? pieceLength : 1 + Int(random.next() % 200_000)
        }
    }

    /// Single bytes wherever something is decided: at the start, around the minimum and around each
    /// boundary; short inputs throughout.
    @Test(arguments: 0..<9) func `chunks in single bytes are the vectors`(_ number: Int) throws {
        let vector = try vectors().cases[number]
        let decisions = vector.chunks.flatMap { [$0.offset, $0.offset + 524_288, $0.offset + $0.length] }
        try checkStreaming(vector) { position in
            vector.input.length < 1 << 20 || decisions.contains { abs($0 - position) < 600 } ? 1 : 512
        }
    }

    private func checkStreaming(_ vector: Case, _ next: (Int) -> Int) throws {
        let input = try vector.input.bytes()
        let chunker = Chunker(polynomial: try polynomial(vector.polynomial))
        let lengths = unsafe input.withUnsafeBytes { bytes in unsafe streamed(bytes, chunker, next) }
        #expect(lengths == vector.chunks.map(\.length), "\(vector.name)")
    }

    /// The chunk lengths when the input comes in pieces of the lengths that `next`
    /// gives for a position.
    private func streamed(_ bytes: UnsafeRawBufferPointer, _ chunker: Chunker, _ next: (Int) -> Int) -> [Int] {
        var stream = ChunkStream(chunker)
        var lengths: [Int] = []
        var position = 0
        var chunkStart = 0
        while position < bytes.count {
            let end = min(position + next(position), bytes.count)
            while position < end {
                let (count, isBoundary) = unsafe stream.take(UnsafeRawBufferPointer(rebasing: bytes[position..<end]))
                position += count
                guard isBoundary else { continue }
                lengths.append(position - chunkStart)
                chunkStart = position
            }
        }
        if chunkStart < bytes.count { lengths.append(bytes.count - chunkStart) }
        return lengths
    }

    @Test func `a buffer that grows gives the same boundary`() throws {
        let vector = try vectors().cases[0]
        let chunker = Chunker(polynomial: try polynomial(vector.polynomial))
        let input = try vector.input.bytes()
        let first = vector.chunks[0].length
        unsafe input.withUnsafeBytes { bytes in
            for count in [0, 1, 524_287, 524_288, first - 1, first, first + 1, 2_000_000] {
                let boundary = unsafe chunker.nextBoundary(
                    in: UnsafeRawBufferPointer(rebasing: bytes[..<count]), from: 0, isLast: false)
                #expect(boundary == (count >= first ? first : nil))
            }
            // The boundary lies in the last or the first byte of what comes new, or anywhere in it.
            for known in [524_288, first - 1] {
                #expect(
                    unsafe chunker.nextBoundary(
                        in: UnsafeRawBufferPointer(rebasing: bytes[..<known]), from: 0, isLast: false) == nil)
                for count in [first, first + 1, 2_000_000] {
                    let grown = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<count])
                    #expect(unsafe chunker.nextBoundary(in: grown, from: 0, searched: known, isLast: false) == first)
                }
            }
            let start = vector.chunks[1].offset
            let end = unsafe chunker.nextBoundary(in: bytes, from: start, isLast: false)
            #expect(end == start + vector.chunks[1].length)
            #expect(unsafe chunker.nextBoundary(in: bytes, from: bytes.count, isLast: true) == nil)
        }
    }
}
