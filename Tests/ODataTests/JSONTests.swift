import Foundation
import OData
import Testing

@Suite struct JSONTests {
    @Test(arguments: Self.validTexts)
    func `valid texts are read`(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
    }

    static let validTexts: [(String, JSONValue)] = [
        ("null", nil), (" true ", true), ("false", false), ("0", 0), ("-0", 0), ("-12", -12),
        ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
        ("9223372036854775808", .double(9_223_372_036_854_775_808)), ("1.5", .double(1.5)), ("1e2", .double(100)),
        ("-2.5E-1", .double(-0.25)), ("\"\"", ""), ("\"a\\u00e9\\n\\/\"", "aé\n/"), ("\"\\ud83d\\ude00\"", "😀"),
        ("\"ü😀\"", "ü😀"), ("[]", []), ("[1,[2],{}]", [1, [2], [:]]), ("{\"a\":{\"b\":[null]}}", ["a": ["b": [nil]]]),
        ("\t{\r\n\"b\" : 1 , \"a\" : 2 }", ["b": 1, "a": 2]),
    ]

    @Test func `members keep their order`() throws {
        let value = try JSONValue(parsing: "{\"z\":1,\"a\":2,\"m\":3}")
        #expect(value.objectValue?.names == ["z", "a", "m"])
    }

    /// Texts that RFC 8259 refuses, with the byte where the fault is.
    @Test(arguments: [
        ("", 0), ("   ", 3), ("nul", 3), ("tru3", 3), ("01", 1), ("1.", 2), (".5", 0), ("1e", 2), ("+1", 0), ("--1", 1),
        ("[1,]", 3), ("[1", 2), ("[1 2]", 3), ("{", 1), ("{\"a\"}", 4), ("{\"a\":}", 5), ("{\"a\":1,}", 7),
        ("{a:1}", 1),
        ("\"abc", 4), ("\"\\x\"", 2), ("\"\\u12g4\"", 5), ("\"\\ud800\"", 7), ("\"\\udc00\"", 7),
        ("\"\\ud800\\u0041\"", 13),
        ("\"a\nb\"", 2), ("1 2", 2), ("{} x", 3), ("\u{feff}{}", 0), ("// x\n{}", 0), ("{\"a\":1,\"a\":2}", 7),
        ("1e999", 0),
        ("NaN", 0),
    ])
    func `an invalid text is refused at the fault`(text: String, offset: Int) {
        let error = #expect(throws: JSONParseError.self) { try JSONValue(parsing: text) }
        #expect(error?.offset == offset)
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        for bytes: [UInt8] in [
            [0x22, 0xff, 0x22], [0x22, 0xc3, 0x22], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22],
        ] {
            #expect(throws: JSONParseError.self) { try JSONValue(parsing: bytes) }
        }
    }

    @Test func `names that differ only in escapes are the same`() {
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: "{\"a\":1,\"\\u0061\":2}") }
    }

    @Test func `depth and size are limited`() throws {
        let limits = JSONLimits(maximumBytes: 100, maximumDepth: 3)
        #expect(try JSONValue(parsing: "[[[1]]]", limits: limits) == [[[1]]])
        #expect { try JSONValue(parsing: "[[[[1]]]]", limits: limits) } throws: { ($0 as? JSONParseError)?.offset == 3 }
        #expect(throws: JSONParseError.self) {
            try JSONValue(parsing: String(repeating: " ", count: 101), limits: limits)
        }
        let deep = String(repeating: "[{\"a\":", count: 500_000)
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: deep, limits: JSONLimits(maximumBytes: .max)) }
    }

    @Test(arguments: [
        ("a\"b\\c/", #""a\"b\\c/""#), ("\n\r\t", #""\n\r\t""#), ("\u{0}\u{1f}\u{7f}", "\"\\u0000\\u001f\u{7f}\""),
        ("é😀", "\"é😀\""),
    ])
    func `strings are escaped`(text: String, expected: String) {
        #expect(String(decoding: JSONValue.string(text).encoded, as: UTF8.self) == expected)
    }

    @Test func `commas stand between values only`() {
        var writer = JSONWriter()
        writer.beginArray()
        writer.int(1)
        writer.beginObject()
        writer.name("{")
        writer.string("[")
        writer.name("b")
        writer.null()
        writer.endObject()
        writer.beginArray()
        writer.endArray()
        writer.double(.infinity)
        writer.endArray()
        #expect(String(decoding: writer.bytes, as: UTF8.self) == #"[1,{"{":"[","b":null},[],null]"#)
    }

    /// What is written is read back the same, and Foundation reads the same text.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `a written value is read back`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let value = Self.value(&generator, depth: 0)
            #expect(try JSONValue(parsing: value.encoded) == value)
            #expect(throws: Never.self) {
                try JSONSerialization.jsonObject(with: Data(value.encoded), options: .fragmentsAllowed)
            }
        }
    }

    /// Damaged texts are read or refused, never a crash; what is read can be
    /// written and read again.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `a damaged text is read or refused`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            var bytes = Self.value(&generator, depth: 0).encoded
            for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            guard let value = try? JSONValue(parsing: bytes) else { continue }
            #expect(try JSONValue(parsing: value.encoded) == value)
        }
    }

    static func value(_ generator: inout SeededGenerator, depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 4 ? 5 : 7), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .int(Int64.random(in: .min ... .max, using: &generator))
        case 3: return .double(Double(Int.random(in: -1000...1000, using: &generator)) + 0.5)
        case 4: return .string(text(&generator))
        case 5:
            return .array(
                (0..<Int.random(in: 0..<5, using: &generator)).map { _ in value(&generator, depth: depth + 1) })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0..<5, using: &generator) {
                object[text(&generator)] = value(&generator, depth: depth + 1)
            }
            return .object(object)
        }
    }

    static func text(_ generator: inout SeededGenerator) -> String {
        let alphabet: [Character] = ["a", "\"", "\\", "\n", "\u{1}", "é", "😀", "/", "{", ",", "\u{2028}", "'"]
        return String(
            (0..<Int.random(in: 0..<8, using: &generator)).compactMap { _ in alphabet.randomElement(using: &generator) }
        )
    }
}
