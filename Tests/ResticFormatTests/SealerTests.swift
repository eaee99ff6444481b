import Testing

@testable import ResticFormat

/// `crypto.json`: Poly1305-AES and sealed messages, both ways, and what must fail.
@Suite struct SealerTests {
    struct File: Decodable {
        var poly1305_aes: [Authentication]
        var sealed: [Message]
        var must_fail: Refusals
    }
    struct Authentication: Decodable {
        var message, r, k, nonce, mac: HexBytes
    }
    struct Message: Decodable {
        var name: String
        var encrypt, mac_k, mac_r, nonce, plaintext, stored: HexBytes
    }
    struct Refusals: Decodable {
        var key: Key
        var cases: [Refusal]
    }
    struct Key: Decodable {
        var encrypt, mac_k, mac_r: HexBytes
    }
    struct Refusal: Decodable {
        var name: String
        var stored: HexBytes
    }

    private func vectors() throws -> File { try Vectors.load("crypto") }

    @Test func `authentication codes of the paper fit and changed ones do not`() throws {
        let cases = try vectors().poly1305_aes
        #expect(cases.count == 4)
        for vector in cases {
            // The code covers the ciphertext, so any cipher key will do.
            let key = try KeyTriple(rawBytes: [UInt8](repeating: 1, count: 32) + vector.k.bytes + vector.r.bytes)
            let stored = vector.nonce.bytes + vector.message.bytes + vector.mac.bytes
            #expect(try Sealer(key).open(stored).count == vector.message.bytes.count)
            for bit in 0..<128 {
                var changed = stored
                changed[stored.count - 16 + bit / 8] ^= 1 << UInt8(bit % 8)
                #expect(throws: FormatError.self) { try Sealer(key).open(changed) }
            }
        }
    }

    @Test func `sealed messages are the vectors both ways`() throws {
        let cases = try vectors().sealed
        #expect(cases.count == 9)
        for vector in cases {
            let sealer = Sealer(try KeyTriple(rawBytes: vector.encrypt.bytes + vector.mac_k.bytes + vector.mac_r.bytes))
            var output = utf8("before")
            try sealer.seal(
                vector.plaintext.bytes, nonce: try #require(Nonce(bytes: vector.nonce.bytes)), into: &output)
            #expect(output == utf8("before") + vector.stored.bytes, "\(vector.name)")
            #expect(try sealer.open(vector.stored.bytes) == vector.plaintext.bytes, "\(vector.name)")
        }
    }

    @Test func `what must fail fails`() throws {
        let refusals = try vectors().must_fail
        let sealer = Sealer(
            try KeyTriple(rawBytes: refusals.key.encrypt.bytes + refusals.key.mac_k.bytes + refusals.key.mac_r.bytes))
        #expect(refusals.cases.count == 5)
        for refusal in refusals.cases {
            #expect(throws: FormatError.self, "\(refusal.name)") { try sealer.open(refusal.stored.bytes) }
        }
    }

    @Test func `every changed bit and every truncation is refused`() throws {
        let sealer = Sealer(try sampleKey())
        let sealed = try sealer.seal(utf8("The quick brown fox"))
        for bit in 0..<sealed.count * 8 {
            var changed = sealed
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: FormatError.self) { try sealer.open(changed) }
        }
        for count in 0..<sealed.count {
            #expect(throws: FormatError.self) { try sealer.open(Array(sealed[..<count])) }
        }
    }

    @Test func `lengths around pieces and blocks round trip`() throws {
        var random = SplitMix64(seed: 11)
        let sealer = Sealer(try sampleKey())
        for count in [0, 1, 15, 16, 17, 16_383, 16_384, 16_385, 32_768, 100_001] {
            let plaintext = random.bytes(count)
            let sealed = try sealer.seal(plaintext)
            #expect(sealed.count == count + Sealer.overheadByteCount)
            #expect(try sealer.open(sealed) == plaintext)
        }
    }

    @Test func `a long message is the same as its pieces with the counter carried on`() throws {
        // Counter mode: the second 16 KiB, sealed with the counter advanced by 1,024 blocks,
        // has the same ciphertext.
        let sealer = Sealer(try sampleKey())
        let plaintext = [UInt8](repeating: 7, count: 40_000)
        var whole: [UInt8] = []
        var part: [UInt8] = []
        let high = [UInt8](repeating: 0xff, count: 14)
        try sealer.seal(plaintext, nonce: try #require(Nonce(bytes: high + [0xfc, 0x00])), into: &whole)
        // 0xff…fffc00 + 1,024 wraps to zero, which is no nonce, so compare one block later.
        try sealer.seal(
            Array(plaintext[16_400...]), nonce: try #require(Nonce(bytes: [UInt8](repeating: 0, count: 15) + [1])),
            into: &part)
        #expect(whole[(16 + 16_400)..<(16 + 40_000)] == part[16..<part.count - 16])
    }

    @Test func `nonces differ and come from the injected source`() throws {
        let first = try Sealer(sampleKey()).seal([1, 2, 3])
        #expect(try Sealer(sampleKey()).seal([1, 2, 3]) != first)
        let fixed = [UInt8](repeating: 9, count: 16)
        let nonce = try #require(Nonce(bytes: fixed))
        #expect(try Sealer(sampleKey(), nonces: { nonce }).seal([1, 2, 3]).prefix(16).elementsEqual(fixed))
        #expect(Nonce(bytes: [UInt8](repeating: 0, count: 16)) == nil)
        #expect(Nonce(bytes: fixed)?.bytes == fixed)
    }

    @Test func `parts of a key must not be zero and keys are not printed`() throws {
        let bytes = try sampleKey().rawBytes
        for range in [0..<32, 32..<48, 48..<64] {
            var changed = bytes
            for index in range { changed[index] = 0 }
            #expect(throws: FormatError.self) { try KeyTriple(rawBytes: changed) }
        }
        #expect(throws: FormatError.self) { try KeyTriple(rawBytes: Array(bytes.dropLast())) }
        #expect("\(try sampleKey())" == "KeyTriple(secret)")
        #expect(String(reflecting: try sampleKey()) == "KeyTriple(secret)")
    }

    @Test func `many tasks share one sealer`() async throws {
        let sealer = Sealer(try sampleKey())
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for seed in 0..<32 {
                group.addTask {
                    var random = SplitMix64(seed: UInt64(seed))
                    let plaintext = random.bytes(5_000 + seed)
                    return try sealer.open(sealer.seal(plaintext)) == plaintext
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }
}
