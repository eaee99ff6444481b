import Foundation
import OData
import Testing
import Texts

/// Texts in requests that a program takes wrongly which compares or cuts by what a
/// person calls a character.
@Suite struct TextTests {
    @Test(arguments: [
        (#"{"title": "a\u0000b"}"#, "title"), (#"{"title": "a", "author": {"name": "\u0000"}}"#, "author/name"),
        (#"{"title": "a\ud800b"}"#, "title"), (#"{"author": {"name": "\udc00"}}"#, "author/name"),
        (#"{"tags": ["a", "\udc00\ud800"]}"#, "tags[1]"),
    ])
    func `a text that cannot be kept is refused with the name of its property`(body: String, property: String) async {
        let answer = await makeLibrary().send("POST", "/v1.0/city/library/books", body)
        #expect(answer.status == 400)
        #expect(answer.errorCode == "InvalidBook")
        #expect(answer.json["error"]?["target"]?.stringValue == property)
        #expect(answer.json["error"]?["message"]?.stringValue?.contains("'\(property)'") == true)
    }

    @Test func `members that look the same are two, and a repeated one is refused`() throws {
        let object = try JSONValue(parsing: "{\"Caf\u{e9}\": 1, \"Cafe\u{301}\": 2}")
        #expect(object["Caf\u{e9}"] == 1)
        #expect(object["Cafe\u{301}"] == 2)
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: "{\"Caf\u{e9}\": 1, \"Caf\\u00e9\": 2}") }
    }

    @Test(arguments: [
        "\u{301}x", "'\u{301}", ",\u{301}", ")\u{301}", "/\u{301}x", "\u{212a}", "&\u{301}", "=\u{301}", "\u{feff}x",
        "\u{202e}x", "\u{ffff}",
    ])
    func `a filter finds exactly the text that it names`(text: String) async {
        let quoted = text.unicodeScalars.map { $0 == "'" ? "''" : String($0) }.joined()
        let filter = PercentEncoding.encode("title eq '\(quoted)'")
        let twins = [
            text, "x\(text)", text.precomposedStringWithCanonicalMapping, text.decomposedStringWithCanonicalMapping, "",
        ]
        var seen: Set<[UInt8]> = []
        let titles = twins.filter { seen.insert(Array($0.utf8)).inserted }
        let media = titles.enumerated().map { Medium(id: "\($0)", kind: .book, title: $1) }
        let found = await makeLibrary(media).send("GET", "/v1.0/city/library/media?$filter=\(filter)")
        #expect(
            found.json["value"]?.arrayValue?.map { $0["title"]?.stringValue.map { Array($0.utf8) } } == [
                Array(text.utf8)
            ], "\(found.text)")
    }

    @Test(arguments: ["\u{301}x", "a\u{301}", "\u{212a}", "x'\u{301}"])
    func `an id in quotes is the text between them`(id: String) throws {
        let quoted = id.unicodeScalars.map { $0 == "'" ? "''" : String($0) }.joined()
        let path = try libraryModel.resolve(rawPath: "/v1.0/city/library/media('\(PercentEncoding.encode(quoted))')")
        #expect(path.key.map { Array($0.utf8) } == Array(id.utf8))
    }

    @Test func `a NUL in the query is refused`() async {
        let answer = await makeLibrary().send("GET", "/v1.0/city/library/media?$filter=title%20eq%20'a%00'")
        #expect(answer.status == 400)
        #expect(answer.json["error"]?["target"]?.stringValue == "$filter")
    }

    @Test func `requests of a batch whose ids look the same are two`() async {
        let body = """
            {"requests": [{"id": "Caf\u{e9}", "method": "GET", "url": "/city/library"},
                          {"id": "Cafe\u{301}", "method": "GET", "url": "/city/library", "dependsOn": ["Caf\u{e9}"]}]}
            """
        let answer = await makeLibrary().send("POST", "/v1.0/$batch", body)
        let ids = answer.json["responses"]?.arrayValue?.compactMap { $0["id"]?.stringValue }.map { Array($0.utf8) }
        #expect(ids == [Array("Caf\u{e9}".utf8), Array("Cafe\u{301}".utf8)], "\(answer.text)")
    }
}
