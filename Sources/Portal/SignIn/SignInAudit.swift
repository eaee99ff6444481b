import Catalog
import ProtectionRules
import ProtectionService

/// What the audit trail keeps of signing in.
enum SignInAct: String, Sendable {
    case signIn, signOut, stepUp
    /// A program was let in by a code.
    case admitProgram
}

extension PortalSite {
    /// Makes a change at the door, whose record is in the same transaction.
    func recorded<Value>(
        _ what: SignInAct, id: String?, name: String?, _ request: PortalRequest, _ change: () async throws -> Value
    ) async throws -> Value {
        let act = PersonCheck.act(what, id: id, name: name, address: request.address)
        return try await AuditScope.$current.withValue(AuditScope(act), operation: change)
    }

    /// Records what a person did at the door.
    func record(
        _ what: SignInAct, id: String?, name: String?, _ request: PortalRequest,
        outcome: String = AuditRecord.succeeded
    ) async throws {
        try await check.record(what, id: id, name: name, address: request.address, outcome: outcome)
    }
}

extension PersonCheck {
    func record(
        _ what: SignInAct, id: String?, name: String?, address: String, outcome: String = AuditRecord.succeeded
    ) async throws {
        try await service.audit.record(Self.act(what, id: id, name: name, address: address), outcome: outcome)
    }

    fileprivate static func act(_ what: SignInAct, id: String?, name: String?, address: String) -> AuditAct {
        var act = AuditAct(actorKind: .operator, actorID: id, actorName: name, action: "people.\(what.rawValue)")
        (act.applicationID, act.address) = (FirstParty.applicationID, address)
        return act
    }
}
