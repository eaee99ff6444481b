import BackupAPI
import BackupServer
import ProtectionService
import BackupTesting
import Catalog
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import OData
import Synchronization
import Testing

/// Limits on who asks too often, too much, or with bad credentials.
@Suite struct ThrottleTests {
    private static let json = "application/json"
    private static let sessions = TestServer.root + "/oneDriveForBusinessRestoreSessions"

    private func admission(_ server: TestServer, perSecond: Double, burst: Int) -> [Admission] {
        let throttle = RequestThrottle(requestsPerSecond: perSecond, burst: burst, clock: server.clock)
        return [{ throttle.refusal(of: $0, $1) }]
    }

    private func sessionCount(_ server: TestServer) async throws -> Int {
        try await server.service.dependencies.catalog.count(Query<RestoreSession>())
    }

    @Test func `an application that asks too often gets 429, waits as told, and is let in again`() async throws {
        let server = try await TestServer()
        let token = try await server.token()
        let other = try await server.issuer.mint(
            applicationID: "other", applicationName: nil, permissions: GraphPermission.all, user: nil,
            lifetimeSeconds: 3600)
        try await server.run(admission: admission(server, perSecond: 0.5, burst: 2)) { client in
            for expected in [200, 200, 429] {
                let answer = try await client.execute(
                    uri: TestServer.root, method: .get, headers: [.authorization: "Bearer \(token)"])
                #expect(answer.status.code == expected)
                guard expected == 429 else { continue }
                #expect(answer.headers[.retryAfter] == "2")
                #expect(String(buffer: answer.body).hasPrefix(#"{"error":{"code":"TooManyRequests","#))
            }
            #expect(
                try await client.execute(
                    uri: TestServer.root, method: .get, headers: [.authorization: "Bearer \(other)"]
                ).status == .ok)
            #expect(try await client.execute(uri: "/healthz", method: .get).status == .ok)
            server.clock.turn(seconds: 2)
            #expect(
                try await client.execute(
                    uri: TestServer.root, method: .get, headers: [.authorization: "Bearer \(token)"]
                ).status == .ok)
        }
    }

    @Test func `in a batch each request counts, the refused ones change nothing, and those that depend on them fail`()
        async throws
    {
        let server = try await TestServer()
        let token = try await server.token()
        let requests = (1...4).map { number in
            let dependsOn = number == 4 ? #","dependsOn":["3"]"# : ""
            return #"{"id":"\#(number)","method":"GET","url":"/solutions/backupRestore"\#(dependsOn)}"#
        }
        let body = ByteBuffer(string: #"{"requests":[\#(requests.joined(separator: ","))]}"#)
        try await server.run(admission: admission(server, perSecond: 0.001, burst: 2)) { client in
            let answer = try await client.execute(
                uri: "/v1.0/$batch", method: .post,
                headers: [.authorization: "Bearer \(token)", .contentType: Self.json], body: body)
            #expect(answer.status == .ok)
            let responses = try JSONDecoder().decode(BatchAnswer.self, from: Data(answer.body.readableBytesView))
                .responses
            #expect(responses.map(\.status) == [200, 200, 429, 424])
            #expect(responses[2].headers["Retry-After"] != nil)
            let before = try await sessionCount(server)
            let refused = try await client.execute(
                uri: Self.sessions, method: .post,
                headers: [.authorization: "Bearer \(token)", .contentType: Self.json], body: ByteBuffer(string: "{}"))
            #expect(refused.status == .tooManyRequests)
            #expect(try await sessionCount(server) == before)
        }
    }

    @Test func `an admission is asked once for each request, also when it refuses`() async throws {
        let server = try await TestServer()
        let token = try await server.token()
        let asked = Mutex(0)
        let refuse: Admission = { _, _ in
            asked.withLock { $0 += 1 }
            return ODataError(status: 503, code: "serviceNotAvailable", message: "On cue.")
        }
        try await server.run(admission: [{ _, _ in nil }, refuse]) { client in
            let answer = try await client.execute(
                uri: TestServer.root, method: .get, headers: [.authorization: "Bearer \(token)"])
            #expect(answer.status.code == 503)
        }
        let count = asked.withLock { $0 }
        #expect(count == 1)
    }

    private struct BatchAnswer: Decodable {
        struct Response: Decodable {
            var id: String
            var status: Int
            var headers: [String: String]
        }
        var responses: [Response]
    }

    @Test func `after too many failed sign-ins an address waits, for that client only, and the right secret waits too`()
        async throws
    {
        let server = try await TestServer()
        let (application, secret) = try await server.clients.add(name: "Tool", roles: [])
        let (second, secondSecret) = try await server.clients.add(name: "Second", roles: [])
        try await server.run(configure: { $0.signInFailuresPerMinute = 3 }) { client in
            func status(_ id: String, _ secret: String) async throws -> (Int, String?) {
                let form =
                    """
                    grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&client_id=\(id)&\
                    client_secret=\(secret)
                    """
                let answer = try await client.execute(
                    uri: "/\(TestServer.tenantID)/oauth2/v2.0/token", method: .post,
                    headers: [.contentType: "application/x-www-form-urlencoded"], body: ByteBuffer(string: form))
                return (answer.status.code, answer.headers[.retryAfter])
            }
            for _ in 0..<3 { #expect(try await status(application.id, "wrong").0 == 401) }
            let locked = try await status(application.id, secret)
            #expect(locked.0 == 429)
            #expect(locked.1 == "20")
            #expect(try await status(second.id, secondSecret).0 == 200)
            server.clock.turn(seconds: 20)
            #expect(try await status(application.id, secret).0 == 200)
        }
    }

    @Test func `after too many bad tokens an address gets 429 for bad ones, and a good one is still taken`()
        async throws
    {
        let server = try await TestServer()
        let token = try await server.token()
        try await server.run(configure: { $0.signInFailuresPerMinute = 1 }) { client in
            var statuses: [Int] = []
            for number in 0..<12 {
                statuses.append(
                    try await client.execute(
                        uri: TestServer.root, method: .get, headers: [.authorization: "Bearer bad\(number)"]
                    ).status.code)
            }
            #expect(statuses == Array(repeating: 401, count: 10) + [429, 429])
            #expect(
                try await client.execute(
                    uri: TestServer.root, method: .get, headers: [.authorization: "Bearer \(token)"]
                ).status == .ok)
        }
    }

    @Test func `a path that is too long is 414, and says so in the envelope`() async throws {
        let server = try await TestServer()
        let token = try await server.token()
        try await server.run(configure: { $0.urlBytes = 300 }) { client in
            let long = TestServer.root + "?$filter=" + String(repeating: "a", count: 300)
            let answer = try await client.execute(uri: long, method: .get, headers: [.authorization: "Bearer \(token)"])
            #expect(answer.status.code == 414)
            #expect(String(buffer: answer.body).hasPrefix(#"{"error":{"code":"uriTooLong","#))
        }
    }
}
