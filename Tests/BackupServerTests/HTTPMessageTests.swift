import BackupAPI
import BackupServer
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Synchronization
import Testing

/// What a server owes a client by RFC 9110 and RFC 9112, asked byte by byte.
@Suite struct HTTPMessageTests {
    /// A request, the statuses that come back for it and for the one behind it, and whether
    /// it is a HEAD.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var request: String
        var statuses: [Int]
        var isHead = false
        var testDescription: String { name }

        init(_ name: String, _ request: String, _ statuses: Int..., isHead: Bool = false) {
            (self.name, self.request, self.statuses, self.isHead) = (name, request, statuses, isHead)
        }
    }

    /// A program whose id is one, because it registers itself.
    private static func token(_ server: TestServer) async throws -> String {
        try await server.issuer.mint(
            applicationID: "0f8fad5b-d9cb-469f-a165-70867728950e", applicationName: "App",
            permissions: GraphPermission.all, user: nil, lifetimeSeconds: 3600)
    }

    /// Sent behind each request: it is answered where the connection goes on, and only there.
    private static let next = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    private static let api = TestServer.root

    private static func get(
        _ target: String = "/healthz", version: String = "1.1", _ fields: String = "Host: a\r\n", method: String = "GET"
    ) -> String {
        "\(method) \(target) HTTP/\(version)\r\n\(fields)\r\n"
    }

    /// A request with a body to a path that reads it, from a program that may.
    private static func post(_ fields: String, _ body: String, version: String = "1.1") -> String {
        """
        POST \(api)/serviceApps HTTP/\(version)\r\nHost: a\r\nAUTHContent-Type: \
        application/json\r\n\(fields)\r\n\(body)
        """
    }

    private static func tokenRequest(_ fields: String, _ body: String) -> String {
        "POST /\(TestServer.tenantID)/oauth2/v2.0/token HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\(body)"
    }

    private static let hosts = [
        Case("HTTP/1.1 without Host", get("/healthz", ""), 400),
        Case("two Hosts", get("/healthz", "Host: a\r\nHost: a\r\n"), 400),
        Case("a Host that is none", get("/healthz", "Host: evil<script>\r\n"), 400),
        Case("a Host with a path", get("/healthz", "Host: a/b\r\n"), 400),
        Case("an empty Host", get("/healthz", "Host:\r\n"), 200, 200),
        Case("HTTP/1.0 without Host", get(version: "1.0", ""), 200),
        Case("HTTP/1.0 with two Hosts", get(version: "1.0", "Host: a\r\nHost: b\r\n"), 400),
    ]

    private static let targets = [
        Case("an absolute target", get("http://other.example/healthz"), 200, 200),
        Case("an absolute target in capitals", get("HTTP://other.example/healthz"), 200, 200),
        Case("an absolute target without a path", get("http://other.example"), 200, 200),
        Case("an absolute target with a person", get("http://a@b/healthz"), 400),
        Case("another scheme", get("ftp://a/healthz"), 400), Case("a target without a slash", get("healthz"), 400),
        Case("a star for GET", get("*"), 400),
        Case("a star for OPTIONS", get("*", method: "OPTIONS"), 204, 200),
        Case("OPTIONS of a path", get(api, method: "OPTIONS"), 204, 200),
        Case("a target beyond the bound", get("/" + String(repeating: "a", count: 20_000)), 414, 200),
        Case("a head beyond the bound", get("/" + String(repeating: "a", count: 70_000)), 431),
        Case("too many fields", get("/", "Host: a\r\n" + String(repeating: "X: a\r\n", count: 120)), 431),
    ]

    private static let methods = [
        Case("HEAD", get(method: "HEAD"), 200, 200, isHead: true),
        Case("HEAD of what is refused", get(api, method: "HEAD"), 401, 200, isHead: true),
        Case("HEAD of the API", get(api, "Host: a\r\nAUTH", method: "HEAD"), 200, 200, isHead: true),
        Case("CONNECT", get("a:443", method: "CONNECT"), 501),
        Case("a method that nobody knows", get(method: "FROB"), 501),
        Case("a method in small letters", get(method: "get"), 501),
        Case("TRACE", get(api, "Host: a\r\nAUTH", method: "TRACE"), 405, 200),
        Case("PUT", get(api, "Host: a\r\nAUTHContent-Length: 0\r\n", method: "PUT"), 405, 200),
    ]

    private static let versions = [
        Case("HTTP/1.1", get(), 200, 200), Case("an empty line before it", "\r\n" + get(), 200, 200),
        Case("HTTP/1.0", get(version: "1.0"), 200), Case("HTTP/2.0", get(version: "2.0"), 505),
        Case("no version", "GET /\r\n\r\n", 505),
        Case("HTTP/1.0 that asks to go on", get(version: "1.0", "Host: a\r\nConnection: Keep-Alive\r\n"), 200, 200),
        Case("HTTP/1.1 that ends", get("/healthz", "Host: a\r\nConnection: close\r\n"), 200),
        Case("in other letters", get("/healthz", "Host: a\r\nConnection: Close\r\n"), 200),
        Case("among others", get("/healthz", "Host: a\r\nConnection: TE, close\r\nTE: trailers\r\n"), 200),
        Case("another protocol offered", get("/healthz", "Host: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n"), 200),
    ]

    private static let framing = [
        Case("a length", post("Content-Length: 2\r\n", "{}"), 201, 200),
        Case("chunks", post("Transfer-Encoding: chunked\r\n", "1\r\n{\r\n1;x=y\r\n}\r\n0\r\nX: a\r\n\r\n"), 201, 200),
        Case("neither", post("", ""), 411, 200),
        Case("a damaged chunk size", post("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\nzz\r\n\r\n"), 400),
        Case("a chunk longer than it says", post("Transfer-Encoding: chunked\r\n", "1\r\n{}\r\n0\r\n\r\n"), 400),
        Case(
            "a damaged chunk size at the token endpoint", tokenRequest("Transfer-Encoding: chunked\r\n", "zz\r\n"),
            400),
        Case(
            "a form that is too long", tokenRequest("Content-Length: 70000\r\n", String(repeating: "a", count: 70_000)),
            413, 200),
        Case("a negative chunk", post("Transfer-Encoding: chunked\r\n", "-2\r\n{}\r\n0\r\n\r\n"), 400),
        Case("an absurd chunk", post("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\n{}"), 400),
        Case("both", post("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "{}"), 400),
        Case("two lengths", post("Content-Length: 2\r\nContent-Length: 3\r\n", "{} "), 400),
        Case("a list of lengths", post("Content-Length: 2, 2\r\n", "{}"), 400),
        Case("a signed length", post("Content-Length: +2\r\n", "{}"), 400),
        Case("another coding", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501),
        Case("no chunks at the end", post("Transfer-Encoding: gzip\r\n", "{}"), 501),
        Case("chunks in HTTP/1.0", post("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n", version: "1.0"), 400),
        Case("a length beyond the bound", post("Content-Length: 99999999\r\n", ""), 413),
        Case("a field over two lines", get("/healthz", "Host: a\r\nX: a\r\n b\r\n"), 400),
        Case("a blank before the colon", get("/healthz", "Host : a\r\n"), 400),
        Case("a body that nobody reads", get("/healthz", "Host: a\r\nContent-Length: 2\r\n") + "{}", 200, 200),
    ]

    private static let expectations = [
        Case("an unknown expectation", post("Expect: 200-ok\r\nContent-Length: 2\r\n", "{}"), 417),
        Case("an unknown one beside the known", post("Expect: 100-continue, x\r\nContent-Length: 2\r\n", "{}"), 417),
        Case("an expectation without a body", get("/healthz", "Host: a\r\nExpect: 100-continue\r\n"), 200, 200),
        Case(
            "an expectation in HTTP/1.0", post("Expect: 100-continue\r\nContent-Length: 2\r\n", "{}", version: "1.0"),
            201),
    ]

    private static let conditions = [
        Case("If-Match of anything", get(api, "Host: a\r\nAUTHIf-Match: *\r\n"), 200, 200),
        Case("If-Match of a tag", get(api, "Host: a\r\nAUTHIf-Match: \"x\"\r\n"), 412, 200),
        Case("If-None-Match of a tag", get(api, "Host: a\r\nAUTHIf-None-Match: \"x\"\r\n"), 200, 200),
        Case("If-None-Match of anything", get(api, "Host: a\r\nAUTHIf-None-Match: *\r\n"), 304, 200),
        Case(
            "If-None-Match of anything, to be changed", post("Content-Length: 2\r\nIf-None-Match: *\r\n", "{}"), 412,
            200),
        Case(
            "a condition on dates", get(api, "Host: a\r\nAUTHIf-Modified-Since: Sat, 29 Oct 2044 19:43:31 GMT\r\n"),
            200, 200),
        Case("a range", get(api, "Host: a\r\nAUTHRange: bytes=0-1\r\n"), 200, 200),
    ]

    @Test(arguments: hosts + targets + methods + versions + framing + expectations + conditions)
    func `each request gets its answer, and the connection goes on or ends as HTTP has it`(tried: Case) async throws {
        let server = try await TestServer()
        let token = try await Self.token(server)
        try await server.run { client in
            let port = try #require(client.port)
            let answers = try await RawHTTP.talk(port) { connection in
                connection.send(tried.request.replacing("AUTH", with: "Authorization: Bearer \(token)\r\n") + Self.next)
                var answers = [try connection.answer(isHead: tried.isHead)]
                while answers.count < tried.statuses.count { answers.append(try connection.answer()) }
                let isAtEnd = try connection.isAtEnd()
                #expect(isAtEnd, "\(connection.received)")
                return answers
            }
            #expect(answers.map(\.status) == tried.statuses, "\(answers)")
            for answer in answers { Self.expectCommonFields(of: answer) }
            if tried.statuses.count == 1 { #expect(answers.first?.fields["connection"]?.lowercased() == "close") }
            if tried.name.contains("asks to go on") {
                #expect(answers.first?.fields["connection"]?.lowercased() == "keep-alive")
            }
        }
    }

    /// Source: contract README, response headers; errors.md, envelope; RFC
    /// 9110, section 6.6.1 (`Date`).
    private static func expectCommonFields(of answer: RawHTTP.Answer) {
        let id = answer.fields["request-id"] ?? ""
        #expect(UUID(uuidString: id) != nil, "\(answer)")
        #expect(id == id.lowercased(), "\(answer)")
        #expect(
            answer.fields["date"]?.wholeMatch(of: /[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/) != nil,
            "\(answer)")
        // The token endpoint's refusals have OAuth's form instead of Graph's.
        if answer.status >= 400, !answer.body.isEmpty, !answer.body.contains("error_description") {
            #expect(answer.innerRequestID == id)
        }
    }

    @Test(arguments: [
        (api, "GET, HEAD, OPTIONS"), ("\(api)/serviceApps", "GET, POST, HEAD, OPTIONS"),
        ("\(api)/enable", "POST, OPTIONS"), ("/v1.0/$batch", "POST, OPTIONS"),
        ("/v1.0/$metadata", "GET, HEAD, OPTIONS"), ("/openapi.json", "GET, HEAD, OPTIONS"),
        ("/healthz", "GET, HEAD, OPTIONS"),
        ("*", "GET, HEAD, POST, PATCH, DELETE, OPTIONS"),
    ])
    func `OPTIONS tells the methods of a path, and what a page of another origin may do`(
        target: String, allowed: String
    ) async throws {
        let answer = try await answer(to: Self.get(target, method: "OPTIONS"))
        #expect(answer.fields["allow"] == allowed)
        #expect(answer.fields["access-control-allow-methods"] == "GET, HEAD, POST, PATCH, DELETE, OPTIONS")
        #expect(answer.fields["access-control-allow-origin"] == "*")
    }

    @Test func `HEAD is told the length of what GET gets`() async throws {
        let server = try await TestServer()
        let token = try await Self.token(server)
        try await server.run { client in
            let lengths = try await RawHTTP.talk(try #require(client.port)) { connection in
                try ["GET", "HEAD"].map { method in
                    connection.send(Self.get(Self.api, "Host: a\r\nAuthorization: Bearer \(token)\r\n", method: method))
                    return try connection.answer(isHead: method == "HEAD").fields["content-length"]
                }
            }
            #expect(lengths[0] != nil)
            #expect(lengths[0] == lengths[1])
        }
    }

    @Test func `an absolute target names the host of links`() async throws {
        let server = try await TestServer()
        let token = try await Self.token(server)
        let answer = try await answer(
            to: Self.get("http://graph.example:8443\(Self.api)", "Host: other\r\nAuthorization: Bearer \(token)\r\n"),
            of: server)
        #expect(answer.body.contains("\"@odata.context\":\"http://graph.example:8443/v1.0/"), "\(answer)")
    }

    @Test func `requests sent at once are answered in their order, up to one that is none`() async throws {
        let requests = [Self.get(), Self.get(Self.api), "GET / HTTP/1.1\r\n\r\n", Self.get()]
        try await TestServer().run { client in
            let statuses = try await RawHTTP.talk(try #require(client.port)) { connection in
                connection.send(requests.joined())
                let statuses = try (0..<3).map { _ in try connection.answer().status }
                let isAtEnd = try connection.isAtEnd()
                #expect(isAtEnd)
                return statuses
            }
            #expect(statuses == [200, 401, 400])
        }
    }

    @Test func `a body that ends early changes nothing`() async throws {
        let server = try await TestServer()
        let token = try await Self.token(server)
        try await server.run { client in
            let status = try await RawHTTP.talk(try #require(client.port)) { connection in
                connection.send(
                    Self.post("Content-Length: 10\r\n", "{}").replacing(
                        "AUTH", with: "Authorization: Bearer \(token)\r\n"))
                connection.finishSending()
                return try connection.answer().status
            }
            #expect(status == 400)
            let list = try await client.execute(
                uri: Self.api + "/serviceApps", method: .get, headers: [.authorization: "Bearer \(token)"])
            #expect(String(buffer: list.body).contains(#""value":[]"#))
        }
    }

    // MARK: Expect: 100-continue

    @Test func `a client that waits for 100 gets it, and then sends its body`() async throws {
        let server = try await TestServer()
        let token = try await Self.token(server)
        try await server.run { client in
            let answers = try await RawHTTP.talk(try #require(client.port)) { connection in
                connection.send(
                    Self.post("Expect: 100-Continue\r\nContent-Length: 2\r\n", "").replacing(
                        "AUTH", with: "Authorization: Bearer \(token)\r\n"))
                let first = try connection.answer()
                connection.send("{}" + Self.next)
                return [first, try connection.answer(), try connection.answer()]
            }
            #expect(answers.map(\.status) == [100, 201, 200])
        }
    }

    @Test(arguments: [
        ("Content-Length: 2\r\n", 401), ("AUTHContent-Length: 99999999\r\n", 413),
        ("AUTHContent-Length: 2\r\nContent-Encoding: br\r\n", 415),
    ])
    func `nobody is asked for a body that cannot change the answer`(fields: String, status: Int) async throws {
        let server = try await TestServer()
        let token = try await Self.token(server)
        let head =
            """
            POST \(Self.api)/serviceApps HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Type: \
            application/json\r\n\(fields)\r\n
            """
        let answer = try await answer(
            to: head.replacing("AUTH", with: "Authorization: Bearer \(token)\r\n"), of: server)
        #expect(answer.status == status)
        #expect(answer.fields["connection"] == "close", "the client may or may not send the body now")
    }

    @Test func `the token endpoint asks for its form, too`() async throws {
        try await TestServer().run { client in
            let statuses = try await RawHTTP.talk(try #require(client.port)) { connection in
                connection.send(
                    """
                    POST /\(TestServer.tenantID)/oauth2/v2.0/token HTTP/1.1\r\nHost: a\r\nExpect: \
                    100-continue\r\nContent-Length: 3\r\n\r\n
                    """
                )
                let first = try connection.answer().status
                connection.send("a=b")
                return [first, try connection.answer().status]
            }
            #expect(statuses == [100, 400])
        }
    }

    private func answer(to request: String, of server: TestServer? = nil) async throws -> RawHTTP.Answer {
        let made = Mutex<RawHTTP.Answer?>(nil)
        let target: TestServer = if let server { server } else { try await TestServer() }
        try await target.run { client in
            let answer = try await RawHTTP.talk(try #require(client.port)) { connection in
                connection.send(request)
                return try connection.answer()
            }
            made.withLock { $0 = answer }
        }
        return try #require(made.withLock { $0 })
    }
}
