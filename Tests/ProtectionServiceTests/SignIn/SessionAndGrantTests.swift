import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import Testing

@testable import ProtectionService

@Suite struct PortalSessionTests {
    @Test func `cookie and page key open a session together, and neither alone`() async throws {
        let people = try await People()
        let ada = try await people.add("Ada")
        let (one, other) = (try await people.session(of: ada), try await people.session(of: ada))
        let sessions = people.service.portalSessions
        #expect(try await people.finds(one))
        #expect(try await sessions.find(cookie: one.cookie, pageKey: other.pageKey) == nil)
        #expect(try await sessions.find(cookie: one.cookie, pageKey: "") == nil)
        #expect(try await sessions.find(cookie: one.pageKey, pageKey: one.cookie) == nil)
        #expect(try await sessions.find(cookie: "", pageKey: one.pageKey) == nil)
    }

    @Test func `the catalogue holds neither secret`() async throws {
        let people = try await People()
        let made = try await people.session(of: try await people.add("Ada"))
        let rows = try await people.fixture.rows()
        #expect(!rows.contains { $0.contains(made.cookie) })
        #expect(!rows.contains { $0.contains(made.pageKey) })
        #expect(made.cookie.utf8.count == 43)
    }

    @Test func `use keeps it for twelve hours, and half an hour without use ends it`() async throws {
        let people = try await People()
        let ada = try await people.add("Ada")
        let used = try await people.session(of: ada)
        for _ in 0..<28 {
            people.clock.turn(seconds: 25 * 60)
            #expect(try await people.finds(used))
        }
        people.clock.turn(seconds: 21 * 60)
        #expect(try await !people.finds(used))
        let idle = try await people.session(of: ada)
        people.clock.turn(seconds: 31 * 60)
        #expect(try await !people.finds(idle))
    }

    @Test func `a proof is fresh for ten minutes, and can be given again`() async throws {
        let people = try await People()
        let made = try await people.session(of: try await people.add("Ada"))
        func isFresh() async throws -> Bool {
            let live = try await people.service.portalSessions.find(cookie: made.cookie, pageKey: made.pageKey)
            return try #require(live).isFresh
        }
        #expect(try await isFresh())
        people.clock.turn(seconds: 600)
        #expect(try await !isFresh())
        try await people.service.portalSessions.prove(id: made.session.id)
        #expect(try await isFresh())
    }

    @Test func `roles are those of the account at this moment`() async throws {
        let people = try await People()
        let ada = try await people.add("Ada", [.helpDesk])
        let made = try await people.session(of: ada)
        // Past the operations, which would end the session.
        try await people.fixture.catalog.write { writer in
            try writer.update(ada.with { $0.roles = ["auditor"] })
        }
        let live = try await people.service.portalSessions.find(cookie: made.cookie, pageKey: made.pageKey)
        #expect(live?.rights.roles == [.auditor])
        try await people.fixture.catalog.write { writer in try writer.update(ada.with { $0.isDisabled = true }) }
        #expect(try await !people.finds(made))
    }

    @Test func `a person of an outside issuer has the roles of the sign-in, and none without`() async throws {
        let people = try await People()
        func begin(_ roles: [String]) async throws -> NewPortalSession {
            try await people.service.portalSessions.begin(
                SignedInPerson(issuer: "https://issuer.example", subjectID: "s", displayName: "Zoë", roles: roles),
                address: "192.0.2.1", agent: String(repeating: "a", count: 9_000))
        }
        let made = try await begin(["auditor"])
        #expect(made.session.agent.count == 200)
        #expect(try await people.finds(made))
        let without = try await begin([])
        #expect(try await !people.finds(without))
    }

    @Test func `a person ends own sessions, and not those of others`() async throws {
        let people = try await People()
        let (ada, bob) = (try await people.add("Ada"), try await people.add("Bob"))
        let made = try await people.session(of: ada)
        let sessions = people.service.portalSessions
        await expectRefusal(.portalSessionNotFound) {
            try await sessions.end(id: made.session.id, issuer: "here", subjectID: bob.id)
        }
        #expect(try await sessions.all(issuer: "here", subjectID: ada.id).map(\.id) == [made.session.id])
        try await sessions.end(id: made.session.id.uppercased(), issuer: "here", subjectID: ada.id)
        #expect(try await !people.finds(made))
    }

    @Test func `the oldest of too many sessions of a person end`() async throws {
        let people = try await People()
        let ada = try await people.add("Ada")
        let first = try await people.session(of: ada)
        for _ in 0..<50 {
            people.clock.turn(seconds: 1)
            _ = try await people.session(of: ada)
        }
        #expect(try await !people.finds(first))
        #expect(try await people.fixture.catalog.count(Query<PortalSession>()) == 50)
    }
}

@Suite struct GrantTests {
    private static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    private static let client = FirstParty.applicationID
    private static let address = "http://127.0.0.1:4711/callback"

    private func request(scope: String = "openid offline_access") -> CodeRequest {
        CodeRequest(
            clientID: Self.client, redirectURI: Self.address, challenge: SecretText.challenge(of: Self.verifier),
            nonce: "n", scope: scope)
    }

    private func exchange(
        _ people: People, _ code: String, client: String = GrantTests.client, address: String = GrantTests.address,
        verifier: String = GrantTests.verifier
    ) async throws -> PersonGrant {
        try await people.service.grants.exchange(
            code: code, clientID: client, redirectURI: address, verifier: verifier)
    }

    private func expect(_ refusal: GrantRefusal, _ body: () async throws -> Void) async {
        await #expect(throws: refusal) { try await body() }
    }

    @Test func `a code is exchanged once, and coming again it ends what it gave`() async throws {
        let people = try await People()
        let ada = try await people.add("Ada")
        let code = try await people.service.grants.makeCode(request(), account: ada)
        let grant = try await exchange(people, code)
        #expect(grant.account.id == ada.id)
        #expect(grant.nonce == "n")
        let token = try #require(grant.refreshToken)
        await expect(.invalidGrant) { _ = try await exchange(people, code) }
        await expect(.invalidGrant) {
            _ = try await people.service.grants.exchange(refreshToken: token, clientID: Self.client)
        }
    }

    @Test func `a wrong verifier, another address or too late gives nothing`() async throws {
        let people = try await People()
        let ada = try await people.add("Ada")
        let grants = people.service.grants
        let one = try await grants.makeCode(request(), account: ada)
        await expect(.invalidGrant) { _ = try await exchange(people, one, verifier: String(repeating: "a", count: 43)) }
        // The try used it up.
        await expect(.invalidGrant) { _ = try await exchange(people, one) }
        let two = try await grants.makeCode(request(), account: ada)
        await expect(.invalidGrant) { _ = try await exchange(people, two, address: "http://127.0.0.1:4712/callback") }
        let three = try await grants.makeCode(request(), account: ada)
        people.clock.turn(seconds: 60)
        await expect(.invalidGrant) { _ = try await exchange(people, three) }
    }

    @Test func `a refresh token is given only where the scope asks for one`() async throws {
        let people = try await People()
        let ada = try await people.add("Ada")
        let code = try await people.service.grants.makeCode(request(scope: "openid offline"), account: ada)
        #expect(try await exchange(people, code).refreshToken == nil)
        #expect(try await people.fixture.catalog.count(Query<RefreshToken>()) == 0)
    }

    @Test func `another program cannot use a code up`() async throws {
        let people = try await People()
        let code = try await people.service.grants.makeCode(request(), account: try await people.add("Ada"))
        await expect(.invalidGrant) { _ = try await exchange(people, code, client: FirstParty.portalClientID) }
        _ = try await exchange(people, code)
    }

    @Test func `a refresh token is exchanged for the next, and an old one ends the family`() async throws {
        let people = try await People()
        let ada = try await people.add("Ada")
        let grants = people.service.grants
        let grant = try await exchange(people, try await grants.makeCode(request(), account: ada))
        let first = try #require(grant.refreshToken)
        people.clock.turn(seconds: 3600)
        let again = try await grants.exchange(refreshToken: first, clientID: Self.client)
        #expect(again.account.id == ada.id)
        #expect(again.authenticated == grant.authenticated)
        let second = try #require(again.refreshToken)
        let third = try #require(try await grants.exchange(refreshToken: second, clientID: Self.client).refreshToken)
        await expect(.invalidGrant) { _ = try await grants.exchange(refreshToken: first, clientID: Self.client) }
        await expect(.invalidGrant) { _ = try await grants.exchange(refreshToken: third, clientID: Self.client) }
    }

    @Test func `a refresh token ends with its account's rights, by itself, and when it is revoked`() async throws {
        let people = try await People()
        try await people.add("Ada")
        let bob = try await people.add("Bob", [.auditor])
        let grants = people.service.grants
        func signIn() async throws -> String {
            let code = try await grants.makeCode(request(), account: bob)
            return try #require(try await exchange(people, code).refreshToken)
        }
        let one = try await signIn()
        let two = try #require(try await grants.exchange(refreshToken: one, clientID: Self.client).refreshToken)
        try await grants.revoke(refreshToken: one)
        try await grants.revoke(refreshToken: "unknown")
        await expect(.invalidGrant) { _ = try await grants.exchange(refreshToken: two, clientID: Self.client) }
        let late = try await signIn()
        people.clock.turn(seconds: 14 * 24 * 3600)
        await expect(.invalidGrant) { _ = try await grants.exchange(refreshToken: late, clientID: Self.client) }
        let last = try await signIn()
        _ = try await people.service.operators.change(id: bob.id, .init(isDisabled: true))
        await expect(.invalidGrant) { _ = try await grants.exchange(refreshToken: last, clientID: Self.client) }
    }

    @Test func `a program without a browser waits for a person, and gets its grant once`() async throws {
        let people = try await People()
        let ada = try await people.add("Ada")
        let grants = people.service.grants
        let begun = try await grants.beginDevice(clientID: Self.client, scope: "openid offline_access")
        await expect(.authorizationPending) {
            _ = try await grants.poll(deviceCode: begun.deviceCode, clientID: Self.client)
        }
        await expect(.slowDown) { _ = try await grants.poll(deviceCode: begun.deviceCode, clientID: Self.client) }
        people.clock.turn(seconds: 11)
        #expect(try await !grants.decide(userCode: "BBBB-BBBB", allows: true, account: ada))
        #expect(try await grants.decide(userCode: begun.userCode.lowercased(), allows: true, account: ada))
        #expect(try await !grants.decide(userCode: begun.userCode, allows: true, account: ada))
        await expect(.invalidGrant) {
            _ = try await grants.poll(deviceCode: begun.deviceCode, clientID: FirstParty.portalClientID)
        }
        let grant = try await grants.poll(deviceCode: begun.deviceCode, clientID: Self.client)
        #expect(grant.account.id == ada.id)
        let token = try #require(grant.refreshToken)
        #expect(try await grants.exchange(refreshToken: token, clientID: Self.client).account.id == ada.id)
        people.clock.turn(seconds: 11)
        await expect(.invalidGrant) { _ = try await grants.poll(deviceCode: begun.deviceCode, clientID: Self.client) }
    }

    @Test func `a program is refused, or waits in vain`() async throws {
        let people = try await People()
        let ada = try await people.add("Ada")
        let grants = people.service.grants
        let refused = try await grants.beginDevice(clientID: Self.client, scope: "openid")
        #expect(try await grants.decide(userCode: refused.userCode, allows: false, account: ada))
        await expect(.accessDenied) { _ = try await grants.poll(deviceCode: refused.deviceCode, clientID: Self.client) }
        let late = try await grants.beginDevice(clientID: Self.client, scope: "openid")
        people.clock.turn(seconds: 900)
        #expect(try await !grants.decide(userCode: late.userCode, allows: true, account: ada))
        await expect(.expiredToken) { _ = try await grants.poll(deviceCode: late.deviceCode, clientID: Self.client) }
    }
}
