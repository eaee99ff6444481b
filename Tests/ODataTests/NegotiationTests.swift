import Testing

@testable import OData

@Suite struct NegotiationTests {
    private let json = ["application/json"]

    private func status(_ body: () throws -> Void) -> Int? {
        do {
            try body()
            return nil
        } catch {
            return (error as? ODataError)?.status
        }
    }

    @Test(
        arguments: [
            ([], nil), ([""], nil), ([" , "], nil), (["application/json"], nil), (["*/*"], nil), (["*"], nil),
            (["application/*"], nil), (["text/*"], 406), (["text/html", "application/json"], nil), (["text/html"], 406),
            (["application/json;q=0"], 406), (["application/json; Q=0.0"], 406), (["application/json;q=0.001"], nil),
            (["application/json;q=0, */*;q=0.1"], nil), (["application/json;odata.metadata=full;q=0"], 406),
            (["application/json;q=x"], nil), (["application/jsonx"], 406), (["APPLICATION/JSON"], nil),
        ] as [([String], Int?)])
    func `an answer is made in a form that the client takes`(fields: [String], refusal: Int?) {
        var headers = Headers()
        for field in fields { headers.add("Accept", field) }
        #expect(status { try Negotiation.checkAccept(headers, offered: json) } == refusal)
    }

    @Test func `any of several offered forms will do`() throws {
        let offered = ["text/plain", "application/json"]
        try Negotiation.checkAccept(["Accept": "text/plain;q=0.5"], offered: offered)
        try Negotiation.checkAccept(["Accept": "application/json"], offered: offered)
        #expect(throws: ODataError.notAcceptable) {
            try Negotiation.checkAccept(["Accept": "text/csv"], offered: offered)
        }
    }

    @Test(
        arguments: [
            (nil, 415), ("", 415), ("application/json", nil), (" Application/JSON ; charset=utf-8", nil),
            ("text/json", 415), ("application/json-patch", 415),
        ] as [(String?, Int?)])
    func `a body must come as JSON`(type: String?, refusal: Int?) {
        var headers = Headers()
        headers["Content-Type"] = type
        let request = ODataRequest(method: "POST", rawPath: "/", headers: headers, body: [0x7b])
        #expect(status { try Negotiation.checkContentType(request) } == refusal)
    }

    @Test func `without a body no media type is needed`() throws {
        try Negotiation.checkContentType(
            ODataRequest(method: "POST", rawPath: "/", headers: ["Content-Type": "text/html"]))
    }

    /// Source: RFC 9110, sections 13.1.1 and 13.1.2.
    @Test(
        arguments: [
            ("GET", "If-Match", "*", nil), ("PATCH", "If-Match", "*", nil), ("PATCH", "If-Match", " * ", nil),
            ("PATCH", "If-Match", "\"a\"", 412), ("GET", "If-Match", "\"a\"", 412),
            ("PATCH", "If-None-Match", "*", 412),
            ("GET", "If-None-Match", "*", nil), ("PATCH", "If-None-Match", "\"a\"", nil),
            ("PATCH", "If-Modified-Since", "Sat, 29 Oct 1994 19:43:31 GMT", nil),
        ] as [(String, String, String, Int?)])
    func `a condition holds or the request is refused`(method: String, name: String, value: String, refusal: Int?) {
        let request = ODataRequest(method: method, rawPath: "/", headers: [name: value])
        #expect(status { try Negotiation.checkCondition(request) } == refusal)
    }

    @Test(arguments: [("GET", "*", true), ("GET", "\"a\"", false), ("POST", "*", false)])
    func `a reader with anything has it already`(method: String, value: String, isNotModified: Bool) {
        let request = ODataRequest(method: method, rawPath: "/", headers: ["If-None-Match": value])
        #expect(Negotiation.isNotModified(request) == isNotModified)
    }
}
