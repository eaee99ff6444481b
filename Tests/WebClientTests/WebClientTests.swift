import BackupTesting
import Foundation
import Testing
import WebClient

/// Requests to servers that answer byte for byte what a test says.
@Suite(.timeLimit(.minutes(1))) struct WebClientTests {
    private let client = WebClient()

    private func failure(
        _ server: ScriptedServer, within seconds: Double? = nil, limitBytes: Int = 1 << 20
    ) async
        -> WebFailure?
    {
        await failure(server.address + "/", within: seconds, limitBytes: limitBytes)
    }

    private func failure(
        _ address: String, within seconds: Double? = nil, limitBytes: Int = 1 << 20
    ) async
        -> WebFailure?
    {
        await #expect(throws: WebFailure.self) {
            _ = try await client.answer(WebRequest("GET", address), within: seconds, limitBytes: limitBytes)
        }
    }

    // MARK: Answers

    @Test func `a request arrives as it was made, and its answer as it was sent`() async throws {
        let server = try ScriptedServer { connection, _ in
            guard connection.request() != nil else { return }
            connection.send("HTTP/1.1 418 Teapot\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 3\r\n\r\nabc")
        }
        var request = WebRequest("PATCH", server.address + "/p%20q?a=b%2Fc")
        request.headers = ["If-Match": "x"]
        request.body = Data("{}".utf8)
        let answer = try await client.answer(request)
        #expect(answer.status == 418)
        #expect(answer.headers["x-a"] == "1, 2")
        #expect(String(decoding: answer.body, as: UTF8.self) == "abc")
        let sent = try #require(server.requests.first)
        #expect(sent.hasPrefix("PATCH /p%20q?a=b%2Fc HTTP/1.1\r\n"))
        #expect(sent.contains("\r\nIf-Match: x\r\n"))
        #expect(sent.lowercased().contains("\r\nhost: 127.0.0.1:\(server.port)\r\n"))
        #expect(sent.hasSuffix("\r\n\r\n{}"))
    }

    @Test func `a compressed answer is read as what it holds`() async throws {
        // printf 'plain text' | gzip -n | xxd -i
        let packed: [UInt8] = [
            0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x2b, 0xc8, 0x49, 0xcc, 0xcc, 0x53, 0x28, 0x49,
            0xad, 0x28, 0x01, 0x00, 0xb8, 0x0f, 0x0b, 0x44, 0x0a, 0x00, 0x00, 0x00,
        ]
        let server = try ScriptedServer { connection, _ in
            guard let request = connection.request(), request.lowercased().contains("accept-encoding: gzip") else {
                return
            }
            connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n")
            connection.send(packed)
        }
        let answer = try await client.answer(WebRequest("GET", server.address))
        #expect(String(decoding: answer.body, as: UTF8.self) == "plain text")
    }

    @Test func `a redirection is an answer, and is not followed`() async throws {
        let server = try ScriptedServer { connection, _ in
            guard connection.request() != nil else { return }
            connection.answer(302, ["Location": "/elsewhere"])
        }
        let answer = try await client.answer(WebRequest("GET", server.address))
        #expect(answer.status == 302)
        #expect(answer.headers["location"] == "/elsewhere")
        #expect(server.requests.count == 1)
    }

    @Test func `a body is read while it comes, and whoever stops reading ends the connection`() async throws {
        let (goOn, next) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let (ended, hasEnded) = AsyncStream<Void>.makeStream()
        let server = try ScriptedServer { connection, _ in
            guard connection.request() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
            goOn.wait()
            connection.send("3\r\ntwo\r\n")
            next.wait()
            // Nothing more comes from the client but the end.
            if connection.request() == nil { hasEnded.finish() }
        }
        do {
            var pieces = try await client.open(WebRequest("GET", server.address)).body.makeAsyncIterator()
            #expect(try await pieces.next() == Data("one".utf8))
            goOn.signal()
            #expect(try await pieces.next() == Data("two".utf8))
        }
        next.signal()
        for await _ in ended {}
    }

    @Test func `of an error that does not end only the beginning is read`() async throws {
        let server = try ScriptedServer { connection, _ in
            guard connection.request() != nil else { return }
            connection.send("HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in 0..<200 { connection.send("5\r\nno no\r\n") }
            // An end that comes while the client reads would be a failure.
            while connection.receive() != nil {}
        }
        let answer = try await client.open(WebRequest("GET", server.address))
        let text = String(decoding: try await answer.body.beginning(limitBytes: 12), as: UTF8.self)
        #expect(text == "no nono nono")
    }

    // MARK: Failures

    @Test(arguments: ["127.0.0.1", "localhost"])
    func `where nothing listens the failure comes at once`(host: String) async throws {
        var port = 0
        do { port = try ScriptedServer { _, _ in }.port }
        let before = ContinuousClock.now
        let failure = await failure("http://\(host):\(port)/")
        #expect(failure == .refused)
        #expect(failure?.isTransient == true)
        #expect(ContinuousClock.now - before < .seconds(5))
    }

    @Test func `a name that nobody has is named as the cause`() async {
        let failure = await failure("http://no-such-host.invalid/")
        #expect(failure == .noSuchHost)
        #expect(failure?.words == "there is no such host")
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"])
    func `a connection that ends before the answer does is lost`(sent: String) async throws {
        let server = try ScriptedServer { connection, _ in
            guard connection.request() != nil else { return }
            connection.send(sent)
        }
        #expect(await failure(server) == .lost)
    }

    @Test func `an answer that takes too long in all is given up`() async throws {
        let hold = DispatchSemaphore(value: 0)
        let server = try ScriptedServer { connection, _ in
            guard connection.request() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n1")
            hold.wait()
        }
        #expect(await failure(server, within: 0.2) == .timedOut)
        hold.signal()
    }

    @Test func `an answer that is too long is given up`() async throws {
        let server = try ScriptedServer { connection, _ in
            guard connection.request() != nil else { return }
            connection.answer(200, [:], String(repeating: "x", count: 1001))
        }
        #expect(await failure(server, limitBytes: 1000) == .tooLong)
        #expect(try await client.answer(WebRequest("GET", server.address), limitBytes: 1001).body.count == 1001)
    }

    @Test(arguments: ["ftp://127.0.0.1/", "nonsense", "http://"])
    func `what is no address of the web is refused`(address: String) async throws {
        let failure = await failure(address)
        #expect(try !#require(failure).isTransient)
    }

    @Test func `a task that is cancelled ends with that`() async throws {
        let hold = DispatchSemaphore(value: 0)
        let (asked, hasAsked) = AsyncStream<Void>.makeStream()
        let server = try ScriptedServer { connection, _ in
            guard connection.request() != nil else { return }
            hasAsked.finish()
            hold.wait()
        }
        let address = server.address
        let task = Task { try await WebClient().answer(WebRequest("GET", address)) }
        for await _ in asked {}
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        hold.signal()
    }
}
