public import Catalog
import Foundation

extension ProtectionService {
    /// Asks for the deletion of a unit's backups, which happens when the undo period is over. Only for a unit without a policy.
    /// - Throws: `invalidProtectionUnitID`, `protectionUnitNotFound`, `appNotController`, `serviceNotEnabled`, `operationNotAllowed`.
    public func offboardUnit(id: String, _ caller: Caller) async throws -> ProtectionUnit {
        let now = now
        return try await changeUnit(id, caller) { unit, _ in
            guard unit.policyId == nil else { throw ServiceError(.operationNotAllowed, "The unit still belongs to a policy.") }
            try unit.move(.offboard)
            unit.offboardRequestedDateTime = now
        }
    }

    /// Calls the deletion of a unit's backups off. `offboardRequestedDateTime` keeps its value.
    /// - Throws: `invalidProtectionUnitID`, `protectionUnitNotFound`, `appNotController`, `serviceNotEnabled`, `operationNotAllowed`.
    public func cancelOffboardUnit(id: String, _ caller: Caller) async throws -> ProtectionUnit {
        let settle = job(.settle, id.lowercased())
        return try await changeUnit(id, caller) { unit, writer in
            try unit.move(.cancelOffboard)
            _ = try writer.addJob(settle)
        }
    }

    /// Sets whom a unit without a policy is charged to (beta).
    /// - Throws: `invalidProtectionUnitID`, `protectionUnitNotFound`, `appNotController`, `serviceNotEnabled`, `operationNotAllowed`.
    public func changeUnitBilling(id: String, billingPolicyID: String?, _ caller: Caller) async throws -> ProtectionUnit {
        try await changeUnit(id, caller) { unit, _ in
            guard unit.policyId == nil else { throw ServiceError(.operationNotAllowed, "The unit still belongs to a policy.") }
            unit.billingPolicyId = billingPolicyID
        }
    }

    private func changeUnit(
        _ id: String, _ caller: Caller, _ body: @escaping @Sendable (inout ProtectionUnit, CatalogWriter) throws -> Void
    ) async throws -> ProtectionUnit {
        let id = try Identifiers.require(id, .invalidProtectionUnitID)
        let (tenantID, now) = (tenantID, now)
        return try await change { writer in
            guard var unit = try writer.find(ProtectionUnit.self, id: id) else {
                throw ServiceError(.protectionUnitNotFound, "Unable to find the protection unit.")
            }
            try writer.requireMayChange(.protection, caller, tenantID: tenantID)
            try body(&unit, writer)
            unit.lastModifiedBy = caller.identitySet
            unit.lastModifiedDateTime = now
            try writer.update(unit)
            return unit
        }
    }
}

extension ProtectionUnit {
    /// Changes the status, or refuses.
    mutating func move(_ event: ProtectionUnitEvent) throws(ServiceError) {
        guard let next = status.after(event) else {
            throw ServiceError(.operationNotAllowed, "The unit is \(status.rawValue), which does not allow this.")
        }
        status = next
    }
}
