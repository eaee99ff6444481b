import Foundation
import Testing

@testable import CLI

/// Addresses, errors and JSON of the client, without a server.
@Suite struct APIClientTests {
    // MARK: Addresses

    @Test func `a query is encoded`() {
        #expect(APIClient.text([]) == "")
        #expect(
            APIClient.text([("$filter", "email eq 'a&b'"), ("search", "é/+")])
                == "?$filter=email%20eq%20%27a%26b%27&search=%C3%A9%2F%2B")
    }

    @Test func `a literal of a filter doubles its quotes`() {
        #expect(APIClient.literal("O'Neil") == "'O''Neil'")
    }

    @Test(arguments: [
        ("/v1.0/users?$skiptoken=x", "/v1.0/users?$skiptoken=x"),
        ("https://elsewhere.example:8443/v1.0/users?a=b", "/v1.0/users?a=b"), ("http://evil.example", "/"),
    ])
    func `of a whole address only path and query count`(text: String, expected: String) {
        #expect(APIClient.pathAndQuery(text) == expected)
    }

    // MARK: Names of units and items

    private static let items: [(String, String, [String], Bool)] = [
        ("ada@x.example", "ada@x.example", [], false), ("ada@x.example:", "ada@x.example", [], true),
        ("ada@x.example:a/b c", "ada@x.example", ["a", "b c"], true), ("ada:/a//b/", "ada", ["a", "b"], true),
        ("ada:a:b", "ada", ["a:b"], true), ("https://x.example/sites/t", "https://x.example/sites/t", [], false),
        ("https://x.example:8443/sites/t:Documents/a", "https://x.example:8443/sites/t", ["Documents", "a"], true),
    ]

    @Test(arguments: items)
    func `a unit and a path are told apart`(text: String, unit: String, names: [String], hasPath: Bool) throws {
        let path = try UnitPath(text)
        #expect(path.unit == unit)
        #expect(path.names == names)
        #expect(path.hasPath == hasPath)
    }

    @Test(arguments: ["", ":a", "ada:../x", "ada:a/./b", "ada:.."])
    func `a path that leads out of the drive, or no unit, is refused`(text: String) {
        #expect(throws: CommandFailure.self) { try UnitPath(text) }
    }

    // MARK: Errors

    private static func failure(_ status: Int, _ body: String, _ headers: [String: String] = [:]) -> CommandFailure {
        let answer = APIClient.Answer(status: status, headers: headers, body: Data(body.utf8))
        return APIError(answer, method: "GET", path: "/x?secret=1").failure
    }

    @Test(arguments: [
        (401, CommandExit.notAllowed), (403, .notAllowed), (404, .notFound), (409, .refused), (400, .wrongCommand),
        (413, .wrongCommand), (429, .tryAgainLater), (503, .tryAgainLater), (500, .failed), (507, .failed),
        (0, .failed),
    ])
    func `an answer's status leads to an exit code that is never 0`(status: Int, expected: CommandExit) {
        #expect(Self.failure(status, "").status == expected)
    }

    @Test func `an error has the server's message, code and request`() {
        let failure = Self.failure(
            409, #"{"error":{"code":"PlanExpired","message":"The plan is too old","innerError":{"request-id":"r-1"}}}"#)
        #expect(failure.description == "The plan is too old. (PlanExpired, request r-1)")
        #expect(failure.code == "PlanExpired")
        #expect(failure.requestID == "r-1")
    }

    @Test func `an answer that is no error of the API names the request without its query`() {
        #expect(Self.failure(500, "<html>").description == "GET /x answered 500.")
    }

    @Test func `a busy server says when to try again`() {
        let body = #"{"error":{"code":"activityLimitReached","message":"Too much."}}"#
        let failure = Self.failure(429, body, ["retry-after": "7"])
        #expect(failure.description.contains("Try again in 7 seconds."))
    }

    @Test func `a message of the server cannot move the cursor`() {
        #expect(Self.failure(400, #"{"error":{"message":"\u001b[2J"}}"#).description.contains("\\u{1b}"))
    }

    // MARK: JSON

    @Test func `JSON goes out as it came, but for OData's own members and sizes`() throws {
        let text = """
            {"@odata.context":"c","b":1,"a":null,"bytesToRead":"9007199254740993","name":"a\\u202eb",\
            "list":[{"x@odata.type":1}]}
            """
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        #expect(
            JSONOutput.document("plan", value).line == """
                {"schema":"holdfast.cli/1","type":"plan","a":null,"b":1,"bytesToRead":9007199254740993,"list":[{}],\
                "name":"a\\u202eb"}
                """)
    }

    @Test func `a text of digits that is no size stays a text`() throws {
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(#"{"id":"7","size":"7"}"#.utf8))
        #expect(value.withNumericSizes == .object([("id", .string("7")), ("size", .integer(7))]))
    }

    @Test func `sizes of a progress are numbers too`() throws {
        let text = #"{"bytes":{"done":"12","total":"34"},"items":{"done":1},"storedBytes":["5"],"bytesPerSecond":"6"}"#
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)).withNumericSizes
        #expect(
            value.line
                == #"{"bytes":{"done":12,"total":34},"bytesPerSecond":6,"items":{"done":1},"storedBytes":[5]}"#)
    }

    @Test func `the result of a failure has its code`() {
        let failure = CommandFailure(.notFound, "No.", code: "itemNotFound")
        #expect(
            JSONOutput.result(of: failure).line == """
                {"schema":"holdfast.cli/1","type":"result","ok":false,"exitCode":5,\
                "error":{"code":"itemNotFound","message":"No."}}
                """)
    }

    // MARK: The token's tenant

    @Test func `the tenant is read from a token`() {
        // {"tid":"t-1"} in base64url without padding.
        #expect(ServiceControl.tenantID(ofToken: "e30.eyJ0aWQiOiJ0LTEifQ.sig") == "t-1")
        #expect(ServiceControl.tenantID(ofToken: "opaque") == nil)
    }
}
