import BackupAPI
import BackupTesting
import Catalog
import Foundation
import OData
import ProtectionRules
import ProtectionService
import Synchronization
import Testing
import Texts

@testable import Portal

@Suite struct PortalSignInTests {
    /// The way of a browser up to the page of the issuer.
    private func begin(
        _ site: Site, to place: String = "/portal/accounts"
    ) async throws -> (authorize: String, binding: String) {
        let answer = await site.site.answer(
            Site.request("GET", "/portal/sign-in?to=\(PercentEncoding.encode(place))"))
        #expect(answer.status == 303)
        let address = try #require(answer.headers["Location"])
        return (String(address.dropFirst(Site.origin.count)), try #require(answer.cookie("holdfast-sign-in")))
    }

    private func form(_ pairs: [(String, String)]) -> String { FormFields.query(pairs) }

    /// Signs in at the page of the issuer.
    /// - Returns: the path to which the browser is sent back.
    private func authorize(
        _ site: Site, _ target: String, password: String = Site.password, fields: [(String, String)] = Site.own
    ) async throws -> ODataResponse {
        try await site.site.authorize(
            Site.request("POST", target, fields, body: form([("name", "ada"), ("password", password)])))
    }

    private func back(_ answer: ODataResponse) throws -> String {
        String(try #require(answer.headers["Location"]).dropFirst(Site.origin.count))
    }

    private func finish(_ site: Site, _ target: String, _ binding: String?) async -> ODataResponse {
        await site.site.answer(
            Site.request("GET", target, binding.map { [("Cookie", "holdfast-sign-in=\($0)")] } ?? []))
    }

    @Test func `a person signs in and comes to where they wanted to go`() async throws {
        let site = try await Site()
        try await site.add()
        let (target, binding) = try await begin(site)
        let page = try await site.site.authorize(Site.request("GET", target))
        #expect(page.status == 200)
        #expect(page.headers["Referrer-Policy"] == "same-origin")
        let answer = await finish(site, try back(try await authorize(site, target)), binding)
        #expect(answer.status == 200)
        #expect(answer.headers["Cache-Control"] == "no-store")
        let match = try #require(answer.text.wholeMatch(of: /key=([A-Za-z0-9_-]{43}) to=(.*)/))
        #expect(match.output.2 == "/portal/accounts")
        let set = try #require(answer.headers.all("Set-Cookie").first { $0.hasPrefix("holdfast=") })
        #expect(set.hasSuffix("; Path=/; HttpOnly; SameSite=Strict"))
        let signed = Site.Signed(cookie: try #require(answer.cookie("holdfast")), key: String(match.output.1))
        let principal = try await site.admitted(Site.request("GET", "/portal/api/v1.0/x", signed.fields))
        #expect(principal?.user?.displayName == "Ada")
    }

    @Test func `pages with a form have the fields of the shell, and tell where their forms come from`() async throws {
        let site = try await Site()
        let first = await site.site.answer(Site.request("GET", "/portal/first-run"))
        try await site.add()
        let (target, _) = try await begin(site)
        let signIn = try await site.site.authorize(Site.request("GET", target))
        let device = await site.site.answer(Site.request("GET", "/portal/device"))
        for page in [first, signIn, device] {
            let policy = try #require(page.headers["Content-Security-Policy"])
            #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self';"))
            #expect(policy.contains("; form-action 'self'; base-uri 'none'; frame-ancestors 'none';"))
            #expect(page.headers["Referrer-Policy"] == "same-origin")
            #expect(page.headers["X-Content-Type-Options"] == "nosniff")
            #expect(page.headers["Cross-Origin-Opener-Policy"] == "same-origin")
            #expect(page.headers["Cache-Control"] == "no-store")
            #expect(page.headers["Access-Control-Allow-Origin"] == nil)
        }
    }

    @Test func `the form of a command line's sign-in may end at its port, and nowhere else`() async throws {
        let site = try await Site()
        try await site.add()
        let query = form([
            ("client_id", FirstParty.applicationID), ("redirect_uri", "http://127.0.0.1:4711/callback"),
            ("response_type", "code"), ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
            ("code_challenge_method", "S256"),
        ])
        let page = try await site.site.authorize(Site.request("GET", "/t/oauth2/v2.0/authorize?\(query)"))
        let policy = try #require(page.headers["Content-Security-Policy"])
        #expect(policy.contains("; form-action 'self' http://127.0.0.1:4711; base-uri"))
    }

    /// Somebody sets a cookie before the sign-in, and waits for it to become a session.
    @Test func `a sign-in makes a new cookie, whatever the browser had`() async throws {
        let site = try await Site()
        try await site.add()
        let (target, binding) = try await begin(site)
        let place = try back(try await authorize(site, target))
        let planted = String(repeating: "a", count: 43)
        let answer = await site.site.answer(
            Site.request("GET", place, [("Cookie", "holdfast=\(planted); holdfast-sign-in=\(binding)")]))
        let cookie = try #require(answer.cookie("holdfast"))
        #expect(cookie != planted)
        #expect(try await site.service.portalSessions.find(cookie: planted) == nil)
    }

    @Test func `over TLS the cookies cannot be set from elsewhere`() async throws {
        let site = try await Site()
        try await site.add()
        let answer = await site.site.answer(Site.request("GET", "/portal/sign-in", origin: "https://localhost"))
        let set = try #require(answer.headers["Set-Cookie"])
        #expect(set.hasPrefix("__Host-holdfast-sign-in="))
        #expect(set.contains("; SameSite=Lax; Secure"))
    }

    @Test func `a wrong password shows the page again, with nothing that was typed but the name`() async throws {
        let site = try await Site()
        try await site.add()
        let (target, _) = try await begin(site)
        let answer = try await authorize(site, target, password: "<another> long password")
        #expect(answer.status == 400)
        #expect(answer.text.contains("is not right.|ada"))
        #expect(!answer.text.contains("another"))
        #expect(answer.headers["Location"] == nil)
        #expect(site.limits.failures.withLock { $0 } == ["ada"])
    }

    @Test func `whoever failed too often waits, also with the right password`() async throws {
        let site = try await Site()
        try await site.add()
        let (target, _) = try await begin(site)
        site.limits.waits.withLock { $0 = 12.3 }
        let answer = try await authorize(site, target)
        #expect(answer.text.contains("13 seconds"))
        #expect(answer.headers["Location"] == nil)
    }

    @Test(arguments: [[("Origin", "http://evil.example")], [("Sec-Fetch-Site", "cross-site")], []])
    func `a form from elsewhere signs nobody in`(fields: [(String, String)]) async throws {
        let site = try await Site()
        try await site.add()
        let (target, _) = try await begin(site)
        #expect(try await authorize(site, target, fields: fields).status == 403)
    }

    /// Somebody sends a link that would sign the victim in as the attacker.
    @Test func `a sign-in ends in the browser that began it, and once`() async throws {
        let site = try await Site()
        try await site.add()
        let (target, binding) = try await begin(site)
        let (_, other) = try await begin(site)
        let place = try back(try await authorize(site, target))
        #expect(await finish(site, place, nil).status == 400)
        // The wrong browser used the state up.
        #expect(await finish(site, place, binding).status == 400)
        let (again, mine) = try await begin(site)
        let second = try back(try await authorize(site, again))
        #expect(await finish(site, second, other).status == 400)
        let (third, own) = try await begin(site)
        let last = try back(try await authorize(site, third))
        #expect(await finish(site, last, own).status == 200)
        #expect(await finish(site, last, own).status == 400)
        #expect(mine != own)
    }

    @Test func `a code of one sign-in is good for no other`() async throws {
        let site = try await Site()
        try await site.add()
        let (one, _) = try await begin(site)
        let (two, binding) = try await begin(site)
        let code = FormFields(String(try back(try await authorize(site, one)).split(separator: "?")[1]))["code"]
        let state = FormFields(String(two.split(separator: "?")[1]))["state"]
        let mixed = "/portal/callback?code=\(try #require(code))&state=\(try #require(state))"
        #expect(await finish(site, mixed, binding).status == 403)
    }

    @Test(arguments: ["/portal/callback", "/portal/callback?code=x", "/portal/callback?state=x&code=y"])
    func `a callback without its state is refused`(target: String) async throws {
        let site = try await Site()
        try await site.add()
        #expect(await finish(site, target, "x").status == 400)
    }

    @Test(
        arguments: [
            ("/portal/accounts?filter=a", "/portal/accounts?filter=a"), ("https://evil.example/", "/portal/"),
            ("//evil.example", "/portal/"), ("/portal//evil.example", "/portal/"), ("/portal/../v1.0", "/portal/"),
            ("/portal/%2E./v1.0", "/portal/"), ("/portal/./x", "/portal/"), ("/portal/x/..?a=b", "/portal/"),
            ("/portal/browse?path=/a/../b", "/portal/browse?path=/a/../b"),
            ("/portal/browse/Report..final/", "/portal/browse/Report..final/"),
            ("/portal/\\evil", "/portal/"), ("/portal/a\r\nSet-Cookie: x", "/portal/"), ("/portal/sign-in", "/portal/"),
            ("/portal/api/v1.0/x", "/portal/"), ("/v1.0/x", "/portal/"), ("javascript:alert(1)", "/portal/"),
            ("/portal/" + String(repeating: "a", count: 3000), "/portal/"),
        ])
    func `people are led to pages of the portal and nowhere else`(asked: String, place: String) {
        #expect(PortalPlace.safe(asked) == place)
    }
}

@Suite struct AuthorizeRequestTests {
    private static let portal = [
        ("client_id", FirstParty.portalClientID), ("redirect_uri", "http://localhost:8080/portal/callback"),
        ("response_type", "code"), ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_challenge_method", "S256"), ("state", "s"),
    ]

    private func parse(_ changes: [String: String?]) throws -> AuthorizeRequest {
        let pairs = Self.portal.compactMap { pair -> (String, String)? in
            guard let change = changes[pair.0] else { return pair }
            return change.map { (pair.0, $0) }
        }
        let more = changes.filter { change in !Self.portal.contains { $0.0 == change.key } }
        let query = FormFields.query(pairs + more.compactMap { pair in pair.value.map { (pair.key, $0) } })
        return try AuthorizeRequest(FormFields(query), origin: "http://localhost:8080")
    }

    @Test func `the portal's own request is understood`() throws {
        #expect(try parse([:]).state == "s")
    }

    @Test(
        arguments: [
            ["client_id": nil], ["client_id": "00000000-0000-0000-0000-000000000000"], ["redirect_uri": nil],
            ["redirect_uri": "http://localhost:8080/portal/callback/"],
            ["redirect_uri": "http://localhost:8080/portal/callback?x=y"],
            ["redirect_uri": "http://localhost:9090/portal/callback"], ["redirect_uri": "http://evil.example/"],
            ["redirect_uri": "http://127.0.0.1:4711/callback"],
            ["client_id": FirstParty.applicationID],
            ["client_id": FirstParty.applicationID, "redirect_uri": "http://evil.example:1/callback"],
            ["client_id": FirstParty.applicationID, "redirect_uri": "http://127.0.0.1:99999/callback"],
            ["client_id": FirstParty.applicationID, "redirect_uri": "http://127.0.0.1:1@evil.example/callback"],
            ["client_id": FirstParty.applicationID, "redirect_uri": "http://127.0.0.1.evil.example:1/callback"],
        ] as [[String: String?]])
    func `an address that is not exactly the program's leads nowhere`(changes: [String: String?]) {
        #expect {
            _ = try parse(changes)
        } throws: { error in
            if case AuthorizeRequest.Refusal.page = error { true } else { false }
        }
    }

    @Test(
        arguments: [
            (["response_type": "token"], "unsupported_response_type"),
            (["response_type": nil], "unsupported_response_type"),
            (["code_challenge": nil], "invalid_request"), (["code_challenge_method": "plain"], "invalid_request"),
            (["code_challenge_method": nil], "invalid_request"), (["code_challenge": "short"], "invalid_request"),
            (["response_mode": "fragment"], "invalid_request"), (["prompt": "none"], "login_required"),
        ] as [([String: String?], String)])
    func `what is missing is told to the program`(changes: [String: String?], code: String) {
        #expect {
            _ = try parse(changes)
        } throws: { error in
            guard case AuthorizeRequest.Refusal.redirect(_, let given, _, let state) = error else { return false }
            return given == code && state == "s"
        }
    }

    @Test(arguments: ["http://127.0.0.1:4711/callback", "http://[::1]:1/callback"])
    func `the command line listens on any port of this machine`(address: String) throws {
        let request = try parse(["client_id": FirstParty.applicationID, "redirect_uri": address])
        #expect(AuthorizeRequest.loopbackOrigin(request.code.redirectURI) == String(address.dropLast(9)))
    }
}

@Suite struct FirstRunPageTests {
    private func post(
        _ site: Site, _ pairs: [(String, String)], _ fields: [(String, String)] = Site.own
    ) async
        -> ODataResponse
    {
        await site.site.answer(Site.request("POST", "/portal/first-run", fields, body: FormFields.query(pairs)))
    }

    @Test func `while there is no account the sign-in leads here, and afterwards it is gone`() async throws {
        let site = try await Site()
        let code = try #require(try await site.service.firstRun.makeCode())
        let led = await site.site.answer(Site.request("GET", "/portal/sign-in"))
        #expect(led.headers["Location"] == "/portal/first-run")
        let answer = await post(site, [("code", code), ("name", "Ada"), ("password", Site.password)])
        #expect(answer.text.contains("to=/portal/welcome"))
        let match = try #require(answer.text.firstMatch(of: /key=([A-Za-z0-9_-]{43})/))
        let signed = Site.Signed(cookie: try #require(answer.cookie("holdfast")), key: String(match.output.1))
        let principal = try await site.admitted(Site.request("GET", "/portal/api/v1.0/x", signed.fields))
        #expect(principal?.permissions == OperatorRole.everything)
        #expect(await site.site.answer(Site.request("GET", "/portal/first-run")).status == 404)
        #expect(await post(site, [("code", code), ("name", "Eve"), ("password", Site.password)]).status == 404)
        #expect(try await site.service.operators.all().count == 1)
    }

    @Test func `a wrong code is counted and shown again, without the password`() async throws {
        let site = try await Site()
        _ = try await site.service.firstRun.makeCode()
        let answer = await post(site, [("code", "AAAAA-<b>"), ("name", "\"Ada"), ("password", Site.password)])
        #expect(answer.status == 400)
        #expect(answer.text.contains("|AAAAA-&lt;b&gt;|&quot;Ada</form>"))
        #expect(!answer.text.contains(Site.password))
        #expect(site.limits.failures.withLock { $0.count } == 1)
    }

    @Test func `a form from another page makes no account`() async throws {
        let site = try await Site()
        let code = try #require(try await site.service.firstRun.makeCode())
        let form = [("code", code), ("name", "Eve"), ("password", Site.password)]
        for fields in [
            [], [("Origin", "http://evil.example")], [("Origin", "null")], [("Sec-Fetch-Site", "same-site")],
        ] {
            #expect(await post(site, form, fields).status == 403)
        }
        #expect(try await site.service.operators.all().isEmpty)
    }
}

@Suite struct DevicePageTests {
    @Test func `a person lets a program in with the code that it shows`() async throws {
        let site = try await Site()
        try await site.add()
        let begun = try await site.service.grants.beginDevice(clientID: FirstParty.applicationID, scope: "openid")
        func post(_ code: String, _ decision: String, password: String = Site.password) async -> ODataResponse {
            let pairs = [("user_code", code), ("name", "Ada"), ("password", password), ("decision", decision)]
            return await site.site.answer(
                Site.request("POST", "/portal/device", Site.own, body: FormFields.query(pairs)))
        }
        #expect(await post(begun.userCode, "allow", password: "wrong password").status == 400)
        #expect(await post("BBBB-BBBB", "allow").status == 400)
        #expect(await post(begun.userCode, "allow").status == 200)
        let grant = try await site.service.grants.poll(
            deviceCode: begun.deviceCode, clientID: FirstParty.applicationID)
        #expect(grant.account.name == "Ada")
        #expect(site.limits.failures.withLock { $0 } == ["ada", "/portal/device"])
    }
}
