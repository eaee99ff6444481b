import Testing

@testable import ResticFormat

/// `names.json`: difficult names both ways and their order; and the rules of quoting one by one.
@Suite struct NameTests {
    struct File: Decodable {
        var names: [Name]
    }
    struct Name: Decodable {
        var bytes: HexBytes
        var json_name_literal, json_name_value: String
    }

    private func vectors() throws -> [Name] { try Vectors.load("names", as: File.self).names }

    private func unquote(_ quoted: String) -> [UInt8]? {
        unsafe utf8(quoted).withUnsafeBytes { unsafe GoQuoting.unquote($0) }
    }

    private func node(_ name: [UInt8]) -> Node {
        Node(name: name, type: .file, mode: 0o644, mtime: NodeTime(seconds: 0), content: [])
    }

    @Test func `names are written and read as restic does`() throws {
        let names = try vectors()
        #expect(names.count == 31)
        for name in names {
            #expect(text(GoQuoting.quote(name.bytes.bytes)) == name.json_name_value)
            #expect(unquote(name.json_name_value) == name.bytes.bytes)
            let encoded = text(try Tree(nodes: [node(name.bytes.bytes)]).encoded())
            #expect(encoded.utf8.starts(with: "{\"nodes\":[{\"name\":\"\(name.json_name_literal)\",\"type\"".utf8))
            #expect(try Tree(decoding: utf8(encoded)).nodes.first?.name == name.bytes.bytes)
        }
    }

    @Test func `the order of a tree is the order of the vectors`() throws {
        let names = try vectors().map(\.bytes.bytes)
        var random = SplitMix64(seed: 3)
        for _ in 0..<20 {
            let tree = try Tree(nodes: names.shuffled(using: &random).map(node))
            #expect(tree.nodes.map(\.name) == names)
        }
    }

    @Test func `a name must not stand twice nor be empty`() {
        #expect(throws: FormatError.self) { try Tree(nodes: [node([97]), node([98]), node([97])]) }
        #expect(throws: FormatError.self) { try Tree(nodes: [node([97]), node([])]) }
    }

    /// Expected values from the documentation of Go's `strconv.Unquote`.
    @Test(
        arguments: [
            ("\\a\\b\\f\\n\\r\\t\\v", [7, 8, 12, 10, 13, 9, 11]), ("\\\\\\\"", [92, 34]), ("\\xff\\xE9", [255, 233]),
            ("\\377\\101", [255, 65]),
            ("\\u00e9", [0xc3, 0xa9]), ("\\U0001f600", [0xf0, 0x9f, 0x98, 0x80]), ("'", [39]), ("", []),
        ] as [(String, [UInt8])]) func `escapes mean what Go says`(_ quoted: String, _ bytes: [UInt8])
    {
        #expect(unquote(quoted) == bytes)
    }

    @Test(arguments: [
        "\"", "a\"b", "\\", "\\q", "\\'", "\\x4", "\\xg0", "\\400", "\\08", "\\u12", "\\ud800", "\\U00110000",
        "\\Uffffffff", "\n",
    ])
    func `what Go refuses is refused`(_ quoted: String) {
        #expect(unquote(quoted) == nil)
    }

    /// Restic-format.md section 10.3 lists these as not printable; U+0378 is unassigned, U+1CC00
    /// came with Unicode 16.
    @Test(
        arguments: [
            (0xa0, "\\u00a0"), (0xad, "\\u00ad"), (0x85, "\\u0085"), (0x200b, "\\u200b"), (0x200f, "\\u200f"),
            (0x2028, "\\u2028"), (0x3000, "\\u3000"),
            (0xfeff, "\\ufeff"), (0xe000, "\\ue000"), (0x378, "\\u0378"), (0xffff, "\\uffff"), (0xf0000, "\\U000f0000"),
            (0x10ffff, "\\U0010ffff"),
            (0x1cc00, "\\U0001cc00"), (0x7f, "\\x7f"), (0x01, "\\x01"),
        ] as [(UInt32, String)]) func `unprintable scalars are escaped`(_ value: UInt32, _ expected: String) throws
    {
        #expect(text(GoQuoting.quote(utf8(String(try #require(Unicode.Scalar(value)))))) == expected)
    }

    @Test(arguments: [
        "é", "ß", "Ж", "日本語", "한국어", "😀", "€", "√", "\u{301}", "\u{fffd}", "²", "–", "ﷺ", "क्षि", "\u{1FAE8}",
    ])
    func `printable text stands as it is`(_ name: String) {
        #expect(text(GoQuoting.quote(utf8(name))) == name)
    }

    @Test func `any bytes round trip`() throws {
        var random = SplitMix64(seed: 21)
        for _ in 0..<2_000 {
            let name = random.bytes(1 + Int(random.next() % 40))
            let quoted = text(GoQuoting.quote(name))
            #expect(unquote(quoted) == name)
            #expect(try Tree(decoding: try Tree(nodes: [node(name)]).encoded()).nodes.first?.name == name)
        }
    }
}
