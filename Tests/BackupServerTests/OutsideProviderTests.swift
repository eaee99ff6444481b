import BackupTesting
import Foundation
import JWTKit
import ProtectionRules
import ProtectionService
import Synchronization
import Testing

@testable import BackupServer
@testable import Portal

/// What a token endpoint was asked, and what it gives next.
private final class TokenEndpoint: Sendable {
    struct State {
        var answer = ""
        var form: FormFields?
        var authorization = ""
    }
    let state = Mutex(State())
}

/// People of an issuer elsewhere, with this server as a confidential client.
@Suite struct OutsideProviderTests {
    private let clock = ManualClock()
    private let outside: OutsideIssuer
    private let endpoint = TokenEndpoint()
    private let provider: OutsideProvider
    private let attempt: SignInAttempt
    private static let redirect = "https://backup.example/portal/callback"
    private static let discovery = """
        {"issuer":"\(OutsideIssuer.name)","authorization_endpoint":"https://login.example/auth?x=1",\
        "token_endpoint":"https://login.example/token","jwks_uri":"https://login.example/keys"}
        """

    init() async throws {
        outside = try await OutsideIssuer(clock: clock)
        attempt = SignInAttempt(
            state: "state", nonce: "nonce", verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", to: "/portal/",
            binding: "b", ends: clock.now())
        provider = OutsideProvider(
            issuer: outside.issuer, client: .init(id: "backup", secret: "s&cret"),
            mapping: RoleMapping([.administrator: ["admins"], .helpDesk: ["support", "desk"]]), clock: clock,
            fetch: { _ in Data(Self.discovery.utf8) },
            exchange: { [endpoint] url, form, authorization in
                try #require(url.absoluteString == "https://login.example/token")
                return endpoint.state.withLock { state in
                    (state.form, state.authorization) = (FormFields(form), authorization)
                    return Data("{\"access_token\":\"x\",\"id_token\":\"\(state.answer)\"}".utf8)
                }
            })
    }

    /// An id token as the issuer would send it.
    private func token(_ change: (inout AccessTokenClaims) -> Void = { _ in }) async throws -> String {
        var claims = AccessTokenClaims(
            iss: .init(value: OutsideIssuer.name), aud: .init(value: ["backup"]),
            exp: .init(value: clock.now().addingTimeInterval(60)), sub: "subject", name: "Zoë",
            email: "zoe@example.com", groups: ["desk"], nonce: "nonce")
        change(&claims)
        return try await outside.keys.sign(claims, kid: JWKIdentifier(string: "one"))
    }

    private func person(_ token: String) async throws -> SignedInPerson {
        endpoint.state.withLock { $0.answer = token }
        return try await provider.person(code: "co de", attempt: attempt, redirectURI: Self.redirect)
    }

    @Test func `the browser is sent to the issuer with state, nonce and challenge`() async throws {
        let address = try await provider.signInAddress(
            attempt, origin: "https://backup.example", redirectURI: Self.redirect, mustProve: true)
        #expect(address.hasPrefix("https://login.example/auth?x=1&client_id=backup&"))
        let fields = FormFields(String(address.split(separator: "?")[1]))
        #expect(fields["redirect_uri"] == Self.redirect)
        #expect(fields["state"] == "state")
        #expect(fields["nonce"] == "nonce")
        #expect(fields["code_challenge"] == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        #expect(fields["code_challenge_method"] == "S256")
        #expect(fields["max_age"] == "0")
    }

    @Test func `a code becomes a person with the roles that are mapped`() async throws {
        let found = try await person(try await token())
        #expect(found.operatorID == nil)
        #expect(found.subjectID == "subject")
        #expect(found.displayName == "Zoë")
        #expect(found.roles == ["helpDesk"])
        #expect(found.authenticated == Date(timeIntervalSince1970: 0))
        let told = try await person(try await token { $0.auth_time = 1_799_999_000 })
        #expect(told.authenticated == Date(timeIntervalSince1970: 1_799_999_000))
        let state = endpoint.state.withLock { $0 }
        #expect(state.form?["code"] == "co de")
        #expect(state.form?["code_verifier"] == attempt.verifier)
        // Each half is form-encoded first.
        #expect(state.authorization == "Basic " + Data("backup:s%26cret".utf8).base64EncodedString())
    }

    @Test func `nobody without a mapping gets in`() async throws {
        for groups in [nil, [], ["others"], ["Desk"]] as [[String]?] {
            let token = try await token { $0.groups = groups }
            await #expect(throws: IdentityRefusal.self) { try await person(token) }
        }
        #expect(
            try await person(try await token { ($0.groups, $0.roles) = (nil, ["admins"]) }).roles == ["administrator"])
    }

    /// What the log says of a token, or of no answer; nil where a person came of it.
    private func cause(_ token: String) async throws -> String? {
        do {
            _ = try await person(token)
            return nil
        } catch let refusal as IdentityRefusal {
            return refusal.cause
        }
    }

    /// Changes to a token, and the words of the log that tell which one it was.
    @Test(arguments: [
        (0, "nonce"), (1, "nonce"), (2, "Invalid audience: it is for 'another'"),
        (3, "Invalid audience: it is for 'backup, another'"), (4, "Invalid audience"), (5, "sub"), (6, "has expired"),
        (7, "sub"), (8, "made by 'https://evil.example'"), (9, "not yet valid"),
    ])
    func `a token that is not for this sign-in is refused, and the log says why`(
        number: Int, words: String
    ) async throws {
        let later = clock.now().addingTimeInterval(61)
        let changes: [(inout AccessTokenClaims) -> Void] = [
            { $0.nonce = "another" }, { $0.nonce = nil }, { $0.aud = .init(value: ["another"]) },
            { $0.aud = .init(value: ["backup", "another"]) }, { $0.azp = "another" }, { $0.sub = nil },
            { $0.exp = .init(value: Date(timeIntervalSince1970: 1)) }, { $0.sub = "a\0b" },
            { $0.iss = .init(value: "https://evil.example") }, { $0.nbf = .init(value: later) },
        ]
        let told = try #require(try await cause(try await token(changes[number])))
        #expect(told.contains(words), "\(told)")
    }

    @Test func `a token that the issuer did not sign, or none, is refused`() async throws {
        let whole = try await token()
        for (forged, words) in [
            (String(whole.dropLast(4)) + "AAAA", "signature"), ("", "not a JSON Web Token"), ("a.b.c", "not a JSON"),
            ("null", "not a JSON"), ("\"}", "no id_token"),
        ] {
            let told = try #require(try await cause(forged))
            #expect(told.contains(words), "\(told)")
        }
    }

    /// Bodies of a token endpoint that refuses, and what is told of them.
    @Test(arguments: [
        (
            #"{"error":"invalid_client","error_description":"no"}"#,
            "answers with status 401 and the error invalid_client"
        ),
        (#"{"error":"<b>"}"#, "answers with status 401"), ("", "answers with status 401"),
        ("<html>", "answers with status 401"),
    ])
    func `the log has the error of a token endpoint, and nothing else of what it sends`(body: String, words: String) {
        #expect(OutsideProvider.Refused(status: 401, body: Data(body.utf8)).words == words)
    }
}
