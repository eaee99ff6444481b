import Testing

@testable import OData

@Suite struct SkipTokenTests {
    private static func sign(_ content: [UInt8]) -> [UInt8] { sign(content, key: 7) }

    /// Not a good digest, but one that every byte and the key change.
    private static func sign(_ content: [UInt8], key: UInt64) -> [UInt8] {
        var state = key &* 0x9e37_79b9_7f4a_7c15
        for byte in content { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return (0..<8).map { UInt8(truncatingIfNeeded: state >> (8 * UInt64($0))) }
    }

    private let token = SkipToken(
        scope: "v1.0 city/library/media", position: "[\"tEmma\",\"t3\"]", optionsDigest: "abc",
        includesUnknownEnumMembers: true, maximumPageSize: 50)

    private func read(_ text: String, scope: String? = nil) throws(ODataError) -> SkipToken {
        try SkipToken(text, scope: scope ?? token.scope, sign: Self.sign)
    }

    @Test func `a token is read as it was written`() throws {
        #expect(try read(token.encoded(sign: Self.sign)) == token)
        var plain = token
        plain.includesUnknownEnumMembers = false
        plain.maximumPageSize = nil
        #expect(try read(plain.encoded(sign: Self.sign)) == plain)
    }

    @Test(arguments: ["", "it's", "a/b?c=d&e", "é😀", "\u{0}\n\"\\", String(repeating: "x", count: 40_000)])
    func `any position survives`(position: String) throws {
        var other = token
        other.position = position
        let text = other.encoded(sign: Self.sign)
        #expect(try read(text).position == position)
        #expect(text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
    }

    @Test func `a token of another path is refused`() {
        let text = token.encoded(sign: Self.sign)
        for scope in ["v1.0 city/library/books", "beta city/library/media", ""] {
            #expect(throws: ODataError.self) { try read(text, scope: scope) }
        }
    }

    @Test func `a token of another key is refused`() {
        let text = token.encoded { Self.sign($0, key: 8) }
        let error = #expect(throws: ODataError.self) { try read(text) }
        #expect(error?.status == 400)
        #expect(error?.target == "$skiptoken")
    }

    @Test func `a token that was changed anywhere is refused`() {
        let text = Array(token.encoded(sign: Self.sign))
        for index in text.indices {
            var changed = text
            changed[index] = changed[index] == "A" ? "B" : "A"
            #expect(throws: ODataError.self, "at \(index)") { try read(String(changed)) }
        }
    }

    @Test func `a token that was cut or lengthened is refused`() {
        let text = token.encoded(sign: Self.sign)
        for length in 0..<text.count { #expect(throws: ODataError.self) { try read(String(text.prefix(length))) } }
        #expect(throws: ODataError.self) { try read(text + "AAAA") }
        #expect(throws: ODataError.self) { try read(text + "=") }
    }

    @Test func `a token without a digest is refused, also where the key gives none`() {
        let unsigned = token.encoded { _ in [] }
        #expect(throws: ODataError.self) { try SkipToken(unsigned, scope: token.scope) { _ in [] } }
    }

    @Test func `a token of another version is refused`() {
        let content = JSONValue.object([
            "v": 1, "s": .string(token.scope), "k": "x", "q": "abc",
        ]).encoded
        let digest = Self.sign(content)
        let text = Base64URL.encode([UInt8(digest.count)] + digest + content)
        #expect(throws: ODataError.self) { try read(text) }
        let present = JSONValue.object([
            "v": 2, "s": .string(token.scope), "k": "x", "q": "abc",
        ]).encoded
        let good = Base64URL.encode([8] + Self.sign(present) + present)
        #expect(throws: Never.self) { try read(good) }
    }

    private func digest(_ options: [String: String]) -> String { SkipToken.digest(of: options, sign: Self.sign) }

    @Test func `the digest of options leaves out what counts for the first page only`() {
        let options = ["filter": "title eq 'x'", "top": "5"]
        #expect(digest(options) == digest(options.merging(["skip": "2", "skiptoken": "abc"]) { $1 }))
        #expect(digest(["skip": "2"]).isEmpty)
        #expect(digest([:]).isEmpty)
    }

    @Test func `the digest of options tells every other difference`() {
        let all: [[String: String]] = [
            ["filter": "a"], ["filter": "b"], ["orderby": "a"], ["filter": "a", "top": "1"],
            ["filter": "a", "top": "2"],
            ["filter": ""], ["filter": "a,top"], ["select": "a"], ["count": "true"],
        ]
        let digests = all.map(digest)
        #expect(Set(digests).count == all.count)
        #expect(digests.allSatisfy { !$0.isEmpty })
    }
}

/// Source: RFC 4648, sections 5 and 10.
@Suite struct Base64URLTests {
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"),
    ])
    func `the vectors of RFC 4648 hold, without padding`(text: String, encoded: String) {
        #expect(Base64URL.encode(Array(text.utf8)) == encoded)
        #expect(Base64URL.decode(encoded) == Array(text.utf8))
    }

    @Test func `the alphabet is that of URLs`() {
        #expect(Base64URL.encode([0xfb, 0xff, 0xfe]) == "-__-")
        #expect(Base64URL.decode("-__-") == [0xfb, 0xff, 0xfe])
    }

    @Test(arguments: ["A", "AAAAA", "Zh", "Zm9", "Zg==", "Zm+v", "Zm/v", "Zm 9v", "Zm9v\n", "é", "Zm9v="])
    func `other texts are refused`(text: String) { #expect(Base64URL.decode(text) == nil) }

    @Test(arguments: 0..<70) func `every length is read back`(length: Int) {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ 13) }
        #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
    }
}
