import Testing

@testable import ResticFormat

/// Files as we write them, read back; and the forms that readers must accept.
@Suite struct StoredFileTests {
    @Test func `the worked example of the specification has its sizes`() throws {
        // Restic-format.md section 8: three compressed data blobs, entries of 123 bytes, the file
        // 609 bytes long, ending in 9b000000.
        let sealer = Sealer(try sampleKey())
        var builder = PackBuilder()
        for (stored, plain) in [(46, 5), (61, 240), (343, 300)] as [(Int, UInt32)] {
            let sealed = try sealer.seal([UInt8](repeating: 1, count: stored - 32))
            try builder.append(sealed, type: .data, id: .hash(of: sealed), uncompressedLength: plain)
        }
        let pack = try builder.finish(sealer: sealer)
        #expect(pack.bytes.count == 609)
        #expect(pack.bytes.suffix(4) == [0x9b, 0, 0, 0])
        #expect(pack.entries.map(\.offset) == [0, 46, 107])
        #expect(pack.id == ObjectID.hash(of: pack.bytes))
        #expect(PackHeader.packByteCount(of: pack.entries) == 609)
        #expect(builder.isEmpty)
        #expect(builder.blobByteCount == 0)
    }

    @Test func `a failed append leaves the pack as it was`() throws {
        var builder = PackBuilder()
        #expect(throws: FormatError.self) {
            try builder.append([1, 2, 3], type: .data, id: .hash(of: []), uncompressedLength: 0)
        }
        #expect(builder.isEmpty)
        #expect(builder.bytes.isEmpty)
        #expect(throws: FormatError.self) { try builder.finish(sealer: Sealer(sampleKey())) }
    }

    @Test func `packs of random blobs round trip`() throws {
        var random = SplitMix64(seed: 31)
        let format = BlobFormat(sealer: Sealer(try sampleKey()))
        for _ in 0..<20 {
            var builder = PackBuilder()
            let plaintexts = (0..<1 + random.next() % 20).map { _ in
                random.next() % 2 == 0
                    ? random.bytes(Int(random.next() % 5_000))
                    : [UInt8](repeating: 5, count: Int(random.next() % 5_000))
            }
            let type: BlobType = random.next() % 2 == 0 ? .data : .tree
            for plaintext in plaintexts {
                let (stored, length) = try format.encode(plaintext, type: type)
                try builder.append(stored, type: type, id: .hash(of: plaintext), uncompressedLength: length)
            }
            let pack = try builder.finish(sealer: format.sealer)
            let entries = try PackHeader.decode(
                tail: pack.bytes, packByteCount: pack.bytes.count, sealer: format.sealer)
            #expect(entries == pack.entries)
            for (entry, plaintext) in zip(entries, plaintexts) {
                let stored = Array(pack.bytes[Int(entry.offset)..<Int(entry.offset + entry.length)])
                #expect(try format.decode(stored, as: entry) == plaintext)
                #expect(entry.plaintextLength == plaintext.count)
            }
            let index = IndexFile(packs: [pack.index])
            #expect(try IndexFile(decoding: index.encoded()) == index)
        }
    }

    @Test func aBlobUnderTheNameOfAnotherIsRefused() throws {
        let format = BlobFormat(sealer: Sealer(try sampleKey()))
        let (stored, length) = try format.encode(utf8("one"), type: .data)
        let entry = PackEntry(
            type: .data, id: .hash(of: utf8("two")), offset: 0, length: UInt32(stored.count), uncompressedLength: length
        )
        #expect { try format.decode(stored, as: entry) } throws: { ($0 as? FormatError)?.code == .wrongHash }
    }

    @Test func treesAreAlwaysCompressedAndDataOnlyIfItHelps() throws {
        let format = BlobFormat(sealer: Sealer(try sampleKey()))
        #expect(try format.encode(utf8("x"), type: .tree).uncompressedLength == 1)
        #expect(try format.encode(utf8("x"), type: .data).uncompressedLength == 0)
        #expect(try format.encode([UInt8](repeating: 0, count: 1_000), type: .data).uncompressedLength == 1_000)
        #expect(try format.encode([], type: .data).uncompressedLength == 0)
        let plain = BlobFormat(sealer: format.sealer, compressor: nil)
        #expect(try plain.encode([UInt8](repeating: 0, count: 1_000), type: .tree).uncompressedLength == 0)
    }

    @Test func `unpacked files are read in every form`() throws {
        let sealer = Sealer(try sampleKey())
        let json = utf8("{\"packs\":[]}\n")
        func read(_ stored: [UInt8], limit: Int = 1_000) throws -> [UInt8] {
            try UnpackedFile.decode(stored, sealer: sealer, decompressor: ZstdDecompressor(), limit: limit)
        }
        #expect(try read(UnpackedFile.encode(json, sealer: sealer, compressor: ZstdCompressor())) == json)
        #expect(try read(UnpackedFile.encode(json, sealer: sealer, compressor: nil)) == json)
        #expect(try read(sealer.seal([])) == [])
        // The frame of the vectors that names no content size.
        let frame = try #require(HexBytes.bytes("28b52ffd000029000068656c6c6f"))
        #expect(try read(sealer.seal([2] + frame)) == utf8("hello"))
        for marker in [0, 1, 3, 0x20, 0xff] as [UInt8] {
            #expect(throws: FormatError.self) { try read(sealer.seal([marker] + json)) }
        }
        let bomb = try UnpackedFile.encode(
            [UInt8](repeating: 0x20, count: 1 << 20), sealer: sealer, compressor: ZstdCompressor())
        #expect { try read(bomb) } throws: { ($0 as? FormatError)?.code == .tooLarge }
    }

    @Test func `key files open with their password only`() throws {
        let master = try sampleKey()
        let salt = [UInt8](1...64)
        let file = try KeyFile.create(
            password: "pässword", master: master, salt: salt, cost: KeyFile.Cost(n: 1024, r: 8, p: 1),
            created: NodeTime(seconds: 1_700_000_000), username: "u", hostname: "h")
        let again = try KeyFile(decoding: file.encoded())
        #expect(again == file)
        #expect(try again.open(password: "pässword") == master)
        #expect { try again.open(password: "pa\u{308}ssword") } throws: { ($0 as? FormatError)?.code == .unauthentic }
        #expect(throws: FormatError.self) {
            try KeyFile.create(
                password: "", master: master, salt: Array(salt.dropLast()), created: .absent, username: "", hostname: ""
            )
        }
    }

    @Test func `locks read and write`() throws {
        let text =
            """
            {\"time\":\"2024-05-06T07:08:09.5Z\",\"exclusive\":false,\"hostname\":\"h\",\"username\":\"u\",\
            \"pid\":123,\"uid\":1000,\"gid\":1000}
            """
        let lock = try LockFile(decoding: utf8(text))
        #expect(
            lock
                == LockFile(
                    time: NodeTime(seconds: 1_714_979_289, nanoseconds: 500_000_000), isExclusive: false, hostname: "h",
                    username: "u", processID: 123, uid: 1000, gid: 1000))
        #expect(String(decoding: lock.encoded(), as: UTF8.self) == text)
    }

    @Test func `new configs are usable`() throws {
        var random = SplitMix64(seed: 1)
        let config = RepositoryConfig.random(using: &random)
        #expect(try RepositoryConfig(decoding: config.encoded()) == config)
        #expect(config.version == 2)
        #expect(config != RepositoryConfig.random(using: &random))
    }
}
