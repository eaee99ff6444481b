import Testing

@testable import OData

@Suite struct JSONLimitTests {
    @Test(arguments: [1, 2, 32]) func `values nest as deep as the limit says`(depth: Int) throws {
        let limits = JSONLimits(maximumDepth: depth)
        for (opening, closing) in [("[", "]"), ("{\"a\":", "}")] {
            func nested(_ depth: Int) -> String {
                String(repeating: opening, count: depth) + "1" + String(repeating: closing, count: depth)
            }
            #expect(throws: Never.self) { try JSONValue(parsing: nested(depth), limits: limits) }
            let error = #expect(throws: JSONParseError.self) {
                try JSONValue(parsing: nested(depth + 1), limits: limits)
            }
            #expect(error?.offset == depth * opening.utf8.count)
        }
    }

    @Test func `a text is as long as the limit says`() throws {
        let limits = JSONLimits(maximumBytes: 5)
        #expect(try JSONValue(parsing: "12345", limits: limits) == 12345)
        #expect(try JSONValue(parsing: "\"é\"", limits: limits) == "é")
        let error = #expect(throws: JSONParseError.self) { try JSONValue(parsing: "123456", limits: limits) }
        #expect(error?.offset == 5)
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: "\"éé\"", limits: limits) }
    }

    @Test(arguments: [
        (#"{"a":{"b":[1,x]}}"#, "a/b[1]"), (#"[[],[1,]]"#, "[1][1]"), (#"{"a":[{"b":tru}]}"#, "a[0]/b"),
        (#"[x]"#, "[0]"),
        (#"x"#, ""), (#"{"a":1,"b":"\q"}"#, "b"), (#"{"a b":[[[x]]]}"#, "a b[0][0][0]"),
    ])
    func `a fault names the property that holds it`(text: String, property: String) {
        let error = #expect(throws: JSONParseError.self) { try JSONValue(parsing: text) }
        #expect(error?.property == property)
    }

    @Test(
        arguments: [
            ("\"a\"", nil), ("\"\\u0000\"", ""), ("[1,\"x\\u0000\"]", "[1]"), ("{\"a\":{\"b\":\"\\u0000\"}}", "a/b"),
            ("{\"a\":[[\"\\u0000\"]]}", "a[0][0]"), ("{\"a\":null,\"b\":[true,1,1.5]}", nil),
            ("{\"a\":\"x\",\"b\":\"\\u0000\",\"c\":\"\\u0000\"}", "b"),
        ] as [(String, String?)])
    func `the first text with a NUL is found`(text: String, property: String?) throws {
        #expect(try JSONValue(parsing: text).propertyWithNUL == property)
    }

    @Test(arguments: [
        ("9223372036854775807", JSONValue.int(.max)), ("-9223372036854775808", .int(.min)),
        ("9223372036854775808", .double(9.223_372_036_854_775_808e18)), ("1.0", .double(1)), ("1e0", .double(1)),
        ("-0", .int(0)), ("0.1e1", .double(1)), ("1E+2", .double(100)), ("5e-1", .double(0.5)),
        ("1.7976931348623157e308", .double(.greatestFiniteMagnitude)),
    ])
    func `a number is whole where it is written so and fits`(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
    }

    @Test(arguments: ["1e309", "-1e309", "1e", "1e+", "1.e1", "-", "00", "-01", "0x1", "1_000", "Infinity", "１"])
    func `other numbers are refused`(text: String) {
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: text) }
    }

    @Test func `an object keeps the place of a member whose value is replaced`() {
        var object: JSONObject = ["a": 1, "b": 2]
        object["a"] = 3
        object["c"] = 4
        object["b"] = nil
        #expect(object.names == ["a", "b", "c"])
        #expect(object["a"] == 3)
        #expect(object["b"] == 2)
        #expect(object["d"] == nil)
    }

    @Test func `objects are equal in any order, and only with all members`() {
        let object: JSONObject = ["a": 1, "b": 2]
        #expect(object == ["b": 2, "a": 1])
        #expect(object != ["a": 1])
        #expect(object != ["a": 1, "b": 3])
        #expect(object != ["a": 1, "b": 2, "c": 3])
        #expect(object != ["a": 1, "c": 2])
    }

    @Test func `numbers that JSON does not have are null`() {
        for number in [Double.infinity, -.infinity, .nan] {
            #expect(String(decoding: JSONValue.double(number).encoded, as: UTF8.self) == "null")
        }
        #expect(String(decoding: JSONValue.double(-0.25).encoded, as: UTF8.self) == "-0.25")
    }

    @Test(arguments: 0..<0x20 as Range<UInt32>) func `a control character is written escaped and read again`(
        code: UInt32
    ) throws {
        let text = try String(Character(#require(Unicode.Scalar(code))))
        let encoded = JSONValue.string(text).encoded
        #expect(encoded.allSatisfy { $0 >= 0x20 })
        #expect(try JSONValue(parsing: encoded) == .string(text))
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: "\"\(text)\"") }
    }
}
