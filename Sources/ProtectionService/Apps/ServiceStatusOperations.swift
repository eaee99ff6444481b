public import Catalog
import Foundation
public import ProtectionRules

extension ServiceContext {
    public var status: StatusOperations { StatusOperations(context: self) }
}

/// The service as a whole: on, turned off, over.
public struct StatusOperations: OperationGroup {
    package let context: ServiceContext

    /// The service's row; `disabled` before it was ever enabled. Its id is the tenant's.
    public func state() async throws -> ServiceState {
        let tenantID = self.tenantID
        return try await look { try ServiceRows($0).state(tenantID: tenantID) }
    }

    /// Enables the service, or takes back that it was turned off. A second call changes only who
    /// did it and when.
    /// - Parameter appOwnerTenantID: the tenant of the application's owner, a GUID.
    /// - Throws: `appNotController`, `invalidAppOwnerTenantID`.
    public func enable(appOwnerTenantID: String?, _ caller: Caller) async throws -> ServiceState {
        let (tenantID, now) = (tenantID, now)
        return try await change { writer in
            try ServiceRows(writer).requireMayChange(.control, caller, tenantID: tenantID)
            guard let owner = appOwnerTenantID.flatMap(Identifiers.canonical), owner != Identifiers.zero else {
                throw ServiceError(
                    .invalidAppOwnerTenantID,
                    "appOwnerTenantId must be the GUID of the tenant that owns the application.")
            }
            var state = try ServiceRows(writer).state(tenantID: tenantID)
            state.advance(.enable)
            state.disableReason = .none
            state.gracePeriodDateTime = nil
            state.restoreAllowedTillDateTime = nil
            state.appOwnerTenantId = owner
            state.lastModifiedBy = caller.identitySet
            state.lastModifiedDateTime = now
            try writer.save(state)
            return state
        }
    }

    /// Turns the service off: no changes and no new backups from now on; restores until the first
    /// date of the answer, undo until the second.
    /// - Parameter caller: nil where no user asked, for example because the controller was deleted.
    /// - Throws: `operationNotAllowed` where it is not enabled.
    public func turnOff(_ reason: DisableReason, _ caller: Caller?) async throws -> ServiceState {
        let (tenantID, now, intervals) = (tenantID, now, intervals)
        return try await change { writer in
            guard
                let state = try ServiceRows(writer).turnOff(
                    tenantID: tenantID, reason: reason, caller: caller, now: now, intervals: intervals)
            else {
                throw ServiceError(.operationNotAllowed, "The service is not enabled.")
            }
            return state
        }
    }
}
