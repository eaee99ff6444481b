import Catalog
import Foundation
import ProtectionRules
import Synchronization
import Testing
import WebClient

@testable import CLI

@Suite struct SignInStoreTests {
    private let scratch = Scratch()
    private var store: SignInStore { SignInStore(environment: ["XDG_STATE_HOME": scratch.path("state")]) }

    private func entry(_ server: String) -> SignInStore.Entry {
        SignInStore.Entry(
            server: server, tenant: "t", accessToken: "a", expires: Date(timeIntervalSince1970: 1_800_000_000),
            refreshToken: "r")
    }

    @Test func `what was kept comes back, for its server alone, and nobody else may read it`() throws {
        try store.keep(entry("https://one.example"))
        #expect(try store.entry(of: "https://one.example") == entry("https://one.example"))
        #expect(try store.entry(of: "https://one.example:8443") == nil)
        let name = try #require(try scratch.names(in: "state/holdfast/sign-ins").first)
        #expect(try scratch.mode(of: "state/holdfast/sign-ins/\(name)") == 0o600)
        #expect(try store.remove("https://one.example") == entry("https://one.example"))
        #expect(try store.entry(of: "https://one.example") == nil)
    }

    @Test(arguments: ["https://../../x", "https://a/b", "https://a_47_b", "https://[::1]:1"])
    func `an address leads out of no folder, and two have two files`(server: String) throws {
        try store.keep(entry(server))
        try store.keep(entry("https://other.example"))
        #expect(try scratch.names(in: "state/holdfast/sign-ins").count == 2)
        #expect(try store.entry(of: server)?.server == server)
    }

    @Test func `a sign-in that others can read is refused`() throws {
        try store.keep(entry("https://one.example"))
        let name = try #require(try scratch.names(in: "state/holdfast/sign-ins").first)
        try scratch.setMode(0o644, of: "state/holdfast/sign-ins/\(name)")
        #expect(throws: (any Error).self) { try store.entry(of: "https://one.example") }
    }
}

@Suite struct IssuerClientTests {
    /// A server that answers in turn, and what it was asked.
    private final class Server: Sendable {
        let answers: Mutex<[(Int, String)]>
        let asked = Mutex<[String]>([])
        let pauses = Mutex<[Double]>([])

        init(_ answers: [(Int, String)]) { self.answers = Mutex(answers) }

        var client: IssuerClient {
            var client = IssuerClient(server: "https://one.example", tenant: "t")
            client.send = { [self] request in
                let body = String(decoding: request.body ?? Data(), as: UTF8.self)
                asked.withLock { $0.append("\(request.address.dropFirst("https://one.example".count)) \(body)") }
                let (status, text) = answers.withLock { $0.removeFirst() }
                return WebAnswer(status: status, body: Data(text.utf8))
            }
            client.pause = { [self] seconds in pauses.withLock { $0.append(seconds) } }
            return client
        }
    }

    private static let waiting = IssuerClient.Waiting(
        device_code: "d&c", user_code: "BCDF-GHJK", verification_uri: "https://one.example/portal/device",
        expires_in: 900, interval: 5)

    @Test func `the person decides, and until then the program asks as often as it may`() async throws {
        let server = Server([
            (400, #"{"error":"authorization_pending"}"#), (400, #"{"error":"slow_down"}"#),
            (200, #"{"access_token":"a","expires_in":3599,"refresh_token":"r"}"#),
        ])
        let tokens = try await server.client.finish(Self.waiting)
        #expect(tokens.access_token == "a")
        #expect(server.pauses.withLock { $0 } == [5, 5, 10])
        let first = try #require(server.asked.withLock { $0.first })
        #expect(first.hasPrefix("/t/oauth2/v2.0/token client_id=\(FirstParty.applicationID)&grant_type="))
        #expect(first.hasSuffix("&device_code=d%26c"))
    }

    @Test(arguments: ["access_denied", "expired_token", "invalid_grant"])
    func `a refusal ends the waiting`(error: String) async {
        let server = Server([(400, "{\"error\":\"\(error)\",\"error_description\":\"No.\"}")])
        let failure = await #expect(throws: CommandFailure.self) { try await server.client.finish(Self.waiting) }
        #expect(failure?.status == .notAllowed)
        #expect(failure?.description == "No.")
    }

    @Test(
        arguments: [
            (
                "Bearer realm=\"\", authorization_uri=\"https://one.example/"
                    + "7c5b9d3e-1f2a-4b6c-8d4e-5f6071829304/oauth2/authorize\", client_id=\"x\"",
                "7c5b9d3e-1f2a-4b6c-8d4e-5f6071829304"
            ), ("", nil), ("Basic realm=\"x\"", nil),
            ("Bearer authorization_uri=\"https://one.example/../oauth2/\"", nil),
        ] as [(String, String?)])
    func `the tenant stands in the refusal of a request without a token`(challenge: String, tenant: String?) {
        #expect(IssuerClient.tenant(inChallenge: challenge) == tenant)
    }
}

@Suite struct PeopleSettingTests {
    private func read(_ assignments: [String]) throws -> ServerSettings {
        try ServerSettings.read(file: nil, environment: [:], assignments: assignments)
    }

    @Test func `public names are kept in lower case`() throws {
        let settings = try read(["server.public-names=Backup.example, [2001:DB8::1]", "portal.confirm-units=3"])
        #expect(settings.portal.publicNames == ["backup.example", "[2001:db8::1]"])
        #expect(settings.portal.confirmUnits == 3)
    }

    @Test(
        arguments: [
            "server.public-names=https://backup.example", "server.public-names=backup.example:8443",
            "server.public-names=", "server.public-names=a,,b", "server.public-names=*",
            "sign-in.issuer.url=http://login.example", "sign-in.roles.help-desk=a,,b", "portal.confirm-units=-1",
        ])
    func `a value that does not fit is refused`(assignment: String) {
        #expect(throws: UsageError.self) { try read([assignment]) }
    }

    @Test func `groups of an issuer give roles`() throws {
        let settings = try read(["sign-in.roles.help-desk=support,desk", "sign-in.roles.auditor=audit"])
        #expect(settings.signIn.roles.roles(of: ["desk", "audit"]) == ["helpDesk", "auditor"])
        #expect(settings.signIn.roles.roles(of: ["Desk"]).isEmpty)
    }

    @Test(arguments: [("help-desk", "helpDesk"), ("helpDesk", "helpDesk"), ("auditor", "auditor"), ("king", "king")])
    func `a role is written as in the configuration`(word: String, role: String) {
        #expect(OperatorCommand.role(named: word) == role)
    }

    @Test func `the code of the first account is told with the address`() {
        #expect(
            ServeCommand.portalNotice("http://127.0.0.1:8080", code: nil)
                == "People sign in at http://127.0.0.1:8080/portal/")
        let notice = ServeCommand.portalNotice("http://127.0.0.1:8080", code: "ABCDE-FGHJK")
        #expect(notice.contains("http://127.0.0.1:8080/portal/ with the code ABCDE-FGHJK"))
    }
}

@Suite struct WhoamiTests {
    private func lines(_ json: String) throws -> [String] {
        let now = Date(timeIntervalSince1970: 1_796_000_000)
        return WhoamiCommand.lines(
            try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8)), server: "https://one.example",
            zone: .gmt, now: now)
    }

    @Test func `a person of the portal has roles and a limit`() throws {
        #expect(
            try lines(#"{"name":"Ada","roles":["helpDesk"],"scopes":["x"],"unitLimit":1}"#)
                == ["Ada on https://one.example", "helpDesk, at most 1 account at once"])
    }

    @Test(arguments: OperatorRole.allCases)
    func `the permissions of a role are called by its name`(role: OperatorRole) throws {
        let scopes = role.scopes.map { "\"\($0)\"" }.joined(separator: ",")
        #expect(try lines("{\"name\":\"Ada\",\"roles\":[],\"scopes\":[\(scopes)]}")[1] == role.settingName)
    }

    @Test func `other permissions are listed`() throws {
        #expect(try lines(#"{"name":"P","roles":[],"scopes":["a","b"]}"#)[1] == "a b")
    }
}
