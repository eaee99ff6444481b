import Foundation
import OData
import Testing

@Suite struct DispatchTests {
    private let service = makeLibrary()
    private let base = "/v1.0/city/library"

    @Test func `every answer carries ids and version`() async {
        for target in ["\(base)/media", "\(base)/media/9", "\(base)/nothing", "/v1.0/$metadata"] {
            let answer = await service.send("GET", target, headers: ["Client-Request-Id": "abc"])
            #expect(answer.headers["request-id"] == "00000000-0000-4000-8000-000000000001")
            #expect(answer.headers["client-request-id"] == "abc")
            #expect(answer.headers["OData-Version"] == "4.0")
            #expect(answer.headers["Cache-Control"] == "no-store")
        }
        #expect(
            await service.send("GET", base, headers: ["client-request-id": "a\r\nb"]).headers["client-request-id"]
                == nil)
    }

    @Test func `an error has the envelope of the contract`() async {
        let answer = await service.send("GET", "\(base)/media/9", headers: ["client-request-id": "abc"])
        #expect(answer.status == 404)
        #expect(answer.headers["Content-Type"]?.hasPrefix("application/json") == true)
        let expected: JSONValue = [
            "error": [
                "code": "ResourceNotFound", "message": "There is no such medium.",
                "innerError": [
                    "date": "2026-03-02T09:41:07", "request-id": "00000000-0000-4000-8000-000000000001",
                    "client-request-id": "abc",
                ],
            ]
        ]
        #expect(answer.json == expected)
        let anonymous = await service.send("GET", "\(base)/media/9")
        #expect(anonymous.json["error"]?["innerError"]?["client-request-id"] == "00000000-0000-4000-8000-000000000001")
        #expect(anonymous.headers["client-request-id"] == nil)
    }

    @Test func `an error shows details, target and the time to wait`() {
        let error = ODataError(
            status: 429, code: "TooManyRequests", message: "m", target: "t",
            details: [.init(code: "c", message: "d", target: "u")], retryAfterSeconds: 7)
        let answer = error.response(for: RequestIdentity(requestID: "r", date: Date(timeIntervalSince1970: 0)))
        #expect(answer.headers["Retry-After"] == "7")
        #expect(answer.json["error"]?["details"] == [["code": "c", "message": "d", "target": "u"]])
        #expect(answer.json["error"]?["target"] == "t")
    }

    @Test(arguments: [
        ("PUT", "media", "GET"), ("POST", "media", "GET"), ("PATCH", "media/1", "GET, DELETE"),
        ("DELETE", "media", "GET"),
        ("POST", "media/$count", "GET"),
        ("GET", "books/1", "PATCH"), ("GET", "media/$ref", ""), ("GET", "media/1/lend", "POST"),
        ("POST", "media/1/pagesOf", "GET"), ("GET", "media/1/loans", ""),
        ("HEAD", "media", "GET"), ("DELETE", "", "GET"),
        ("POST", "media/1/burn", ""), ("GET", "media/1/town.library.Burn", ""),
        ("POST", "media/1/library.book/burn", ""),
    ])
    func `a method that is not offered is refused with those that are`(
        method: String, path: String, allow: String
    ) async {
        let answer = await service.send(method, "\(base)/\(path)")
        #expect(answer.status == 405)
        #expect(answer.errorCode == "methodNotAllowed")
        #expect(answer.headers["Allow"] == allow)
    }

    @Test func `a name that is withheld as missing is 404 below an entity, and in no schema`() async {
        let sold = await service.send("GET", "\(base)/media/1/sell(price=2)")
        #expect(sold.status == 404)
        #expect(sold.errorCode == "ResourceNotFound")
        #expect(await service.send("POST", "\(base)/media/1/sell/again").status == 404)
        #expect(await service.send("POST", "\(base)/media/1/burn/again").status == 400)
        for version in ServiceVersion.allCases {
            let schema = await service.send("GET", "/\(version.rawValue)/$metadata").text
            #expect(schema.contains("pagesOf"))
            #expect(!schema.contains("burn"))
            #expect(!schema.contains("sell"))
        }
    }

    @Test(arguments: [
        ("application/json", 201), ("APPLICATION/JSON;odata.metadata=minimal; charset=utf-8", 201), ("text/plain", 415),
        ("application/xml", 415), ("application/jsonx", 415), ("", 415),
    ])
    func `a body is JSON by its media type`(type: String, status: Int) async {
        #expect(
            await service.send("POST", "\(base)/books", #"{"title":"x"}"#, headers: ["Content-Type": type]).status
                == status)
    }

    @Test(arguments: [
        ("application/json", 200), ("application/json;odata.metadata=full", 200), ("*/*", 200), ("application/*", 200),
        ("text/html, */*;q=0.1", 200), ("", 200), ("text/plain", 406),
        ("application/json;q=0", 406), ("text/html,application/xml", 406), ("APPLICATION/JSON;Q=0.5", 200),
    ])
    func `an answer is refused where the client takes no JSON`(accept: String, status: Int) async {
        #expect(await service.send("GET", "\(base)/media", headers: ["Accept": accept]).status == status)
    }

    @Test func `a condition on an entity tag does not hold`() async {
        #expect(await service.send("GET", "\(base)/media/1", headers: ["If-Match": "*"]).status == 200)
        let refused = await service.send("DELETE", "\(base)/media/1", headers: ["If-Match": "\"x\""])
        #expect(refused.status == 412)
        #expect(refused.errorCode == "preconditionFailed")
    }

    @Test func `a handler asks for its permission`() async {
        let reader = Reader(permissions: ["Books.Read"])
        let application = Reader(kind: .application)
        #expect(await service.send("GET", "\(base)/media", as: reader).status == 200)
        #expect(await service.send("DELETE", "\(base)/media/1", as: reader).errorCode == "accessDenied")
        #expect(await service.send("DELETE", "\(base)/media/1", as: application).status == 403)
        #expect(await service.send("DELETE", "\(base)/media/1").status == 204)
        #expect(await service.send("GET", "\(base)/media", as: Reader(permissions: [])).status == 403)
    }

    /// One request with every fault, repaired fault by fault: the answers come in the
    /// order of the contract.
    @Test func `checks are made in the order of the contract`() async {
        let nobody = Reader(permissions: [])
        func status(
            _ method: String, _ path: String, type: String, match: String, as reader: Reader
        ) async -> Int {
            await service.send(
                method, "\(base)/\(path)", "x", headers: ["Content-Type": type, "If-Match": match], as: reader
            )
            .status
        }
        #expect(await status("PUT", "nothing/!x/lend?$x=1", type: "text/plain", match: "y", as: nobody) == 400)
        #expect(await status("PUT", "media/!x/lend?$x=1", type: "text/plain", match: "y", as: nobody) == 405)
        #expect(await status("POST", "media/!x/lend?$x=1", type: "text/plain", match: "y", as: nobody) == 415)
        #expect(await status("POST", "media/!x/lend?$x=1", type: "application/json", match: "y", as: nobody) == 412)
        #expect(await status("POST", "media/!x/lend?$x=1", type: "application/json", match: "*", as: nobody) == 403)
        let id = await service.send("POST", "\(base)/media/!x/lend?$x=1", "x", as: Reader())
        #expect(id.status == 400)
        #expect(id.errorCode == "InvalidMediumId")
        #expect(await service.send("POST", "\(base)/media/!x/loans", "x").status == 405)
        #expect(await status("POST", "media/1/lend?$x=1", type: "application/json", match: "*", as: Reader()) == 400)
        #expect(await status("POST", "media/1/lend", type: "application/json", match: "*", as: Reader()) == 202)
    }

    @Test func `creation answers where the entity is`() async {
        let answer = await service.send("POST", "\(base)/books", #"{"title": "Ulysses", "shelves": "closed"}"#)
        #expect(answer.status == 201)
        #expect(answer.headers["Location"] == "http://library.example/v1.0/city/library/books/it%27s%2Fnew")
        #expect(answer.headers["Content-Location"] == answer.headers["Location"])
    }

    @Test func `creation shows the entity with its context and type first`() async {
        let answer = await service.send("POST", "\(base)/books", #"{"title": "Ulysses", "shelves": "closed"}"#)
        #expect(answer.json["@odata.context"] == "http://library.example/v1.0/$metadata#city/library/books/$entity")
        #expect(answer.json.objectValue?.names.first == "@odata.context")
        #expect(answer.json["@odata.type"] == "#town.library.book")
        #expect(answer.json["title"] == "Ulysses")
        #expect(answer.json["shelves"] == "closed")
        #expect(answer.json["pages"] == .null)
        #expect(answer.json["tags"] == [])
    }

    @Test func `a client that wants a minimal answer gets none with the address`() async {
        let minimal = await service.send("POST", "\(base)/books", "{}", headers: ["Prefer": "return=minimal"])
        #expect(minimal.status == 204)
        #expect(minimal.body.isEmpty)
        #expect(minimal.headers["Content-Type"] == nil)
        #expect(minimal.headers["OData-EntityId"] == minimal.headers["Location"])
        #expect(minimal.headers["Location"] != nil)
        #expect(minimal.headers["Preference-Applied"] == "return=minimal")
    }

    @Test(arguments: ["[]", "5", "{", #"{"title": 5}"#, #"{"x": 1}"#, #"{"title":"a","title":"b"}"#])
    func `a malformed body has the code of its operation`(body: String) async {
        let answer = await service.send("POST", "\(base)/books", body)
        #expect(answer.status == 400)
        #expect(answer.errorCode == "InvalidBook")
    }

    @Test func `an update shows what its handler shows`() async {
        let answer = await service.send(
            "PATCH", "\(base)/books/1", #"{"title": "x", "loans@delta": [{}, {"@removed": {}, "id": "1"}]}"#)
        #expect(answer.status == 200)
        #expect(answer.json.objectValue?.names == ["@odata.context", "@odata.type", "id", "loans@delta"])
        #expect(answer.json["loans@delta"] == 2)
        #expect(
            await service.send("PATCH", "\(base)/books/1", "{}", headers: ["Prefer": "return=minimal"]).status == 204)
    }

    @Test func `an action answers with the entity that it is bound to`() async {
        let lent = await service.send("POST", "\(base)/media/1/town.library.lend")
        #expect(lent.status == 202)
        #expect(lent.json["status"] == "lent")
        #expect(lent.json["@odata.context"] == "http://library.example/v1.0/$metadata#city/library/media/$entity")
        #expect(lent.headers["Content-Location"] == "http://library.example/v1.0/city/library/media/1")
    }

    @Test func `an action answers with a value of a complex type`() async {
        let opened = await service.send("POST", "\(base)/open", #"{"days": 3}"#)
        #expect(
            opened.text
                == #"""
                {"@odata.context":"http://library.example/v1.0/$metadata#town.library.person","name":"open \#
                3","born":null}
                """#
        )
        #expect(await service.send("POST", "\(base)/open").json["name"] == "open always")
    }

    @Test func `an action without a result answers with nothing`() async {
        let answer = await service.send("POST", "\(base)/media/find", #"{"text": "x", "@odata.type": 1}"#)
        #expect(answer.status == 204)
        #expect(answer.body.isEmpty)
    }

    @Test(arguments: [
        ("open", #"{"hours": 3}"#, "BadRequest"), ("media/find", #"{"texts": "x"}"#, "InvalidSearch"),
        ("media/find", "{}", "BadRequest"),
    ])
    func `an action refuses unknown and missing arguments`(path: String, body: String, code: String) async {
        let answer = await service.send("POST", "\(base)/\(path)", body)
        #expect(answer.status == 400)
        #expect(answer.errorCode == code)
    }

    @Test func `a function reads its arguments in the path`() async {
        let first = await service.send("GET", "\(base)/media/1/pagesOf(chapter='7')")
        #expect(first.json["value"] == ["7"])
        #expect(first.json["@odata.count"] == 1)
        #expect(first.json["@odata.context"] == "http://library.example/v1.0/$metadata#Collection(Edm.String)")
    }

    /// The link of the first page of `pagesOf`.
    private func nextLink() async throws -> String {
        let plain = await service.send("GET", "\(base)/media/1/pagesOf")
        return try #require(plain.json["@odata.nextLink"]?.stringValue)
    }

    @Test func `a function gives its values page by page`() async throws {
        let link = try await nextLink()
        let second = await service.send("GET", String(link.dropFirst("http://library.example".count)))
        #expect(second.json["value"] == ["second"])
        #expect(second.json["@odata.nextLink"] == nil)
    }

    @Test func `the token of a function belongs to the entity that it is bound to`() async throws {
        let token = try #require(try await nextLink().split(separator: "=").last)
        #expect(await service.send("GET", "\(base)/books/1/pagesOf?$skiptoken=\(token)").status == 405)
        #expect(await service.send("GET", "\(base)/media/2/pagesOf?$skiptoken=\(token)").status == 400)
    }

    @Test func `an item of another type than the cast is missing`() async {
        #expect(await service.send("GET", "\(base)/media/1/library.book").status == 200)
        #expect(await service.send("GET", "\(base)/media/2/library.book").status == 404)
    }

    @Test func `errors of a handler go through the map`() async {
        struct Fault: Error {}
        var service = ODataService<Reader>(
            model: libraryModel,
            configuration: makeLibrary { _, _ in
                ODataError(status: 503, code: "serviceNotAvailable", message: "later", retryAfterSeconds: 3)
            }.configuration)
        service.resource("city/library", rootType) { $0.get(Permissions("Books.Read")) { _ in throw Fault() } }
        let answer = await service.send("GET", base)
        #expect(answer.status == 503)
        #expect(answer.headers["Retry-After"] == "3")
    }

    @Test func `an empty page with a link is skipped`() async {
        var service = ODataService<Reader>(model: libraryModel, configuration: makeLibrary().configuration)
        service.resource("city/library/media", mediumType) {
            $0.list(Permissions("Books.Read")) { context in
                let step = context.position.flatMap { Int($0) } ?? 0
                return Page(step < 3 ? [] : sampleMedia, nextPosition: step < 3 ? "\(step + 1)" : nil)
            }
        }
        #expect(await service.send("GET", "\(base)/media").json["value"]?.arrayValue?.count == 3)
    }

    @Test func `what is registered can be listed`() {
        let media = service.operations.filter { $0.pattern == "city/library/media" }
        #expect(
            Set(media.map(\.key)) == [.list, .get, .delete, .action("lend"), .action("find"), .function("pagesOf")])
    }

    @Test func `the service document names the container`() async {
        let answer = await service.send("GET", "/beta")
        #expect(answer.json["@odata.context"] == "http://library.example/beta/$metadata")
        #expect(answer.json["value"]?.arrayValue?.map { $0["name"] } == ["city/library", "loans"])
    }
}
