import Testing

@testable import ResticFormat

/// Every parser answers broken input with an error: no trap, no endless loop, no absurd allocation.
@Suite struct MalformedInputTests {
    private static let id = String(repeating: "0a", count: 32)
    private static let node =
        """
        {\"name\":\"a\\\\u00e9\",\"type\":\"file\",\"mode\":420,\"mtime\":\"2024-01-02T03:04:05.1Z\",\"uid\":0,\
        \"gid\":0,\"extended_attributes\":[{\"name\":\"n\",\"value\":\"AAE=\"}],\"content\":[\"\(id)\"]}
        """
    private static let documents: [(name: String, text: String, parse: @Sendable ([UInt8]) throws -> Void)] = [
        ("tree", "{\"nodes\":[\(node)]}", { _ = try Tree(decoding: $0) }),
        (
            "index",
            """
            {\"supersedes\":[\"\(id)\"],\"packs\":[{\"id\":\"\(id)\",\"blobs\":[{\"id\":\"\(id)\",\"type\":\"data\",\
            \"offset\":0,\"length\":46,\"uncompressed_length\":5}]}]}
            """,
            { _ = try IndexFile(decoding: $0) }
        ),
        (
            "snapshot",
            """
            {\"time\":\"2024-05-06T07:08:09Z\",\"tree\":\"\(id)\",\"paths\":[\"/x\"],\"tags\":[\"a\"],\"uid\":1,\
            \"summary\":{\"backup_start\":\"2024-05-06T07:08:09Z\",\"files_new\":1}}
            """,
            { _ = try Snapshot(decoding: $0) }
        ),
        (
            "lock",
            "{\"time\":\"2024-05-06T07:08:09Z\",\"exclusive\":true,\"hostname\":\"h\",\"username\":\"u\",\"pid\":1}",
            { _ = try LockFile(decoding: $0) }
        ),
        (
            "config", "{\"version\":2,\"id\":\"\(id)\",\"chunker_polynomial\":\"3da3358b4dc173\"}",
            { _ = try RepositoryConfig(decoding: $0) }
        ),
        (
            "key",
            """
            {\"kdf\":\"scrypt\",\"N\":32768,\"r\":8,\"p\":1,\"salt\":\"\(String(repeating: "AAAA", count: 21))AA==\",\
            \"data\":\"\(String(repeating: "AAAA", count: 16))\"}
            """,
            { _ = try KeyFile(decoding: $0) }
        ),
    ]

    @Test(arguments: 0..<6) func `whole documents are read and every truncation is refused`(_ number: Int) throws {
        let (name, text, parse) = Self.documents[number]
        let bytes = utf8(text)
        try parse(bytes)
        for count in 0..<bytes.count {
            #expect(throws: FormatError.self, "\(name) cut at \(count)") { try parse(Array(bytes[..<count])) }
        }
        for rest in ["x", "{}", ",", "\0"] { #expect(throws: FormatError.self) { try parse(bytes + utf8(rest)) } }
    }

    @Test(arguments: 0..<6) func `changed bytes never trap`(_ number: Int) {
        let (_, text, parse) = Self.documents[number]
        var random = SplitMix64(seed: UInt64(number))
        let bytes = utf8(text)
        for _ in 0..<3_000 {
            var changed = bytes
            for _ in 0...random.next() % 3 {
                changed[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            do { try parse(changed) } catch { #expect(error is FormatError) }
        }
    }

    @Test(arguments: [
        "{\"nodes\":null}", "{}", "[]", "{\"nodes\":{}}", "{\"nodes\":[null]}", "{\"nodes\":[{}]}",
        "{\"nodes\":[{\"name\":\"a\"}]}",
        "{\"nodes\":[{\"type\":\"file\"}]}", "{\"nodes\":[{\"name\":\"\",\"type\":\"file\"}]}",
        "{\"nodes\":[{\"name\":\"a\",\"type\":\"door\"}]}",
        "{\"nodes\":[{\"name\":\"a\\\"b\",\"type\":\"file\"}]}",
        "{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"mode\":4294967296}]}",
        "{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"size\":18446744073709551616}]}",
        "{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"size\":-1}]}",
        "{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"size\":1.0}]}",
        "{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"size\":1e3}]}",
        "{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"size\":01}]}",
        "{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"size\":\"1\"}]}",
        "{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"mtime\":\"yesterday\"}]}",
        "{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"content\":[\"ab\"]}]}",
        "{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"content\":[null]}]}",
        "{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"user\":\"\\ud8\"}]}",
        "{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"linktarget_raw\":\"A\"}]}",
        "{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"generic_attributes\":[]}]}",
        "{\"nodes\":[{\"name\":\"a\u{1}\",\"type\":\"file\"}]}", "{\"nodes\":[],}", "{\"nodes\":[,]}", "{nodes:[]}",
        "{\"nodes\":[]]", "{\"nodes\":tru}", "\u{feff}{\"nodes\":[]}",
    ]) func `what is no tree is refused`(_ text: String) {
        #expect(throws: FormatError.self) { try Tree(decoding: utf8(text)) }
    }

    @Test func `invalid UTF-8 is refused`() {
        for bytes in [[0xff], [0xc3], [0xe6, 0x97], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc0, 0x80]]
            as [[UInt8]]
        {
            let document = utf8("{\"nodes\":[{\"name\":\"") + bytes + utf8("\",\"type\":\"file\"}]}")
            #expect(throws: FormatError.self) { try Tree(decoding: document) }
        }
    }

    @Test func `deep nesting is refused before the stack ends`() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let deep = String(repeating: open, count: 100_000) + "1" + String(repeating: close, count: 100_000)
            #expect(throws: FormatError.self) { try Tree(decoding: utf8("{\"x\":\(deep),\"nodes\":[]}")) }
        }
    }

    @Test(arguments: [
        "{\"version\":3,\"id\":\"\(id)\",\"chunker_polynomial\":\"3da3358b4dc173\"}",
        "{\"version\":2,\"id\":\"\(id)\",\"chunker_polynomial\":\"3da3358b4dc175\"}",
        "{\"version\":2,\"id\":\"\(id)\",\"chunker_polynomial\":\"11b\"}",
        "{\"version\":2,\"chunker_polynomial\":\"3da3358b4dc173\"}",
        "{\"version\":2,\"id\":\"\(id)\",\"chunker_polynomial\":\"3da3358b4dc173\",\"is_hot\":true}",
    ]) func `configs that cannot be used are refused`(_ text: String) {
        #expect(throws: FormatError.self) { try RepositoryConfig(decoding: utf8(text)) }
    }

    @Test(arguments: [
        (1, 8, 1), (3, 8, 1), (32_768, 0, 1), (32_768, 8, 0), (1 << 30, 8, 1), (1 << 31, 1 << 31, 1),
        (32_768, 8, 1 << 20),
    ]) func `key files that would exhaust the machine are refused`(_ n: Int, _ r: Int, _ p: Int) throws {
        let salt = String(repeating: "AAAA", count: 21) + "AA=="
        let document =
            """
            {\"kdf\":\"scrypt\",\"N\":\(n),\"r\":\(r),\"p\":\(p),\"salt\":\"\(salt)\",\
            \"data\":\"\(String(repeating: "AAAA", count: 16))\"}
            """
        #expect(throws: FormatError.self) { try KeyFile(decoding: utf8(document)) }
    }

    @Test func `pack headers that lie are refused`() throws {
        let sealer = Sealer(try sampleKey())
        let entry = [UInt8](arrayLiteral: 0, 37, 0, 0, 0) + [UInt8](repeating: 1, count: 32)
        #expect(try PackHeader.decode(entry).count == 1)
        for count in 0..<entry.count {
            #expect(throws: FormatError.self) { try PackHeader.decode(Array(entry[..<count])) }
        }
        for type in 4...255 as ClosedRange<UInt8> {
            #expect(throws: FormatError.self) { try PackHeader.decode([type] + entry.dropFirst()) }
        }
        let huge = [UInt8](arrayLiteral: 0, 255, 255, 255, 255) + [UInt8](repeating: 1, count: 32)
        #expect(throws: FormatError.self) { try PackHeader.decode(huge + huge) }
        #expect(throws: FormatError.self) {
            try PackHeader.decode([2, 46, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 1, count: 32))
        }
        var builder = PackBuilder()
        try builder.append(
            sealer.seal([1, 2, 3, 4, 5]), type: .data, id: .hash(of: [1, 2, 3, 4, 5]), uncompressedLength: 0)
        let pack = try builder.finish(sealer: sealer).bytes
        #expect(try PackHeader.decode(tail: pack, packByteCount: pack.count, sealer: sealer).count == 1)
        #expect(throws: FormatError.self) {
            try PackHeader.decode(tail: pack, packByteCount: pack.count + 1, sealer: sealer)
        }
        for length in [0, 68, 70, 1_000, 16 << 20, UInt32.max] as [UInt32] {
            var changed = Array(pack.dropLast(4))
            PackHeader.append(length, to: &changed)
            #expect(throws: FormatError.self) {
                try PackHeader.decode(tail: changed, packByteCount: changed.count, sealer: sealer)
            }
        }
        for count in 0..<pack.count {
            #expect(throws: FormatError.self) {
                try PackHeader.decode(tail: Array(pack[..<count]), packByteCount: count, sealer: sealer)
            }
        }
    }

    @Test func `frames that lie are refused`() throws {
        let plaintext = [UInt8](repeating: 7, count: 300_000)
        let frame = try ZstdCompressor().compress(plaintext)
        let decompressor = ZstdDecompressor()
        #expect(try decompressor.decompress(frame, exactLength: 300_000) == plaintext)
        #expect(try decompressor.decompress(frame, limit: 300_000) == plaintext)
        for length in [0, 299_999, 300_001] {
            #expect(throws: FormatError.self) { try decompressor.decompress(frame, exactLength: length) }
        }
        for limit in [0, 1, 299_999] {
            #expect(throws: FormatError.self) { try decompressor.decompress(frame, limit: limit) }
        }
        #expect(throws: FormatError.self) { try decompressor.decompress(frame + [0], limit: 300_000) }
        for count in 0..<frame.count {
            #expect(throws: FormatError.self) { try decompressor.decompress(Array(frame[..<count]), limit: 300_000) }
            #expect(throws: FormatError.self) {
                try decompressor.decompress(Array(frame[..<count]), exactLength: 300_000)
            }
        }
        var random = SplitMix64(seed: 4)
        for _ in 0..<500 {
            var changed = frame
            changed[Int(random.next() % UInt64(frame.count))] = UInt8(truncatingIfNeeded: random.next())
            if let plaintext = try? decompressor.decompress(changed, limit: 300_000) {
                #expect(plaintext.count <= 300_000)
            }
        }
    }
}
