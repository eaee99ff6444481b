import Testing

@testable import ResticFormat

/// JSON read value by value: what is accepted, and what is answered with an error.
@Suite struct JSONReaderTests {
    private static let names = FieldNames(["first", "second", "third"])

    /// The fields of an object of whole numbers, by the numbers of their names, in the order in which they stand.
    private static func fields(_ json: inout JSONReader) throws(FormatError) -> [[UInt64]] {
        var found: [[UInt64]] = []
        var object = try json.beginObject()
        while let index = try json.nextField(of: &object, names) { found.append([UInt64(index), try json.number()]) }
        return found
    }

    private func fields(_ text: String) throws -> [[UInt64]] { try JSONReader.read(utf8(text).span, Self.fields) }

    private func number(_ text: String, atMost limit: UInt64 = .max) throws -> UInt64 {
        func read(_ json: inout JSONReader) throws(FormatError) -> UInt64 { try json.number(atMost: limit) }
        return try JSONReader.read(utf8(text).span, read)
    }

    private func number32(_ text: String) throws -> UInt32 {
        func read(_ json: inout JSONReader) throws(FormatError) -> UInt32 { try json.number32() }
        return try JSONReader.read(utf8(text).span, read)
    }

    private func string(_ bytes: [UInt8]) throws -> String {
        func read(_ json: inout JSONReader) throws(FormatError) -> String { try json.string() }
        return try JSONReader.read(bytes.span, read)
    }

    private func strings(_ text: String) throws -> [String] {
        func read(_ json: inout JSONReader) throws(FormatError) -> [String] { try json.strings() }
        return try JSONReader.read(utf8(text).span, read)
    }

    @Test(
        arguments: [
            ("{}", []), ("{ }", []), ("{\"first\":1}", [[0, 1]]), ("{\"third\":3,\"first\":1}", [[2, 3], [0, 1]]),
            (" {\n\"first\" :\t1 , \"second\":2\r\n} ", [[0, 1], [1, 2]]),
            ("{\"first\":1,\"first\":2}", [[0, 1], [0, 2]]),
            ("{\"first\":null,\"second\":2}", [[1, 2]]), ("{\"second\":null}", []),
            ("{\"other\":{\"first\":[1,{}]},\"second\":2}", [[1, 2]]), ("{\"firs\":1,\"firstt\":2}", []),
            ("{\"fi\\u0072st\":1}", [[0, 1]]), ("{\"x\":\"}\\\"\",\"third\":3}", [[2, 3]]),
            ("{\"a\":true,\"b\":false,\"c\":-1.5e+3,\"d\":0,\"first\":7}", [[0, 7]]),
        ] as [(String, [[UInt64]])])
    func `fields are found in any order, others and nulls are passed over`(text: String, expected: [[UInt64]]) throws {
        #expect(try fields(text) == expected)
    }

    @Test(arguments: [
        "", " ", "{", "}", "{]", "[]", "{\"first\"}", "{\"first\":}", "{\"first\" 1}", "{\"first\":1,}", "{,}",
        "{\"first\":1 \"second\":2}", "{first:1}", "{\"first\":1}}", "{\"first\":1}x", "{\"first\":1", "{\"first",
        "{\"x\":nul}", "{\"x\":tru}", "{\"x\":-}", "{\"x\":1.}", "{\"x\":1e}", "{\"x\":.5}", "{\"x\":+1}",
        "{\"x\":\"\u{1}\"}", "{\"x\":\"\\q\"}", "{\"x\":[1,]}", "{\"x\":[,1]}", "{\"x\":[1}",
    ])
    func `what is no JSON is answered with an error`(text: String) {
        let error = #expect(throws: FormatError.self) { try fields(text) }
        #expect(error?.code == .malformed)
        #expect(error?.byteOffset != nil)
    }

    @Test(arguments: [("0", 0), ("7", 7), ("10", 10), ("18446744073709551615", UInt64.max)] as [(String, UInt64)])
    func `whole numbers are read`(text: String, value: UInt64) throws {
        #expect(try number(text) == value)
    }

    @Test(arguments: [
        "", "-1", "+1", "01", "00", "1.0", "1e3", "1E3", "18446744073709551616", "99999999999999999999", "x", "\"1\"",
    ])
    func `other numbers are refused where whole ones belong`(text: String) {
        #expect(throws: FormatError.self) { try number(text) }
    }

    @Test func `a number is bounded where it has to be`() throws {
        #expect(try number32("4294967295") == UInt32.max)
        #expect(throws: FormatError.self) { try number32("4294967296") }
        #expect(try number("5", atMost: 5) == 5)
        #expect(throws: FormatError.self) { try number("6", atMost: 5) }
    }

    @Test(arguments: [("[]", []), ("[ \"a\" , \"b\" ]", ["a", "b"]), ("[\"\"]", [""])] as [(String, [String])])
    func `arrays are read to their end`(text: String, expected: [String]) throws {
        #expect(try strings(text) == expected)
    }

    @Test(arguments: [
        ("\"\"", ""), ("\"a b\"", "a b"), ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\u{8}\u{c}\n\r\t"),
        ("\"\\u00e9\\u20AC\"", "é€"), ("\"\\ud83d\\ude00\"", "😀"), ("\"日本\"", "日本"),
    ])
    func `strings mean what RFC 8259 says`(text: String, expected: String) throws {
        #expect(try string(utf8(text)) == expected)
    }

    @Test func `bytes that are no UTF-8 are refused`() {
        for bytes in [[0x22, 0xff, 0x22], [0x22, 0xc3, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22]] as [[UInt8]] {
            #expect(throws: FormatError.self) { try string(bytes) }
        }
    }

    @Test(arguments: [(128, true), (129, false)]) func `values are nested in at most 128 others`(
        depth: Int, isRead: Bool
    ) {
        // The object that is read is the first.
        let inner = depth - 1
        let text =
            "{\"x\":" + String(repeating: "[", count: inner) + String(repeating: "]", count: inner) + ",\"first\":1}"
        if isRead {
            #expect((try? fields(text)) == [[0, 1]])
        } else {
            let error = #expect(throws: FormatError.self) { try fields(text) }
            #expect(error?.code == .tooLarge)
        }
    }

    @Test func `a value is given as it stands`() throws {
        func read(_ json: inout JSONReader) throws(FormatError) -> [UInt8] { try json.rawValue() }
        #expect(try JSONReader.read(utf8(" {\"a\": [1]} ").span, read) == utf8("{\"a\": [1]}"))
    }

    @Test func `a time that was read last is read again`() throws {
        func read(_ json: inout JSONReader) throws(FormatError) -> [Int64] {
            var times: [Int64] = []
            var array = try json.beginArray()
            while try json.nextElement(of: &array) { times.append(try json.time().seconds) }
            return times
        }
        let text = "[\"2024-01-02T03:04:05Z\",\"2024-01-02T03:04:05Z\",\"2024-01-02T03:04:06Z\"]"
        let times = try JSONReader.read(utf8(text).span, read)
        #expect(times == [1_704_164_645, 1_704_164_645, 1_704_164_646])
    }
}

/// JSON as Go's `encoding/json` writes it. Expected values from Go's documentation of `HTMLEscape` and `Marshal`.
@Suite struct GoJSONWriterTests {
    private func written(_ body: (inout GoJSONWriter) -> Void) -> String {
        var json = GoJSONWriter()
        body(&json)
        return text(json.bytes)
    }

    @Test func `values are parted by commas, names and values by colons`() {
        let text = written { json in
            json.beginObject()
            json.key("a")
            json.beginArray()
            json.number(UInt64(1))
            json.null()
            json.beginObject()
            json.endObject()
            json.endArray()
            json.key("b")
            json.bool(false)
            json.key("c")
            json.raw(utf8("[2]"))
            json.endObject()
            json.newline()
        }
        #expect(text == "{\"a\":[1,null,{}],\"b\":false,\"c\":[2]}\n")
    }

    @Test(
        arguments: [
            (0, "0"), (9, "9"), (10, "10"), (100, "100"), (-1, "-1"), (Int64.min, "-9223372036854775808"),
            (Int64.max, "9223372036854775807"),
        ] as [(Int64, String)])
    func `numbers have no leading zeros`(number: Int64, expected: String) {
        #expect(written { $0.number(number) } == expected)
        if number >= 0 { #expect(written { $0.number(UInt64(number)) } == expected) }
    }

    @Test func `the greatest number is written whole`() {
        #expect(written { $0.number(UInt64.max) } == "18446744073709551615")
    }

    @Test(arguments: [
        ("", "\"\""), ("abc ~", "\"abc ~\""), ("\"\\", "\"\\\"\\\\\""), ("<>&", "\"\\u003c\\u003e\\u0026\""),
        ("\u{8}\u{c}\n\r\t", "\"\\b\\f\\n\\r\\t\""), ("\0\u{1f}", "\"\\u0000\\u001f\""), ("\u{7f}", "\"\u{7f}\""),
        ("é€😀", "\"é€😀\""), ("\u{2028}\u{2029}", "\"\\u2028\\u2029\""), ("\u{2027}\u{202a}", "\"\u{2027}\u{202a}\""),
    ])
    func `strings are escaped as Go does`(value: String, expected: String) {
        #expect(written { $0.string(value) } == expected)
        #expect(written { $0.string(utf8(value)) } == expected)
    }

    @Test func `bytes that are no UTF-8 become the replacement character, each`() {
        #expect(written { $0.string([0x61, 0xff, 0xc3, 0x62]) } == "\"a\\ufffd\\ufffdb\"")
    }

    @Test func `fields that say nothing are left out`() {
        let text = written { json in
            json.beginObject()
            json.writeNonZero("a", 0)
            json.writeNonZero("b", 1)
            json.writeNonEmpty("c", "")
            json.writeNonEmpty("d", "x")
            json.writeNonEmpty("e", [String]())
            json.writeNonEmpty("f", ["y", "z"])
            json.write("g", nil)
            json.endObject()
        }
        #expect(text == "{\"b\":1,\"d\":\"x\",\"f\":[\"y\",\"z\"]}")
    }

    @Test func `what is written reads back`() throws {
        let id = ObjectID.hash(of: [1])
        let time = NodeTime(seconds: 1_704_164_645, nanoseconds: 500, zoneMinutes: 90)
        var json = GoJSONWriter()
        json.beginArray()
        json.string(id)
        json.string(time)
        json.base64([1, 2, 3, 4])
        json.endArray()
        func read(_ reader: inout JSONReader) throws(FormatError) -> (ObjectID, NodeTime, [UInt8], Bool) {
            var array = try reader.beginArray()
            _ = try reader.nextElement(of: &array)
            let id = try reader.id()
            _ = try reader.nextElement(of: &array)
            let time = try reader.time()
            _ = try reader.nextElement(of: &array)
            let bytes = try reader.base64()
            return (id, time, bytes, try reader.nextElement(of: &array))
        }
        let (readID, readTime, bytes, hasMore) = try JSONReader.read(json.bytes.span, read)
        #expect(readID == id)
        #expect(readTime == time)
        #expect(bytes == [1, 2, 3, 4])
        #expect(!hasMore)
    }
}
