import Foundation
import OData
import Testing

@Suite struct BatchTests {
    private let service = makeLibrary()

    private func send(_ body: String, version: String = "v1.0", headers: Headers = [:]) async -> ODataResponse {
        await service.send("POST", "/\(version)/$batch", body, headers: headers)
    }

    /// The answers by id.
    private func answers(_ requests: String) async -> [String: JSONValue] {
        let answer = await send("{\"requests\": [\(requests)]}")
        #expect(answer.status == 200, "\(answer.text)")
        let list = answer.json["responses"]?.arrayValue ?? []
        return Dictionary(list.compactMap { item in item["id"]?.stringValue.map { ($0, item) } }) { first, _ in first }
    }

    @Test(arguments: [
        "/city/library/media/1", "city/library/media/1", "/v1.0/city/library/media/1", "v1.0/city/library/media/1",
        "https://library.example/v1.0/city/library/media/1",
        "HTTP://other.example:80/v1.0/lib/media('1')", "/city/library/media/1?$select=title",
        "/beta/city/library/media/1",
    ])
    func `a url may be relative, with its version, or absolute`(url: String) async {
        let answer = await answers(#"{"id": "a", "method": "get", "url": "\#(url)"}"#)
        #expect(answer["a"]?["status"] == 200)
        #expect(answer["a"]?["body"]?["title"] == "Moby-Dick")
        #expect(answer["a"]?["headers"]?["Content-Type"]?.stringValue?.hasPrefix("application/json") == true)
    }

    @Test func `blanks in the query of a url need not be encoded`() async {
        let answer = await answers(
            #"{"id": "a", "method": "GET", "url": "/city/library/media?$filter=title eq 'Emma'"}"#)
        #expect(answer["a"]?["body"]?["value"]?.arrayValue?.count == 1)
    }

    @Test func `dependencies run first, and their failures spread`() async throws {
        let body = """
            {"requests": [
              {"id": "4", "method": "GET", "url": "/city/library", "dependsOn": ["3"]},
              {"id": "3", "method": "GET", "url": "/city/library", "depends_on": ["2", "1"]},
              {"id": "2", "method": "GET", "url": "/city/library/media/9"},
              {"id": "1", "method": "GET", "url": "/city/library/media/1"},
              {"id": "5", "method": "GET", "url": "/city/library", "dependsOn": ["1"]}]}
            """
        let answer = await send(body)
        let list = try #require(answer.json["responses"]?.arrayValue)
        let statuses = Dictionary(
            uniqueKeysWithValues: list.compactMap { item in item["id"]?.stringValue.map { ($0, item["status"]) } })
        #expect(statuses == ["1": 200, "2": 404, "3": 424, "4": 424, "5": 200])
        let failed = try #require(list.first { $0["id"] == "3" })
        #expect(failed["body"]?["error"]?["code"] == "FailedDependency")
        #expect(list.compactMap { $0["id"]?.stringValue } == ["2", "1", "3", "4", "5"])
    }

    @Test func `an inner POST has a body and its answer a header`() async {
        let answer = await answers(
            """
            {"id": "post", "method": "POST", "url": "/city/library/books", "headers": {"content-type": \
            "application/json"}, "body": {"title": "x"}}
            """)
        #expect(answer["post"]?["status"] == 201)
        #expect(answer["post"]?["body"]?["title"] == "x")
        #expect(answer["post"]?["headers"]?["Location"] != nil)
    }

    @Test func `an inner answer without a body has none, and a text is base 64`() async {
        let answer = await answers(
            """
            {"id": "gone", "method": "DELETE", "url": "/city/library/media/1"},
            {"id": "count", "method": "GET", "url": "/city/library/media/$count"}
            """)
        #expect(answer["gone"]?["status"] == 204)
        #expect(answer["gone"]?["body"] == nil)
        #expect(answer["count"]?["body"] == "Mw==")  // base 64 of "3"
    }

    @Test func `an inner request has preferences of its own`() async {
        let answer = await answers(
            """
            {"id": "plain", "method": "GET", "url": "/city/library/media/2"},
            {"id": "full", "method": "GET", "url": "/city/library/media/2", "headers": {"Prefer": \
            "include-unknown-enum-members"}}
            """)
        #expect(answer["plain"]?["body"]?["status"] == "unknownFutureValue")
        #expect(answer["full"]?["body"]?["status"] == "lost")
        #expect(answer["full"]?["headers"]?["Preference-Applied"] == "include-unknown-enum-members")
        #expect(answer["plain"]?["headers"]?["Preference-Applied"] == nil)
    }

    @Test func `an inner request is refused by itself, and a batch inside a batch is`() async {
        let answer = await answers(
            """
            {"id": "good", "method": "GET", "url": "/city/library/media/2"},
            {"id": "wrong", "method": "GET", "url": "/v3/x"},
            {"id": "nested", "method": "POST", "url": "/$batch", "headers": {"Content-Type": "application/json"}, \
            "body": {"requests": []}}
            """)
        #expect(answer["good"]?["status"] == 200)
        #expect(answer["wrong"]?["status"] == 400)
        #expect(answer["nested"]?["status"] == 400)
        #expect(answer["wrong"]?["body"]?["error"]?["innerError"]?["request-id"] != nil)
    }

    @Test(arguments: [
        "", "{}", "[]", "{", #"{"requests": {}}"#, #"{"requests": []}"#, #"{"requests": [5]}"#,
        #"{"requests": [{"method": "GET", "url": "/x"}]}"#,
        #"{"requests": [{"id": 1, "method": "GET", "url": "/x"}]}"#,
        #"{"requests": [{"id": "", "method": "GET", "url": "/x"}]}"#,
        #"{"requests": [{"id": "1", "url": "/x"}]}"#,
        #"{"requests": [{"id": "1", "method": "GET"}]}"#, #"{"requests": [{"id": "1", "method": "GET", "url": ""}]}"#,
        #"{"requests": [{"id": "1", "method": "GET", "url": "/x"}, {"id": "1", "method": "GET", "url": "/x"}]}"#,
        #"{"requests": [{"id": "1", "method": "GET", "url": "/x", "dependsOn": ["2"]}]}"#,
        #"{"requests": [{"id": "1", "method": "GET", "url": "/x", "dependsOn": ["1"]}]}"#,
        #"{"requests": [{"id": "1", "method": "GET", "url": "/x", "dependsOn": "1"}]}"#,
        #"{"requests": [{"id": "1", "method": "GET", "url": "/x", "dependsOn": [1]}]}"#,
        #"""
        {"requests": [{"id": "1", "method": "GET", "url": "/x", "dependsOn": ["2"]}, {"id": "2", "method": "GET", \#
        "url": "/x", "dependsOn": ["1"]}]}
        """#,
        #"{"requests": [{"id": "1", "method": "GET", "url": "/x", "headers": []}]}"#,
        #"{"requests": [{"id": "1", "method": "GET", "url": "/x", "headers": {"a": 1}}]}"#,
        #"{"requests": [{"id": "1", "method": "POST", "url": "/x", "body": {}}]}"#,
    ])
    func `a malformed batch is refused as a whole`(body: String) async {
        let answer = await send(body)
        #expect(answer.status == 400)
        #expect(answer.errorCode == "BadRequest")
    }

    @Test func `a batch holds twenty requests and no more`() async {
        func body(_ count: Int) -> String {
            let requests = (0..<count).map { #"{"id": "\#($0)", "method": "GET", "url": "/city/library"}"# }
            return "{\"requests\": [\(requests.joined(separator: ","))]}"
        }
        #expect(await send(body(20)).json["responses"]?.arrayValue?.count == 20)
        #expect(await send(body(21)).status == 400)
    }

    @Test func `the batch itself is checked too`() async {
        #expect(await service.send("GET", "/v1.0/$batch").headers["Allow"] == "POST")
        #expect(await send("{}", headers: ["Content-Type": "text/plain"]).status == 415)
        #expect(await send("{}", headers: ["Accept": "text/html"]).status == 406)
    }
}
