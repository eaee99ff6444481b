import BackupServer
import ProtectionService
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

/// What the socket adds to the API: bodies, encodings, headers.
@Suite struct HTTPServerTests {
    private let session = Data(##"{"@odata.type":"#microsoft.graph.oneDriveForBusinessRestoreSession"}"##.utf8)
    private let sessions = TestServer.root + "/oneDriveForBusinessRestoreSessions"
    private let json = "application/json"

    @Test func `a body in gzip, as the system's gzip makes it, is taken like a plain one`() async throws {
        let server = try await TestServer()
        let token = try await server.token()
        let body = try pipe("/usr/bin/gzip", ["-c"], session)
        try await server.run { client in
            let headers: HTTPFields = [.authorization: "Bearer \(token)", .contentType: json, .contentEncoding: "gzip"]
            let (gzip, plain) = try await (
                client.execute(uri: sessions, method: .post, headers: headers, body: ByteBuffer(bytes: body)),
                client.execute(
                    uri: sessions, method: .post, headers: [.authorization: "Bearer \(token)", .contentType: json],
                    body: ByteBuffer(bytes: session))
            )
            #expect(gzip.status == plain.status)
            #expect(gzip.status != .unsupportedMediaType)
        }
    }

    @Test func `a body that is no gzip, swells beyond the limit, or has another encoding is refused`() async throws {
        let server = try await TestServer()
        let token = try await server.token()
        let bomb = try pipe("/usr/bin/gzip", ["-c"], Data(repeating: 32, count: 8 << 20))
        #expect(bomb.count < 64 << 10)
        let cut = try pipe("/usr/bin/gzip", ["-c"], session).dropLast(9)
        let cases: [(String, Data, Int)] = [
            ("gzip", Data("no gzip".utf8), 400), ("gzip", cut, 400), ("gzip", bomb, 413), ("br", session, 415),
            ("identity", Data(repeating: 32, count: 65 << 10), 413),
        ]
        try await server.run { client in
            for (encoding, body, status) in cases {
                let headers: HTTPFields = [
                    .authorization: "Bearer \(token)", .contentType: json, .contentEncoding: encoding,
                ]
                let answer = try await client.execute(
                    uri: sessions, method: .post, headers: headers, body: ByteBuffer(bytes: body))
                #expect(answer.status.code == status, "\(encoding), \(body.count) bytes")
                #expect(String(buffer: answer.body).hasPrefix(#"{"error":{"code":"#))
                #expect(answer.headers[.init("request-id")!] != nil)
            }
        }
    }

    @Test func `a coding that is not offered is told with the one that is`() async throws {
        let server = try await TestServer()
        let token = try await server.token()
        try await server.run { client in
            func ask(_ encoding: String, _ body: Data) async throws -> (Int, String?) {
                let headers: HTTPFields = [
                    .authorization: "Bearer \(token)", .contentType: json, .contentEncoding: encoding,
                ]
                let answer = try await client.execute(
                    uri: sessions, method: .post, headers: headers, body: ByteBuffer(bytes: body))
                return (answer.status.code, answer.headers[.acceptEncoding])
            }
            let (refused, plain) = (
                try await ask("br", session), try await ask("x-gzip", try pipe("/usr/bin/gzip", ["-c"], session))
            )
            #expect(refused.0 == 415)
            #expect(refused.1 == "gzip")
            #expect(plain.0 != 415)
        }
    }

    @Test func `answers are compressed for those who offer it, and the system's gunzip reads them`() async throws {
        let server = try await TestServer()
        let token = try await server.token()
        try await server.run { client in
            let plain = try await client.execute(
                uri: TestServer.root, method: .get, headers: [.authorization: "Bearer \(token)"])
            #expect(plain.headers[.contentEncoding] == nil)
            for offer in ["gzip", "deflate, gzip;q=0.5"] {
                let headers: HTTPFields = [.authorization: "Bearer \(token)", .acceptEncoding: offer]
                let answer = try await client.execute(uri: TestServer.root, method: .get, headers: headers)
                #expect(answer.headers[.contentEncoding] == "gzip")
                let text = try pipe("/usr/bin/gzip", ["-dc"], Data(answer.body.readableBytesView))
                #expect(text == Data(plain.body.readableBytesView))
            }
            let refused = try await client.execute(
                uri: TestServer.root, method: .get,
                headers: [.authorization: "Bearer \(token)", .acceptEncoding: "gzip;q=0, br"])
            #expect(refused.headers[.contentEncoding] == nil)
        }
    }

    @Test func `every answer of the API may be read by a page, and says what it varies with`() async throws {
        let server = try await TestServer()
        try await server.run { client in
            let refused = try await client.execute(uri: TestServer.root, method: .get)
            #expect(refused.status == .unauthorized)
            #expect(refused.headers[.accessControlAllowOrigin] == "*")
            #expect(refused.headers[.vary] == "Accept-Encoding")
            #expect(
                refused.headers[.wwwAuthenticate]?.contains("client_id=\"00000003-0000-0000-c000-000000000000\"")
                    == true)
            let exposed = try #require(refused.headers[.accessControlExposeHeaders])
            for name in ["Location", "request-id", "client-request-id", "Retry-After", "WWW-Authenticate"] {
                #expect(exposed.contains(name))
            }
            let preflight = try await client.execute(uri: TestServer.root, method: .options)
            #expect(preflight.status == .noContent)
            #expect(preflight.headers[.accessControlAllowMethods]?.contains("PATCH") == true)
        }
    }

    @Test func `links name the host that was asked`() async throws {
        let server = try await TestServer()
        let token = try await server.token()
        try await server.run { client in
            let port = try #require(client.port)
            let arguments = [
                "-s", "-H", "Authorization: Bearer \(token)", "-H", "Host: graph.example:8443",
                "http://127.0.0.1:\(port)\(TestServer.root)",
            ]
            let text = String(decoding: try pipe("/usr/bin/curl", arguments, Data()), as: UTF8.self)
            #expect(text.contains("\"@odata.context\":\"http://graph.example:8443/v1.0/"), "\(text.prefix(120))")
        }
    }

    @Test(arguments: [7_000, 15_500])
    func `the link behind a long filter can be followed`(length: Int) async throws {
        let server = try await TestServer()
        for user in ["ben", "cleo"] { try server.addUser("\(user)@contoso.example") }
        let token = try await server.token()
        let filter =
            "contains(mail,'@')%20or%20"
            + (0..<length / 250).map { _ in "mail%20eq%20'\(String(repeating: "x", count: 225))'" }.joined(
                separator: "%20or%20")
        try await server.run { client in
            var link = "/v1.0/users?$top=1&$filter=\(filter)"
            var seen = 0
            while seen < 5 {
                let answer = try await client.execute(
                    uri: link, method: .get, headers: [.authorization: "Bearer \(token)"])
                try #require(answer.status == .ok)
                seen += 1
                guard
                    let next = String(buffer: answer.body).firstMatch(of: /"@odata.nextLink":"http:\/\/[^\/]+([^"]+)"/)?
                        .1
                else { break }
                link = String(next)
            }
            #expect(seen == 3)
        }
    }

    @Test(arguments: ["value", "A", "1234567890123456789012345678901234567890"])
    func `a link's token does not count against the bound on addresses`(token: String) async throws {
        let server = try await TestServer()
        let bearer = try await server.token()
        try await server.run(configure: { $0.urlBytes = 300 }) { client in
            func status(_ query: String) async throws -> Int {
                try await client.execute(
                    uri: TestServer.root + "/restorePoints?\(query)", method: .get,
                    headers: [.authorization: "Bearer \(bearer)"]
                ).status.code
            }
            let long = String(repeating: token, count: 4000 / token.count)
            let queries = [
                "$skiptoken=\(long)", "$top=1&$skiptoken=\(long)&x=y", "$filter=\(long)&$skiptoken=\(token)",
                "$skiptoken=" + String(repeating: "A", count: 20_000),
            ]
            var statuses: [Int] = []
            for query in queries { statuses.append(try await status(query)) }
            #expect(statuses == [400, 400, 414, 414])
        }
    }

    @Test func `health tells its checks to everyone, and goes on saying ok while the server answers`() async throws {
        let server = try await TestServer()
        let health = server.service.dependencies.health
        health.set("clock", to: .ok, at: Date(timeIntervalSince1970: 0))
        health.set(
            "drives", to: .failing, message: "2 drives are not there.", at: Date(timeIntervalSince1970: 1_800_000_000.7)
        )
        health.set(
            "drives", to: .failing, message: "3 drives are not there.", at: Date(timeIntervalSince1970: 1_800_000_600))
        try await server.run { client in
            let plain = try await client.execute(uri: "/healthz", method: .get)
            #expect(String(buffer: plain.body) == "ok\n")
            let checks = try await client.execute(uri: "/healthz/checks", method: .get)
            #expect(checks.headers[.contentType] == "application/json; charset=utf-8")
            #expect(
                String(buffer: checks.body) == #"""
                    {"checks":[{"message":"","name":"clock","since":"1970-01-01T00:00:00Z","status":"ok"},\#
                    {"message":"3 drives are not \#
                    there.","name":"drives","since":"2027-01-15T08:00:00Z","status":"failing"}],"status":"failing"}
                    """#)
        }
    }
}
