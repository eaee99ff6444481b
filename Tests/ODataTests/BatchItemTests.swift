import Testing

@testable import OData

/// How the requests of a batch are read, without any of them being answered.
@Suite struct BatchItemTests {
    private let configuration = makeLibrary().configuration

    private func items(_ requests: String, version: ServiceVersion = .v1) throws(ODataError) -> [BatchItem] {
        let outer = ODataRequest(
            method: "POST", rawPath: "/v1.0/$batch", headers: ["client-request-id": "outer"],
            body: Array("{\"requests\": [\(requests)]}".utf8), origin: "https://here.example")
        return try Batch.items(of: outer, in: .graph, version, configuration)
    }

    private func item(_ members: String, version: ServiceVersion = .v1) throws -> BatchItem {
        try #require(try items("{\"id\": \"1\", \"method\": \"get\", \(members)}", version: version).first)
    }

    @Test(arguments: [
        ("/media", "/v1.0/media", ""), ("media", "/v1.0/media", ""), ("/v1.0/media", "/v1.0/media", ""),
        ("beta/media", "/beta/media", ""), ("/V1.0/media", "/V1.0/media", ""),
        ("/media?$top=1", "/v1.0/media", "$top=1"),
        ("/media?a=b?c", "/v1.0/media", "a=b?c"), ("/media#x", "/v1.0/media", ""), ("/media?a#x?y", "/v1.0/media", "a"),
        ("https://any.example:8/v1.0/media?x=1", "/v1.0/media", "x=1"), ("HTTP://a/media", "/v1.0/media", ""),
        ("//media//1/", "/v1.0/media/1", ""), ("/", "/v1.0/", ""),
    ])
    func `a url becomes a path and a query`(url: String, path: String, query: String) throws {
        let request = try item("\"url\": \"\(url)\"").request
        #expect(request.rawPath == path)
        #expect(request.rawQuery == query)
    }

    @Test func `a url without a version has the batch's`() throws {
        #expect(try item("\"url\": \"/media\"", version: .beta).request.rawPath == "/beta/media")
        #expect(try item("\"url\": \"/v1.0/media\"", version: .beta).request.rawPath == "/v1.0/media")
    }

    @Test func `a request has the batch's origin and client id unless it has its own`() throws {
        let plain = try item("\"url\": \"/media\"").request
        #expect(plain.origin == "https://here.example")
        #expect(plain.headers["client-request-id"] == "outer")
        #expect(plain.method == "GET")
        let own = try item("\"url\": \"/media\", \"headers\": {\"Client-Request-Id\": \"inner\"}").request
        #expect(own.headers.all("client-request-id") == ["inner"])
    }

    @Test func `a body is written again as JSON, and null is none`() throws {
        let headers = "\"headers\": {\"content-type\": \"application/json\"}"
        let request = try item("\"url\": \"/m\", \(headers), \"body\": {\"b\": 1, \"a\": [null]}").request
        #expect(String(decoding: request.body, as: UTF8.self) == #"{"b":1,"a":[null]}"#)
        #expect(try item("\"url\": \"/m\", \"body\": null").request.body.isEmpty)
    }

    @Test(
        arguments: [
            ([:], "1 2 3"), (["1": ["3"]], "2 3 1"), (["1": ["2"], "2": ["3"]], "3 2 1"), (["3": ["1", "2"]], "1 2 3"),
            (["2": ["3"]], "1 3 2"),
        ] as [([String: [String]], String)])
    func `dependencies come first, others in the order given`(dependencies: [String: [String]], order: String) throws {
        let requests = ["1", "2", "3"].map { id in
            let names = (dependencies[id] ?? []).map { "\"\($0)\"" }.joined(separator: ",")
            return "{\"id\": \"\(id)\", \"method\": \"GET\", \"url\": \"/m\", \"dependsOn\": [\(names)]}"
        }
        #expect(try items(requests.joined(separator: ",")).map(\.id).joined(separator: " ") == order)
    }

    @Test(arguments: [
        ("{}", "id"), ("{\"id\": \"\"}", "id"), ("{\"id\": \"a\"}", "url"),
        ("{\"id\": \"a\", \"method\": \"GET\"}", "url"),
        ("{\"id\": \"a\", \"method\": \"GET\", \"url\": \"\"}", "url"),
        ("{\"id\": \"a\", \"method\": \"GET\", \"url\": \"?x\"}", "url"),
        ("{\"id\": \"a\", \"method\": \"GET\", \"url\": \"/m\", \"headers\": 1}", "headers"),
        ("{\"id\": \"a\", \"method\": \"GET\", \"url\": \"/m\", \"body\": {}}", "headers"),
        ("{\"id\": \"a\", \"method\": \"GET\", \"url\": \"/m\", \"dependsOn\": [\"b\"]}", "dependsOn"),
        ("{\"id\": \"a\", \"method\": \"GET\", \"url\": \"/m\", \"dependsOn\": [\"a\"]}", "dependsOn"),
        ("{\"id\": \"a\", \"method\": \"GET\", \"url\": \"/m\", \"dependsOn\": {}}", "dependsOn"),
    ])
    func `a fault names the member`(request: String, target: String) {
        let error = #expect(throws: ODataError.self) { try items(request) }
        #expect(error?.status == 400)
        #expect(error?.target == target)
    }

    private func written(_ response: ODataResponse) throws -> JSONValue {
        var writer = JSONWriter()
        Batch.write(response, id: "7", to: &writer)
        return try JSONValue(parsing: writer.bytes)
    }

    @Test func `an answer's JSON is kept, other bodies are base 64, and none is left out`() throws {
        let json = ODataResponse(
            status: 200, headers: ["content-type": "application/json;x=y"], body: Array("[1]".utf8))
        #expect(try written(json)["body"] == [1])
        let text = ODataResponse(status: 200, headers: ["Content-Type": "text/plain"], body: Array("foo".utf8))
        #expect(try written(text)["body"] == "Zm9v")
        #expect(try written(ODataResponse(status: 204))["body"] == nil)
        #expect(try written(ODataResponse(status: 204))["id"] == "7")
    }

    @Test func `fields of one name are joined`() throws {
        var response = ODataResponse(status: 200)
        response.headers.add("Vary", "a")
        response.headers.add("vary", "b")
        #expect(try written(response)["headers"] == ["Vary": "a, b"])
    }
}
