import BackupServer
import BackupTesting
import Catalog
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Monitoring
import NIOCore
import ProtectionService
import Testing

/// The listener for metrics, and the page at the server's own address.
@Suite struct MetricsListenerTests {
    /// Runs the listener on a free port while `body` talks to it.
    private func run(_ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        let server = try await TestServer()
        let page = MetricsPage(
            MetricRegistry(), service: server.service, surroundings: .init(version: "1.2.3"), clock: server.clock)
        let listener = MetricsListener(host: "127.0.0.1", port: 0, page: page, logger: .quiet)
        try await listener.application { _ in }.test(.live) { client in
            try await body(try #require(client.port))
        }
    }

    /// The answers to what is sent over one connection.
    private static func ask(_ port: Int, _ text: String, heads: Bool = false) async throws -> RawHTTP.Answer {
        try await RawHTTP.talk(port) { connection in
            connection.send(text)
            return try connection.answer(isHead: heads)
        }
    }

    @Test func `the page is answered without a token`() async throws {
        try await run { port in
            let answer = try await Self.ask(port, "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(answer.status == 200)
            #expect(answer.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(answer.fields["cache-control"] == "no-store")
            #expect(answer.body.contains(#"holdfast_build_info{version="1.2.3","#))
            #expect(answer.body.contains("# TYPE holdfast_units gauge\n"))
            #expect(answer.body.hasSuffix("\n"))
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1", 404), ("GET /metrics/ HTTP/1.1", 404), ("GET //metrics HTTP/1.1", 404),
        ("GET /metrics?x=1 HTTP/1.1", 404), ("GET /metrics/../healthz HTTP/1.1", 404), ("GET /healthz HTTP/1.1", 404),
        ("GET /METRICS HTTP/1.1", 404), ("GET /%6detrics HTTP/1.1", 404), ("GET /v1.0 HTTP/1.1", 404),
        ("POST /metrics HTTP/1.1", 405), ("PUT /metrics HTTP/1.1", 405), ("DELETE /metrics HTTP/1.1", 405),
        ("OPTIONS /metrics HTTP/1.1", 405), ("PATCH /metrics HTTP/1.1", 405), ("OPTIONS * HTTP/1.1", 404),
        ("CONNECT a:80 HTTP/1.1", 501), ("GET /metrics HTTP/9.9", 505), ("nonsense", 501),
    ])
    func `anything else is refused`(line: String, status: Int) async throws {
        try await run { port in
            let answer = try await Self.ask(port, "\(line)\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
            #expect(answer.status == status, "\(answer)")
            #expect(!answer.body.contains("holdfast_"))
            if status == 405 { #expect(answer.fields["allow"] == "GET") }
        }
    }

    @Test func `HEAD is refused like every other method`() async throws {
        try await run { port in
            let answer = try await Self.ask(port, "HEAD /metrics HTTP/1.1\r\nHost: a\r\n\r\n", heads: true)
            #expect(answer.status == 405)
        }
    }

    @Test(arguments: [
        "X-Long: \(String(repeating: "a", count: 9 << 10))", (0..<60).map { "X-\($0): a" }.joined(separator: "\r\n"),
    ])
    func `a huge head is refused, and the listener goes on`(fields: String) async throws {
        try await run { port in
            let answer = try await Self.ask(port, "GET /metrics HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n")
            #expect(answer.status == 431)
            #expect(answer.fields["connection"] == "close")
            #expect(try await Self.ask(port, "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
        }
    }

    @Test func `at the server's address the page needs a token with the right to read control`() async throws {
        let server = try await TestServer()
        let token = try await server.token(["BackupRestore-Control.Read.All"])
        let other = try await server.token(["BackupRestore-Restore.Read.All"])
        try await server.run { client in
            func ask(_ token: String?) async throws -> (Int, String) {
                let fields: HTTPFields = token.map { [.authorization: "Bearer \($0)"] } ?? [:]
                let answer = try await client.execute(uri: "/metrics", method: .get, headers: fields)
                return (answer.status.code, String(buffer: answer.body))
            }
            let (status, text) = try await ask(token)
            #expect(status == 200)
            #expect(text.contains("holdfast_build_info{"))
            #expect(try await ask(nil).0 == 401)
            #expect(try await ask("nonsense").0 == 401)
            let (refused, error) = try await ask(other)
            #expect(refused == 403)
            #expect(error.contains("BackupRestore-Control.Read.All"))
        }
    }
}

/// What is counted of requests.
@Suite struct RequestCountingTests {
    @Test func `requests are counted by the pattern of their path, whatever the path is`() async throws {
        let server = try await TestServer()
        let token = try await server.token()
        let registry = MetricRegistry()
        let root = TestServer.root
        try await server.run(metrics: registry) { client in
            for path in [
                "\(root)/restorePoints/secret-1", "\(root)/restorePoints/secret-2", "/secret/path", "/healthz",
            ] {
                _ = try await client.execute(uri: path, method: .get, headers: [.authorization: "Bearer \(token)"])
            }
            _ = try await client.execute(uri: root, method: .get, headers: [.authorization: "Bearer nonsense"])
            _ = try await client.execute(uri: root, method: .init("PURGE")!)
        }
        let text = MetricsText.text(registry.readings)
        func counts(_ route: String, _ method: String) -> [String] {
            text.split(separator: "\n").filter {
                $0.hasPrefix(#"holdfast_http_requests_total{route="\#(route)",method="\#(method)","#)
            }.compactMap { $0.split(separator: " ").last.map(String.init) }
        }
        #expect(counts("\(root)/restorePoints/{id}", "GET") == ["2"], "\(text)")
        #expect(counts("other", "GET") == ["1"])
        #expect(counts("/healthz", "GET") == ["1"])
        #expect(counts(root, "GET") == ["1"])
        #expect(counts(root, "other") == ["1"])
        #expect(!text.contains("secret"))
        #expect(text.contains(#"holdfast_sign_in_failures_total{reason="token"} 1"#))
    }
}

/// Whether the server says that it can do its work.
@Suite struct ReadinessTests {
    private func ask(_ client: any TestClientProtocol) async throws -> (Int, String) {
        let answer = try await client.execute(uri: "/readyz", method: .get)
        return (answer.status.code, String(buffer: answer.body))
    }

    private func beat(_ server: TestServer) {
        for part in Heartbeats.Part.allCases { server.service.dependencies.heartbeats.beat(part, server.clock) }
    }

    @Test func `a server whose scheduler and worker did not begin is not ready`() async throws {
        let server = try await TestServer()
        try await server.run { client in
            let (status, body) = try await ask(client)
            #expect(status == 503)
            #expect(body == #"{"status":"unavailable","failing":["scheduler","worker"]}"#)
            #expect(try await client.execute(uri: "/healthz", method: .get).status == .ok)
        }
    }

    @Test func `a server at work is ready, until a part of it stands still`() async throws {
        let server = try await TestServer()
        beat(server)
        try await server.run { client in
            let ready = try await ask(client)
            #expect(ready.0 == 200)
            #expect(ready.1 == #"{"status":"ready","failing":[]}"#)
            server.clock.jump(seconds: 86_400)
            server.clock.turn(seconds: 2)
            let answer1 = try await ask(client)
            #expect(answer1.0 == 200)
            server.clock.turn(seconds: 301)
            let answer2 = try await ask(client)
            #expect(answer2.1 == #"{"status":"unavailable","failing":["scheduler","worker"]}"#)
            server.service.dependencies.heartbeats.beat(.worker, server.clock)
            server.clock.turn(seconds: 2)
            let answer3 = try await ask(client)
            #expect(answer3.1 == #"{"status":"unavailable","failing":["scheduler"]}"#)
        }
    }

    @Test func `a catalogue that cannot be read is told`() async throws {
        let server = try await TestServer()
        beat(server)
        try await server.run { client in
            try await server.fixture.catalog.close()
            let (status, body) = try await ask(client)
            #expect(status == 503)
            #expect(body == #"{"status":"unavailable","failing":["catalog"]}"#)
            #expect(try await client.execute(uri: "/healthz", method: .get).status == .ok)
        }
    }

    @Test func `whoever asks without end causes one look in a second`() async throws {
        let server = try await TestServer()
        beat(server)
        try await server.run { client in
            let answer4 = try await ask(client)
            #expect(answer4.0 == 200)
            try await server.fixture.catalog.close()
            let answer5 = try await ask(client)
            #expect(answer5.0 == 200)
            server.clock.turn(seconds: 1)
            let answer6 = try await ask(client)
            #expect(answer6.0 == 503)
        }
    }
}
