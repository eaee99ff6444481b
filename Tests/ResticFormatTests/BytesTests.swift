import Foundation
import Testing

@testable import ResticFormat

/// IDs and base64, compared with other programs' answers.
@Suite struct BytesTests {
    /// Expected values from `sha256sum`.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("hello", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"),
    ]) func `hashes are SHA-256`(_ message: String, _ hex: String) throws {
        let id = ObjectID.hash(of: utf8(message))
        #expect(id.hex == hex)
        #expect(ObjectID(hex: hex) == id)
        #expect(ObjectID(bytes: id.bytes) == id)
        #expect(unsafe id.bytes.withUnsafeBytes { unsafe ObjectID(bytes: $0) } == id)
        #expect(HexBytes.bytes(hex) == id.bytes)
    }

    @Test func `what is no id is refused`() {
        let digits = String(repeating: "ab", count: 32)
        for text in [
            "", "ab", digits + "ab", String(digits.dropLast()), "AB" + digits.dropFirst(2), "g" + digits.dropFirst(),
            "é" + digits.dropFirst(2),
        ] {
            #expect(ObjectID(hex: text) == nil)
        }
        for count in [0, 31, 33] { #expect(ObjectID(bytes: [UInt8](repeating: 1, count: count)) == nil) }
    }

    @Test func `the order of ids is the order of their digits`() {
        var random = SplitMix64(seed: 2)
        let ids = (0..<500).map { _ in ObjectID.hash(of: random.bytes(8)) }
        #expect(ids.sorted().map(\.hex) == ids.map(\.hex).sorted())
    }

    @Test func `base 64 is Foundation's`() throws {
        var random = SplitMix64(seed: 6)
        for count in 0..<200 {
            let bytes = random.bytes(count)
            let expected = Data(bytes).base64EncodedString()
            #expect(text(Base64.encode(bytes)) == expected)
            #expect(Base64.decode(utf8(expected)) == bytes)
        }
        for wrong in ["A", "AA", "AAA", "AA=A", "A===", "====", "AA==AAAA", "AB==", "AAB=", "AA-_", "AA A"] {
            #expect(Base64.decode(utf8(wrong)) == nil)
        }
    }
}
