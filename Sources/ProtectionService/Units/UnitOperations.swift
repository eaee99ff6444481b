public import Catalog
import Foundation
public import ProtectionRules

extension ServiceContext {
    public var units: UnitOperations { UnitOperations(context: self) }
}

/// Protection units.
public struct UnitOperations: OperationGroup {
    package let context: ServiceContext

    /// Asks for the deletion of a unit's backups, which happens when the undo period is over. Only
    /// for a unit without a policy.
    /// - Throws: `invalidProtectionUnitID`, `protectionUnitNotFound`, `appNotController`,
    ///   `serviceNotEnabled`, `operationNotAllowed`.
    public func offboard(id: String, _ caller: Caller) async throws -> ProtectionUnit {
        let now = now
        var log = activity(.protectionUnitLevelOffboarding, of: id.lowercased(), .oneDriveForBusiness, caller)
        log.details.offboardStart = now
        log.details.total = 1
        return try await changeUnit(id: id, workload: nil, caller) { [log] unit, writer in
            guard unit.policyId == nil else {
                throw ServiceError(.operationNotAllowed, "The unit still belongs to a policy.")
            }
            try unit.move(.offboard)
            unit.offboardRequestedDateTime = now
            var log = log
            log.workload = unit.workload
            try writer.insert(log)
        }
    }

    /// Calls the deletion of a unit's backups off. `offboardRequestedDateTime` keeps its value.
    /// - Throws: `invalidProtectionUnitID`, `protectionUnitNotFound`, `appNotController`,
    ///   `serviceNotEnabled`, `operationNotAllowed`.
    public func cancelOffboard(id: String, _ caller: Caller) async throws -> ProtectionUnit {
        let (settle, now) = (job(.settle, id.lowercased()), now)
        return try await changeUnit(id: id, workload: nil, caller) { unit, writer in
            try unit.move(.cancelOffboard)
            try ActivityRows(writer).finishOffboarding(of: unit.id, .cancelled, now)
            _ = try writer.addJob(settle)
        }
    }

    /// Sets whom a unit without a policy is charged to (beta).
    /// - Parameter workload: nil where the path does not say one.
    /// - Parameter change: the billing policy's id, or nil inside to clear it; nil where the
    ///   request names none. Asked for once the unit may be changed.
    /// - Throws: `badRequest` (no GUID), `invalidProtectionUnitID`, `protectionUnitNotFound`,
    ///   `appNotController`, `serviceNotEnabled`, `operationNotAllowed`.
    public func changeBilling(
        id: String, workload: Workload?, _ change: @escaping @Sendable () throws -> BillingChange?, _ caller: Caller
    ) async throws -> ProtectionUnit {
        try await changeUnit(id: id, workload: workload, caller) { unit, _ in
            guard unit.policyId == nil else {
                throw ServiceError(.operationNotAllowed, "The unit still belongs to a policy.")
            }
            guard let change = try change() else { return }
            unit.billingPolicyId = if let id = change.id { try Identifiers.require(id, .badRequest) } else { nil }
        }
    }

    private func changeUnit(
        id: String, workload: Workload?, _ caller: Caller,
        _ body: @escaping @Sendable (inout ProtectionUnit, CatalogWriter) throws -> Void
    ) async throws -> ProtectionUnit {
        let id = try Identifiers.require(id, .invalidProtectionUnitID)
        let (tenantID, now) = (tenantID, now)
        return try await change { writer in
            guard var unit = try writer.find(ProtectionUnit.self, id: id), workload == nil || unit.workload == workload
            else {
                throw ServiceError(.protectionUnitNotFound, "Unable to find the protection unit.")
            }
            try ServiceRows(writer).requireMayChange(.protection, caller, tenantID: tenantID)
            try body(&unit, writer)
            unit.lastModifiedBy = caller.identitySet
            unit.lastModifiedDateTime = now
            try writer.update(unit)
            return unit
        }
    }
}

/// The billing policy that a client wants a unit to have.
public struct BillingChange: Sendable, Hashable {
    /// Its id, as the client wrote it; nil for none.
    public var id: String?

    public init(id: String?) { self.id = id }
}

extension ProtectionUnit {
    /// Changes the status, or refuses.
    package mutating func move(_ event: ProtectionUnitEvent) throws(ServiceError) {
        guard advance(event) else {
            throw ServiceError(.operationNotAllowed, "The unit is \(status.rawValue), which does not allow this.")
        }
    }
}
