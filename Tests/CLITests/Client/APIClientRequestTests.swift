import BackupTesting
import Foundation
import Synchronization
import Testing

@testable import CLI

/// What the client does with answers, refusals and connections that end, against a server that
/// answers as the test says.
@Suite(.timeLimit(.minutes(1))) struct APIClientRequestTests {
    /// A client whose pauses take no time and are noted.
    private final class Pauses: Sendable { let seconds = Mutex<[Double]>([]) }

    private let pauses = Pauses()
    private let scratch = Scratch()

    private func client(_ server: ScriptedServer, retrySeconds: Double = 30) -> APIClient {
        var client = APIClient(address: server.address, token: "t")
        client.retrySeconds = retrySeconds
        client.pause = { [pauses] seconds in pauses.seconds.withLock { $0.append(seconds) } }
        return client
    }

    private func server(_ answer: @escaping @Sendable (ScriptedServer.Connection, Int) -> Void) throws -> ScriptedServer
    {
        try ScriptedServer { connection, number in
            if connection.request() != nil { answer(connection, number) }
        }
    }

    @Test func `a request says who asks, and in which form`() async throws {
        let server = try server { connection, _ in connection.answer(200, ["Connection": "close"], #"{"a":1}"#) }
        let answer = try await client(server).post("/x", .object([("b", .integer(2))]))
        #expect(answer == .object([("a", .integer(1))]))
        let sent = try #require(server.requests.first)
        #expect(sent.hasPrefix("POST /x HTTP/1.1\r\n"))
        for line in [
            "Authorization: Bearer t", "Accept: application/json", "Content-Type: application/json",
            "Prefer: include-unknown-enum-members", "User-Agent: holdfast/\(Version.current)",
        ] {
            #expect(sent.contains("\r\n\(line)\r\n"), "\(sent)")
        }
        #expect(sent.hasSuffix("\r\n\r\n{\"b\":2}"))
    }

    @Test(arguments: [429, 503])
    func `a busy server is asked again after the time that it names, also to change something`(
        status: Int
    ) async throws {
        let server = try server { connection, number in
            connection.answer(number == 0 ? status : 200, ["Connection": "close", "Retry-After": "7"], "{}")
        }
        _ = try await client(server).post("/x")
        #expect(server.requests.count == 2)
        #expect(pauses.seconds.withLock { $0 } == [7])
    }

    @Test func `a server that names a time beyond the end of the tries is not waited for`() async throws {
        let server = try server { connection, _ in
            connection.answer(429, ["Connection": "close", "Retry-After": "3600"], "{}")
        }
        let failure = await #expect(throws: CommandFailure.self) { try await client(server).get("/x") }
        #expect(failure?.status == .tryAgainLater)
        #expect(failure?.description.contains("Try again in 3600 seconds.") == true)
        #expect(server.requests.count == 1)
    }

    @Test func `a question whose connection was lost is asked again`() async throws {
        let server = try server { connection, number in
            if number > 0 { connection.answer(200, ["Connection": "close"], "{}") }
        }
        _ = try await client(server).get("/x")
        #expect(server.requests.count == 2)
        #expect(pauses.seconds.withLock { $0 } == [0.5])
    }

    @Test func `a change whose connection was lost is not sent again, because it may have arrived`() async throws {
        let server = try server { _, _ in }
        let failure = await #expect(throws: CommandFailure.self) { try await client(server).post("/x") }
        #expect(failure?.status == .unreachable)
        #expect(failure?.description.contains("the connection was lost") == true)
        #expect(server.requests.count == 1)
    }

    @Test func `a server that is not there is told in words, with its address`() async throws {
        var client = APIClient(address: "http://127.0.0.1:1", token: "t")
        do { client = self.client(try ScriptedServer { _, _ in }, retrySeconds: 0) }
        let failure = await #expect(throws: CommandFailure.self) { try await client.get("/x") }
        #expect(failure?.status == .unreachable)
        #expect(
            failure?.description
                == "The server \(client.address) cannot be reached: nothing listens there. Is 'holdfast serve' running?"
        )
    }

    @Test func `a redirection is refused, so that the token goes to no other server`() async throws {
        let other = try server { connection, _ in connection.answer(200, ["Connection": "close"], "{}") }
        let address = other.address
        let server = try server { connection, _ in
            connection.answer(307, ["Connection": "close", "Location": address + "/x"])
        }
        let failure = await #expect(throws: CommandFailure.self) { try await client(server).get("/x") }
        #expect(failure?.description.contains(address) == true)
        #expect(other.requests.isEmpty)
    }

    // MARK: Downloads

    @Test func `a download is put in its place when complete, readable for its owner`() async throws {
        let server = try server { connection, _ in connection.answer(200, ["Connection": "close"], "content") }
        let place = scratch.url.appending(path: "file.txt")
        try await client(server).download("/x", to: place)
        #expect(try scratch.text(of: "file.txt") == "content")
        #expect(try scratch.mode(of: "file.txt") == 0o600)
        #expect(try scratch.names(in: ".") == ["file.txt"])
    }

    @Test func `a download that breaks off leaves what stood there, and nothing else`() async throws {
        try scratch.write("before", to: "file.txt")
        let server = try server { connection, _ in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        }
        let failure = await #expect(throws: CommandFailure.self) {
            try await client(server).download("/x", to: scratch.url.appending(path: "file.txt"))
        }
        #expect(failure?.status == .unreachable)
        #expect(try scratch.text(of: "file.txt") == "before")
        #expect(try scratch.names(in: ".") == ["file.txt"])
    }

    @Test func `a download that the server refuses has the server's words`() async throws {
        let server = try server { connection, _ in
            connection.answer(404, ["Connection": "close"], #"{"error":{"code":"itemNotFound","message":"Gone."}}"#)
        }
        let failure = await #expect(throws: CommandFailure.self) {
            try await client(server).download("/x", to: scratch.url.appending(path: "file.txt"))
        }
        #expect(failure?.status == .notFound)
        #expect(failure?.description.contains("Gone.") == true)
        #expect(try scratch.names(in: ".").isEmpty)
    }

    // MARK: Events

    @Test func `a stream of events that ends goes on after the last event`() async throws {
        let server = try server { connection, number in
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n")
            connection.send("Connection: close\r\n\r\n")
            let text = "retry: 10\nid: e\(number)\nevent: changed\ndata: {\"n\":\(number)}\n\n"
            connection.send("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n0\r\n\r\n")
        }
        var told: [EventSource.Message] = []
        try await EventSource(client: client(server), topics: ["unitStates"]).follow { message in
            told.append(message)
            return told.count < 3
        }
        #expect(told == (0..<3).map { .changed(.object([("n", .integer($0))])) })
        let requests = server.requests
        #expect(requests.count == 3)
        #expect(requests[0].hasPrefix("GET /holdfast/v1.0/events?topics=unitStates HTTP/1.1\r\n"))
        #expect(!requests[0].contains("Last-Event-ID"))
        #expect(requests[2].contains("\r\nLast-Event-ID: e1\r\n"))
        #expect(pauses.seconds.withLock { $0 } == [0.01, 0.01])
    }

    @Test func `events that the server refuses end with its words`() async throws {
        let server = try server { connection, _ in
            connection.answer(403, ["Connection": "close"], #"{"error":{"code":"accessDenied","message":"No."}}"#)
        }
        let failure = await #expect(throws: CommandFailure.self) {
            try await EventSource(client: client(server), topics: ["x"]).follow { _ in true }
        }
        #expect(failure?.status == .notAllowed)
        #expect(failure?.description.hasPrefix("No.") == true)
    }
}
