import Testing
import Texts

@testable import OData

@Suite struct PathSegmentTests {
    @Test(
        arguments: [
            ("", []), ("/", []), ("///", []), ("/a", ["a"]), ("a/b", ["a", "b"]), ("/a//b/", ["a", "b"]),
            ("/a%2Fb/c", ["a/b", "c"]), ("/%41", ["A"]), ("/a%2fb", ["a/b"]), ("/a+b", ["a+b"]), ("/%25", ["%"]),
            ("/%F0%9F%98%80", ["😀"]), ("/a%20b", ["a b"]),
        ] as [(String, [String])])
    func `a path is split before it is decoded`(path: String, texts: [String]) throws {
        #expect(try PathSegment.split(path).map(\.text) == texts)
    }

    @Test(arguments: ["/%", "/%4", "/%4g", "/%g4", "/%ff", "/%C3", "/%00", "/a%0Ab", "/%7F", "/%1f"])
    func `wrong encodings and control characters are refused`(path: String) {
        let error = #expect(throws: ODataError.self) { try PathSegment.split(path) }
        #expect(error?.status == 400)
    }

    @Test func `a path has at most 8192 bytes and 32 segments`() throws {
        #expect(try PathSegment.split("/" + String(repeating: "a", count: 8191)).count == 1)
        #expect(throws: ODataError.self) { try PathSegment.split("/" + String(repeating: "a", count: 8192)) }
        #expect(try PathSegment.split(String(repeating: "/a", count: 32)).count == 32)
        #expect(throws: ODataError.self) { try PathSegment.split(String(repeating: "/a", count: 33)) }
    }

    @Test(
        arguments: [
            ("a", "a", nil), ("a()", "a", ""), ("a(b)", "a", "b"), ("a('x)')", "a", "'x)'"), ("a(b", "a(b", nil),
            ("a)", "a)", nil), ("(b)", "", "b"), ("a(b)c", "a(b)c", nil), ("a(b)(c)", "a", "b)(c"),
        ] as [(String, String, String?)])
    func `what stands in parentheses at the end is the arguments`(text: String, name: String, arguments: String?) {
        let call = PathSegment(text: text).call
        #expect(call.name == name)
        #expect(call.arguments == arguments)
    }

    @Test(
        arguments: [
            ("''", ""), ("'a'", "a"), ("'it''s'", "it's"), ("''''", "'"), ("'a'b'", nil), ("'", nil), ("", nil),
            ("a", nil),
            ("'a", nil), ("a'", nil), ("'''", nil), ("'a''", nil),
        ] as [(String, String?)])
    func `a quoted text is what stands between its quotes`(text: String, value: String?) {
        #expect(PathLiteral.unquoted(text) == value)
    }

    @Test(
        arguments: [
            ("null", .null), ("true", true), ("false", false), ("12", 12), ("-3", -3), ("'12'", "12"), ("abc", "abc"),
            ("1.5", "1.5"), ("True", "True"), ("", nil), ("a'b", nil), ("'a", nil),
        ] as [(String, JSONValue?)])
    func `an argument is a literal`(text: String, value: JSONValue?) {
        #expect(PathLiteral.value(text) == value)
    }

    @Test(
        arguments: [
            ("", [""]), ("a", ["a"]), ("a,b", ["a", "b"]), ("a='x,y',b=2", ["a='x,y'", "b=2"]), ("a,", ["a", ""]),
            ("'it''s, so',c", ["'it''s, so'", "c"]), (",", ["", ""]),
        ] as [(String, [String])])
    func `arguments are split at commas outside of quotes`(text: String, parts: [String]) {
        #expect(PathLiteral.list(text).map(String.init) == parts)
    }
}

/// Source: RFC 3986, sections 2.1 and 2.3.
@Suite struct PercentEncodingTests {
    @Test(arguments: [
        ("abcXYZ019-._~", "abcXYZ019-._~"), ("a b", "a%20b"), ("é", "%C3%A9"), ("/?#", "%2F%3F%23"), ("%", "%25"),
        ("'", "%27"), ("\u{0}", "%00"), ("😀", "%F0%9F%98%80"), ("@[`{", "%40%5B%60%7B"), ("", ""),
    ])
    func `all but unreserved characters are encoded`(text: String, encoded: String) {
        #expect(PercentEncoding.encode(text) == encoded)
        #expect(PercentEncoding.decode(encoded.utf8) == text)
    }

    @Test func `some characters may be let through`() {
        #expect(PercentEncoding.encode("a,b=c/d", allowing: ",=") == "a,b=c%2Fd")
    }

    @Test func `a plus is a blank only where it is said to be`() {
        #expect(PercentEncoding.decode("a+b%2B".utf8) == "a+b+")
        #expect(PercentEncoding.decode("a+b%2B".utf8, plusIsBlank: true) == "a b+")
    }
}
