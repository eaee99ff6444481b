import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import Testing

@testable import ProtectionService

@Suite struct OperatorTests {
    @Test func `the right name and password sign in, whatever the case of the name`() async throws {
        let people = try await People()
        let ada = try await people.add("Ada Byron")
        guard case .accepted(let account) = try await people.verdict("ada byron") else {
            Issue.record("refused")
            return
        }
        #expect(account.id == ada.id)
        #expect(account.lastSignInDateTime == people.clock.now())
    }

    @Test func `a wrong password, an unknown name and a disabled account are refused alike`() async throws {
        let people = try await People()
        try await people.add("Ada")
        let bob = try await people.add("Bob")
        _ = try await people.service.operators.change(id: bob.id, .init(isDisabled: true))
        #expect(try await people.verdict("Ada", "another long password") == .refused)
        #expect(try await people.verdict("Nobody") == .refused)
        #expect(try await people.verdict("Bob") == .refused)
    }

    @Test func `the catalogue holds no password`() async throws {
        let people = try await People()
        try await people.add("Ada")
        #expect(try await !people.fixture.rows().contains { $0.contains(People.password) })
    }

    @Test func `names that compare equal are taken`() async throws {
        let people = try await People()
        try await people.add("Ada")
        await expectRefusal(.nameTaken) { try await people.add("ADA") }
    }

    @Test(arguments: [[], ["king"]])
    func `an account needs roles that exist`(roles: [String]) async throws {
        let people = try await People()
        await expectRefusal(.invalidOperator) {
            try await people.service.operators.create(name: "Ada", password: People.password, roles: roles)
        }
    }

    @Test func `a short password makes no account`() async throws {
        let people = try await People()
        await expectRefusal(.passwordRefused) {
            try await people.service.operators.create(name: "Ada", password: "short", roles: ["auditor"])
        }
        #expect(try await people.service.operators.all().isEmpty)
    }

    @Test func `the last administrator stays one`() async throws {
        let people = try await People()
        let ada = try await people.add("Ada")
        try await people.add("Bob", [.auditor])
        let operators = people.service.operators
        await expectRefusal(.lastAdministrator) { try await operators.remove(id: ada.id) }
        await expectRefusal(.lastAdministrator) { try await operators.change(id: ada.id, .init(roles: ["auditor"])) }
        await expectRefusal(.lastAdministrator) { try await operators.change(id: ada.id, .init(isDisabled: true)) }
        try await people.add("Cleo")
        try await operators.remove(id: ada.id)
        #expect(try await operators.all().map(\.name) == ["Bob", "Cleo"])
    }

    @Test func `a disabled administrator does not count as one that is left`() async throws {
        let people = try await People()
        let ada = try await people.add("Ada")
        let bob = try await people.add("Bob")
        let operators = people.service.operators
        _ = try await operators.change(id: bob.id, .init(isDisabled: true))
        await expectRefusal(.lastAdministrator) { try await operators.remove(id: ada.id) }
    }

    @Test func `whoever is disabled or gets other roles is signed out`() async throws {
        let people = try await People()
        try await people.add("Ada")
        let bob = try await people.add("Bob", [.helpDesk])
        let session = try await people.session(of: bob)
        _ = try await people.service.operators.change(id: bob.id, .init(name: "Robert"))
        #expect(try await people.finds(session))
        _ = try await people.service.operators.change(id: bob.id, .init(roles: ["auditor"]))
        #expect(try await !people.finds(session))
    }

    @Test func `a reset gives a password that works, and takes sessions and second factor`() async throws {
        let people = try await People()
        let ada = try await people.add("Ada")
        _ = try await people.addSecondFactor(ada)
        let session = try await people.session(of: ada)
        let (account, password) = try await people.service.operators.resetPassword(id: ada.id)
        #expect(!account.hasSecondFactor)
        #expect(PasswordRule.refusal(of: password, name: "Ada") == nil)
        #expect(try await people.verdict("Ada") == .refused)
        guard case .accepted = try await people.verdict("Ada", password) else {
            Issue.record("the new password is refused")
            return
        }
        #expect(try await !people.finds(session))
    }

    @Test func `a change of one's own password needs the old one, and ends all other sessions`() async throws {
        let people = try await People()
        let ada = try await people.add("Ada")
        let (kept, other) = (try await people.session(of: ada), try await people.session(of: ada))
        let operators = people.service.operators
        await expectRefusal(.signInFailed) {
            try await operators.changePassword(
                id: ada.id, from: "wrong old password", to: "another long password", keeping: nil)
        }
        try await operators.changePassword(
            id: ada.id, from: People.password, to: "another long password", keeping: kept.session.id)
        #expect(try await people.finds(kept))
        #expect(try await !people.finds(other))
        #expect(try await people.verdict("Ada") == .refused)
    }
}

@Suite struct SecondFactorTests {
    @Test func `with a second factor the password alone is not enough`() async throws {
        let people = try await People()
        let ada = try await people.add("Ada")
        let (secret, _) = try await people.addSecondFactor(ada)
        people.clock.turn(seconds: 60)
        #expect(try await people.verdict("Ada") == .needsCode)
        #expect(try await people.verdict("Ada", code: "000000") == .refused)
        guard case .accepted = try await people.verdict("Ada", code: people.code(secret)) else {
            Issue.record("refused")
            return
        }
    }

    @Test func `a wrong password with the right code tells nothing`() async throws {
        let people = try await People()
        let ada = try await people.add("Ada")
        let (secret, _) = try await people.addSecondFactor(ada)
        people.clock.turn(seconds: 60)
        #expect(try await people.verdict("Ada", "another long password", code: people.code(secret)) == .refused)
        #expect(try await people.verdict("Ada", "another long password") == .refused)
    }

    @Test func `a code is taken once`() async throws {
        let people = try await People()
        let ada = try await people.add("Ada")
        let (secret, _) = try await people.addSecondFactor(ada)
        // That which turned it on is used up too.
        #expect(try await people.verdict("Ada", code: people.code(secret)) == .refused)
        people.clock.turn(seconds: 30)
        let code = people.code(secret)
        #expect(try await people.verdict("Ada", code: code) != .refused)
        #expect(try await people.verdict("Ada", code: code) == .refused)
    }

    @Test func `a recovery code opens once`() async throws {
        let people = try await People()
        let ada = try await people.add("Ada")
        let (_, codes) = try await people.addSecondFactor(ada)
        #expect(Set(codes).count == 10)
        #expect(try await people.verdict("Ada", code: codes[3].lowercased()) != .refused)
        #expect(try await people.verdict("Ada", code: codes[3]) == .refused)
        #expect(try await people.service.operators.account(id: ada.id).recoveryCodeHashes.values.count == 9)
    }

    @Test func `an offer that nobody confirmed, or with a wrong code, changes nothing`() async throws {
        let people = try await People()
        let ada = try await people.add("Ada")
        let operators = people.service.operators
        await expectRefusal(.secondFactorConflict) { try await operators.confirmSecondFactor(id: ada.id, code: "1") }
        let offer = try await operators.offerSecondFactor(id: ada.id)
        #expect(offer.address.hasPrefix("otpauth://totp/Holdfast%3AAda?secret=\(offer.secret)&"))
        await expectRefusal(.signInFailed) { try await operators.confirmSecondFactor(id: ada.id, code: "000000") }
        #expect(try await people.verdict("Ada") != .needsCode)
    }

    @Test func `the secret is sealed in the catalogue`() async throws {
        let people = try await People()
        let ada = try await people.add("Ada")
        let (secret, _) = try await people.addSecondFactor(ada)
        let sealed = try #require(try await people.service.operators.account(id: ada.id).sealedSecondFactor)
        #expect(!sealed.starts(with: secret))
        #expect(sealed.count == secret.count + 28)
    }
}

@Suite struct FirstRunTests {
    @Test func `the code makes an administrator, and the service's own application the controller`() async throws {
        let people = try await People()
        let code = try #require(try await people.service.firstRun.makeCode())
        let ada = try await people.service.firstRun.createAccount(
            code: " \(code.lowercased()) ", name: "Ada", password: People.password)
        #expect(ada.rights.isAdministrator)
        let app = try await people.fixture.catalog.find(ServiceApp.self, id: FirstParty.applicationID)
        #expect(app?.status == .active)
        #expect(app?.displayName == "Holdfast")
        #expect(try await people.service.status.state().status == .enabled)
    }

    @Test func `with the first account it is over`() async throws {
        let people = try await People()
        let code = try #require(try await people.service.firstRun.makeCode())
        _ = try await people.service.firstRun.createAccount(code: code, name: "Ada", password: People.password)
        #expect(try await !people.service.firstRun.isOpen())
        #expect(try await people.service.firstRun.makeCode() == nil)
        await expectRefusal(.firstRunOver) {
            try await people.service.firstRun.createAccount(code: code, name: "Bob", password: People.password)
        }
    }

    @Test func `five wrong codes use it up`() async throws {
        let people = try await People()
        let code = try #require(try await people.service.firstRun.makeCode())
        for wrong in ["AAAAA-AAAAA", "", "'; DROP", "BBBBBBBBBB", "CCCCCCCCCC"] {
            await expectRefusal(.firstRunCodeRefused) {
                try await people.service.firstRun.createAccount(code: wrong, name: "Eve", password: People.password)
            }
        }
        await expectRefusal(.firstRunCodeRefused) {
            try await people.service.firstRun.createAccount(code: code, name: "Ada", password: People.password)
        }
        #expect(try await people.service.operators.all().isEmpty)
    }

    @Test func `a refused password does not use it up`() async throws {
        let people = try await People()
        let code = try #require(try await people.service.firstRun.makeCode())
        for _ in 0..<6 {
            await expectRefusal(.passwordRefused) {
                try await people.service.firstRun.createAccount(code: code, name: "Ada", password: "short")
            }
        }
        _ = try await people.service.firstRun.createAccount(code: code, name: "Ada", password: People.password)
    }

    @Test func `it is good for a day, and a new one replaces it`() async throws {
        let people = try await People()
        let old = try #require(try await people.service.firstRun.makeCode())
        people.clock.turn(seconds: 24 * 3600)
        await expectRefusal(.firstRunCodeRefused) {
            try await people.service.firstRun.createAccount(code: old, name: "Ada", password: People.password)
        }
        let first = try #require(try await people.service.firstRun.makeCode())
        let second = try #require(try await people.service.firstRun.makeCode())
        await expectRefusal(.firstRunCodeRefused) {
            try await people.service.firstRun.createAccount(code: first, name: "Ada", password: People.password)
        }
        _ = try await people.service.firstRun.createAccount(code: second, name: "Ada", password: People.password)
    }

    @Test func `another controller stays one`() async throws {
        let people = try await People()
        let console = Caller(application: Identity(id: "3f1c2d4e-0000-4000-8000-0000000000aa"))
        try await people.fixture.enable(console)
        let code = try #require(try await people.service.firstRun.makeCode())
        _ = try await people.service.firstRun.createAccount(code: code, name: "Ada", password: People.password)
        #expect(try await people.fixture.catalog.find(ServiceApp.self, id: FirstParty.applicationID) == nil)
    }
}
