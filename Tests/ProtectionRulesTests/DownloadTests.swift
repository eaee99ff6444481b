import ProtectionRules
import Testing

@Suite struct ByteRangeTests {
    private static let tag = "\"abc\""

    @Test(
        arguments: [
            ("bytes=0-0", 0..<1), ("bytes=0-99", 0..<100), ("bytes=90-", 90..<100), ("bytes=-10", 90..<100),
            ("bytes=-1000", 0..<100), ("bytes=5-18446744073709551615", 5..<100), ("Bytes=1-2", 1..<3),
            ("bytes=3-99999999999999999999999999", 3..<100), ("bytes= 1 - 2 ", 1..<3),
        ] as [(String, Range<UInt64>)])
    func `one range is a part`(field: String, part: Range<UInt64>) {
        #expect(ByteRange(field, ifRange: nil, size: 100, tag: Self.tag) == .part(part))
    }

    @Test(arguments: ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999-"])
    func `a range behind the content cannot be had`(field: String) {
        #expect(ByteRange(field, ifRange: nil, size: 100, tag: Self.tag) == .unsatisfiable)
    }

    @Test(arguments: [
        "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1-2,4-5", "lines=1-2", "bytes=5-2", "bytes=1-2-3",
        "bytes=+1-2",
        "bytes=1-٣",
    ])
    func `anything else is the whole`(field: String) {
        #expect(ByteRange(field, ifRange: nil, size: 100, tag: Self.tag) == .whole)
    }

    @Test func `a range of another content is the whole`() {
        #expect(ByteRange("bytes=0-9", ifRange: "\"other\"", size: 100, tag: Self.tag) == .whole)
        #expect(ByteRange("bytes=0-9", ifRange: "W/\"abc\"", size: 100, tag: Self.tag) == .whole)
        #expect(ByteRange("bytes=0-9", ifRange: Self.tag, size: 100, tag: Self.tag) == .part(0..<10))
        #expect(ByteRange(nil, ifRange: Self.tag, size: 100, tag: Self.tag) == .whole)
    }

    @Test func `nothing of an empty content can be had`() {
        #expect(ByteRange("bytes=0-", ifRange: nil, size: 0, tag: Self.tag) == .unsatisfiable)
        #expect(ByteRange("bytes=-5", ifRange: nil, size: 0, tag: Self.tag) == .unsatisfiable)
    }
}

@Suite struct DownloadNameTests {
    @Test(arguments: [
        ("a.txt", "a.txt"), ("../etc", ".._etc"), ("..", "_"), (".", "_"), ("C:\\x", "C__x"), ("a\u{0}b\nc", "a_b_c"),
        ("gnp\u{202E}exe", "gnp_exe"), ("Ümläut 🎈", "Ümläut 🎈"), ("\u{200B}", "_"), ("", "_"), (".profile", ".profile"),
    ])
    func `no name leads out of its folder or moves a terminal`(name: String, safe: String) {
        #expect(DownloadName.safe(Array(name.utf8)) == safe)
    }

    @Test func `bytes that are no text are shown as such`() {
        #expect(DownloadName.safe([0xff, 0x61]) == "\u{FFFD}a")
    }

    @Test func `names that are one on some system are numbered`() {
        var names = TakenNames()
        let taken = ["a.txt", "A.TXT", "a.txt", "b", "B", ".x", ".X"].map { names.take($0) }
        #expect(taken == ["a.txt", "A (2).TXT", "a (3).txt", "b", "B (2)", ".x", ".X (2)"])
    }

    @Test func `the field of a name cannot be left`() {
        #expect(
            DownloadName.attachment("a\"; x=\"b.html")
                == "attachment; filename=\"a_; x=_b.html\"; filename*=UTF-8''a%22%3B%20x%3D%22b.html")
        #expect(
            DownloadName.attachment("é\r\nSet-Cookie: a")
                == "attachment; filename=\"___Set-Cookie: a\"; filename*=UTF-8''%C3%A9%0D%0ASet-Cookie%3A%20a")
        #expect(DownloadName.attachment(String(repeating: "a", count: 10_000)).utf8.count < 500)
    }
}

@Suite struct PreviewKindTests {
    @Test func `images are known by their first bytes`() {
        #expect(PreviewKind.isImage([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0]))
        #expect(PreviewKind.isImage([0xFF, 0xD8, 0xFF, 0xE0]))
        #expect(PreviewKind.isImage(Array("GIF89a".utf8)))
        #expect(PreviewKind.isImage(Array("RIFF1234WEBPVP8 ".utf8)))
        for text in ["<svg xmlns=", "%PDF-1.7", "<html>", "RIFF1234WAVE", "", "GIF"] {
            #expect(!PreviewKind.isImage(Array(text.utf8)), "\(text)")
        }
    }

    /// Sources: PNG (third edition) 5.2; ITU-T T.81 B.1.1.3, SOI and the FF of the next marker; the
    /// GIF89a specification, 17; RFC 9649, 2.4, whose four bytes of size may be any.
    private static let signatures: [([UInt8], free: Range<Int>)] = [
        ([137, 80, 78, 71, 13, 10, 26, 10], 0..<0), ([0xFF, 0xD8, 0xFF], 0..<0),
        (Array("GIF87a".utf8), 0..<0), (Array("GIF89a".utf8), 0..<0), (Array("RIFF\0\0\0\0WEBP".utf8), 4..<8),
    ]

    @Test(arguments: signatures.indices) func `each byte of a signature counts`(number: Int) {
        let (signature, free) = Self.signatures[number]
        #expect(PreviewKind.isImage(signature))
        #expect(!PreviewKind.isImage(Array(signature.dropLast())))
        #expect(signature.count <= PreviewKind.signatureBytes)
        for place in signature.indices {
            var other = signature
            other[place] ^= 0xFF
            #expect(PreviewKind.isImage(other) == free.contains(place), "byte \(place) of \(signature)")
        }
    }

    @Test func `a text is cut between characters`() {
        let text = Array("aé🎈".utf8)
        #expect(PreviewKind.text(text, isCut: true) == text)
        #expect(PreviewKind.text(Array(text.dropLast()), isCut: true) == Array("aé".utf8))
        #expect(PreviewKind.text(Array(text.prefix(2)), isCut: true) == Array("a".utf8))
        #expect(PreviewKind.text([0x61, 0xff], isCut: false) == Array("a\u{FFFD}".utf8))
        #expect(PreviewKind.text([], isCut: true) == [])
        #expect(PreviewKind.text([0x80, 0x80], isCut: true) == Array("\u{FFFD}\u{FFFD}".utf8))
    }
}
