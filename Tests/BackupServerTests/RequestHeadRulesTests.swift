import OData
import NIOHTTP1
import Testing

@testable import BackupServer

/// Source: RFC 9110, sections 9.3.6 and 10.1.1; RFC 9112, sections 3.2 and 6.1.
@Suite struct RequestHeadRulesTests {
    private func head(
        _ uri: String = "/", _ method: HTTPMethod = .GET, _ fields: [(String, String)] = [("Host", "a.example")],
        version: HTTPVersion = .http1_1
    ) -> HTTPRequestHead {
        HTTPRequestHead(version: version, method: method, uri: uri, headers: HTTPHeaders(fields))
    }

    private func status(_ head: HTTPRequestHead) -> Int? { RequestHeadRules.refusal(of: head)?.status }

    @Test(
        arguments: [
            ([("Host", "a.example")], nil), ([("Host", "a.example:8080")], nil), ([("Host", "[::1]:80")], nil),
            ([("Host", "")], nil), ([], 400), ([("Host", "a"), ("Host", "a")], 400), ([("Host", "a b")], 400),
            ([("Host", "a/b")], 400), ([("Host", "<a>")], 400), ([("Host", "a@b")], 400), ([("host", "é")], 400),
        ] as [([(String, String)], Int?)])
    func `a request names one host`(fields: [(String, String)], refusal: Int?) {
        #expect(status(head("/", .GET, fields)) == refusal)
    }

    @Test func `HTTP 1.0 may leave the host out`() {
        #expect(status(head("/", .GET, [], version: .http1_0)) == nil)
        #expect(status(head("/", .GET, [("Host", "a b")], version: .http1_0)) == 400)
    }

    @Test(
        arguments: [
            ("/", .GET, nil), ("/a?b#c", .GET, nil), ("*", .OPTIONS, nil), ("*", .GET, 400),
            ("http://a.example/x", .GET, nil),
            ("HTTPS://a.example", .GET, nil), ("http://", .GET, 400), ("http://a b/", .GET, 400),
            ("ftp://a/", .GET, 400),
            ("a.example:443", .CONNECT, 501), ("x", .GET, 400), ("", .GET, 400),
        ] as [(String, HTTPMethod, Int?)])
    func `a target is a path or an address`(uri: String, method: HTTPMethod, refusal: Int?) {
        #expect(status(head(uri, method)) == refusal)
    }

    @Test(
        arguments: [
            ("chunked", .http1_1, nil), ("Chunked", .http1_1, nil), ("gzip, chunked", .http1_1, 501),
            ("gzip", .http1_1, 501),
            ("chunked, chunked", .http1_1, 501), ("chunked", .http1_0, 400),
        ] as [(String, HTTPVersion, Int?)])
    func `a body is sent in chunks or not coded`(coding: String, version: HTTPVersion, refusal: Int?) {
        #expect(status(head("/", .POST, [("Host", "a"), ("Transfer-Encoding", coding)], version: version)) == refusal)
    }

    @Test(
        arguments: [
            ("100-continue", .http1_1, nil), ("100-Continue", .http1_1, nil), ("x", .http1_1, 417),
            ("100-continue, x", .http1_1, 417), ("x", .http1_0, nil),
        ] as [(String, HTTPVersion, Int?)])
    func `no other expectation than 100 can be met`(expectation: String, version: HTTPVersion, refusal: Int?) {
        #expect(status(head("/", .POST, [("Host", "a"), ("Expect", expectation)], version: version)) == refusal)
    }

    @Test(
        arguments: [
            ([("Content-Length", "5")], true), ([("Transfer-Encoding", "chunked")], true),
            ([("Content-Length", "0")], false),
            ([], false),
        ] as [([(String, String)], Bool)])
    func `a client waits for 100 where it has a body`(fields: [(String, String)], waits: Bool) {
        let all = fields + [("Host", "a"), ("Expect", "100-continue")]
        #expect(RequestHeadRules.expectsContinue(head("/", .POST, all)) == waits)
        #expect(!RequestHeadRules.expectsContinue(head("/", .POST, all, version: .http1_0)))
        #expect(!RequestHeadRules.expectsContinue(head("/", .POST, fields + [("Host", "a")])))
    }

    @Test(arguments: [
        ("http://b.example/x?y", "/x?y", "b.example"), ("https://b.example:8443", "/", "b.example:8443"),
        ("HTTP://b.example?y=1", "/?y=1", "b.example"), ("/x", "/x", "a.example"), ("*", "*", "a.example"),
        ("http://b.example#x", "/#x", "b.example"),
    ])
    func `an absolute target names the host`(uri: String, target: String, host: String) {
        let plain = RequestHeadRules.plain(head(uri, .OPTIONS))
        #expect(plain.uri == target)
        #expect(plain.headers["Host"] == [host])
    }

    @Test(arguments: [
        (HTTPParserError.invalidChunkSize, 400, "hexadecimal"), (.invalidEOFState, 400, "ended before it was complete"),
        (.closedConnection, 400, "ended before it was complete"), (.invalidContentLength, 400, "Content-Length"),
        (.unexpectedContentLength, 400, "Content-Length"), (.headerOverflow, 431, "too long"),
        (.invalidMethod, 501, "method"), (.invalidVersion, 505, "HTTP/1.1"), (.invalidHeaderToken, 400, "HTTP/1.1"),
    ])
    func `a fault of the parser is told in words`(fault: HTTPParserError, status: Int, words: String) {
        let error = RequestHeadRules.refusal(of: fault)
        #expect(error.status == status)
        #expect(error.message.contains(words))
    }
}
