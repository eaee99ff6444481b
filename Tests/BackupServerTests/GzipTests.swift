import Foundation
import Testing

@testable import BackupServer

@Suite struct GzipTests {
    /// `printf 'hello' | gzip -n | xxd -p`
    private static let hello: [UInt8] = [
        0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0, 0x86, 0xa6, 0x10, 0x36, 0x05,
        0,
        0, 0,
    ]

    @Test(arguments: [
        ("gzip", true), ("GZIP", true), ("deflate, gzip", true), ("gzip;q=0.5", true), ("gzip; q=1", true),
        (" gzip ", true), ("gzip;q=0", false), ("gzip;q=0.0", false), ("br", false), ("", false), ("xgzip", false),
        ("identity;q=1, gzip;q=0", false),
    ])
    func `gzip is accepted by its name with a quality above zero`(field: String, isAccepted: Bool) {
        #expect(Gzip.isAccepted(by: field) == isAccepted)
    }

    @Test func `a stream of gzip's own is read`() throws {
        #expect(try Gzip.decompress(Self.hello, limit: 5) == Array("hello".utf8))
    }

    @Test(arguments: [0, 1, 100, 65_535, 65_536, 65_537, 1_000_000]) func `what is compressed is read again`(
        count: Int
    ) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
        let packed = try #require(Gzip.compress(bytes))
        #expect(packed.starts(with: [0x1f, 0x8b]))
        #expect(try Gzip.decompress(packed, limit: count) == bytes)
    }

    @Test func `gzip itself reads what was compressed`() throws {
        let text = String(repeating: "a line of an answer\n", count: 5000)
        let packed = try #require(Gzip.compress(Array(text.utf8)))
        #expect(packed.count < text.utf8.count / 10)
        #expect(try pipe("/usr/bin/gzip", ["-dc"], Data(packed)) == Data(text.utf8))
    }

    @Test(arguments: [4, 1, 0]) func `a result that is longer than the limit is refused`(limit: Int) {
        #expect(throws: Gzip.Failure.tooLong) { try Gzip.decompress(Self.hello, limit: limit) }
    }

    @Test func `a small body that swells is refused`() throws {
        let bomb = try #require(Gzip.compress([UInt8](repeating: 0, count: 20_000_000)))
        #expect(bomb.count < 200_000)
        #expect(throws: Gzip.Failure.tooLong) { try Gzip.decompress(bomb, limit: 1_000_000) }
    }

    @Test func `a stream that is cut anywhere is damaged`() {
        for length in 0..<Self.hello.count {
            #expect(throws: Gzip.Failure.damaged, "\(length)") {
                try Gzip.decompress(Array(Self.hello.prefix(length)), limit: 100)
            }
        }
    }

    @Test func `bytes behind the stream are damage`() {
        #expect(throws: Gzip.Failure.damaged) { try Gzip.decompress(Self.hello + [0], limit: 100) }
        #expect(throws: Gzip.Failure.damaged) { try Gzip.decompress(Self.hello + Self.hello, limit: 100) }
    }

    @Test func `a wrong checksum or length is damage`() {
        for index in (Self.hello.count - 8)..<Self.hello.count {
            var changed = Self.hello
            changed[index] ^= 1
            #expect(throws: Gzip.Failure.damaged, "\(index)") { try Gzip.decompress(changed, limit: 100) }
        }
    }
}
