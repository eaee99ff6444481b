import BackupAPI
import BackupTesting
import Catalog
import Foundation
import OData
import ProtectionRules
import ProtectionService
import Synchronization
import Testing

@testable import Portal

@Suite struct DoorTests {
    private static let read = "/portal/api/holdfast/v1.0/overview"

    @Test func `a page with cookie and page key asks in its person's name`() async throws {
        let site = try await Site()
        let account = try await site.add("Ada", [.helpDesk])
        let signed = try await site.signed(account)
        guard
            case .admitted(let principal, let question) = try await site.site.admit(
                Site.request("GET", Self.read + "?a=b", signed.fields))
        else {
            Issue.record("refused")
            return
        }
        #expect(principal.applicationID == FirstParty.applicationID)
        #expect(principal.user?.id == account.id)
        #expect(principal.user?.displayName == "Ada")
        #expect(principal.permissions == OperatorRole.helpDesk.scopes)
        #expect(principal.unitLimit == 1)
        #expect(question.rawPath == "/holdfast/v1.0/overview")
        #expect(question.rawQuery == "a=b")
        #expect(question.origin == "http://localhost:8080/portal/api")
        for name in ["Cookie", "X-Holdfast-Portal", "Authorization"] { #expect(question.headers[name] == nil) }
    }

    /// What another service on the same name has: the browser sends it our cookie, and it can send
    /// any request, but no page key.
    @Test func `the cookie alone opens nothing`() async throws {
        let site = try await Site()
        let signed = try await site.signed(try await site.add())
        let cookie = [("Cookie", "holdfast=\(signed.cookie)")]
        for method in ["GET", "POST", "PATCH", "DELETE"] {
            for fields in [cookie, cookie + Site.own, cookie + Site.own + [("X-Holdfast-Portal", signed.cookie)]] {
                #expect(try await site.admitted(Site.request(method, Self.read, fields)) == nil)
            }
        }
        #expect(try await site.admitted(Site.request("GET", Self.read, signed.fields)) != nil)
    }

    @Test func `the page key alone opens nothing`() async throws {
        let site = try await Site()
        let signed = try await site.signed(try await site.add())
        let error = try await site.refusal(
            Site.request("GET", Self.read, Site.own + [("X-Holdfast-Portal", signed.key)]))
        #expect(error?.status == 401)
    }

    @Test func `two cookies or two keys of the name open nothing`() async throws {
        let site = try await Site()
        let signed = try await site.signed(try await site.add())
        for more in [("Cookie", "holdfast=other"), ("X-Holdfast-Portal", "other")] {
            let error = try await site.refusal(Site.request("GET", Self.read, signed.fields + [more]))
            #expect(error?.status == 401)
        }
    }

    @Test(
        arguments: [
            ("GET", [("Sec-Fetch-Site", "same-site")], false), ("GET", [("Sec-Fetch-Site", "cross-site")], false),
            ("GET", [("Sec-Fetch-Site", "none")], false), ("GET", [("Sec-Fetch-Site", "same-origin")], true),
            ("GET", [], true), ("POST", [], false), ("POST", [("Origin", "null")], false),
            ("POST", [("Origin", "http://localhost:9090")], false),
            ("POST", [("Origin", "http://127.0.0.1:8080")], false),
            ("POST", [("Origin", "https://localhost:8080")], false),
            ("POST", [("Origin", "http://localhost:8080")], true),
            ("PATCH", [("Sec-Fetch-Site", "same-origin")], false),
            ("DELETE", [("Origin", "http://evil.example")], false),
            ("POST", [("Origin", "http://localhost:8080"), ("Sec-Fetch-Site", "same-site")], false),
            ("POST", [("Origin", "http://localhost:8080"), ("Origin", "http://evil.example")], false),
        ] as [(String, [(String, String)], Bool)])
    func `only pages of the portal itself ask`(
        method: String, fields: [(String, String)], isLetIn: Bool
    ) async throws {
        let site = try await Site()
        let signed = try await site.signed(try await site.add())
        let own = signed.fields.filter { !["Origin", "Sec-Fetch-Site"].contains($0.0) }
        #expect(try await (site.admitted(Site.request(method, Self.read, own + fields)) != nil) == isLetIn)
    }

    @Test(
        arguments: [
            ("localhost:8080", true), ("127.0.0.1:8080", true), ("[::1]:8080", true), ("LOCALHOST", true),
            ("evil.example", false), ("evil.example:8080", false), ("localhost.evil.example", false),
            ("backup.example:443", true), ("10.0.0.5:8080", false), ("", false), ("[::2]:8080", false),
        ])
    func `a name that someone made lead here is refused`(host: String, isOurs: Bool) async throws {
        let site = try await Site(publicNames: ["backup.example"])
        let signed = try await site.signed(try await site.add())
        let fields = signed.fields.filter { $0.0 != "Origin" } + [("Origin", "http://\(host)")]
        let request = Site.request("GET", Self.read, fields, origin: "http://\(host)", host: host)
        #expect(try await (site.admitted(request) != nil) == isOurs)
        let page = await site.site.answer(Site.request("GET", "/portal/", origin: "http://\(host)", host: host))
        #expect((page.status == 200) == isOurs)
    }

    @Test func `a foreign Host is refused behind a public address too`() async throws {
        let site = try await Site(publicNames: ["backup.example"])
        let request = Site.request("GET", "/portal/", origin: "https://backup.example", host: "evil.example")
        #expect(await site.site.answer(request).status == 403)
    }

    @Test(arguments: [
        "/portal/api", "/portal/api/", "/portal/api/sandbox/clock", "/portal/api/v2.0/x", "/portal/api/../v1.0",
    ])
    func `nothing but the API lies behind the door`(path: String) async throws {
        let site = try await Site()
        let signed = try await site.signed(try await site.add())
        #expect(try await site.refusal(Site.request("GET", path, signed.fields))?.status == 404)
    }

    @Test func `a link opens a download with the cookie, and nothing else`() async throws {
        let site = try await Site()
        let signed = try await site.signed(try await site.add())
        let cookie = [("Cookie", "holdfast=\(signed.cookie)")]
        let place = "/portal/api/holdfast/v1.0/downloads/3f1c2d4e-0000-4000-8000-0000000000aa"
        #expect(try await site.admitted(Site.request("GET", place, cookie)) != nil)
        #expect(try await site.admitted(Site.request("GET", place)) == nil)
        #expect(try await site.admitted(Site.request("DELETE", place, cookie)) == nil)
        for other in ["/portal/api/holdfast/v1.0/downloads", place + "/x", place + "/../../me"] {
            #expect(try await site.admitted(Site.request("GET", other, cookie)) == nil)
        }
    }

    @Test func `after the sign-out the session is over, and the cookie is removed`() async throws {
        let site = try await Site()
        let signed = try await site.signed(try await site.add())
        let cookie = Site.own + [("Cookie", "holdfast=\(signed.cookie)")]
        #expect(await site.site.answer(Site.request("POST", "/portal/sign-out", cookie)).status == 401)
        #expect(try await site.admitted(Site.request("GET", Self.read, signed.fields)) != nil)
        let answer = await site.site.answer(Site.request("POST", "/portal/sign-out", signed.fields))
        #expect(answer.status == 204)
        #expect(answer.headers["Set-Cookie"]?.hasPrefix("holdfast=; Path=/; HttpOnly; SameSite=Strict") == true)
        #expect(try await site.admitted(Site.request("GET", Self.read, signed.fields)) == nil)
    }
}

@Suite struct StepUpTests {
    private static let graph = "/v1.0/solutions/backupRestore"

    @Test(
        arguments: [
            ("GET", "/holdfast/v1.0/operators", "", StepUpRules.Need.none),
            ("POST", "/holdfast/v1.0/operators", "{}", .always),
            ("DELETE", "/holdfast/v1.0/programs/x", "", .always),
            ("POST", "/holdfast/v1.0/me/removeSecondFactor", "", .always),
            ("POST", "/holdfast/v1.0/me/holdfast.changePassword", "{}", .always),
            ("POST", "/holdfast/v1.0/me/endOtherSessions", "", .none),
            ("POST", "/holdfast/v1.0/restorePlans", "{}", .none),
            ("POST", "/holdfast/v1.0/restorePlans/x/start", "{\"expectedUnits\":11}", .units(11)),
            ("POST", "/holdfast/v1.0/restoreplans('x')/holdfast.start", "{\"expectedUnits\":1}", .units(1)),
            ("POST", "/holdfast/v1.0/RestorePlans/x/%73tart", "", .units(.max)),
            ("POST", "\(graph)/restoreSessions/x/activate", "", .session(id: "x")),
            ("POST", "\(graph)/oneDriveForBusinessRestoreSessions/X/microsoft.graph.activate()", "", .session(id: "x")),
            ("POST", "\(graph)/oneDriveForBusinessProtectionPolicies", "{}", .none),
            ("POST", "\(graph)/protectionPolicies/x/activate", "", .none),
            ("POST", "\(graph)/protectionPolicies/x/deactivate", "", .always),
            ("PATCH", "\(graph)/oneDriveForBusinessProtectionPolicies/x", "{}", .always),
            ("DELETE", "\(graph)/protectionPolicies/x", "", .always),
            ("POST", "\(graph)/disable", "", .always), ("POST", "\(graph)/protectionUnits/x/offboard", "", .always),
            ("POST", "/holdfast/v1.0/fileSearches", "{}", .none), ("POST", "/holdfast/v1.0/downloads", "{}", .none),
            ("POST", "/holdfast/v1.0/incidents/7/dismiss", "{}", .none),
        ] as [(String, String, String, StepUpRules.Need)])
    func `which steps need a fresh proof`(method: String, path: String, body: String, need: StepUpRules.Need) {
        #expect(StepUpRules.need(method: method, path: path, body: Array(body.utf8)) == need)
    }

    private func refusal(
        _ site: Site, _ signed: Site.Signed, path: String, body: String
    ) async throws -> ODataError? {
        let request = Site.request("POST", "/portal/api" + path, signed.fields, body: body)
        guard case .admitted(let principal, let question) = try await site.site.admit(request) else {
            Issue.record("refused at the door")
            return nil
        }
        return try await site.site.stepUpRefusal(question, principal)
    }

    @Test func `ten minutes after the sign-in more than ten accounts need a proof, and a password gives it`()
        async throws
    {
        let site = try await Site()
        let signed = try await site.signed(try await site.add())
        let (start, many) = ("/holdfast/v1.0/restorePlans/x/start", "{\"expectedUnits\":11}")
        #expect(try await refusal(site, signed, path: start, body: many) == nil)
        site.clock.turn(seconds: 600)
        let error = try await refusal(site, signed, path: start, body: many)
        #expect(error?.status == 403)
        #expect(error?.code == "StepUpRequired")
        #expect(try await refusal(site, signed, path: start, body: "{\"expectedUnits\":10}") == nil)
        let wrong = await site.site.answer(
            Site.request("POST", "/portal/step-up", signed.fields, body: "{\"password\":\"wrong password\"}"))
        #expect(wrong.status == 403)
        #expect(wrong.text.contains("SignInFailed"))
        #expect(try await refusal(site, signed, path: start, body: many) != nil)
        let right = await site.site.answer(
            Site.request("POST", "/portal/step-up", signed.fields, body: "{\"password\":\"\(Site.password)\"}"))
        #expect(right.status == 204)
        #expect(try await refusal(site, signed, path: start, body: many) == nil)
        #expect(site.limits.failures.withLock { $0 } == ["ada"])
    }

    @Test func `another page cannot prove, nor the cookie alone`() async throws {
        let site = try await Site()
        let signed = try await site.signed(try await site.add())
        let body = "{\"password\":\"\(Site.password)\"}"
        let cookie = Site.own + [("Cookie", "holdfast=\(signed.cookie)")]
        #expect(await site.site.answer(Site.request("POST", "/portal/step-up", cookie, body: body)).status == 401)
        let foreign = signed.fields.filter { $0.0 != "Origin" } + [("Origin", "http://localhost:9090")]
        #expect(await site.site.answer(Site.request("POST", "/portal/step-up", foreign, body: body)).status == 403)
    }

    @Test func `a batch only reads`() async throws {
        let site = try await Site()
        let signed = try await site.signed(try await site.add())
        let batch = "/holdfast/v1.0/$batch"
        #expect(
            try await refusal(
                site, signed, path: batch, body: #"{"requests":[{"id":"1","method":"GET","url":"/overview"}]}"#) == nil)
        for method in ["POST", "delete", ""] {
            let body =
                #"{"requests":[{"id":"1","method":"GET","url":"/x"},{"id":"2","method":"\#(method)","url":"/x"}]}"#
            #expect(try await refusal(site, signed, path: "/v1.0/%24BATCH", body: body)?.status == 403)
        }
    }
}
