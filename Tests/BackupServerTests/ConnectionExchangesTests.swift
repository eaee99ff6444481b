import NIOCore
import NIOHTTP1
import OData
import Testing

@testable import BackupServer

/// What a connection owes, as lists of parts that arrive and leave. No socket is involved.
/// Source: RFC 9110, sections 9.3.2 and 10.1.1; RFC 9112, section 9.
@Suite struct ConnectionExchangesTests {
    private static func head(
        _ method: HTTPMethod = .GET, _ fields: [(String, String)] = [], version: HTTPVersion = .http1_1,
        host: String? = "a.example"
    ) -> HTTPRequestHead {
        var headers = HTTPHeaders(fields)
        if let host { headers.add(name: "Host", value: host) }
        return HTTPRequestHead(version: version, method: method, uri: "/", headers: headers)
    }

    private static func answer(_ status: HTTPResponseStatus = .ok) -> HTTPServerResponsePart {
        .head(HTTPResponseHead(version: .http1_1, status: status))
    }

    private static var body: HTTPServerResponsePart { .body(.byteBuffer(ByteBuffer(string: "x"))) }
    private static var end: HTTPServerResponsePart { .end(nil) }

    /// What a part that leaves becomes, as a word.
    private func leave(_ part: HTTPServerResponsePart, _ exchanges: inout ConnectionExchanges) -> String {
        switch exchanges.leaves(part) {
        case .send: "send"
        case .drop: "drop"
        case .refuse(let error): "refuse \(error.status)"
        case .sendLast: "sendLast"
        }
    }

    private func arrive(_ part: HTTPServerRequestPart, _ exchanges: inout ConnectionExchanges) -> String {
        switch exchanges.arrived(part) {
        case .pass: "pass"
        case .drop: "drop"
        case .refuse: "refuse"
        }
    }

    /// The `Connection` field that the answer's head leaves with.
    private func connection(_ exchanges: inout ConnectionExchanges, _ status: HTTPResponseStatus = .ok) -> String? {
        guard case .send(.head(let head)) = exchanges.leaves(Self.answer(status)) else { return "no head" }
        return head.headers.first(name: "Connection")
    }

    @Test func `a request and its answer pass as they are`() {
        var exchanges = ConnectionExchanges()
        #expect(arrive(.head(Self.head(.POST)), &exchanges) == "pass")
        #expect(arrive(.body(ByteBuffer(string: "x")), &exchanges) == "pass")
        #expect(arrive(.end(nil), &exchanges) == "pass")
        #expect(connection(&exchanges) == nil)
        #expect(leave(Self.body, &exchanges) == "send")
        #expect(leave(Self.end, &exchanges) == "send")
        #expect(arrive(.head(Self.head()), &exchanges) == "pass")
    }

    @Test func `an answer to HEAD has no body`() {
        var exchanges = ConnectionExchanges()
        _ = exchanges.arrived(.head(Self.head(.HEAD)))
        _ = exchanges.arrived(.end(nil))
        #expect(leave(Self.answer(), &exchanges) == "send")
        #expect(leave(Self.body, &exchanges) == "drop")
        #expect(leave(Self.end, &exchanges) == "send")
    }

    @Test func `only the answer to HEAD loses its body where requests are sent ahead`() {
        var exchanges = ConnectionExchanges()
        for method in [HTTPMethod.GET, .HEAD, .GET] {
            _ = exchanges.arrived(.head(Self.head(method)))
            _ = exchanges.arrived(.end(nil))
        }
        var bodies: [String] = []
        for _ in 0..<3 {
            _ = exchanges.leaves(Self.answer())
            bodies.append(leave(Self.body, &exchanges))
            _ = exchanges.leaves(Self.end)
        }
        #expect(bodies == ["send", "drop", "send"])
    }

    @Test(arguments: [("close", HTTPVersion.http1_1, "close"), ("keep-alive", .http1_0, "keep-alive")])
    func `a client that names how the connection goes on is answered in kind`(
        asked: String, version: HTTPVersion, told: String
    ) {
        var exchanges = ConnectionExchanges()
        _ = exchanges.arrived(.head(Self.head(.GET, [("Connection", asked)], version: version)))
        _ = exchanges.arrived(.end(nil))
        #expect(connection(&exchanges) == told)
    }

    @Test func `nothing is read behind a request that ends the connection`() {
        for head in [
            Self.head(.GET, [("Connection", "close")]), Self.head(version: .http1_0),
            Self.head(.GET, [("Upgrade", "h2c")]),
        ] {
            var exchanges = ConnectionExchanges()
            _ = exchanges.arrived(.head(head))
            _ = exchanges.arrived(.end(nil))
            #expect(connection(&exchanges) == "close")
            // Whoever reads requests closes the connection here, because the request said so.
            #expect(leave(Self.end, &exchanges) == "send")
            #expect(arrive(.head(Self.head()), &exchanges) == "drop")
        }
    }

    @Test func `a client that waits is told once to go on`() {
        var exchanges = ConnectionExchanges()
        _ = exchanges.arrived(.head(Self.head(.POST, [("Expect", "100-continue"), ("Content-Length", "1")])))
        let answers = [exchanges.continues(), exchanges.continues()]
        #expect(answers == [true, false])
        #expect(connection(&exchanges) == nil)
    }

    @Test func `a client that sends without waiting is not told`() {
        var exchanges = ConnectionExchanges()
        _ = exchanges.arrived(.head(Self.head(.POST, [("Expect", "100-continue"), ("Content-Length", "1")])))
        _ = exchanges.arrived(.body(ByteBuffer(string: "x")))
        let waits = exchanges.continues()
        #expect(!waits)
    }

    @Test func `an answer in place of 100 ends the connection`() {
        var exchanges = ConnectionExchanges()
        _ = exchanges.arrived(.head(Self.head(.POST, [("Expect", "100-continue"), ("Content-Length", "1")])))
        #expect(connection(&exchanges, .unauthorized) == "close")
        #expect(leave(Self.body, &exchanges) == "send")
        #expect(leave(Self.end, &exchanges) == "sendLast")
    }

    @Test func `an informational answer passes and is not the answer`() {
        var exchanges = ConnectionExchanges()
        _ = exchanges.arrived(.head(Self.head(.GET, [("Connection", "close")])))
        #expect(leave(Self.answer(.continue), &exchanges) == "send")
        #expect(connection(&exchanges) == "close")
    }

    @Test(
        arguments: [(HTTPResponseStatus.payloadTooLarge, "close"), (.ok, nil), (.unauthorized, nil)]
            as [(HTTPResponseStatus, String?)])
    func `an answer before the body's end ends the connection only where the body is too large`(
        status: HTTPResponseStatus, told: String?
    ) {
        var exchanges = ConnectionExchanges()
        _ = exchanges.arrived(.head(Self.head(.POST, [("Content-Length", "9")])))
        _ = exchanges.arrived(.body(ByteBuffer(string: "x")))
        #expect(connection(&exchanges, status) == told)
    }

    @Test func `a body that is whole is no reason to end`() {
        var exchanges = ConnectionExchanges()
        _ = exchanges.arrived(.head(Self.head(.POST)))
        _ = exchanges.arrived(.end(nil))
        #expect(connection(&exchanges, .payloadTooLarge) == nil)
    }

    @Test func `a head that breaks a rule is refused after the answers before it`() {
        var exchanges = ConnectionExchanges()
        _ = exchanges.arrived(.head(Self.head()))
        _ = exchanges.arrived(.end(nil))
        #expect(arrive(.head(Self.head(host: nil)), &exchanges) == "refuse")
        #expect(arrive(.end(nil), &exchanges) == "drop")
        #expect(arrive(.head(Self.head()), &exchanges) == "drop")
        #expect(leave(Self.answer(), &exchanges) == "send")
        #expect(leave(Self.end, &exchanges) == "send")
        #expect(leave(Self.answer(.badRequest), &exchanges) == "refuse 400")
        #expect(leave(Self.body, &exchanges) == "drop")
        #expect(leave(Self.end, &exchanges) == "drop")
    }

    @Test(arguments: [
        (HTTPParserError.headerOverflow, 431), (.invalidMethod, 501), (.invalidVersion, 505), (.unknown, 400),
    ])
    func `bytes that are no HTTP are refused by their fault`(fault: HTTPParserError, status: Int) {
        var exchanges = ConnectionExchanges()
        let isFirst = [exchanges.failed(fault), exchanges.failed(fault)]
        #expect(isFirst == [true, false])
        #expect(leave(Self.answer(.badRequest), &exchanges) == "refuse \(status)")
    }

    @Test func `a body that breaks off ends the connection with its own answer`() {
        var exchanges = ConnectionExchanges()
        _ = exchanges.arrived(.head(Self.head(.POST, [("Content-Length", "9")])))
        _ = exchanges.failed(.closedConnection)
        #expect(connection(&exchanges, .badRequest) == "close")
        #expect(leave(Self.end, &exchanges) == "sendLast")
        // The library's own bare answer says nothing more.
        #expect(leave(Self.answer(.badRequest), &exchanges) == "drop")
    }

    @Test func `a body that breaks off behind its answer is not refused again`() {
        var exchanges = ConnectionExchanges()
        _ = exchanges.arrived(.head(Self.head(.POST, [("Content-Length", "9")])))
        _ = exchanges.leaves(Self.answer(.unauthorized))
        _ = exchanges.leaves(Self.end)
        _ = exchanges.failed(.closedConnection)
        #expect(leave(Self.answer(.badRequest), &exchanges) == "drop")
    }
}
