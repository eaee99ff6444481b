import BackupTesting
import Foundation
import Testing

@testable import BackupServer

/// How documents of an issuer are read over the network.
@Suite(.timeLimit(.minutes(1))) struct IssuerFetchTests {
    private func server(
        _ answer: @escaping @Sendable (ScriptedServer.Connection, String) -> Void
    ) throws -> ScriptedServer {
        try ScriptedServer { connection, _ in
            guard let request = connection.request() else { return }
            answer(connection, String(request.split(separator: " ")[1]))
        }
    }

    private func fetch(_ server: ScriptedServer, _ path: String = "/") async throws -> Data {
        try await ExternalIssuer.overNetwork(try #require(URL(string: server.address + path)))
    }

    private func cause(_ server: ScriptedServer) async -> String {
        let error = await #expect(throws: (any Error).self) { try await fetch(server) }
        return error.map { "\($0)" } ?? ""
    }

    @Test func `a document is read, also behind a redirection within this machine`() async throws {
        let server = try server { connection, path in
            switch path {
            case "/": connection.answer(302, ["Connection": "close", "Location": "/keys?a=b"])
            case "/keys?a=b": connection.answer(200, ["Connection": "close"], "document")
            default: connection.answer(404, ["Connection": "close"])
            }
        }
        #expect(String(decoding: try await fetch(server), as: UTF8.self) == "document")
    }

    @Test(arguments: ["http://keys.example/", "ftp://127.0.0.1/", "http://127.0.0.1.example/"])
    func `a redirection to where anybody could answer is not followed`(target: String) async throws {
        let server = try server { connection, _ in
            connection.answer(307, ["Connection": "close", "Location": target])
        }
        #expect(await cause(server).contains("neither https nor this machine"))
    }

    @Test func `redirections without end are given up`() async throws {
        let server = try server { connection, _ in connection.answer(302, ["Connection": "close", "Location": "/"]) }
        #expect(await cause(server).contains("again and again"))
        #expect(server.requests.count == 5)
    }

    @Test func `a document that is too long, or none, is refused with the reason`() async throws {
        let long = try server { connection, _ in
            connection.answer(200, ["Connection": "close"], String(repeating: "x", count: (1 << 20) + 1))
        }
        #expect(await cause(long).contains("too long"))
        let missing = try server { connection, _ in connection.answer(404, ["Connection": "close"]) }
        #expect(await cause(missing).contains("answers with status 404"))
    }
}
