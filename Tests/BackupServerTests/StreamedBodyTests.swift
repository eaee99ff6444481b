import BackupAPI
import BackupServer
import BackupTesting
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import OData
import Synchronization
import Testing

/// An API whose answers are written while they are sent, as a test orders them.
final class StreamingAPI: GraphAPI {
    typealias Writing = @Sendable (any BodySink) async throws -> Void

    /// What became of a writer.
    enum End: Sendable, Equatable {
        case finished, cancelled, failed
    }

    private let stream: BodyStream
    private let state = Mutex<(ends: [End], written: Int, starts: Int)>(([], 0, 0))

    var ends: [End] { state.withLock { $0.ends } }
    var written: Int { state.withLock { $0.written } }
    var starts: Int { state.withLock { $0.starts } }

    init(length: Int? = nil, isEndless: Bool = false, _ write: @escaping Writing) {
        stream = BodyStream(length: length, isEndless: isEndless, write)
    }

    private struct CountingSink: BodySink {
        let base: any BodySink
        let api: StreamingAPI

        func write(_ bytes: [UInt8]) async throws {
            try await base.write(bytes)
            api.state.withLock { $0.written += bytes.count }
        }
    }

    func respond(to request: ODataRequest, principal: Principal?) async -> ODataResponse {
        guard principal != nil else { return ODataResponse(status: 401) }
        let observed = BodyStream(length: stream.length, isEndless: stream.isEndless) { [self] sink in
            state.withLock { $0.starts += 1 }
            do {
                try await stream.write(to: CountingSink(base: sink, api: self))
                state.withLock { $0.ends.append(.finished) }
            } catch {
                state.withLock { $0.ends.append(Task.isCancelled ? .cancelled : .failed) }
                throw error
            }
        }
        return ODataResponse(
            status: 200, headers: ["Content-Type": "text/plain", "Cache-Control": "no-store, no-transform"],
            stream: observed)
    }

    func methods(at rawPath: String) -> [String] { ["GET"] }
    func refusal(_ error: ODataError, to request: ODataRequest) -> ODataResponse { ODataResponse(status: error.status) }

    /// Waits for a condition that only time brings, for 10 seconds at most.
    func waits(for condition: @Sendable (StreamingAPI) -> Bool) async throws -> Bool {
        let end = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < end {
            if condition(self) { return true }
            try await Task.sleep(for: .milliseconds(5))
        }
        return condition(self)
    }
}

/// Bodies that are written while they are sent: over real connections, because only those can be
/// slow, full, or gone.
@Suite(.timeLimit(.minutes(2))) struct StreamedBodyTests {
    typealias Talk = @Sendable (_ client: any TestClientProtocol, _ token: String, _ port: Int) async throws -> Void

    private func run(
        _ api: StreamingAPI, stallSeconds: Int = 60,
        _ body: @escaping Talk
    ) async throws {
        let server = try await TestServer()
        let token = try await server.token()
        var configuration = ServerConfiguration(host: "127.0.0.1", port: 0)
        configuration.compressFromBytes = 1
        configuration.stallSeconds = stallSeconds
        let http = HTTPServer(
            api: api, service: server.service, issuer: server.issuer, verifier: server.verifier(),
            configuration: configuration, logger: .quiet, clock: server.clock)
        let port = Mutex(0)
        let application = try http.application { number in port.withLock { $0 = number } }
        try await application.test(.live) { client in
            try await body(client, token, port.withLock { $0 })
        }
    }

    private static func request(_ token: String, method: String = "GET") -> String {
        "\(method) /v1.0/x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n\r\n"
    }

    @Test func `a body of known length has its Content-Length and is not compressed`() async throws {
        let api = StreamingAPI(length: 6) { sink in
            for piece in ["ab", "cd", "ef"] { try await sink.write(Array(piece.utf8)) }
        }
        try await run(api) { client, token, _ in
            let answer = try await client.execute(
                uri: "/v1.0/x", method: .get, headers: [.authorization: "Bearer \(token)", .acceptEncoding: "gzip"])
            #expect(answer.headers[.contentLength] == "6")
            #expect(answer.headers[.contentEncoding] == nil)
            #expect(String(buffer: answer.body) == "abcdef")
            #expect(answer.headers[.init("request-id")!] != nil)
        }
        #expect(api.ends == [.finished])
    }

    @Test func `a body of unknown length ends properly, and the connection goes on`() async throws {
        let api = StreamingAPI { sink in for _ in 0..<3 { try await sink.write(Array("piece".utf8)) } }
        try await run(api) { _, token, port in
            let (first, second) = try await RawHTTP.talk(port) { talk in
                talk.send(Self.request(token))
                let first = try talk.answer()
                while !talk.received.hasSuffix("0\r\n\r\n") { _ = try talk.more() }
                let body = talk.take()
                talk.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
                return ((first, body), try talk.answer())
            }
            #expect(first.0.fields["transfer-encoding"] == "chunked")
            #expect(first.1 == "5\r\npiece\r\n5\r\npiece\r\n5\r\npiece\r\n0\r\n\r\n")
            #expect(second.body == "ok\n")
        }
    }

    @Test func `HEAD has the fields and writes nothing`() async throws {
        let api = StreamingAPI(length: 6) { sink in try await sink.write(Array("abcdef".utf8)) }
        try await run(api) { _, token, port in
            let answers = try await RawHTTP.talk(port) { talk in
                talk.send(Self.request(token, method: "HEAD"))
                let head = try talk.answer(isHead: true)
                talk.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
                return (head, try talk.answer())
            }
            #expect(answers.0.fields["content-length"] == "6")
            #expect(answers.1.body == "ok\n")
        }
        #expect(api.starts == 0)
    }

    @Test(arguments: [nil, 100])
    func `a writer that fails leaves the body without its end`(length: Int?) async throws {
        struct Damaged: Error {}
        let api = StreamingAPI(length: length) { sink in
            try await sink.write(Array("begin".utf8))
            throw Damaged()
        }
        try await run(api) { _, token, port in
            let rest = try await RawHTTP.talk(port) { talk in
                talk.send(Self.request(token))
                while try talk.more() {}
                return talk.take()
            }
            #expect(rest.contains("begin"))
            #expect(!rest.hasSuffix("0\r\n\r\n"))
        }
        #expect(api.ends == [.failed])
    }

    @Test(arguments: [4, 9])
    func `a writer that writes another number of bytes than it said ends the connection`(length: Int) async throws {
        let api = StreamingAPI(length: length) { sink in try await sink.write(Array("abcdef".utf8)) }
        try await run(api) { _, token, port in
            let isAtEnd = try await RawHTTP.talk(port) { talk in
                talk.send(Self.request(token))
                while try talk.more() {}
                return true
            }
            #expect(isAtEnd)
        }
    }

    @Test func `a client that does not read holds its writer up, and memory stays small`() async throws {
        let piece = [UInt8](repeating: 1, count: 64 << 10)
        let api = StreamingAPI { sink in for _ in 0..<4096 { try await sink.write(piece) } }
        try await run(api) { _, token, port in
            try await RawHTTP.talk(port) { talk in
                talk.send(Self.request(token))
                _ = try talk.answer()
            }
            // The connection is closed by now; what was written fitted into the buffers of the system.
            #expect(try await api.waits { !$0.ends.isEmpty })
        }
        #expect(api.ends != [.finished])
        #expect(api.written < 64 << 20)
    }

    @Test func `a client that stalls is let go`() async throws {
        let piece = [UInt8](repeating: 1, count: 64 << 10)
        let api = StreamingAPI { sink in while true { try await sink.write(piece) } }
        try await run(api, stallSeconds: 1) { _, token, port in
            try await RawHTTP.talk(port) { talk in
                talk.send(Self.request(token))
                _ = try talk.answer()
                let end = Date().addingTimeInterval(10)
                while api.ends.isEmpty, Date() < end { usleep(10_000) }
            }
            #expect(api.ends == [.cancelled])
        }
    }

    @Test func `an endless answer ends when its client goes`() async throws {
        let api = StreamingAPI(isEndless: true) { sink in
            try await sink.write(Array(": ok\n\n".utf8))
            try await Task.sleep(for: .seconds(600))
        }
        try await run(api) { _, token, port in
            try await RawHTTP.talk(port) { talk in
                talk.send(Self.request(token))
                _ = try talk.answer()
            }
            #expect(try await api.waits { !$0.ends.isEmpty })
        }
        // A client that is gone is met by the write at hand or by the wait after it.
        #expect(api.ends.count == 1)
        #expect(api.ends.first != .finished)
    }

    @Test func `an endless answer ends when the server shuts down`() async throws {
        let api = StreamingAPI(isEndless: true) { sink in
            try await sink.write(Array(": ok\n\n".utf8))
            try await Task.sleep(for: .seconds(600))
        }
        let reader = Mutex<Task<String, any Error>?>(nil)
        try await run(api) { _, token, port in
            let task = Task {
                try await RawHTTP.talk(port) { talk in
                    talk.send(Self.request(token))
                    while try talk.more() {}
                    return talk.take()
                }
            }
            reader.withLock { $0 = task }
            let hasBegun = try await api.waits { $0.written > 0 }
            #expect(hasBegun)
        }
        #expect(api.ends == [.cancelled])
        #expect(try await reader.withLock { $0 }?.value.contains(": ok") == true)
    }
}
