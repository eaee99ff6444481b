import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import Testing

@testable import ProtectionService

/// A service with people who sign in.
struct People: Sendable {
    let fixture: ServiceFixture
    static let password = "a long enough password"

    init() async throws { fixture = try await ServiceFixture(tenant: MemoryTenant()) }

    var service: ServiceContext { fixture.service }
    var clock: ManualClock { fixture.clock }

    @discardableResult
    func add(_ name: String, _ roles: [OperatorRole] = [.administrator]) async throws -> OperatorAccount {
        try await service.operators.create(name: name, password: Self.password, roles: roles.map(\.rawValue))
    }

    func verdict(
        _ name: String, _ password: String = People.password, code: String? = nil
    ) async throws -> SignInVerdict {
        try await service.signIn.verify(name: name, password: password, code: code)
    }

    /// Turns the second factor of an account on.
    /// - Returns: its secret, and its recovery codes.
    func addSecondFactor(_ account: OperatorAccount) async throws -> (secret: [UInt8], recovery: [String]) {
        _ = try await service.operators.offerSecondFactor(id: account.id)
        let secret = try #require(service.secondFactorTable.value(account.id, of: [UInt8].self, at: clock.now()))
        let codes = try await service.operators.confirmSecondFactor(id: account.id, code: code(secret))
        return (secret, codes)
    }

    /// The code of now.
    func code(_ secret: [UInt8]) -> String {
        OneTimePassword.code(secret: secret, step: OneTimePassword.step(at: clock.now()))
    }

    func session(of account: OperatorAccount) async throws -> NewPortalSession {
        try await service.portalSessions.begin(
            SignedInPerson(
                operatorID: account.id, issuer: "here", subjectID: account.id, displayName: account.name),
            address: "192.0.2.1", agent: "test")
    }

    func finds(_ session: NewPortalSession) async throws -> Bool {
        try await service.portalSessions.find(cookie: session.cookie, pageKey: session.pageKey) != nil
    }
}

/// Expects a refusal with a code.
func expectRefusal<Value>(_ code: ServiceErrorCode, _ body: () async throws -> Value) async {
    let error = await #expect(throws: ServiceError.self) { _ = try await body() }
    #expect(error?.code == code)
}
