import Foundation
import OData
import Testing
import Texts

/// Inputs made to cost much: they are refused or answered, and the work grows with their length
/// only, which the limits bound.
@Suite struct HostileInputTests {
    private let service = makeLibrary()

    @Test(arguments: [
        String(repeating: "/", count: 100_000), String(repeating: "/a", count: 1000),
        "/v1.0/loans/" + String(repeating: "'", count: 8000),
        "/v1.0/loans('" + String(repeating: "''", count: 3900) + "')",
        "/v1.0/loans" + String(repeating: "(", count: 8000), "/v1.0/loans/" + String(repeating: "%25", count: 2700),
        "/v1.0/city/library/media/1/pagesOf(" + String(repeating: "a='',", count: 1500) + ")",
        "/v1.0/" + String(repeating: "é", count: 50_000),
    ])
    func `a path made to cost much is refused`(path: String) async {
        let status = await service.send("GET", path).status
        #expect([400, 405].contains(status))
    }

    @Test(arguments: [
        "$filter=" + String(repeating: "(", count: 16_000), "$filter=" + String(repeating: "not%20", count: 2600),
        "$filter=" + String(repeating: "'", count: 16_000),
        "$filter=title%20eq%20'" + String(repeating: "''", count: 8000) + "'",
        "$expand=" + String(repeating: "loans($expand=", count: 1100),
        "$expand=" + String(repeating: "(", count: 16_000),
        "$expand=" + String(repeating: "loans,", count: 2600) + "loans",
        "$select=" + String(repeating: "title,", count: 2700) + "title",
        "$orderby=" + String(repeating: "title,", count: 2700) + "title",
        "$filter=" + String(repeating: "a/", count: 8000),
        "$top=" + String(repeating: "9", count: 16_000), "$skiptoken=" + String(repeating: "A", count: 100_000),
        String(repeating: "$", count: 16_000), String(repeating: "$x&", count: 5000),
        "x=" + String(repeating: "y", count: 20_000),
        "$filter=contains(title,'" + String(repeating: "a", count: 15_000) + "')",
    ])
    func `a query made to cost much is answered or refused`(query: String) async {
        let status = await service.send("GET", "/v1.0/city/library/media?\(query)").status
        #expect([200, 400].contains(status))
    }

    @Test func `long header fields are read`() async {
        let headers: Headers = [
            "Prefer": String(repeating: "a=b;c,", count: 100_000),
            "Accept": String(repeating: "text/html;q=0.5,", count: 50_000) + "*/*",
            "client-request-id": String(repeating: "x", count: 100_000),
        ]
        let answer = await service.send("GET", "/v1.0/city/library/media", headers: headers)
        #expect(answer.status == 200)
        #expect(answer.headers["client-request-id"] == nil)
    }

    @Test func `a body made to cost much is read or refused`() async {
        let many = "{" + (0..<200_000).map { "\"@town.a\($0)\":1" }.joined(separator: ",") + "}"
        let nested = "{\"author\":" + String(repeating: "{\"author\":", count: 200_000)
        let unknown = "{" + (0..<50_000).map { "\"a\($0)\":1" }.joined(separator: ",") + "}"
        let tags = "{\"tags\":[" + Array(repeating: "\"x\"", count: 200_000).joined(separator: ",") + "]}"
        let long = "{\"title\":\"" + String(repeating: "\\u0041", count: 500_000) + "\"}"
        let expected = [201, 400, 400, 201, 201]
        for (body, status) in zip([many, nested, unknown, tags, long], expected) {
            #expect(await service.send("POST", "/v1.0/city/library/books", body).status == status)
        }
        let huge = "{\"title\":\"" + String(repeating: "x", count: 5 << 20) + "\"}"
        #expect(await service.send("POST", "/v1.0/city/library/books", huge).status == 413)
    }

    /// A long filter still pages: the link may be longer than a first query may be.
    @Test func `the link of a long query works`() async throws {
        let filter = "contains(title,'') or contains(title,'\(String(repeating: "a", count: 15_000))')"
        let first = await service.send(
            "GET", "/v1.0/city/library/media?$top=1&$filter=\(PercentEncoding.encode(filter))")
        let link = try #require(first.json["@odata.nextLink"]?.stringValue)
        let second = await service.send("GET", String(link.dropFirst("http://library.example".count)))
        #expect(second.status == 200)
        #expect(second.json["value"]?.arrayValue?.count == 1)
    }

    /// Random bytes as path, query, headers and body: always an answer, never a fault of ours.
    @Test(arguments: 0..<30 as Range<UInt64>)
    func `a random request gets an answer`(seed: UInt64) async {
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "/v1.0", "/beta", "/city/library", "/media", "/books", "('1')", "/1", "/loans", "/$count", "/$batch", "?",
            "&",
            "$filter=", "$expand=loans", "$select=", "title", " eq ",
            "'", "(", ")", ",", ";", "%", "%27", "null", "{", "}", "[", "]", "\"", ":", "requests", "id", "é", "\u{0}",
            "\\",
            "$top=", "1", "=", "@odata.type", "/pagesOf(chapter=",
        ]
        func text(_ length: Int) -> String {
            (0..<Int.random(in: 0...length, using: &generator)).compactMap { _ in
                pieces.randomElement(using: &generator)
            }
            .joined()
        }
        for _ in 0..<200 {
            let request = ODataRequest(
                method: ["GET", "POST", "PATCH", "DELETE", "PUT"].randomElement(using: &generator) ?? "GET",
                rawPath: "/v1.0/city/library" + text(6), rawQuery: text(8),
                headers: [
                    "Content-Type": "application/json", "Prefer": text(4),
                    "Accept": Bool.random(using: &generator) ? "*/*" : text(3),
                ], body: Array(text(12).utf8))
            let answer = await service.respond(to: request, as: Reader())
            #expect((200..<500).contains(answer.status), "\(request)")
            #expect(answer.headers["request-id"] != nil)
            if answer.status >= 400 { #expect(!(answer.errorCode ?? "").isEmpty) }
        }
    }
}
