import BackupAPI
import BackupTesting
import Catalog
import OData
import ProtectionRules
import ProtectionService
import Testing

/// A15: who asks, the accounts of people, and programs.
@Suite struct PeopleSurfaceTests {
    private let surface: ProtectionAPI
    private static let password = "a long enough password"

    init() async throws { surface = try await ProtectionAPI() }

    private var service: ServiceContext { surface.service }

    private static func person(_ account: OperatorAccount, session: String? = nil) -> Principal {
        var principal = Principal(
            applicationID: FirstParty.applicationID, user: .init(id: account.id, displayName: account.name),
            permissions: account.rights.scopes)
        principal.unitLimit = account.rights.unitLimit
        principal.session = session.map {
            .init(
                id: $0, accountID: account.id, issuer: "here", roles: account.roles.values,
                began: account.createdDateTime, ends: account.createdDateTime,
                lastsUntil: account.createdDateTime, freshUntil: nil)
        }
        return principal
    }

    private func account(_ name: String, _ roles: [String] = ["administrator"]) async throws -> OperatorAccount {
        try await service.operators.create(name: name, password: Self.password, roles: roles)
    }

    private func ask(
        _ method: String, _ target: String, _ body: JSONValue? = nil, as principal: Principal
    ) async -> APIAnswer {
        await surface.served.ask(method, "/holdfast/v1.0" + target, body, as: principal)
    }

    @Test func `a person is told who they are and what they may do`() async throws {
        let ada = try await account("Ada", ["helpDesk"])
        let answer = await ask("GET", "/me", as: Self.person(ada, session: "s"))
        #expect(answer.status == 200)
        #expect(answer["id"]?.stringValue == ada.id)
        #expect(answer["name"]?.stringValue == "Ada")
        #expect(answer["roles"] == ["helpDesk"])
        #expect(answer["unitLimit"]?.intValue == 1)
        #expect(answer["stepUpUntil"] == .null)
        #expect(answer["secondFactor"]?.stringValue == "none")
    }

    @Test func `an id that another issuer gives is nobody's account`() async throws {
        let ada = try await account("Ada")
        let namesake = Self.person(ada)
        #expect(await ask("GET", "/me", as: namesake)["secondFactor"] == .null)
        #expect(await ask("POST", "/me/offerSecondFactor", as: namesake).status == 404)
        let passwords: JSONValue = ["oldPassword": .string(Self.password), "newPassword": "another long password"]
        #expect(await ask("POST", "/me/changePassword", passwords, as: namesake).status == 404)
        #expect(try await service.operators.account(id: ada.id).passwordHash == ada.passwordHash)
    }

    @Test func `a program is told its name, and has no roles`() async {
        let answer = await ask("GET", "/me", as: ProtectionAPI.program)
        #expect(answer["name"]?.stringValue == "Console")
        #expect(answer["roles"] == [])
    }

    @Test func `only administrators see accounts and programs`() async throws {
        for name in ["helpDesk", "auditor"] {
            let person = Self.person(try await account(name, [name]))
            for path in ["/operators", "/programs"] {
                #expect(await ask("GET", path, as: person).status == 403, "\(name) \(path)")
                #expect(await ask("POST", path, [:], as: person).status == 403, "\(name) \(path)")
            }
        }
        // Every permission of Graph together is not that over accounts.
        #expect(await ask("GET", "/operators", as: ProtectionAPI.person).status == 403)
        #expect(await ask("GET", "/operators", as: ProtectionAPI.program).status == 403)
    }

    @Test func `an account is made, changed and removed`() async throws {
        let root = Self.person(try await account("Root"))
        let made = await ask(
            "POST", "/operators", ["name": "Ada", "roles": ["auditor"], "password": .string(Self.password)], as: root)
        #expect(made.status == 201)
        #expect(made["password"] == nil)
        let id = try #require(made["id"]?.stringValue)
        let changed = await ask("PATCH", "/operators/\(id)", ["status": "disabled"], as: root)
        #expect(changed["status"]?.stringValue == "disabled")
        #expect(changed["name"]?.stringValue == "Ada")
        let list = await ask("GET", "/operators?$filter=status eq 'disabled'", as: root)
        #expect(list["value"]?.arrayValue?.count == 1)
        #expect(await ask("DELETE", "/operators/\(id)", as: root).status == 204)
        #expect(await ask("GET", "/operators/\(id)", as: root).status == 404)
    }

    @Test func `refusals have the codes of the specification`() async throws {
        let account = try await account("Root")
        let root = Self.person(account)
        let cases: [(String, String, JSONValue?, Int, String)] = [
            (
                "POST", "/operators", ["name": "root", "roles": ["auditor"], "password": .string(Self.password)], 409,
                "NameTaken"
            ),
            ("POST", "/operators", ["name": "Ada", "roles": ["auditor"], "password": "short"], 400, "PasswordRefused"),
            (
                "POST", "/operators", ["name": "Ada", "roles": ["king"], "password": .string(Self.password)], 400,
                "InvalidOperator"
            ),
            ("PATCH", "/operators/\(account.id)", ["roles": ["auditor"]], 409, "LastAdministrator"),
            ("DELETE", "/operators/\(account.id)", nil, 409, "LastAdministrator"),
            ("DELETE", "/operators/none", nil, 404, "OperatorNotFound"),
            ("DELETE", "/programs/none", nil, 404, "ProgramNotFound"),
            ("POST", "/programs", ["name": "Tool", "scopes": ["Everything"]], 400, "InvalidOperator"),
        ]
        for (method, path, body, status, code) in cases {
            let answer = await ask(method, path, body, as: root)
            #expect(answer.status == status, "\(method) \(path)")
            #expect(answer["error"]?["code"]?.stringValue == code, "\(method) \(path)")
        }
    }

    @Test func `a reset shows a password once, and it works`() async throws {
        let root = Self.person(try await account("Root"))
        let ada = try await account("Ada", ["auditor"])
        let answer = await ask("POST", "/operators/\(ada.id)/resetPassword", as: root)
        let password = try #require(answer["password"]?.stringValue)
        let verdict = try await service.signIn.verify(name: "Ada", password: password, code: nil)
        #expect(verdict != .refused)
    }

    @Test func `a program's secret is shown once, and it works`() async throws {
        let root = Self.person(try await account("Root"))
        let made = await ask(
            "POST", "/programs", ["name": "Tool", "scopes": ["BackupRestore-Control.Read.All"]], as: root)
        let (id, secret) = (made["id"]?.stringValue ?? "", made["secret"]?.stringValue ?? "")
        #expect(try await service.programs.authenticated(id: id, secret: secret)?.displayName == "Tool")
        let again = await ask("GET", "/programs/\(id)", as: root)
        #expect(again["secret"] == .null)
        #expect(await ask("DELETE", "/programs/\(id)", as: root).status == 204)
        #expect(try await service.programs.authenticated(id: id, secret: secret) == nil)
    }

    @Test func `a person sees and ends own sessions, and no others`() async throws {
        let (ada, bob) = (try await account("Ada"), try await account("Bob"))
        var ids: [String] = []
        for account in [ada, ada, bob] {
            let made = try await service.portalSessions.begin(
                SignedInPerson(
                    operatorID: account.id, issuer: "here", subjectID: account.id, displayName: account.name),
                address: "192.0.2.1", agent: "A browser")
            ids.append(made.session.id)
        }
        let person = Self.person(ada, session: ids[0])
        let list = await ask("GET", "/me/sessions", as: person)
        #expect(Set(list["value"]?.arrayValue?.compactMap { $0["id"]?.stringValue } ?? []) == Set(ids.prefix(2)))
        #expect(!list.text.contains("Hash"))
        #expect(await ask("DELETE", "/me/sessions/\(ids[2])", as: person).status == 404)
        #expect(await ask("DELETE", "/me/sessions/\(ids[1])", as: person).status == 204)
        #expect(try await surface.fixture.catalog.count(Query<PortalSession>()) == 2)
        _ = try await service.portalSessions.begin(
            SignedInPerson(operatorID: ada.id, issuer: "here", subjectID: ada.id, displayName: "Ada"),
            address: "192.0.2.2", agent: "")
        #expect(await ask("POST", "/me/endOtherSessions", as: person).status == 204)
        let left = try await surface.fixture.catalog.page(Query<PortalSession>()).map(\.id)
        #expect(Set(left) == [ids[0], ids[2]])
    }

    @Test func `a person turns a second factor on with a code of it`() async throws {
        let ada = try await account("Ada")
        let person = Self.person(ada, session: "s")
        let offer = await ask("POST", "/me/offerSecondFactor", as: person)
        #expect(offer["address"]?.stringValue?.hasPrefix("otpauth://totp/") == true)
        let wrong = await ask("POST", "/me/confirmSecondFactor", ["code": "000000"], as: person)
        #expect(wrong.status == 403)
        #expect(await ask("POST", "/me/removeSecondFactor", as: person).status == 409)
        #expect(await ask("POST", "/me/offerSecondFactor", as: ProtectionAPI.program).status == 404)
    }
}
