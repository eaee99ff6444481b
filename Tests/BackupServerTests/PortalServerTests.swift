import BackupTesting
import Catalog
import Foundation
import HTTPTypes
import HummingbirdTesting
import JWTKit
import NIOCore
import Portal
import ProtectionRules
import ProtectionService
import Testing

@testable import BackupServer

/// A browser or a program before a server with a portal.
private struct Visitor {
    let client: any TestClientProtocol
    /// The server's own, as it understands requests of this client.
    var origin = ""
    static let password = "a long enough password"
    static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    static let address = "http://127.0.0.1:4711/callback"

    init(_ client: any TestClientProtocol) async throws {
        self.client = client
        let answer = try await client.execute(uri: "/portal/sign-in", method: .get)
        let place = try #require(answer.headers[.location])
        origin = String(place.prefix(upTo: try #require(place.range(of: "/\(TestServer.tenantID)")).lowerBound))
    }

    func get(_ path: String, _ fields: HTTPFields = [:]) async throws -> TestResponse {
        try await client.execute(uri: path, method: .get, headers: fields)
    }

    func post(_ path: String, _ form: [(String, String)], _ more: HTTPFields = [:]) async throws -> TestResponse {
        var fields = more
        fields[.contentType] = "application/x-www-form-urlencoded"
        let body = form.map { "\($0.0)=\(Self.encoded($0.1))" }.joined(separator: "&")
        return try await client.execute(uri: path, method: .post, headers: fields, body: ByteBuffer(string: body))
    }

    static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    /// Signs in at the page of the issuer as the command line asks for it.
    func code(scope: String = "openid offline_access") async throws -> String {
        let query = [
            ("client_id", FirstParty.applicationID), ("redirect_uri", Self.address), ("response_type", "code"),
            ("scope", scope), ("state", "st"), ("nonce", "no"), ("code_challenge", Self.challenge),
            ("code_challenge_method", "S256"),
        ].map { "\($0.0)=\(Self.encoded($0.1))" }.joined(separator: "&")
        let answer = try await post(
            "/\(TestServer.tenantID)/oauth2/v2.0/authorize?\(query)", [("name", "Ada"), ("password", Self.password)],
            [.origin: origin])
        #expect(answer.status == .seeOther)
        let place = try #require(answer.headers[.location])
        let match = try #require(place.wholeMatch(of: /http:\/\/127\.0\.0\.1:4711\/callback\?code=([^&]+)&state=st/))
        return String(match.output.1)
    }

    func token(_ form: [(String, String)]) async throws -> (status: Int, [String: String]) {
        let answer = try await post(
            "/\(TestServer.tenantID)/oauth2/v2.0/token", [("client_id", FirstParty.applicationID)] + form)
        let object = try JSONSerialization.jsonObject(with: Data(answer.body.readableBytesView)) as? [String: Any]
        return (answer.status.code, (object ?? [:]).mapValues { "\($0)" })
    }

    func exchange(_ code: String, verifier: String = Visitor.verifier) async throws -> (status: Int, [String: String]) {
        try await token([
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", Self.address),
            ("code_verifier", verifier),
        ])
    }
}

extension HTTPField.Name {
    fileprivate static let pageKey = HTTPField.Name("X-Holdfast-Portal")!
    fileprivate static let fetchSite = HTTPField.Name("Sec-Fetch-Site")!
}

@Suite struct PortalServerTests {
    static func configuration() throws -> PortalConfiguration {
        let page = { (text: String) in Array(text.utf8) }
        let files = try PortalFiles(
            [
                "index.html": page("<p>{{files}}</p>"), "pages/sign-in.html": page("<form>{{error}}</form>"),
                "pages/first-run.html": page("{{error}}"), "pages/callback.html": page("{{pageKey}} {{to}}"),
                "pages/device.html": page("{{error}}"), "pages/message.html": page("{{title}}"),
                "main.js": page(String(repeating: "export const a = 1\n", count: 100)),
            ], compress: FileCompression.gzip)
        return PortalConfiguration(files: { files })
    }

    private func server() async throws -> TestServer {
        let server = try await TestServer()
        _ = try await server.service.operators.create(
            name: "Ada", password: Visitor.password, roles: ["helpDesk"])
        _ = try await server.service.operators.create(
            name: "Root", password: Visitor.password, roles: ["administrator"])
        return server
    }

    private func session(_ server: TestServer) async throws -> (cookie: String, key: String, fields: HTTPFields) {
        let account = try #require(try await server.service.operators.account(named: "Ada"))
        let made = try await server.service.portalSessions.begin(
            SignedInPerson(operatorID: account.id, issuer: "here", subjectID: account.id, displayName: "Ada"),
            address: "", agent: "")
        let fields: HTTPFields = [
            .cookie: "holdfast=\(made.cookie)", .pageKey: made.pageKey, .fetchSite: "same-origin",
        ]
        return (made.cookie, made.pageKey, fields)
    }

    // MARK: Pages and the door

    @Test func `browsers are led to the portal, and everybody else gets a line of text`() async throws {
        let server = try await server()
        try await server.run(portal: try Self.configuration()) { client in
            let page = try await client.execute(uri: "/", method: .get, headers: [.accept: "text/html,*/*"])
            #expect(page.status == .seeOther)
            #expect(page.headers[.location] == "/portal/")
            let text = try await client.execute(uri: "/", method: .get, headers: [.accept: "*/*"])
            #expect(String(buffer: text.body).hasPrefix("Holdfast answers"))
        }
        try await server.run { client in
            let text = try await client.execute(uri: "/", method: .get, headers: [.accept: "text/html,*/*"])
            #expect(text.status == .ok)
            for path in ["/portal", "/portal/", "/portal/sign-in", "/portal/api/holdfast/v1.0/me"] {
                #expect(try await client.execute(uri: path, method: .get).status.code >= 400, "\(path)")
            }
        }
    }

    @Test func `a file is compressed once, and the system's gunzip reads it`() async throws {
        let server = try await server()
        let configuration = try Self.configuration()
        let place = try configuration.files().place
        try await server.run(portal: configuration) { client in
            let plain = try await client.execute(uri: "\(place)/main.js", method: .get)
            let small = try await client.execute(
                uri: "\(place)/main.js", method: .get, headers: [.acceptEncoding: "gzip"])
            #expect(small.headers[.contentEncoding] == "gzip")
            #expect(small.body.readableBytes < plain.body.readableBytes / 10)
            let text = try pipe("/usr/bin/gzip", ["-dc"], Data(small.body.readableBytesView))
            #expect(text == Data(plain.body.readableBytesView))
        }
    }

    @Test func `behind the door the API answers the session's person, with links through the door`() async throws {
        let server = try await server()
        let session = try await session(server)
        try await server.run(portal: try Self.configuration()) { client in
            let visitor = try await Visitor(client)
            let answer = try await visitor.get("/portal/api/holdfast/v1.0/me", session.fields)
            #expect(answer.status == .ok)
            let text = String(buffer: answer.body)
            #expect(text.contains("\"@odata.context\":\"\(visitor.origin)/portal/api/holdfast/v1.0/"))
            #expect(text.contains("\"name\":\"Ada\""))
            #expect(text.contains("\"roles\":[\"helpDesk\"]"))
            #expect(text.contains("\"unitLimit\":1"))
            #expect(answer.headers[.cacheControl] == "no-store")
            // What the role does not allow is refused as for a token.
            #expect(try await visitor.get("/portal/api/holdfast/v1.0/operators", session.fields).status == .forbidden)
        }
    }

    @Test func `nothing below the portal tells other origins that they may read it`() async throws {
        let server = try await server()
        let session = try await session(server)
        let long = "/portal/api/v1.0/users?x=" + String(repeating: "a", count: 20_000)
        try await server.run(portal: try Self.configuration()) { client in
            let fields = session.fields
            for (method, path) in [
                (HTTPRequest.Method.get, "/portal/"), (.get, "/portal/api/holdfast/v1.0/me"),
                (.options, "/portal/api/holdfast/v1.0/me"), (.get, "/portal/api/v1.0/nothing"), (.get, long),
                (.post, "/portal/sign-out"), (.delete, "/portal/x"),
            ] {
                var asked = fields
                asked[.origin] = "http://evil.example"
                let answer = try await client.execute(uri: path, method: method, headers: asked)
                #expect(answer.headers[.accessControlAllowOrigin] == nil, "\(method) \(path.prefix(40))")
                #expect(answer.headers[.accessControlAllowMethods] == nil, "\(method) \(path.prefix(40))")
            }
        }
    }

    @Test func `the API itself never looks at cookies`() async throws {
        let server = try await server()
        let session = try await session(server)
        try await server.run(portal: try Self.configuration()) { client in
            for path in ["/holdfast/v1.0/me", "/v1.0/solutions/backupRestore", "/beta/solutions/backupRestore"] {
                let status = try await client.execute(uri: path, method: .get, headers: session.fields).status
                #expect(status == .unauthorized, "\(path)")
            }
        }
    }

    @Test func `a bearer token opens nothing at the door`() async throws {
        let server = try await server()
        let token = try await server.token()
        try await server.run(portal: try Self.configuration()) { client in
            let answer = try await client.execute(
                uri: "/portal/api/v1.0/solutions/backupRestore", method: .get,
                headers: [.authorization: "Bearer \(token)"])
            #expect(answer.status == .unauthorized)
        }
    }

    @Test func `a change without an Origin of ours changes nothing`() async throws {
        let server = try await server()
        let session = try await session(server)
        try await server.run(portal: try Self.configuration()) { client in
            let visitor = try await Visitor(client)
            let path = "/portal/api/holdfast/v1.0/me/sessions/none"
            let without = try await client.execute(uri: path, method: .delete, headers: session.fields)
            #expect(without.status == .forbidden)
            var own = session.fields
            own[.origin] = visitor.origin
            #expect(try await client.execute(uri: path, method: .delete, headers: own).status == .notFound)
        }
    }

    // MARK: The issuer

    @Test func `the discovery document tells what is offered, with a portal and without`() async throws {
        let server = try await server()
        let path = "/\(TestServer.tenantID)/v2.0/.well-known/openid-configuration"
        try await server.run(portal: try Self.configuration()) { client in
            let text = String(buffer: try await client.execute(uri: path, method: .get).body)
            #expect(text.contains(#""response_types_supported":["code"]"#))
            #expect(text.contains(#""code_challenge_methods_supported":["S256"]"#))
            #expect(text.contains("/oauth2/v2.0/devicecode\""))
            #expect(text.contains("\"urn:ietf:params:oauth:grant-type:device_code\""))
        }
        try await server.run { client in
            let text = String(buffer: try await client.execute(uri: path, method: .get).body)
            #expect(text.contains(#""response_types_supported":["none"]"#))
            #expect(!text.contains("devicecode"))
            let device = try await client.execute(
                uri: "/\(TestServer.tenantID)/oauth2/v2.0/devicecode", method: .post, body: ByteBuffer(string: "a=b"))
            #expect(device.status.code >= 400)
        }
    }

    @Test func `the command line gets tokens for a code, and they say who and how much`() async throws {
        let server = try await server()
        try await server.run(portal: try Self.configuration()) { client in
            let visitor = try await Visitor(client)
            let (status, answer) = try await visitor.exchange(try await visitor.code())
            #expect(status == 200)
            let token = try #require(answer["access_token"])
            let me = try await visitor.get("/holdfast/v1.0/me", [.authorization: "Bearer \(token)"])
            #expect(String(buffer: me.body).contains("\"name\":\"Ada\""))
            #expect(String(buffer: me.body).contains("\"unitLimit\":1"))
            let claims = try await server.issuer.keys.verify(try #require(answer["id_token"]), as: IDTokenClaims.self)
            #expect(claims.aud.value == [FirstParty.applicationID])
            #expect(claims.nonce == "no")
            #expect(claims.iss.value == server.issuer.issuer)
            // A token for the program is none for the API.
            let wrong = try await visitor.get(
                "/holdfast/v1.0/me", [.authorization: "Bearer \(answer["id_token"] ?? "")"])
            #expect(wrong.status == .unauthorized)
        }
    }

    @Test func `a code is exchanged once, with its verifier, and ends what it gave when it comes again`() async throws {
        let server = try await server()
        try await server.run(portal: try Self.configuration()) { client in
            let visitor = try await Visitor(client)
            let wrong = try await visitor.exchange(
                try await visitor.code(), verifier: String(repeating: "a", count: 43))
            #expect(wrong.status == 400)
            #expect(wrong.1["error"] == "invalid_grant")
            let code = try await visitor.code()
            let (_, answer) = try await visitor.exchange(code)
            let refresh = try #require(answer["refresh_token"])
            #expect(try await visitor.exchange(code).1["error"] == "invalid_grant")
            let after = try await visitor.token([("grant_type", "refresh_token"), ("refresh_token", refresh)])
            #expect(after.1["error"] == "invalid_grant")
        }
    }

    @Test func `a refresh token that comes again ends the family`() async throws {
        let server = try await server()
        try await server.run(portal: try Self.configuration()) { client in
            let visitor = try await Visitor(client)
            let first = try #require(try await visitor.exchange(try await visitor.code()).1["refresh_token"])
            func refresh(_ token: String) async throws -> (status: Int, [String: String]) {
                try await visitor.token([("grant_type", "refresh_token"), ("refresh_token", token)])
            }
            let second = try #require(try await refresh(first).1["refresh_token"])
            #expect(try await refresh(first).1["error"] == "invalid_grant")
            #expect(try await refresh(second).1["error"] == "invalid_grant")
        }
    }

    @Test func `without the scope there is no refresh token, and the portal's codes are worth nothing`() async throws {
        let server = try await server()
        try await server.run(portal: try Self.configuration()) { client in
            let visitor = try await Visitor(client)
            let (_, answer) = try await visitor.exchange(try await visitor.code(scope: "openid"))
            #expect(answer["refresh_token"] == nil)
            let portal = try await visitor.post(
                "/\(TestServer.tenantID)/oauth2/v2.0/token",
                [
                    ("grant_type", "authorization_code"), ("client_id", FirstParty.portalClientID), ("code", "x"),
                    ("redirect_uri", "x"), ("code_verifier", Visitor.verifier),
                ])
            #expect(String(buffer: portal.body).contains("invalid_client"))
        }
    }

    @Test func `a program without a browser is let in by a person`() async throws {
        let server = try await server()
        try await server.run(portal: try Self.configuration()) { client in
            let visitor = try await Visitor(client)
            let begun = try await visitor.post(
                "/\(TestServer.tenantID)/oauth2/v2.0/devicecode",
                [("client_id", FirstParty.applicationID), ("scope", "openid")])
            let object =
                try JSONSerialization.jsonObject(with: Data(begun.body.readableBytesView)) as? [String: Any] ?? [:]
            #expect(object["verification_uri"] as? String == "\(visitor.origin)/portal/device")
            let form = [
                ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                ("device_code", object["device_code"] as? String ?? ""),
            ]
            #expect(try await visitor.token(form).1["error"] == "authorization_pending")
            let allowed = try await visitor.post(
                "/portal/device",
                [
                    ("user_code", object["user_code"] as? String ?? ""), ("name", "Ada"),
                    ("password", Visitor.password), ("decision", "allow"),
                ], [.origin: visitor.origin])
            #expect(allowed.status == .ok)
            server.clock.turn(seconds: 6)
            #expect(try await visitor.token(form).1["access_token"] != nil)
        }
    }

    @Test func `after some wrong passwords the address waits, for unknown names too`() async throws {
        let server = try await server()
        try await server.run(portal: try Self.configuration(), configure: { $0.signInFailuresPerMinute = 2 }) {
            client in
            let visitor = try await Visitor(client)
            let query =
                "client_id=\(FirstParty.applicationID)&redirect_uri=\(Visitor.encoded(Visitor.address))"
                + "&response_type=code&code_challenge=\(Visitor.challenge)&code_challenge_method=S256"
            for name in ["Ada", "Nobody"] {
                var answers: [String] = []
                for _ in 0..<3 {
                    let answer = try await visitor.post(
                        "/\(TestServer.tenantID)/oauth2/v2.0/authorize?\(query)",
                        [("name", name), ("password", "a wrong password")], [.origin: visitor.origin])
                    answers.append(String(buffer: answer.body))
                }
                #expect(answers[0].contains("is not right"))
                #expect(answers[0] == answers[1])
                #expect(answers[2].contains("Too many sign-ins failed"))
            }
        }
    }
}
