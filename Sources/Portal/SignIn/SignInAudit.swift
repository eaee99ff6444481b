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
        var act = AuditAct(actorKind: .operator, actorID: id, actorName: name, action: "people.\(what.rawValue)")
        (act.applicationID, act.address) = (FirstParty.applicationID, address)
        try await service.audit.record(act, outcome: outcome)
    }
}
